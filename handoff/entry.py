"""What stands in a case's thread, and what someone outside must be told. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handoff.case import Outcome
from handoff.file import FileRef

EntryKind = Literal["line", "reply", "note", "event"]
DispatchKind = Literal[
    "joined",
    "reply",
    "released",
    "resolved",
    "returned",
    "transferred",
    "reopened",
    "requeued",
    "late",
    "taken_over",
    "ended",
]
"""What the customer's side is told: `transferred` to the colleague or team named; `requeued`, as whoever had
them went silent or left; `late`, a promised time passes and the new one is in `text`; `taken_over` by the
team named, as the helpdesk outside that had them can't be reached; `ended`, for good."""

Holder = Literal["bot", "queue", "agent", "none"]

HOLDS: Mapping[DispatchKind, Holder] = {
    "joined": "agent",
    "released": "queue",
    "resolved": "bot",
    "returned": "bot",
    "transferred": "agent",
    "reopened": "agent",
    "requeued": "queue",
    "ended": "none",
}
"""Who has the conversation after each, unless it says otherwise; after any other, whoever had it."""

DispatchState = Literal["new", "done", "parked"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a case's thread; `seq` counts from 1 within the case.

    kind: `line` of the conversation, `reply` to the customer, `note` for colleagues only, or `event`.
    author: `customer`, `bot` or `system` of a line, else the agent's e-mail; `name` as people read it.
    number: the message's number in the conversation, None until a reply has been delivered.
    """

    seq: int
    kind: EntryKind
    author: str
    name: str | None
    text: str
    at: datetime
    number: int | None = None
    client_id: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry before the store gives it its place."""

    kind: EntryKind
    author: str
    name: str | None
    text: str
    at: datetime
    number: int | None = None
    client_id: str | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One durable instruction to tell the customer's side something; kept until done.

    author_name: the agent or team it comes from. text: the reply, or the closing line. client_id: the
    reply's key, so that a second delivery can be told from a second reply. attempts: deliveries tried so far.
    holder: who has the conversation from then on, None for whoever had it. files: what goes with a reply.
    case: whose instruction it is; of a merged case, that one's number.
    """

    id: int
    case: int
    handoff_id: str
    conversation_id: str
    kind: DispatchKind
    author_name: str
    text: str
    client_id: str | None
    outcome: Outcome | None
    attempts: int
    holder: Holder | None = None
    files: tuple[FileRef, ...] = ()


@dataclass(frozen=True, slots=True)
class NewDispatch:
    """A dispatch before the store gives it its id; without a `holder`, the one of its kind in HOLDS.

    handoff_id: the hand-over that it answers, where that is not the case's own; only its customer is told.
    """

    kind: DispatchKind
    author_name: str
    text: str = ""
    client_id: str | None = None
    outcome: Outcome | None = None
    holder: Holder | None = None
    files: tuple[FileRef, ...] = ()
    handoff_id: str | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """Something changed in a case: the desk's live stream reads these from a cursor."""

    seq: int
    case: int
    what: str
