"""What came in from a helpdesk outside and waits to be applied, and how far it was read. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from handoff.bridges import Incoming
from handoff.case import CaseStatus

_LATELY = timedelta(days=1)
_NUMBERED = re.compile(r"\D*(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Arrived:
    """An event that is kept.

    at: when it came in. epoch: of the case's control at that moment, None where the case was not known yet.
    attempts: how often applying it has failed.
    """

    id: int
    event: Incoming
    at: datetime
    epoch: int | None
    attempts: int


State = Literal["new", "done", "dropped", "parked"]


@dataclass(frozen=True, slots=True)
class Missed:
    """How many events polling has found that webhooks had not told, the first and the last of them when."""

    events: int
    since: datetime
    last: datetime

    def lately(self, now: datetime) -> bool:
        """Whether it still says something about the webhooks."""
        return now - self.last < _LATELY

    def more(self, events: int, now: datetime) -> Missed:
        """With some more; what is long ago is not counted any longer."""
        return Missed(self.events + events, self.since, now) if self.lately(now) else Missed(events, now, now)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of an event later on. event: None once nothing is to be done about it; why: what became
    of it, or why it is still to be done."""

    event_id: str
    case_key: str
    type: str
    state: State
    attempts: int
    why: str | None
    at: datetime
    done_at: datetime | None
    event: Incoming | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a helpdesk was read.

    place: its own cursor, "" before the first time. quiet: polls in a row that found nothing, or failed. at:
    the last poll, None before the first; not_before: when to look again. why: how the last poll failed.
    """

    place: str = ""
    quiet: int = 0
    at: datetime | None = None
    not_before: datetime | None = None
    why: str | None = None


def in_order(arrived: tuple[Arrived, ...]) -> tuple[Arrived, ...]:
    """The events of one case as they happened, however they came in.

    Clocks of helpdesks are coarse. Of one moment, what begins a case comes before what is said in it, and
    what ends it after; and of two messages, the one with the lower number.
    """
    return tuple(sorted(arrived, key=lambda each: (*_moment(each.event), each.id)))


def _moment(event: Incoming) -> tuple[datetime, int, int]:
    numbered = _NUMBERED.fullmatch(event.event_id)
    return event.occurred_at, _rank(event), int(numbered[1]) if numbered else 0


def _rank(event: Incoming) -> int:
    if event.type == "assigned":
        return 0
    if event.type == "status":
        return 0 if event.status is CaseStatus.OPEN else 2
    return 3 if event.type == "merged" else 1
