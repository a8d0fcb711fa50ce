"""What one event makes of a case and of all that belongs to it, before it is written. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handoff.case import Case
from handoff.entry import NewDispatch, NewEntry
from handoff.escalation import Line
from handoff.values import JsonObject

FollowUpKind = Literal["call_back", "follow_up"]

Controller = Literal["peer", "desk"]
"""Whose answers reach the customer of a case that a helpdesk outside mirrors: its people's, or our desk's."""


@dataclass(frozen=True, slots=True)
class NewFollowUp:
    """Something promised for a day: by whom, what, and the phone of a call-back."""

    kind: FollowUpKind
    text: str
    phone: str | None
    due: datetime
    agent: str
    agent_name: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A promise that stays visible until it is done; `agent` is whose it is, `team` the case's."""

    id: int
    case: int
    kind: FollowUpKind
    text: str
    phone: str | None
    due: datetime
    agent: str
    agent_name: str
    team: str
    customer_name: str | None
    headline: str
    made_at: datetime
    done_at: datetime | None
    done_by: str | None


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who is told of what happens in a case that another holds, or nobody."""

    agent: str
    name: str


@dataclass(frozen=True, slots=True)
class NewBlock:
    """A customer who is to be kept away, until a moment or until somebody lifts it."""

    customer_id: str
    customer_name: str | None
    because: str
    by: str
    by_name: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Block:
    """A customer who is kept away: since when, why, on whose word, and whether it is over."""

    id: int
    case: int
    customer_id: str
    customer_name: str | None
    because: str
    by: str
    by_name: str
    at: datetime
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str | None


Helper = Literal["bot", "agent"]
"""Who is rated: the bot, or the people who came after it."""


@dataclass(frozen=True, slots=True)
class NewRating:
    """What a customer gave a helper at an ending of their conversation, from 1, the worst, to 5.

    ending: its number in the conversation, so that one that is told twice counts once. agent: whose case it
    was, None of the bot's.
    """

    helper: Helper
    ending: int
    score: int
    comment: str | None
    agent: str | None
    agent_name: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A new case, its number still 0, with all that is written along, and whom to tell, if anybody."""

    case: Case
    document: JsonObject
    escalation: JsonObject
    lines: tuple[Line, ...]
    entry: NewEntry
    dispatch: NewDispatch | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What one event makes of a case: the case after it, what joins its thread, whom to tell.

    document: the summary from now on, where it says something else than before; escalation: what it is read
    from, where the customer has added to that. follow_up: a promise that is
    made; done: the id of one that is kept. follows, unfollows: who takes part from now on, and who (e-mails)
    no longer. block: whom to keep away from now on; lifts: whose customer id to let in again. rating: what
    the customer thought of it. controller: who has it from now on, where a helpdesk outside mirrors it and
    not who acts decides that; because: why the house has taken it over from there.
    """

    case: Case
    what: str
    actor: str
    at: datetime
    entries: tuple[NewEntry, ...] = ()
    dispatch: NewDispatch | None = None
    document: JsonObject | None = None
    follow_up: NewFollowUp | None = None
    done: int | None = None
    follows: tuple[Follower, ...] = ()
    unfollows: tuple[str, ...] = ()
    block: NewBlock | None = None
    lifts: str | None = None
    escalation: JsonObject | None = None
    rating: NewRating | None = None
    controller: Controller | None = None
    because: str = ""


Decide = Callable[[Case], "Change | None"]
"""From a case to its change; None if there is nothing to change. Raises where the event is not allowed."""

DecideBoth = Callable[[Case, Case], tuple[Change, Change]]
"""From a case and another to the changes of both."""

Hear = Callable[[Case, tuple[Line, ...]], "Change | None"]
"""The same for lines of the conversation that the case's thread does not hold yet."""
