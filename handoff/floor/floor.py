"""What routing looks at: the cases not resolved, who sits at the desk, and what has been tried. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from handoff.case import Case, CaseStatus
from handoff.verbs.change import Change, FollowUp

Status = Literal["online", "busy", "away"]
"""`online` is given cases, `busy` keeps what they have and gets nothing new, `away` loses who waits there."""

STATUSES: tuple[Status, ...] = ("online", "busy", "away")

GONE_WITHIN = timedelta(seconds=60)
"""How long a desk may be silent, or its agent away, before somebody else is given who waits there."""


OUTSIDE = ".outside"
"""What the address of an agent ends with who works somewhere else, and has no seat here."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who takes cases; without `teams` or `languages` they take any, without `skills` they have all.

    languages: the one they write best first. capacity: cases routed to them at a time. status_at: since when
    the status holds. last_seen: when their desk was last open. given_at: when a case was last routed to them.
    """

    email: str
    name: str
    teams: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    capacity: int = 3
    status: Status = "away"
    status_at: datetime | None = None
    last_seen: datetime | None = None
    given_at: datetime | None = None

    def gone(self, now: datetime) -> bool:
        """Whether their desk has been closed for so long that they are away, whatever they said."""
        return self.last_seen is None or now - self.last_seen > GONE_WITHIN

    def present(self, now: datetime) -> Status:
        """What they said, unless they are gone."""
        return "away" if self.gone(now) else self.status

    def leaves_at(self) -> datetime | None:
        """When they lose the cases of those who wait, unless they come back; None if they never sat down."""
        since = self.status_at if self.status == "away" else self.last_seen
        return None if since is None else since + GONE_WITHIN

    def serves(self, team: str, skills: Sequence[str]) -> bool:
        """Whether they belong to the team and have all that its cases need."""
        return (not self.teams or team in self.teams) and (
            not self.skills or all(skill in self.skills for skill in skills)
        )

    def writes(self, language: str) -> int | None:
        """0 where they write the language best, 1 where they write it too, else None."""
        if not self.languages or self.languages[0] == language:
            return 0
        return 1 if language in self.languages else None


@dataclass(frozen=True, slots=True)
class Watch:
    """What has been done about a case already, so that it is done once.

    told: the warnings given. raised: the rules that have raised its priority while it waited. teams: those it
    has overflowed from. late: how often its customer was told of a delay; promised_by: what they were told.
    """

    told: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    late: int = 0
    promised_by: datetime | None = None


UNWATCHED = Watch()


@dataclass(frozen=True)
class Floor:
    """The desk at one moment.

    cases: those not resolved, in the queue's order. tried: for a case in the queue, who has lost it, and
    when each time. last_agents: for a case in the queue, who helped its customer last (an e-mail). promises:
    what was promised for a day and is not done, each with its case, which may be resolved. outside: the
    numbers of the cases that the people of a helpdesk outside work on: nobody here is given them.
    """

    cases: tuple[Case, ...]
    members: tuple[Member, ...]
    watches: Mapping[int, Watch] = field(default_factory=dict)
    tried: Mapping[int, Mapping[str, tuple[datetime, ...]]] = field(default_factory=dict)
    last_agents: Mapping[int, str] = field(default_factory=dict)
    promises: tuple[tuple[FollowUp, Case], ...] = ()
    outside: frozenset[int] = frozenset()

    @cached_property
    def waiting(self) -> tuple[Case, ...]:
        """The cases that nobody holds and that are our own people's, in the queue's order."""
        return tuple(case for case in self._unheld if case.number not in self.outside)

    @cached_property
    def waiting_outside(self) -> tuple[Case, ...]:
        """The same of those that the people of a helpdesk outside are to take."""
        return tuple(case for case in self._unheld if case.number in self.outside)

    @cached_property
    def held(self) -> tuple[Case, ...]:
        """The cases that somebody of ours works on; one that sleeps takes no room."""
        return tuple(
            case
            for case in self.cases
            if case.agent is not None
            and case.status is CaseStatus.OPEN
            and case.number not in self.outside
            and not case.agent.endswith(OUTSIDE)
        )

    @cached_property
    def load(self) -> Mapping[str, int]:
        """How many cases each agent works on, by e-mail."""
        return Counter(case.agent for case in self.held if case.agent is not None)

    def member(self, email: str | None) -> Member | None:
        """Who sits there; None for somebody who only claims by hand."""
        return self._by_email.get(email or "")

    def watch(self, case: Case) -> Watch:
        """What has been done about a case."""
        return self.watches.get(case.number, UNWATCHED)

    @cached_property
    def _unheld(self) -> tuple[Case, ...]:
        return tuple(case for case in self.cases if case.agent is None and case.status is CaseStatus.OPEN)

    @cached_property
    def _by_email(self) -> Mapping[str, Member]:
        return {member.email: member for member in self.members}


@dataclass(frozen=True, slots=True)
class Move:
    """One decision about one case: what it becomes, and what is remembered of it.

    given: the e-mail of whom it was routed to.
    """

    before: Case
    change: Change
    watch: Watch | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Moves:
    """What is to be done in one round; `left` are members who have gone, with their new status."""

    moves: Sequence[Move] = ()
    left: Sequence[Member] = ()

    def __bool__(self) -> bool:
        return bool(self.moves or self.left)
