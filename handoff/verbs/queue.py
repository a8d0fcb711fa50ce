"""What an agent may ask of the queue: a view, filters, and a place to read on from. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from handoff.case import Case, CaseStatus
from handoff.errors import ShapeError
from handoff.floor.rules import Priority

View = Literal["mine", "unassigned", "all", "snoozed", "mentions", "follow_ups", "breaching", "resolved"]
"""Mine, Unassigned and All are what is open and awake. `mentions` are where the reader was named and
`follow_ups` where they have promised something: resolved ones too, until that is read or done. `breaching` is
late, or was warned of; `resolved` comes with the last one first."""

VIEWS: tuple[View, ...] = get_args(View)

PAGE = 200
"""Cases that are read at once, unless somebody wants more or fewer."""

COUNTED = 1_000
"""Resolved cases that are counted; there are that many or more."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a view is narrowed to; None leaves it as it is."""

    team: str | None = None
    label: str | None = None
    language: str | None = None
    channel: str | None = None
    priority: Priority | None = None

    def let_through(self, case: Case) -> bool:
        """Whether a case is among those that are left."""
        return (
            self.team in (None, case.team)
            and self.language in (None, case.language)
            and self.channel in (None, case.channel)
            and self.priority in (None, case.priority)
            and (self.label is None or self.label in case.labels)
        )


UNFILTERED = Filters()


def holds(view: View, case: Case, *, agent: str, now: datetime) -> bool | None:
    """Whether an agent's view holds a case; None where the case itself does not tell."""
    if view in ("mentions", "follow_ups"):
        return None
    if view == "snoozed":
        return case.status is CaseStatus.SNOOZED
    if view == "resolved":
        return case.status is CaseStatus.RESOLVED
    if case.status is not CaseStatus.OPEN:
        return False
    if view == "mine":
        return case.agent == agent
    if view == "unassigned":
        return case.agent is None
    return view == "all" or case.due_warned or case.due_by <= now


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a view: what the case before it was ordered by, so that it holds when that case moves."""

    at: datetime
    rank: int
    opened_at: datetime
    number: int

    @classmethod
    def of(cls, case: Case, view: View) -> Mark:
        """The place after a case in a view."""
        at = (case.resolved_at or case.opened_at) if view == "resolved" else case.due_by
        return cls(at, case.priority.rank, case.opened_at, case.number)

    def __str__(self) -> str:
        """As it travels in an address."""
        parts = [self.at.isoformat(), self.rank, self.opened_at.isoformat(), self.number]
        return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, given: str) -> Mark:
        """The inverse of `str`; raises ShapeError."""
        try:
            decoded = base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))
            at, rank, opened_at, number = json.loads(decoded)
            moments = (_moment(at), _moment(opened_at))
            mark = cls(moments[0], _count(rank), moments[1], _count(number))
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
            raise ShapeError("after", f"{given!r:.40} is not a place in the queue") from None
        return mark


def _moment(given: str) -> datetime:
    """Raises ValueError, TypeError and OverflowError."""
    found = datetime.fromisoformat(given)
    if found.tzinfo is None:
        raise ValueError(given)
    return found.astimezone(UTC)


def _count(given: int) -> int:
    """A number that every database holds. Raises ValueError and TypeError."""
    if type(given) is not int or not 0 <= given < 2**31:
        raise ValueError(given)
    return given
