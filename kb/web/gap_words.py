"""Gaps and proposals in the reader's words: their cost, their trend, why nobody was answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from babel.numbers import format_decimal

from kb.learned.gap import Cost, Gap, GapState, Proof, Replayed
from kb.learned.lesson import Relation
from kb.web.wording import Say, percent, studio_url

BAR, SPACE, HIGH = 6, 2, 28
"""A trend's bars in pixels: width, space between two, the height of the highest."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week of a trend as an SVG rectangle."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Eight weeks as bars, and in a sentence for who can't see them."""

    bars: tuple[Bar, ...]
    width: int
    height: int
    word: str
    numbers: str


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """A question of a proof as the page lists it."""

    question: str
    answered: bool
    word: str
    url: str | None
    title: str


def state_words(state: GapState, _: Say) -> str:
    return {
        GapState.OPEN: _("Not written yet"),
        GapState.WRITING: _("Being written"),
        GapState.CLOSED: _("Closed"),
        GapState.DISMISSED: _("Set aside"),
    }[state]


def minutes(number: float, tongue: str, _: Say, *, about: bool) -> str:
    """A cost in whole minutes, one at least."""
    whole = max(1, round(number))
    if about:
        text = _("about %(count)s agent minutes") if whole != 1 else _("about 1 agent minute")
    else:
        text = _("%(count)s agent minutes") if whole != 1 else _("1 agent minute")
    return text % {"count": format_decimal(whole, locale=tongue)}


def cost_words(gap: Gap, tongue: str, _: Say) -> tuple[str, str]:
    """What the gap costs in the newest period that it cost anything in, and what that rests on."""
    periods = (
        (gap.week, _("this week")),
        (gap.month, _("in the last 30 days")),
        (gap.ever, _("in all")),
    )
    cost, period = next(((cost, word) for cost, word in periods if cost.minutes > 0), periods[-1])
    said = minutes(cost.minutes, tongue, _, about=cost.estimated > 0)
    return f"{said[:1].upper()}{said[1:]} {period}", basis(cost, tongue, _)


def basis(cost: Cost, tongue: str, _: Say) -> str:
    """How much of a cost is measured and how much is a guess."""
    if not cost.cases:
        return _("Estimated: none of its cases is resolved yet.")
    if not cost.estimated:
        text = _("Measured in 1 case.") if cost.cases == 1 else _("Measured in %(cases)s cases.")
    elif cost.cases == 1:
        text = _("%(measured)s measured in 1 case, about %(guess)s estimated for the rest.")
    else:
        text = _("%(measured)s measured in %(cases)s cases, about %(guess)s estimated for the rest.")
    numbers = {
        "measured": format_decimal(max(1, round(cost.measured)), locale=tongue),
        "guess": format_decimal(max(1, round(cost.estimated)), locale=tongue),
    }
    return text % (numbers | {"cases": cost.cases})


def times(count: int, _: Say) -> str:
    return _("Asked once") if count == 1 else _("Asked %(count)s times") % {"count": count}


def reason_words(reason: str, _: Say) -> str:
    """Why a question was left without what was wanted."""
    known = {
        "nothing_close": _("nothing close enough"),
        "close_call": _("several articles could fit"),
        "other_language": _("only in another language"),
        "empty_base": _("nothing was published"),
        "rejected": _("the answer was rejected"),
        "asked_for_person": _("asked for a person after the answer"),
        "other_article": _("answered from another article"),
    }
    return known.get(reason, _("handed over to a person"))


def relation_words(relation: Relation, _: Say) -> str:
    return {
        Relation.NEW: _("No article is near"),
        Relation.EXTENDS: _("Near this article"),
        Relation.CORRECTS: _("The customer rejected this article"),
    }[relation]


def trend_of(weeks: tuple[int, ...], _: Say) -> Trend:
    most = max((*weeks, 1))
    heights = [round(HIGH * count / most) if count else 1 for count in weeks]
    bars = tuple(Bar(place * (BAR + SPACE), HIGH - height, height) for place, height in enumerate(heights))
    before, last = (*weeks[-2:],) if len(weeks) > 1 else (0, sum(weeks))
    word = _("steady")
    if not any(weeks[:-1]) and last:
        word = _("new this week")
    elif last != before:
        word = _("rising") if last > before else _("falling")
    numbers = _("Conversations a week, the oldest first: %(weeks)s") % {"weeks": ", ".join(map(str, weeks))}
    return Trend(bars, len(weeks) * (BAR + SPACE) - SPACE, HIGH, word, numbers)


def proof_words(proof: Proof, _: Say) -> str:
    """What asking again has shown, in one sentence."""
    said = {"answered": proof.answered, "asked": len(proof.replayed), "generation": proof.generation}
    if proof.replayed and proof.answered == len(proof.replayed):
        return _("Asked again on generation %(generation)s: every question is answered (%(asked)s).") % said
    return _("Asked again on generation %(generation)s: %(answered)s of %(asked)s are answered.") % said


def asked_again(one: Replayed, tongue: str, _: Say) -> AskedAgain:
    word = percent(one.probability, tongue) if one.answered else reason_words(one.reason or "", _)
    url = studio_url(one.article) if one.article is not None else None
    return AskedAgain(one.question, one.answered, word, url, one.title)


def page_words(_: Say) -> dict[str, str]:
    """What learned.js says by itself."""
    return {
        "asking": _("Asking the questions again."),
        "failed": _("That didn't work on our side. Nothing was changed; try again in a moment."),
        "offline": _("The server didn't answer. Nothing was changed; try again when you are online."),
        "working": _("One moment."),
    }
