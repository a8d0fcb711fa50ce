"""The rounds over the desk: what time, silence and free hands call for is decided, then written at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from config.clock import Clock
from config.failpoints import failpoint
from handoff.case import Case, CaseEvent
from handoff.entry import NewDispatch, NewEntry
from handoff.floor.deadlines import Due, Raised, due, fallen, raised, woken
from handoff.floor.floor import Floor, Member, Move, Moves
from handoff.floor.routing import Overflowed, Routed, Silent, Taken, overflowing, route, silent, stuck, taken
from handoff.floor.rules import Rules
from handoff.store.floor import FloorStore
from handoff.verbs.change import Change

ACTOR = "routing"
"""Who the audit says it was."""


class Rounds:
    """Goes round the desk, as often as it is asked to; safe in any number of processes."""

    def __init__(self, store: FloorStore, rules: Callable[[], Rules], clock: Clock) -> None:
        self._store, self._rules, self._clock = store, rules, clock

    def work(self) -> bool:
        """Do what is due now; True if there was anything, and so perhaps more."""
        rules, now = self._rules(), self._clock.now()
        done = self._store.round(lambda floor: decide(floor, rules, now))
        if done.moves:
            failpoint("handoff.round.written")
        return bool(done)


def decide(floor: Floor, rules: Rules, now: datetime) -> Moves:
    """All that is called for, at most one thing a case: the next round sees the case as it is then."""
    moves: dict[int, Move] = {}
    for move in _wanted(floor, rules, now):
        moves.setdefault(move.before.number, move)
    return Moves(tuple(moves.values()), tuple(_left(floor, now)))


def _wanted(floor: Floor, rules: Rules, now: datetime) -> Iterator[Move]:
    yield from (_wake(case, now) for case in woken(floor, now))
    yield from (_take(each, rules, now) for each in taken(floor, rules, now))
    yield from (_give(each, now) for each in route(floor, rules, now))
    yield from (_overflow(each, floor, now) for each in overflowing(floor, rules, now))
    yield from (_raise(each, floor, now) for each in raised(floor, rules, now))
    yield from (_warn(each, floor, rules, now) for each in due(floor, rules, now))
    yield from (_nudge(each, floor, now) for each in silent(floor, rules, now))
    yield from (_nudge(each, floor, now) for each in stuck(floor, rules, now))
    yield from (_remind(each, floor, now) for each in fallen(floor, now))


def _left(floor: Floor, now: datetime) -> Iterator[Member]:
    """Members whose desk is closed: they are away until they say that they are back."""
    for member in floor.members:
        if member.status != "away" and member.gone(now):
            yield replace(member, status="away", status_at=member.last_seen or member.status_at)


def _wake(case: Case, now: datetime) -> Move:
    return Move(case, _change(case.after(CaseEvent.FELL_DUE), CaseEvent.FELL_DUE, now, "The snooze is over"))


def _take(taken: Taken, rules: Rules, now: datetime) -> Move:
    """The customer keeps their place: they wait from when they wrote, and are owed a first reply again."""
    case = taken.case
    calendar, target = rules.team(case.team).calendar, rules.targets[case.priority]
    queued = case.after(CaseEvent.REASSIGNED).in_queue(now)
    since = queued.waiting_since or now
    owed = case.first_reply_by or calendar.due(since, target.first_reply_within)
    name = case.agent_name or case.agent or ""
    change = _change(
        replace(queued, first_reply_by=owed),
        CaseEvent.REASSIGNED,
        now,
        f"Taken from {name}: {taken.because}",
        NewDispatch("requeued", name),
    )
    return Move(case, change)


def _give(routed: Routed, now: datetime) -> Move:
    case, agent = routed.case, routed.agent
    held = case.after(CaseEvent.ROUTED).held_by(agent.email, agent.name, "routed", now)
    says, told = f"Given to {agent.name}: {routed.because}", NewDispatch("joined", agent.name)
    return Move(case, _change(held, CaseEvent.ROUTED, now, says, told), given=agent.email)


def _overflow(each: Overflowed, floor: Floor, now: datetime) -> Move:
    """The case needs what the other team's do from now on, and the customer's language as before."""
    case, watch = each.case, floor.watch(each.case)
    language = tuple(skill for skill in case.skills if skill == case.language)
    moved = replace(
        case.after(CaseEvent.REASSIGNED), team=each.team.name, skills=(*language, *each.team.skills)
    )
    says = f"Moved to {each.team.title('en')}: {each.because}"
    change = _change(moved, "overflowed", now, says)
    return Move(case, change, replace(watch, teams=(*watch.teams, case.team, each.team.name)))


def _raise(each: Raised, floor: Floor, now: datetime) -> Move:
    case, watch = each.case, floor.watch(each.case)
    up = replace(
        case.after(CaseEvent.PRIORITY_SET),
        priority=each.priority,
        priority_because=each.because,
        first_reply_by=each.first_reply_by,
        resolve_by=each.resolve_by,
    )
    change = _change(up, "raised", now, f"Priority raised to {each.priority}: {each.rule.because}")
    # The deadline comes nearer for agents; what the customer was promised holds as it was said.
    promised = watch.promised_by or case.first_reply_by
    return Move(case, change, replace(watch, raised=(*watch.raised, each.rule.name), promised_by=promised))


def _warn(each: Due, floor: Floor, rules: Rules, now: datetime) -> Move:
    case, watch = each.case, floor.watch(each.case)
    event = CaseEvent.LATE if each.late else CaseEvent.DUE_SOON
    told = None
    if each.promise is not None:
        team = rules.team(case.team).title(case.language)
        told = NewDispatch("late", team, each.promise.isoformat())
    warned = replace(case.after(event), due_warned=True)
    change = _change(warned, "breached" if each.breached else event, now, each.says, told)
    watch = replace(watch, told=(*watch.told, each.key))
    if told is not None:
        watch = replace(watch, promised_by=each.promise, late=watch.late + 1)
    return Move(case, change, watch)


def _nudge(each: Silent, floor: Floor, now: datetime) -> Move:
    case, watch = each.case, floor.watch(each.case)
    what = "stuck" if each.key == "stuck" else "silent"
    change = _change(case, what, now, each.says)
    return Move(case, change, replace(watch, told=(*watch.told, each.key)))


def _remind(each: Due, floor: Floor, now: datetime) -> Move:
    watch = floor.watch(each.case)
    change = _change(each.case, "follow_up_due", now, each.says)
    return Move(each.case, change, replace(watch, told=(*watch.told, each.key)))


def _change(case: Case, what: str, at: datetime, says: str, told: NewDispatch | None = None) -> Change:
    return Change(case, what, ACTOR, at, (NewEntry("event", "system", None, says, at),), told)
