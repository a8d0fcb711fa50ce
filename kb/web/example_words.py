"""What the studio says of misread messages, examples and trainings; pure, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.numbers import format_decimal, format_percent

from kb.coaching.training import (
    OUT_OF_SCOPE,
    BotIntent,
    Candidate,
    Change,
    Guess,
    Misread,
    Objection,
    Report,
    State,
)
from kb.web.wording import Say, language_name

NOISE = 0.005
"""Shares that differ by less are as good as the same."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """An intent in plain words: its title, and what a customer who means it says."""

    name: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A guess as it is shown."""

    name: str
    title: str
    percent: str


@dataclass(frozen=True, slots=True)
class Card:
    """A misread message as its editor sees it. suggested: the title of what the customer chose."""

    conversation: str
    message: int
    text: str
    code: str
    language: str
    at: datetime
    reasons: tuple[str, ...]
    readings: tuple[Reading, ...]
    suggested: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before and after a training; `better` None where nothing can be said."""

    name: str
    before: str
    after: str
    better: bool | None


@dataclass(frozen=True, slots=True)
class Told:
    """A message or an example read by both models; `right` None where nobody says what it means."""

    text: str
    language: str
    before: str
    after: str
    meant: str
    right: bool | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A training's report in words."""

    line: str
    figures: tuple[Figure, ...]
    objections: tuple[str, ...]
    taught: tuple[Told, ...]
    changes: tuple[Told, ...]
    held_out: str
    left_out: tuple[str, ...]


def meanings(intents: Sequence[BotIntent], locale: str, _: Say) -> dict[str, Meaning]:
    """By name; titles are told apart where two intents would have the same."""
    titles = [_(each.title) for each in intents]
    found = {}
    for each in intents:
        title = _(each.title)
        if titles.count(title) > 1:
            title = f"{title} ({each.name})"
        if each.name == OUT_OF_SCOPE:
            title = _("Out of scope")
        about = each.about.get(locale) or next(iter(each.about.values()), "")
        found[each.name] = Meaning(each.name, title, about)
    return found


def card(misread: Misread, known: Mapping[str, Meaning], locale: str, _: Say) -> Card:
    reasons = reason_words(_)
    return Card(
        conversation=misread.conversation,
        message=misread.message,
        text=misread.text,
        code=misread.language,
        language=language_name(misread.language, locale),
        at=misread.at,
        reasons=tuple(reasons[each] for each in misread.reasons),
        readings=tuple(reading(each, known, locale) for each in misread.guesses),
        suggested=known[misread.chosen].title if misread.chosen in known else "",
    )


def reading(guess: Guess, known: Mapping[str, Meaning], locale: str) -> Reading:
    title = known[guess.intent].title if guess.intent in known else guess.intent
    return Reading(guess.intent, title, percent(guess.certainty, locale))


def percent(share: float, locale: str, digits: int = 0) -> str:
    """A share in [0, 1] as the reader's language writes it."""
    blank = "" if locale == "en" else "\xa0"
    pattern = f"#,##0{'.' * bool(digits)}{'0' * digits}{blank}%"
    return str(format_percent(share, pattern, locale=locale))


def outcome(report: Report, known: Mapping[str, Meaning], locale: str, _: Say) -> Outcome:
    figures = (
        _figure(_("Right on unseen examples"), report.accuracy_before, report.accuracy, locale, up=True),
        _figure(_("Calibration error"), report.ece_before, report.ece, locale, up=False),
    )
    held_out = ""
    if report.shared:
        held_out = _("%(changed)s of %(shared)s examples are read otherwise when they are held out.") % {
            "changed": report.changed,
            "shared": report.shared,
        }
    line = _("No customer has written yet: there are no messages to compare.")
    if report.messages:
        line = _("%(changed)s of the last %(messages)s messages would be read otherwise.") % {
            "changed": len(report.changes),
            "messages": report.messages,
        }
    return Outcome(
        line=line,
        figures=figures,
        objections=tuple(_objection(each, locale, _) for each in report.objections),
        taught=tuple(_told(each, known, locale, _) for each in report.taught),
        changes=tuple(_told(each, known, locale, _) for each in report.changes),
        held_out=held_out,
        left_out=tuple(known[name].title if name in known else name for name in report.left_out),
    )


def state_word(candidate: Candidate, live: int | None, _: Say) -> str:
    if candidate.number == live:
        return _("Reads now")
    return {
        State.TRAINING: _("Being trained"),
        State.READY: _("Waits for a decision"),
        State.PUBLISHED: _("Published earlier"),
        State.DISCARDED: _("Discarded"),
        State.FAILED: _("Failed"),
        State.CANCELLED: _("Cancelled"),
    }[candidate.state]


def reason_words(_: Say) -> Mapping[str, str]:
    return {
        "choice": _("The customer chose something else"),
        "not_understood": _("A person had to come"),
        "asked_again": _("Asked again in other words"),
        "unsure": _("The bot wasn't sure"),
    }


def problem_words(_: Say) -> Mapping[str, str]:
    """Why an example was not taken."""
    return {
        "empty": _("An example needs some words."),
        "long": _("An example has at most 1,000 characters. Keep the sentence that says what is meant."),
        "language": _("The bot doesn't speak this language. Choose one that it does."),
        "intent": _("Choose what the customer meant from the list."),
    }


def _decimal(share: float, locale: str) -> str:
    return str(format_decimal(share, "0.000", locale=locale))


def _figure(name: str, before: float | None, after: float, locale: str, *, up: bool) -> Figure:
    def said(share: float) -> str:
        return percent(share, locale, 1) if up else _decimal(share, locale)

    if before is None:
        return Figure(name, "–", said(after), None)
    better = None if abs(after - before) < NOISE else (after > before) is up
    return Figure(name, said(before), said(after), better)


def _objection(objection: Objection, locale: str, _: Say) -> str:
    def number(share: float) -> str:
        return _decimal(share, locale) if objection.kind == "ece" else percent(share, locale, 1)

    values = {
        "before": number(objection.before),
        "after": number(objection.after),
        "allowed": number(objection.allowed),
    }
    if objection.kind == "readings":
        said = _("%(after)s of the held-out examples are read otherwise; %(allowed)s is allowed.")
    elif objection.kind == "accuracy":
        said = _("The share read right falls from %(before)s to %(after)s; it may fall by %(allowed)s.")
    else:
        said = _("The calibration error rises from %(before)s to %(after)s; it may rise by %(allowed)s.")
    return said % values


def _told(change: Change, known: Mapping[str, Meaning], locale: str, _: Say) -> Told:
    def said(guess: Guess) -> str:
        if not guess.intent:
            return _("not sure")
        read = reading(guess, known, locale)
        return f"{read.title} ({read.percent})"

    meant = known[change.meant].title if change.meant in known else change.meant
    right = change.after.intent == change.meant if change.meant else None
    return Told(change.text, change.language, said(change.before), said(change.after), meant, right)
