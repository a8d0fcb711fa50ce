"""Whether the waits that customers are told come true: days at a desk, played event by event.

Cases, agents and their hours are made up; who gets which case and what the customers are told is decided by
the room's own routing and waiting.

    python -m tests.benchmarks.waiting [--seeds 4] [--days 2]

How many waits ended inside the range that was told when the case was opened, on quiet and on busy days.
"""

from __future__ import annotations

import argparse
import heapq
import random
import statistics
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from handoff.case import Case, CaseStatus
from handoff.escalation import Reason
from handoff.floor.floor import Floor, Member, Status, Watch
from handoff.floor.hours import Calendar
from handoff.floor.rounds import decide
from handoff.floor.rules import Priority, RaiseRule, Rules, Target, Team
from handoff.floor.waiting import PLAYS, Pace, Range, forecast
from tests.benchmarks.machine import machine

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)
HOURS = Calendar(hours={day: ((time(8), time(17)),) for day in range(7)})
RULES = Rules(
    teams=(
        Team("orders", skills=("orders",), calendar=HOURS),
        Team("billing", skills=("billing",), calendar=HOURS, overflow="orders"),
    ),
    fallback="orders",
    targets={
        Priority.URGENT: Target(timedelta(minutes=5), timedelta(hours=2)),
        Priority.HIGH: Target(timedelta(minutes=15), timedelta(hours=8)),
        Priority.NORMAL: Target(timedelta(hours=1), timedelta(hours=16)),
        Priority.LOW: Target(timedelta(hours=4), timedelta(hours=40)),
    },
    raises=(RaiseRule("waiting", "it waits", Priority.URGENT, waited=timedelta(minutes=30)),),
)
PRIORITIES = ((Priority.URGENT, 5), (Priority.HIGH, 20), (Priority.NORMAL, 55), (Priority.LOW, 20))
BY_HOUR = {7: 0.3, 8: 0.8, 9: 1.2, 10: 1.4, 11: 1.2, 12: 1.0, 13: 1.2, 14: 1.1, 15: 0.9, 16: 0.6}
"""How many cases come in, of those of a usual hour."""

QUIET, USUAL, BUSY, TOO_BUSY = 0.45, 0.75, 1.0, 1.2
"""Cases that come in, of those that the desk could just do."""

_TAKES = {"orders": 11.0, "billing": 16.0}  # minutes, the median of a case
_SPREAD = 0.6
_PATIENCE = 60.0  # minutes, on average
_SILENT = 0.02  # of the cases that an agent overlooks
_STEP = timedelta(seconds=20)
_MOMENT = timedelta(seconds=2)


@dataclass
class Agent:
    """Somebody's day: when they come, when they are away, when they leave; and how fast they are."""

    member: Member
    pace: float
    changes: Sequence[tuple[datetime, Status | None]]


@dataclass
class Wait:
    """What one customer was told, and how long they waited; `took` is None for one who gave up."""

    told: Range | None
    took: timedelta | None = None


@dataclass
class Day:
    """One desk from before it opens until it has closed."""

    rng: random.Random
    load: float
    plays: int = PLAYS
    held: deque[tuple[str, timedelta]] = field(default_factory=lambda: deque(maxlen=200))
    waits: dict[int, Wait] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    watches: dict[int, Watch] = field(default_factory=dict)
    lost: dict[int, dict[str, tuple[datetime, ...]]] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    at_desk: dict[str, bool] = field(default_factory=dict)
    events: list[tuple[datetime, int, str, object]] = field(default_factory=list)
    opened: deque[Case] = field(default_factory=deque)
    serial: int = 0

    def play(self, start: datetime, staff: Sequence[Agent]) -> None:
        """From seven until the last of the day's cases is out of the queue, or seven in the evening."""
        self.agents = {agent.member.email: agent for agent in staff}
        self.at_desk = dict.fromkeys(self.agents, False)
        for agent in staff:
            for at, status in agent.changes:
                self._later(at, "status", (agent.member.email, status))
        for at in _arrivals(self.rng, start, self.load):
            self._later(at, "case", None)
        now, end = start + timedelta(hours=7), start + timedelta(hours=19)
        while now < end:
            upto = min(self.events[0][0] if self.events else end, now + _STEP)
            now = max(now, upto)
            while self.events and self.events[0][0] <= now:
                _, _, what, about = heapq.heappop(self.events)
                self._happens(what, about, now)
            self._rounds(now)

    def _happens(self, what: str, about: object, now: datetime) -> None:
        if what == "status":
            email, status = about  # type: ignore[misc]
            agent = self.agents[email]
            self.at_desk[email] = status is not None
            if status is not None:
                agent.member = replace(agent.member, status=status, status_at=now, last_seen=now)
        elif what == "case":
            self._opens(now)
        else:
            number, since = about  # type: ignore[misc]
            self._goes_on(what, number, since, now)

    def _opens(self, now: datetime) -> None:
        number = 1001 + len(self.waits)
        case = _case(self.rng, number, now)
        self.cases[number] = case
        self.opened.append(case)
        while self.opened and now - self.opened[0].opened_at > timedelta(hours=1):
            self.opened.popleft()
        held: dict[str, list[timedelta]] = {}
        for team, took in self.held:
            held.setdefault(team, []).append(took)
        told: Mapping[int, Range] = {}
        if len(self.held) >= 5:
            told = forecast(self._floor(now), Pace(held, tuple(self.opened)), RULES, now, plays=self.plays)
        self.waits[number] = Wait(told.get(number))
        self._later(now + timedelta(minutes=self.rng.expovariate(1 / _PATIENCE)), "gives up", (number, None))

    def _goes_on(self, what: str, number: int, since: datetime | None, now: datetime) -> None:
        case = self.cases.get(number)
        if case is None or case.held_since != since:
            return
        if what == "reply":
            self.cases[number] = replace(case, waiting_since=None, first_reply_by=None)
        elif what == "close" and since is not None:
            self.held.append((case.team, now - since))
            del self.cases[number]
        elif what == "gives up" and number in self.waits and self.waits[number].took is None:
            del self.cases[number]

    def _rounds(self, now: datetime) -> None:
        for _ in range(9):
            moves = decide(self._floor(now), RULES, now)
            for member in moves.left:
                self.agents[member.email].member = member
            for move in moves.moves:
                self._moved(move.before, move.change.case, move.given, now)
                if move.watch is not None:
                    self.watches[move.before.number] = move.watch
            if not moves:
                return

    def _moved(self, before: Case, case: Case, given: str | None, now: datetime) -> None:
        number = case.number
        self.cases[number] = case
        if before.agent is not None and case.agent is None:
            lost = self.lost.setdefault(number, {})
            lost[before.agent] = (*lost.get(before.agent, ()), now)
        if given is None:
            return
        agent = self.agents[given]
        agent.member = replace(agent.member, given_at=now)
        wait = self.waits[number]
        wait.took = wait.took if wait.took is not None else now - case.opened_at
        if self.rng.random() < _SILENT:
            return
        self._later(now + timedelta(seconds=self.rng.uniform(20, 90)), "reply", (number, now))
        takes = _TAKES[case.team] * agent.pace * self.rng.lognormvariate(0, _SPREAD)
        self._later(now + timedelta(minutes=takes), "close", (number, now))

    def _floor(self, now: datetime) -> Floor:
        members = [
            replace(agent.member, last_seen=now) if self.at_desk[agent.member.email] else agent.member
            for agent in self.agents.values()
        ]
        for member in members:
            self.agents[member.email].member = member
        line = sorted(
            self.cases.values(),
            key=lambda case: (case.due_by, case.priority.rank, case.opened_at, case.number),
        )
        return Floor(tuple(line), tuple(members), self.watches, self.lost)

    def _later(self, at: datetime, what: str, about: object) -> None:
        self.serial += 1
        heapq.heappush(self.events, (at, self.serial, what, about))


@dataclass(frozen=True)
class Coverage:
    """Waits inside what was told: all of them, and those who were not served at once."""

    told: int
    inside: int
    waited: int
    waited_inside: int
    widths: Sequence[float]
    waits: Sequence[float]

    def __str__(self) -> str:
        share = self.inside / max(1, self.told)
        waited = self.waited_inside / max(1, self.waited)
        width = statistics.median(self.widths) if self.widths else 0.0
        wait = statistics.median(self.waits) if self.waits else 0.0
        return (
            f"{self.told:5} told, {share:5.1%} inside; {self.waited:5} had to wait, {waited:5.1%} inside, "
            f"median wait {wait:.0f} min, median range {width:.0f} min wide"
        )


def measured(load: float, seed: int, *, days: int = 2, plays: int = PLAYS) -> Coverage:
    """A desk's days in a row, the first of which only teaches it how long cases take."""
    rng = random.Random(seed)
    held: deque[tuple[str, timedelta]] = deque(maxlen=200)
    staff, found = _staff(rng), list[Wait]()
    for number in range(days + 1):
        start = MIDNIGHT + timedelta(days=number)
        for agent in staff:
            agent.changes = _changes(rng, start)
        day = Day(rng, load, plays, held)
        day.play(start, staff)
        if number:
            found += day.waits.values()
    return coverage(found)


def coverage(waits: Sequence[Wait]) -> Coverage:
    """Who gave up is left out: how long they would have waited, nobody knows."""
    ended = [(wait.told, wait.took) for wait in waits if wait.told is not None and wait.took is not None]
    inside = [told[0] - _MOMENT <= took <= told[1] + _MOMENT for told, took in ended]
    later = [took > timedelta(seconds=30) for _, took in ended]
    return Coverage(
        len(ended),
        sum(inside),
        sum(later),
        sum(each for each, waited in zip(inside, later, strict=True) if waited),
        [(t[1] - t[0]) / timedelta(minutes=1) for (t, _), waited in zip(ended, later, strict=True) if waited],
        [took / timedelta(minutes=1) for (_, took), waited in zip(ended, later, strict=True) if waited],
    )


def together(found: Sequence[Coverage]) -> Coverage:
    """Several as one."""
    return Coverage(
        sum(each.told for each in found),
        sum(each.inside for each in found),
        sum(each.waited for each in found),
        sum(each.waited_inside for each in found),
        [width for each in found for width in each.widths],
        [wait for each in found for wait in each.waits],
    )


def _staff(rng: random.Random) -> list[Agent]:
    teams = [("orders",), ("orders",), ("orders", "billing"), ("billing",), ("billing", "orders")]
    languages = [("nb", "en"), ("nb",), ("en", "nb"), ("nb", "en"), ("nb", "en")]
    return [
        Agent(
            Member(f"a{i}@desk.example", f"Agent {i}", teams[i], teams[i], languages[i], 3),
            rng.uniform(0.8, 1.3),
            (),
        )
        for i in range(5)
    ]


def _changes(rng: random.Random, start: datetime) -> list[tuple[datetime, Status | None]]:
    """Come around eight, have lunch, step out now and then, close the desk around five."""

    def at(minutes: float) -> datetime:
        return start + timedelta(minutes=minutes)

    comes, lunch = rng.gauss(8 * 60, 5), rng.uniform(11 * 60, 13 * 60)
    leaves = rng.gauss(17 * 60 + 10, 8)
    steps_out = [rng.uniform(9 * 60, 16 * 60) for _ in range(2)]
    changes: list[tuple[datetime, Status | None]] = [(at(comes), "online"), (at(leaves), None)]
    for out, back in [(lunch, lunch + 30), *((out, out + rng.uniform(3, 10)) for out in steps_out)]:
        changes += [(at(out), "busy"), (at(back), "online")]
    return changes


def _arrivals(rng: random.Random, start: datetime, load: float) -> list[datetime]:
    # Five agents with three chats each, of thirteen minutes at the median and sixteen on average.
    usual = 5 * 3 * 60 / 16.5
    moments = []
    for hour, share in BY_HOUR.items():
        at = 0.0
        while (at := at + rng.expovariate(usual * load * share / 60)) < 60:
            moments.append(start + timedelta(hours=hour, minutes=at))
    return moments


def _case(rng: random.Random, number: int, now: datetime) -> Case:
    team = RULES.team("orders" if rng.random() < 0.6 else "billing")
    priority = rng.choices([each for each, _ in PRIORITIES], [share for _, share in PRIORITIES])[0]
    language = "nb" if rng.random() < 0.7 else "en"
    target = RULES.targets[priority]
    return Case(
        number=number,
        handoff_id=f"c{number}-1",
        conversation_id=f"c{number}",
        episode=1,
        status=CaseStatus.OPEN,
        team=team.name,
        priority=priority,
        priority_because=f"{priority.capitalize()}: it is.",
        skills=(language, *team.skills),
        language=language,
        headline="",
        reason=Reason.NO_ANSWER,
        channel="web",
        customer_id=f"customer {number}",
        customer_name=None,
        agent=None,
        agent_name=None,
        opened_at=now,
        waiting_since=now,
        first_reply_by=team.calendar.due(now, target.first_reply_within),
        resolve_by=team.calendar.due(now, target.resolve_within),
        claimed_at=None,
        first_replied_at=None,
        resolved_at=None,
        outcome=None,
        unread=1,
        last_seq=1,
        version=1,
    )


def main() -> None:
    """Quiet and busy days, each with several seeds."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--seeds", type=int, default=4, help="how many desks of each kind")
    told.add_argument("--days", type=int, default=2, help="of each desk, after the first that it learns from")
    given = told.parse_args()
    print(machine())
    for name, load in (("quiet", QUIET), ("usual", USUAL), ("busy", BUSY), ("too busy", TOO_BUSY)):
        found = [measured(load, seed, days=given.days) for seed in range(given.seeds)]
        for seed, coverage in enumerate(found):
            print(f"{name:8} days, seed {seed}: {coverage}", flush=True)
        print(f"{name:8} days, together: {together(found)}", flush=True)


if __name__ == "__main__":
    main()
