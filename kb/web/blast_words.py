"""The blast radius in words: the sentence on top, and each question with its old and its new answer."""

from __future__ import annotations

from dataclasses import dataclass

from kb.blast import Blast, Change, Effect, Reply
from kb.preview import to_html
from kb.web.wording import Say, language_name, percent, studio_url

MOST = 50
"""Questions of one effect that are listed; the others are counted."""


@dataclass(frozen=True, slots=True)
class Said:
    """One side: what the bot says, or why it doesn't."""

    html: str  # "" where there is no answer
    instead: str
    title: str
    url: str
    heading: str
    percent: str


@dataclass(frozen=True, slots=True)
class Row:
    """One question of the list."""

    question: str
    language: str
    code: str
    notes: tuple[str, ...]
    old: Said
    new: Said


@dataclass(frozen=True, slots=True)
class Shown:
    """The questions of one effect."""

    effect: str
    word: str
    count: int
    rows: tuple[Row, ...]
    more: int
    open: bool


def effect_word(effect: Effect, _: Say) -> str:
    return {
        Effect.LOST: _("Not answered any more"),
        Effect.WORSE: _("Looks worse"),
        Effect.NEW: _("Newly answered"),
        Effect.BETTER: _("Looks better"),
        Effect.CHANGED: _("Another answer"),
        Effect.SAME: _("The same"),
    }[effect]


def summary(blast: Blast, _: Say) -> str:
    """All of it in one sentence."""
    if not blast.changed:
        return _("No answer changes.")
    parts = [_("1 answer changes") if blast.changed == 1 else _("%(count)s answers change")]
    counts = [blast.changed]
    for effect, one, many in (
        (Effect.WORSE, _("1 looks worse"), _("%(count)s look worse")),
        (Effect.LOST, _("1 not answered any more"), _("%(count)s not answered any more")),
        (Effect.NEW, _("1 newly answered"), _("%(count)s newly answered")),
        (Effect.BETTER, _("1 looks better"), _("%(count)s look better")),
    ):
        count = blast.counts[effect]
        if count:
            parts.append(one if count == 1 else many)
            counts.append(count)
    said = [part % {"count": count} for part, count in zip(parts, counts, strict=True)]
    return ", ".join(said) + "."


def shown(blast: Blast, tongue: str, _: Say) -> list[Shown]:
    """The list, the most pressing first; what customers lose is open, the rest a click away."""
    groups: list[Shown] = []
    for effect in Effect:
        changes = [change for change in blast.changes if change.effect is effect]
        if changes:
            rows = tuple(_row(change, tongue, _) for change in changes[:MOST])
            opened = effect in (Effect.LOST, Effect.WORSE) or not groups
            more = len(changes) - len(rows)
            groups.append(
                Shown(effect.value, effect_word(effect, _), blast.counts[effect], rows, more, opened)
            )
    return groups


def _row(change: Change, tongue: str, _: Say) -> Row:
    question = change.question
    notes = [
        (question.times > 1, _("asked %(times)s times") % {"times": question.times}),
        (bool(question.helped), _("a customer said that it helped")),
        (bool(question.rejected), _("a customer said that it didn't help")),
        (question.handed_over, _("it ended with a person")),
    ]
    return Row(
        question.text,
        language_name(question.language, tongue),
        question.language,
        tuple(words for holds, words in notes if holds),
        _said(change.old, tongue, _),
        _said(change.new, tongue, _),
    )


def _said(reply: Reply, tongue: str, _: Say) -> Said:
    if not reply.answered:
        return Said("", _instead(reply.reason or "", _), "", "", "", percent(reply.probability, tongue))
    return Said(
        to_html(reply.text),
        "",
        reply.title,
        studio_url(reply.article or ""),
        " › ".join(reply.heading),
        percent(reply.probability, tongue),
    )


def _instead(reason: str, _: Say) -> str:
    """Why there is no answer, in a few words."""
    words = {
        "close_call": _("No answer: several articles could fit, so the bot asks back."),
        "other_language": _("No answer: what fits is in another language."),
        "empty_base": _("No answer: nothing is published."),
    }
    return words.get(reason, _("No answer: nothing is close enough."))
