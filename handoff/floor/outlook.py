"""What a customer who waits may be told: their place, how long it may take, and what is promised."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import Clock
from handoff.case import Case, CaseStatus
from handoff.floor.floor import Floor, Status
from handoff.floor.routing import placed
from handoff.floor.rules import Rules
from handoff.floor.waiting import Pace, Range, forecast
from handoff.store.floor import FloorStore

_ENOUGH = 5  # cases, before anything is told from them
_CLOSED = 200  # the house's last closed cases, which its pace is told from
_WAITS = 50  # the team's last cases that a wait is told from where nobody is online
_ARRIVALS_WITHIN = timedelta(hours=1)
_FRESH_WITHIN = timedelta(seconds=10)
_LEAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A customer's place in their team's queue, 1 being next, and how long it may take: least and most.

    `wait` is None where there is too little to tell it from.
    """

    position: int
    wait: Range | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What holds for a customer now.

    open: whether their team works, or keeps no hours that it could be outside of; opens_at: when it next
    does, the moment itself while it works, None without hours. anybody_online: whether somebody who may take
    the case is at the desk. place: None once somebody has it, or nobody ever will. promised_by: when they are
    to hear from a person at the latest. zone: the team's time zone, which these are told in. staffed: whether
    agents of the team show when they are there; where none does, being online tells nothing. owed: whether
    nobody has answered yet, so that the promise still stands; late: whether a promised time has passed so, be
    there a new one or not.
    """

    open: bool
    opens_at: datetime | None
    anybody_online: bool
    place: Place | None
    promised_by: datetime
    zone: str = "UTC"
    staffed: bool = False
    owed: bool = True
    late: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """The case that a customer waits with, and what they may be told.

    version: grows whenever the case file says something else; when it was written, in milliseconds.
    """

    case: int
    version: int
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class _Told:
    """A forecast and what it was made from, for as long as that holds; `line` are the cases in the queue."""

    line: frozenset[int]
    members: tuple[tuple[str, Status, int], ...]
    at: datetime
    waits: Mapping[int, Range]


class Outlooks:
    """Answers for all who wait from one forecast.

    It is made anew for whoever comes into the queue and when somebody sits down or leaves, else every few
    seconds: a case that somebody takes changes the places behind it at once, and their waits hardly.
    """

    def __init__(
        self,
        store: FloorStore,
        waits: Callable[[str, int], Sequence[timedelta]],
        rules: Callable[[], Rules],
        clock: Clock,
    ) -> None:
        """waits: how long so many of a team's last cases had to wait."""
        self._store, self._usual_waits, self._rules, self._clock = store, waits, rules, clock
        self._lock = threading.Lock()
        self._told: _Told | None = None
        self._usual: dict[str, tuple[datetime, tuple[timedelta, ...]]] = {}  # by team: when it was read

    def of(self, case: Case) -> Outlook:
        """All that its customer may be told."""
        return self._of(case, self._store.floor())

    def wait(self, conversation_id: str) -> Wait | None:
        """What the customer of a conversation waits with; None where no case of its own is open."""
        seen = self._store.seen()
        case = seen.board.hearing(conversation_id)
        if case is None:
            return None
        version = milliseconds(seen.board.told_at[case.number])
        return Wait(case.number, version, self._of(case, seen.floor))

    def anybody_waits(self) -> bool:
        """Whether there is a case that nobody holds."""
        floor = self._store.floor()
        return bool(floor.waiting or floor.waiting_outside)

    def _of(self, case: Case, floor: Floor) -> Outlook:
        rules, now = self._rules(), self._clock.now()
        team = rules.team(case.team)
        opens_at = team.calendar.next_open(now)
        waits = case.agent is None and case.status is not CaseStatus.RESOLVED
        owed, watch = case.first_reply_by is not None, floor.watch(case)
        promised_by = watch.promised_by or case.due_by
        # Of the people of a helpdesk outside nobody here knows who is there.
        seats = () if case.number in floor.outside else floor.members
        return Outlook(
            open=opens_at is None or opens_at <= now,
            opens_at=opens_at,
            anybody_online=any(
                member.present(now) == "online" and member.serves(team.name, team.skills) for member in seats
            ),
            place=self._place(case, floor) if waits else None,
            promised_by=promised_by,
            zone=team.calendar.zone,
            staffed=any(member.serves(team.name, team.skills) for member in seats),
            owed=owed,
            late=owed and (watch.late > 0 or promised_by <= now),
        )

    def _place(self, case: Case, floor: Floor) -> Place:
        if case.number in floor.outside:
            return Place(placed(floor.waiting_outside, case), self._as_usual(case))
        waits = self._waits(case, floor)
        return Place(placed(floor.waiting, case), waits.get(case.number) or self._as_usual(case))

    def _waits(self, case: Case, floor: Floor) -> Mapping[int, Range]:
        now = self._clock.now()
        members = tuple((each.email, each.present(now), each.capacity) for each in floor.members)
        with self._lock:
            told = self._told
            if (
                told is not None
                and case.number in told.line
                and told.members == members
                and now - told.at < _FRESH_WITHIN
            ):
                return told.waits
            waits = self._forecast(floor, now)
            line = frozenset(each.number for each in (*floor.waiting, case))
            self._told = _Told(line, members, now, waits)
            return waits

    def _forecast(self, floor: Floor, now: datetime) -> Mapping[int, Range]:
        if not floor.waiting or not floor.members:
            return {}
        held = self._store.held_for(_CLOSED)
        if sum(map(len, held.values())) < _ENOUGH:
            return {}
        lately = self._store.opened_since(now - _ARRIVALS_WITHIN)
        return forecast(floor, Pace(held, lately, _ARRIVALS_WITHIN), self._rules(), now)

    def _as_usual(self, case: Case) -> Range | None:
        """The range that three in five of the team's last cases waited, less the time already waited.

        What is told where agents take cases by hand: nobody knows when the next one will. Outside the team's
        hours, the time until they open comes on top.
        """
        now = self._clock.now()
        waits = self._waited(case.team, now)
        if len(waits) < _ENOUGH:
            return None
        opens = self._rules().team(case.team).calendar.next_open(now) or now
        waited = now - case.opened_at
        least, most = (
            max(timedelta(), waits[round(share * (len(waits) - 1))] - waited) for share in (0.2, 0.8)
        )
        return opens - now + least, opens - now + max(most, least, _LEAST)

    def _waited(self, team: str, now: datetime) -> tuple[timedelta, ...]:
        """How long the team's last cases waited, the shortest first; read anew every few seconds."""
        read_at, waits = self._usual.get(team, (None, ()))
        if read_at is None or now - read_at >= _FRESH_WITHIN:
            waits = tuple(sorted(self._usual_waits(team, _WAITS)))
            self._usual[team] = (now, waits)
        return waits


def milliseconds(at: datetime) -> int:
    """Since 1970."""
    return round(at.timestamp() * 1000)
