"""The cases that are not resolved, as desks and customers ask for them. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from handoff.case import Case, CaseStatus
from handoff.verbs.queue import UNFILTERED, Filters, View


@dataclass(frozen=True)
class Board:
    """One moment's cases, counted once for all who look at it.

    cases: in the queue's order. told_at: when the summary of each was written last, by its number.
    """

    cases: tuple[Case, ...] = ()
    told_at: Mapping[int, datetime] = field(default_factory=dict)

    def case(self, number: int) -> Case | None:
        """The case of a number, unless it is resolved."""
        return self._by_number.get(number)

    def hearing(self, conversation_id: str) -> Case | None:
        """The conversation's own case; None too where it goes on in one that its own was merged into."""
        return self._by_conversation.get(conversation_id)

    def counts(self, filters: Filters, *, agent: str, now: datetime) -> dict[View, int]:
        """How many cases each view holds that the cases themselves tell of."""
        if filters == UNFILTERED:
            return self._tally.counts(agent, now)
        return _Tally.of(case for case in self.cases if filters.let_through(case)).counts(agent, now)

    @cached_property
    def _tally(self) -> _Tally:
        return _Tally.of(self.cases)

    @cached_property
    def _by_number(self) -> Mapping[int, Case]:
        return {case.number: case for case in self.cases}

    @cached_property
    def _by_conversation(self) -> Mapping[str, Case]:
        return {case.conversation_id: case for case in self.cases}


@dataclass(frozen=True, slots=True)
class _Tally:
    """What is open and awake by its agent (None: nobody), and what sleeps.

    warned: open cases whose deadline was spoken of; due: the deadlines of the other open ones, in order.
    """

    held: Mapping[str | None, int]
    open: int
    snoozed: int
    warned: int
    due: tuple[datetime, ...]

    @classmethod
    def of(cls, cases: Iterable[Case]) -> _Tally:
        awake, asleep = [], 0
        for case in cases:
            if case.status is CaseStatus.OPEN:
                awake.append(case)
            else:
                asleep += 1
        due = sorted(case.due_by for case in awake if not case.due_warned)
        held = Counter(case.agent for case in awake)
        return cls(held, len(awake), asleep, len(awake) - len(due), tuple(due))

    def counts(self, agent: str, now: datetime) -> dict[View, int]:
        return {
            "mine": self.held.get(agent, 0),
            "unassigned": self.held.get(None, 0),
            "all": self.open,
            "snoozed": self.snoozed,
            "breaching": self.warned + bisect_right(self.due, now),
        }
