"""What passes with time: deadlines that come near or pass, waits that raise a priority, snoozes. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.case import Case, CaseStatus
from handoff.floor.floor import Floor
from handoff.floor.rules import Priority, RaiseRule, Rules
from handoff.floor.triage import lifted, spoken

LATE_AT_MOST = 3
"""How often a customer is told that a promised time has passed; each new promise is twice as far off."""

_SET_BY_HAND = " set it: “"  # how handoff/verbs/sorting.py says that a person did
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline that is near or late, or a promise that passes; said once, as its `key` is remembered.

    breached: the deadline itself has passed just now. promise: what the customer is to be told instead.
    """

    case: Case
    key: str
    says: str
    late: bool = False
    breached: bool = False
    promise: datetime | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """A case whose wait has raised its priority, with what it is due by from now on."""

    case: Case
    rule: RaiseRule
    priority: Priority
    because: str
    first_reply_by: datetime | None
    resolve_by: datetime


def due(floor: Floor, rules: Rules, now: datetime) -> Iterator[Due]:
    """The deadlines to be spoken of now, the customers' promises among them."""
    for case in floor.cases:
        first, due_by = case.first_reply_by is not None, case.due_by
        target, calendar = rules.targets[case.priority], rules.team(case.team).calendar
        within = target.first_reply_within if first else target.resolve_within
        late = now >= due_by
        if not late and now < calendar.before(due_by, target.warning(within)):
            continue
        watch, what = floor.watch(case), "first reply" if first else "resolution"
        key = f"{what}:{due_by.isoformat()}"
        if not late:
            if f"{key}:soon" not in watch.told:
                left = spoken(max(calendar.between(now, due_by), _MINUTE))
                yield Due(case, f"{key}:soon", f"The {what} is due in {left}")
            continue
        owed = first and watch.late < LATE_AT_MOST and now >= (watch.promised_by or due_by)
        promise = calendar.due(now, within * 2**watch.late) if owed else None
        if f"{key}:late" not in watch.told:
            yield Due(case, f"{key}:late", f"The {what} is late", True, True, promise)
        elif promise is not None:
            says = "The time that the customer was promised has passed"
            yield Due(case, f"promise:{watch.late}", says, late=True, promise=promise)


def raised(floor: Floor, rules: Rules, now: datetime) -> Iterator[Raised]:
    """The cases that nobody has taken for so long that they come first; what a person has set stays."""
    timed = [(rule, rule.waited) for rule in rules.raises if rule.waited is not None]
    for case in (*floor.waiting, *floor.waiting_outside):
        if _SET_BY_HAND in case.priority_because:
            continue
        calendar, since = rules.team(case.team).calendar, case.waiting_since or case.opened_at
        for rule, waited in timed:
            # Working time is never more than the time that has passed, which is quicker to tell.
            if now - since < waited or now < calendar.due(since, waited):
                continue
            above = rule.raised(case.priority)
            if above is None or rule.name in floor.watch(case).raised:
                continue
            target = rules.targets[above]
            yield Raised(
                case,
                rule,
                above,
                lifted(above, case.priority_because, rule.because),
                None
                if case.first_reply_by is None
                else min(case.first_reply_by, calendar.due(now, target.first_reply_within)),
                min(case.resolve_by, calendar.due(now, target.resolve_within)),
            )
            break


def woken(floor: Floor, now: datetime) -> Iterator[Case]:
    """The cases that have slept for as long as they were to."""
    for case in floor.cases:
        until = case.snoozed_until
        if case.status is CaseStatus.SNOOZED and until is not None and until <= now:
            yield case


def fallen(floor: Floor, now: datetime) -> Iterator[Due]:
    """The call-backs and follow-ups whose time has come; nobody has been told of them yet."""
    for promise, case in floor.promises:
        key = f"promised:{promise.id}"
        if promise.due <= now and key not in floor.watch(case).told:
            what = "call-back that {} promised" if promise.kind == "call_back" else "follow-up that {} set"
            yield Due(case, key, f"The {what.format(promise.agent_name)} is due: {promise.text}")
