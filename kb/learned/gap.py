"""A gap: what customers ask and the base does not hold. Its life in one table, and what it costs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from kb.article import ArticleId
from kb.errors import GapMoveError
from kb.learned.outcomes import MONTH, WEEK, Outcome

USUAL_MINUTES = 6.0
"""What a case is taken to cost an agent until enough of them have shown what it does."""

ENOUGH_CASES = 5

WEEKS = 8
"""Weeks that a gap's trend looks back."""


class GapState(StrEnum):
    """Where a gap stands with the editors."""

    OPEN = "open"
    WRITING = "writing"
    CLOSED = "closed"
    DISMISSED = "dismissed"


class GapEvent(StrEnum):
    """What has happened to a gap."""

    BEGUN = "begun"  # an article for it is being written
    ABANDONED = "abandoned"  # that article has been archived or deleted
    PROVED = "proved"  # its questions were asked again, and enough are answered
    DISMISSED = "dismissed"
    RECURRED = "recurred"  # a customer was left without an answer again
    REOPENED = "reopened"  # by an editor


TRANSITIONS: Mapping[GapState, Mapping[GapEvent, GapState]] = {
    GapState.OPEN: {
        GapEvent.BEGUN: GapState.WRITING,
        GapEvent.PROVED: GapState.CLOSED,
        GapEvent.DISMISSED: GapState.DISMISSED,
        GapEvent.RECURRED: GapState.OPEN,
    },
    GapState.WRITING: {
        GapEvent.BEGUN: GapState.WRITING,
        GapEvent.ABANDONED: GapState.OPEN,
        GapEvent.PROVED: GapState.CLOSED,
        GapEvent.DISMISSED: GapState.DISMISSED,
        GapEvent.RECURRED: GapState.WRITING,
    },
    GapState.CLOSED: {
        GapEvent.RECURRED: GapState.OPEN,
        GapEvent.REOPENED: GapState.OPEN,
    },
    # What was set aside stays aside, however often it is asked.
    GapState.DISMISSED: {
        GapEvent.RECURRED: GapState.DISMISSED,
        GapEvent.REOPENED: GapState.OPEN,
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Minutes of agents' time: `measured` in `cases` that are resolved, `estimated` for the rest."""

    measured: float = 0.0
    estimated: float = 0.0
    cases: int = 0

    @property
    def minutes(self) -> float:
        return self.measured + self.estimated


@dataclass(frozen=True, slots=True)
class Replayed:
    """A question asked again: its outcome's id, whether it is answered now, from where, how probably."""

    outcome: int
    answered: bool
    article: str | None
    title: str
    probability: float
    reason: str | None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What asking a gap's questions again has shown."""

    generation: int
    at: datetime
    replayed: tuple[Replayed, ...]

    @property
    def answered(self) -> int:
        return sum(each.answered for each in self.replayed)


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap with the questions in it, newest first, and what they cost.

    `article` is the one being written for it, or that closed it. `weeks` counts conversations a week, the
    oldest first; `reasons` says how often each reason left customers without an answer.
    """

    id: int
    state: GapState
    language: str
    clearest: str
    article: ArticleId | None
    opened_at: datetime
    changed_at: datetime
    questions: tuple[Outcome, ...] = ()
    times: int = 0
    week: Cost = field(default_factory=Cost)
    month: Cost = field(default_factory=Cost)
    ever: Cost = field(default_factory=Cost)
    weeks: tuple[int, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    proof: Proof | None = None
    note: str = ""

    def after(self, event: GapEvent) -> Gap:
        """The gap once this has happened, or GapMoveError."""
        allowed = TRANSITIONS[self.state]
        if event not in allowed:
            raise GapMoveError(self.id, self.state, event, tuple(allowed))
        return replace(self, state=allowed[event])


@dataclass(frozen=True, slots=True)
class Prices:
    """What cases have cost, to tell the cost of gaps from.

    minutes: agent minutes of each resolved case; shared: in how many gaps a case has questions; usual:
    minutes of a case in the middle; handed_over: the share, 0 to 1, of failed questions that end in a case.
    """

    minutes: Mapping[int, float]
    shared: Mapping[int, int]
    usual: float
    handed_over: float


def usual_minutes(minutes: Sequence[float]) -> float:
    """The median of the cases there are, once there are enough."""
    return float(median(minutes)) if len(minutes) >= ENOUGH_CASES else USUAL_MINUTES


def cost_of(questions: Iterable[Outcome], prices: Prices) -> Cost:
    """What these questions of one gap have cost; each conversation counts once.

    A resolved case counts with its own minutes, shared among the gaps it has questions in. One that is still
    open counts as a usual case. A question that led to no case counts with what such a question usually
    costs: some of them end with a person.
    """
    conversations: dict[str, int | None] = {}
    waits = set[str]()
    for each in questions:
        key = each.conversation or f"#{each.id}"
        conversations[key] = each.case if each.case is not None else conversations.get(key)
        if each.handoff is not None:
            waits.add(key)
    measured = estimated = 0.0
    cases = set[int]()
    for key, case in conversations.items():
        if case is not None and case in prices.minutes:
            if case not in cases:
                measured += prices.minutes[case] / max(1, prices.shared.get(case, 1))
            cases.add(case)
        else:
            estimated += prices.usual * (1.0 if key in waits else prices.handed_over)
    return Cost(measured, estimated, len(cases))


def weighed(gap: Gap, questions: Sequence[Outcome], prices: Prices, now: datetime) -> Gap:
    """The gap with its questions, their cost by period, their trend and their reasons."""
    newest = sorted(questions, key=lambda each: each.id, reverse=True)
    return replace(
        gap,
        clearest=gap.clearest or (newest[0].question if newest else ""),
        questions=tuple(newest),
        times=len({_asker(each) for each in newest}),
        week=cost_of(_since(newest, now - WEEK), prices),
        month=cost_of(_since(newest, now - MONTH), prices),
        ever=cost_of(newest, prices),
        weeks=trend(newest, now),
        reasons=tuple(Counter(why(each) for each in newest).most_common()),
    )


def ranked(gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    """The dearest of the last seven days first, then of the last thirty, then of all time."""
    return tuple(
        sorted(gaps, key=lambda gap: (*(-cost.minutes for cost in (gap.week, gap.month, gap.ever)), gap.id))
    )


def trend(questions: Iterable[Outcome], now: datetime) -> tuple[int, ...]:
    """Conversations with such a question in each of the last weeks, the oldest first."""
    weeks: list[set[str]] = [set() for _ in range(WEEKS)]
    for each in questions:
        back = (now - each.at) // timedelta(days=7)
        if 0 <= back < WEEKS:
            weeks[WEEKS - 1 - back].add(_asker(each))
    return tuple(map(len, weeks))


def why(outcome: Outcome) -> str:
    """The one reason to give for a question that failed: the hand-over's only where nothing else says."""
    if outcome.reaction == "rejected":
        return "rejected"
    return outcome.reason or outcome.handoff or "handed_over"


def _asker(outcome: Outcome) -> str:
    return outcome.conversation or f"#{outcome.id}"


def _since(questions: Iterable[Outcome], moment: datetime) -> list[Outcome]:
    return [each for each in questions if each.at >= moment]
