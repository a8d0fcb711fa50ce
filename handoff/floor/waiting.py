"""How long customers may have to wait, as a range, from who is at the desk and how they work. Pure.

The desk's next hours are played many times over, in the routing's own order: agents become free after times
like those that the last cases took, who waits is given out in turn, and cases like those of the last hour
come in between. What most of these plays have in common is the range.
"""

from __future__ import annotations

import heapq
import math
import random
from bisect import bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import NormalDist

from handoff.case import Case
from handoff.floor.floor import Floor, Member
from handoff.floor.routing import candidates, needed
from handoff.floor.rules import Rules

Range = tuple[timedelta, timedelta]
"""The least and the most that a wait may take from now on."""

PLAYS = 60
SHARES = (0.02, 0.95)
"""The range holds the plays between these shares of them."""

_ENOUGH = 5  # of a team's own cases, before their times are drawn from instead of everybody's
_KNOWN_WITHIN = timedelta(days=14)  # members who were seen lately are expected at opening time
_IN_TIME = 0.9  # the share of them who come at about that time
_LATE = 9  # times as late as those in time at most
_COMES_WITHIN = 600.0  # seconds before or after opening
_BACK_WITHIN = 900.0  # seconds, on average, until somebody who is busy takes cases again
# By how much a case takes longer or shorter than one before it: a fifth, mostly.
_SPREADS = tuple(math.exp(0.2 * NormalDist().inv_cdf((i + 0.5) / 64)) for i in range(64))
_HORIZON = 12 * 3600.0  # seconds; who waits longer than that is told nothing
_MINUTE = 60.0

_Order = tuple[float, int, float]
"""Deadline, priority, age: the queue's order."""

_Able = Mapping[str, float]
"""Who may take a case (an e-mail), and from when on, in seconds from now."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What was lately: by team, for how long cases were held until closed; the cases opened `within`."""

    held: Mapping[str, Sequence[timedelta]]
    lately: Sequence[Case] = ()
    within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Waiter:
    """A case in line; `number` is 0 for one that has yet to come in."""

    order: _Order
    number: int
    team: str
    able: _Able


def forecast(
    floor: Floor, pace: Pace, rules: Rules, now: datetime, *, plays: int = PLAYS
) -> Mapping[int, Range]:
    """By case number, the range for each case in the queue that somebody is there for, or will be.

    The same floor gives the same ranges: the plays' chance starts from the queue itself.
    """
    line = [
        _Waiter(_order(case, now), case.number, rules.team(case.team).name, able)
        for case in floor.waiting
        if (able := _able(case, floor, rules, now))
    ]
    if not line or not any(pace.held.values()):
        return {}
    rng = random.Random(sum(waiter.number for waiter in line))
    times = _Times(pace, rng)
    desk = _Desk(line, floor, times, now, rng)
    newcomers = _Newcomers(line, pace, floor, rules, now, rng)
    waits: dict[int, list[float]] = {waiter.number: [] for waiter in line}
    for _ in range(max(30, min(plays, plays * 40 // len(line)))):
        for number, wait in _play(line, desk.slots(), times, newcomers.come()).items():
            waits[number].append(wait)
    ranges = ((number, _range(sorted(found))) for number, found in waits.items())
    return {number: found for number, found in ranges if found is not None}


def _play(
    line: Sequence[_Waiter],
    free: list[tuple[float, str]],
    times: _Times,
    newcomers: Iterator[tuple[float, _Waiter]],
) -> Mapping[int, float]:
    """When each of the line is given to somebody, in seconds from now."""
    heapq.heapify(free)
    waiting, owed = sorted(line, key=_by_order), len(line)
    started = dict.fromkeys((waiter.number for waiter in line), math.inf)
    comes, newcomer = next(newcomers)
    while free and owed and free[0][0] < _HORIZON:
        at, email = heapq.heappop(free)
        while comes <= at:
            insort(waiting, newcomer, key=_by_order)
            comes, newcomer = next(newcomers)
        taken, later = None, math.inf
        for each in waiting:
            since = each.able.get(email, math.inf)
            if since <= at:
                taken = each
                break
            later = min(later, since)
        if taken is not None:
            waiting.remove(taken)
            if taken.number:
                owed -= 1
                started[taken.number] = at
            heapq.heappush(free, (at + times.whole(taken.team), email))
        elif later < math.inf:
            # Nothing for them yet: they look again once somebody has waited for long enough.
            heapq.heappush(free, (later, email))
    return started


class _Times:
    """How long cases take, drawn from those before them, in seconds."""

    def __init__(self, pace: Pace, rng: random.Random) -> None:
        self._rng = rng
        self._held = {team: sorted(t.total_seconds() for t in times) for team, times in pace.held.items()}
        self._all = sorted(seconds for times in self._held.values() for seconds in times)
        self._mean = max(_MINUTE, sum(self._all) / len(self._all))

    def whole(self, team: str) -> float:
        """How long a case of the team may take."""
        held, chance = self._of(team), self._rng.random
        return held[int(chance() * len(held))] * _SPREADS[int(chance() * len(_SPREADS))]

    def rest(self, team: str, age: float) -> float:
        """How much longer one may take that has taken `age` already."""
        held = self._of(team)
        longer = bisect_right(held, age)
        chance = self._rng.random
        if longer < len(held):
            like = held[longer + int(chance() * (len(held) - longer))]
            return (like - age) * _SPREADS[int(chance() * len(_SPREADS))]
        return self._rng.expovariate(1 / self._mean)

    def _of(self, team: str) -> Sequence[float]:
        own = self._held.get(team, ())
        return own if len(own) >= _ENOUGH else self._all


class _Desk:
    """Whose places at the desk the line waits for."""

    def __init__(
        self, line: Sequence[_Waiter], floor: Floor, times: _Times, now: datetime, rng: random.Random
    ) -> None:
        self._times, self._rng = times, rng
        wanted = {email for waiter in line for email in waiter.able}
        members = [member for member in floor.members if member.email in wanted]
        self._there = [member for member in members if member.present(now) != "away"]
        self._busy = {member.email for member in self._there if member.present(now) == "busy"}
        self._coming = [
            (member, min(waiter.able[member.email] for waiter in line if member.email in waiter.able))
            for member in members
            if member.present(now) == "away"
        ]
        self._held: dict[str, list[tuple[str, float]]] = {member.email: [] for member in self._there}
        for case in floor.held:
            if case.agent in self._held and case.held_since is not None:
                self._held[case.agent].append((case.team, (now - case.held_since).total_seconds()))

    def slots(self) -> list[tuple[float, str]]:
        """When each place is free: now, once its case is closed, or once its agent has come."""
        slots: list[tuple[float, str]] = []
        for member in self._there:
            back = self._rng.expovariate(1 / _BACK_WITHIN) if member.email in self._busy else 0.0
            rests = sorted(self._times.rest(team, age) for team, age in self._held[member.email])
            slots += [(back, member.email)] * (member.capacity - len(rests))
            # Who holds more than they have room for gets nothing new until they have room again.
            slots += [
                (max(back, rest), member.email) for rest in rests[max(0, len(rests) - member.capacity) :]
            ]
        for member, opens in self._coming:
            late = self._rng.random() > _IN_TIME
            comes = opens + self._rng.uniform(0.0, (_LATE if late else 2) * _COMES_WITHIN)
            slots += [(comes, member.email)] * member.capacity
        return slots


class _Newcomers:
    """Cases like those of the last hour that come in later, as far as they go before somebody in line."""

    def __init__(
        self,
        line: Sequence[_Waiter],
        pace: Pace,
        floor: Floor,
        rules: Rules,
        now: datetime,
        rng: random.Random,
    ) -> None:
        self._rng = rng
        self._last = max(waiter.order for waiter in line)
        self._like = [
            (
                rules.targets[case.priority].first_reply_within.total_seconds(),
                case.priority.rank,
                rules.team(case.team).name,
                dict.fromkeys((member.email for member in _online(case, floor, rules, now)), 0.0),
            )
            for case in pace.lately
        ]
        self._rate = len(pace.lately) / pace.within.total_seconds()
        soonest = min((within for within, *_ in self._like), default=math.inf)
        self._until = self._last[0] - soonest

    def come(self) -> Iterator[tuple[float, _Waiter]]:
        """One after the other, with when it comes; without end, though the last never comes."""
        at = 0.0
        while self._rate:
            at += self._rng.expovariate(self._rate)
            if at > self._until:
                break
            within, rank, team, able = self._like[int(self._rng.random() * len(self._like))]
            order = (at + within, rank, at)
            if able and order < self._last:
                yield at, _Waiter(order, 0, team, able)
        while True:
            yield math.inf, _Waiter(self._last, 0, "", {})


def _able(case: Case, floor: Floor, rules: Rules, now: datetime) -> _Able:
    """Those online; for a team that is closed and has nobody online, those who were seen lately."""
    able = {member.email: 0.0 for member, _ in candidates(case, floor, rules, now)}
    waited = now - (case.waiting_since or case.opened_at)
    if waited < rules.language_after:
        # Who does not write the language may answer once it has waited for long enough.
        for member in _online(case, floor, rules, now, any_language=True):
            if member.email not in floor.tried.get(case.number, {}):
                able.setdefault(member.email, (rules.language_after - waited).total_seconds())
    team, tried = rules.team(case.team), floor.tried.get(case.number, {})
    for member in floor.members:
        busy = member.present(now) == "busy" and member.email not in tried
        if busy and member.serves(team.name, needed(case)) and member.writes(case.language) is not None:
            able[member.email] = 0.0
    opens = team.calendar.next_open(now)
    if able or opens is None or opens <= now:
        return able
    return {
        member.email: max(0.0, (opens - now).total_seconds() - _COMES_WITHIN)
        for member in floor.members
        if member.email not in tried
        and member.last_seen is not None
        and now - member.last_seen < _KNOWN_WITHIN
        and member.serves(team.name, needed(case))
        and member.writes(case.language) is not None
    }


def _online(
    case: Case, floor: Floor, rules: Rules, now: datetime, *, any_language: bool = False
) -> Iterator[Member]:
    """Who is online and could take a case like this one."""
    team = rules.team(case.team).name
    for member in floor.members:
        able = member.present(now) == "online" and member.serves(team, needed(case))
        if able and (any_language or member.writes(case.language) is not None):
            yield member


def _by_order(waiter: _Waiter) -> _Order:
    return waiter.order


def _order(case: Case, now: datetime) -> _Order:
    due, opened = (case.due_by - now).total_seconds(), (case.opened_at - now).total_seconds()
    return due, case.priority.rank, opened


def _range(waits: Sequence[float]) -> Range | None:
    """Whole minutes; None where too many plays came to no end."""
    least, most = (waits[round(share * (len(waits) - 1))] for share in SHARES)
    if not math.isfinite(most):
        return None
    up = max(1, math.ceil(most / _MINUTE))
    return timedelta(minutes=math.floor(least / _MINUTE)), timedelta(minutes=up)
