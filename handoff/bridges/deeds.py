"""What can be done about something that happened at a helpdesk outside. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.case import Outcome
from handoff.verbs.agent import Agent


@dataclass(frozen=True, slots=True)
class Claim:
    """`by` has the case from now on."""

    by: Agent


@dataclass(frozen=True, slots=True)
class Reply:
    """Said to the customer; `files` go along with it."""

    text: str
    key: str
    files: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """Said to colleagues; `files` go along with it."""

    text: str
    key: str
    files: bool = False


@dataclass(frozen=True, slots=True)
class Tell:
    """Said by the house itself, to colleagues and to the helpdesk's people."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Resolve:
    outcome: Outcome = Outcome.SOLVED


@dataclass(frozen=True, slots=True)
class Reopen:
    pass


@dataclass(frozen=True, slots=True)
class Wake:
    pass


@dataclass(frozen=True, slots=True)
class Snooze:
    """Until the customer writes."""


@dataclass(frozen=True, slots=True)
class Assign:
    to: Agent


@dataclass(frozen=True, slots=True)
class Release:
    pass


@dataclass(frozen=True, slots=True)
class Merge:
    """Into another case of ours."""

    into: int


@dataclass(frozen=True, slots=True)
class GoOn:
    """The peer knows the case by another key from now on."""

    case_key: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Our own desk has the case from now on, and its customer is told."""

    because: str


Deed = (
    Claim
    | Reply
    | Note
    | Tell
    | Resolve
    | Reopen
    | Wake
    | Snooze
    | Assign
    | Release
    | Merge
    | GoOn
    | TakeOver
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, in one go, by whom; nothing where there are no deeds, and `because` says why."""

    by: Agent
    deeds: tuple[Deed, ...] = ()
    because: str | None = None
