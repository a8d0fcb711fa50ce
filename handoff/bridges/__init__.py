"""What a helpdesk outside must do to mirror our cases: four small protocols, one plug for each helpdesk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from handoff.casefile.case_summary import CaseSummary

Again = Literal["native", "lookup", "none"]
"""Whether a second call with the same key is harmless: by the peer, by looking first, or not at all."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a helpdesk can do; the desk and the documentation read it."""

    receive: Literal["push", "push+poll", "poll", "stream"]
    idempotent_create: Again
    idempotent_post: Again
    private_note: bool
    attachments: bool
    priority: bool
    tags: bool
    team: bool
    assignee: bool
    close_event: bool
    reopen: Literal["same_case", "new_case", "no"]
    max_text: int
    max_file: int
    acknowledge_within: timedelta


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as the peer knows it."""

    connector: str
    case_key: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to post into the peer's case."""

    kind: Literal["note", "customer", "bot", "file"]
    author_name: str
    text: str


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook as it came, before anything is believed."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that happened at the peer; `event_id` is derived from the object, so push and poll agree.

    Only an `agent_message` that is public and written by a person may reach a customer.
    """

    event_id: str
    case_key: str
    type: Literal[
        "agent_message", "agent_note", "assigned", "status", "merged", "typing", "edited", "deleted"
    ]
    author: str
    author_kind: Literal["agent", "customer", "bot", "system"]
    visibility: Literal["public", "private"]
    text: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class HealthState:
    """Whether the peer can be reached, in one sentence for people."""

    ok: bool
    says: str


class Outward(Protocol):
    """Called by the dispatch worker alone; each may be called again with the same `key`."""

    def find_case(self, handoff_id: str) -> CaseRef | None: ...
    def open_case(self, summary: CaseSummary, key: str) -> CaseRef: ...
    def post(self, case: CaseRef, item: Outgoing, key: str) -> str: ...
    def find_post(self, case: CaseRef, key: str) -> str | None: ...
    def update(self, case: CaseRef, changes: Mapping[str, str], key: str) -> None: ...


class Inward(Protocol):
    """Pure and total, without I/O: recorded bytes test it."""

    def verify(self, request: RawRequest, now: datetime) -> None: ...
    def parse(self, request: RawRequest) -> Sequence[Incoming]: ...


class Pull(Protocol):
    """For peers that can't push, and to find what a push missed."""

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]: ...


class Health(Protocol):
    """Every bridge can say how it is."""

    name: str

    def health(self) -> HealthState: ...
