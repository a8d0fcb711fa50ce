"""What a resolved case teaches those who write articles: asked, answered, in how many minutes. Pure.

Nothing in it points to the customer; an agent's words are otherwise as they were written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.entry import Entry
from handoff.learning.impersonal import impersonal

ACTIVE_WITHIN = timedelta(minutes=10)
"""An agent who has done nothing for longer than this was busy with something else."""


@dataclass(frozen=True, slots=True)
class Said:
    """An agent's reply to the customer; `number` is the message's, None until it has been delivered."""

    number: int | None
    agent: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """One resolved case. `asked_in` are the messages that hold the question, `minutes` is agents' time."""

    case: int
    conversation_id: str
    language: str
    question: str
    asked_in: tuple[int, ...]
    replies: tuple[Said, ...]
    minutes: float
    outcome: str
    reason: str
    resolved_at: datetime


def lesson_of(case: Case, summary: CaseSummary, thread: Sequence[Entry]) -> Lesson:
    """The lesson of a case that is resolved, from its summary and its whole thread."""
    assert case.outcome is not None and case.resolved_at is not None
    names = [case.customer_name or "", *(fact.words for fact in summary.facts if fact.name == "name")]
    given = [name for name in names if name.strip()]

    def clean(text: str) -> str:
        return impersonal(text, language=case.language, names=given)

    # Of several wishes the last that says something: "and that one?" says nothing by itself.
    asked = max(reversed(summary.ask or (summary.headline,)), key=lambda ask: min(len(ask.text.split()), 6))
    return Lesson(
        case=case.number,
        conversation_id=case.conversation_id,
        language=case.language,
        question=clean(asked.text),
        asked_in=asked.messages,
        replies=tuple(
            Said(entry.number, entry.name or "", clean(entry.text), entry.at)
            for entry in thread
            if entry.kind == "reply"
        ),
        minutes=round(handling(case, thread) / timedelta(minutes=1), 1),
        outcome=case.outcome.value,
        reason=case.reason.value,
        resolved_at=case.resolved_at,
    )


def handling(case: Case, thread: Sequence[Entry]) -> timedelta:
    """Agents' time in a case: from the claim to the end, pauses counted as ACTIVE_WITHIN at most.

    A pause is the time between two things that an agent did, or that the customer said to one.
    """
    if case.claimed_at is None or case.resolved_at is None:
        return timedelta()
    at_work = ("customer", *_agents(thread))
    moments = sorted(
        {case.claimed_at, case.resolved_at}
        | {
            entry.at
            for entry in thread
            if entry.author in at_work and case.claimed_at <= entry.at <= case.resolved_at
        }
    )
    pauses = (later - earlier for earlier, later in pairwise(moments))
    return sum((min(pause, ACTIVE_WITHIN) for pause in pauses), timedelta())


def _agents(thread: Sequence[Entry]) -> tuple[str, ...]:
    return tuple({entry.author for entry in thread if entry.kind != "line" and entry.author != "system"})
