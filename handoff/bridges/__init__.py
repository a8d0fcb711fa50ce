"""What a helpdesk outside must do to mirror our cases: a few small protocols, one plug for each helpdesk.

Our own desk keeps every case. A bridge shows it to who works elsewhere, and brings back what they say and do.
The sender alone calls what is `Outward`, from one thread for a case and from several for several cases; what
is `Inward` sees the bytes of a webhook and nothing else; the poller alone calls what is `Pull`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeVar

from config.clock import Clock
from config.outbound import Outbound
from config.plug_settings import SettingsError
from handoff.case import CaseStatus
from handoff.casefile.case_summary import CaseSummary
from handoff.file import FileRef
from handoff.floor.rules import Priority

T = TypeVar("T")

Again = Literal["native", "lookup", "none"]
"""Whether a second call with the same key is harmless: by the peer, by looking first, or not at all."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a helpdesk can do, as the desk, the sender and the documentation read it; most can most of it.

    receive: how what happens there reaches us; `poll` alone needs no address of ours that it can reach.
    assignee: whether a case may be given to one of its people. customer_lines: whether what the customer
    writes shows as the customer's there, and not as a note. most_text, most_file: characters and bytes of one
    post. acknowledge_within: what it gives us to answer a webhook.
    """

    receive: Literal["push", "push+poll", "poll", "stream", "none"]
    idempotent_create: Again
    idempotent_post: Again
    most_text: int
    most_file: int
    acknowledge_within: timedelta
    private_note: bool = True
    customer_lines: bool = True
    attachments: bool = True
    priority: bool = True
    labels: bool = True
    team: bool = True
    assignee: bool = True
    close_event: bool = True
    merge_event: bool = False
    typing: bool = False
    erase: bool = True
    reopen: Literal["same_case", "new_case", "no"] = "same_case"


@dataclass(frozen=True, slots=True)
class CaseRef:
    """A case as the peer knows it; `more` is what the bridge itself wants to find again with it."""

    bridge: str
    case_key: str
    url: str | None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file for the peer; its bytes are read when they are wanted."""

    ref: FileRef
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Customer:
    """Whose case it is. id: the same for all cases of a customer; `verified` by the company's own site."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    language: str
    verified: bool


@dataclass(frozen=True, slots=True)
class NewCase:
    """All that the peer is given to open a case with.

    number: our own, as people say it. note: the summary as plain text; note_markdown and note_html the same
    for peers that show those. transcript: all that was said so far, plain text. team, assignee: as the peer
    calls them, by the settings' own tables; None where it is to decide. desk_url: the case at our desk, None
    while nobody has said under which address the house is reached.
    """

    handoff_id: str
    number: int
    customer: Customer
    subject: str
    summary: CaseSummary
    note: str
    note_markdown: str
    note_html: str
    transcript: str
    priority: Priority
    labels: tuple[str, ...]
    team: str | None
    assignee: str | None
    language: str
    opened_at: datetime
    desk_url: str | None
    files: tuple[OutgoingFile, ...] = ()


OutgoingKind = Literal["note", "customer", "bot", "agent"]
"""`note`: for their people alone. `customer`, `bot`: what was said in the chat. `agent`: an answer that was
given at our own desk. Whatever the peer can't tell apart goes there as a note that names who said it."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to post into the peer's case, in the order of our own thread."""

    kind: OutgoingKind
    author_name: str
    text: str
    at: datetime
    files: tuple[OutgoingFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """How the peer's case is to be from now on: set, never toggled; None leaves a thing as it is."""

    status: CaseStatus | None = None
    priority: Priority | None = None
    labels: tuple[str, ...] | None = None
    team: str | None = None
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook as it came, before anything is believed. headers: by lower-case name. query: as decoded."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class RawReply:
    """What a webhook is answered with where a peer asks for more than an empty 200."""

    status: int
    body: bytes
    type: str


IncomingType = Literal[
    "agent_message",
    "agent_note",
    "assigned",
    "status",
    "merged",
    "typing",
    "edited",
    "deleted",
    "delivery_failed",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file at the peer, not fetched yet; `key` is what the bridge fetches it by."""

    key: str
    name: str
    type: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that happened at the peer; `event_id` is derived from the object, so push and poll agree.

    Only an `agent_message` that is public and written by a person may reach a customer: whoever can't tell
    says `private`, and `system`. case_key: the peer's. author: its id of who did it, author_name as customers
    may read it. status: what a `status` event says. into: the case that a `merged` one goes on in. assignee:
    of an `assigned` one, "" for nobody. about: the `event_id` of the message that was `edited` or `deleted`.
    remote_id: the peer's id of the message, which `Outward.post` gave back if it was ours. thin: the text has
    still to be fetched, by `Pull.hydrate`. text of a `typing` event: "off" once they no longer write; it is
    public where it is the customer whom they write to.
    """

    event_id: str
    case_key: str
    type: IncomingType
    author: str
    author_name: str
    author_kind: Literal["agent", "customer", "bot", "system"]
    visibility: Literal["public", "private"]
    occurred_at: datetime
    text: str = ""
    files: tuple[IncomingFile, ...] = ()
    status: CaseStatus | None = None
    into: str | None = None
    assignee: str | None = None
    about: str | None = None
    remote_id: str | None = None
    thin: bool = False


@dataclass(frozen=True, slots=True)
class HealthState:
    """Whether the peer can be reached, in one sentence for people."""

    ok: bool
    says: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried to see whether a bridge would work. mend: what to do where it would not."""

    name: str
    ok: bool
    says: str
    mend: str = ""


class Outward(Protocol):
    """Called by the sender alone, of each case on one thread at a time, and again with the same `key`.

    All raise PeerAwayError, PeerUnsureError and PeerRefusedError, of handoff.bridges.errors. After
    PeerUnsureError the sender calls `find_case`, or `find_post`, before it tries again.
    """

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """The case, if all of `open_case` was done: what was begun alone is for that to end."""
        ...

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        """Make it, with the summary as its first post, private; a case that is there already is given."""
        ...

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        """Say one thing there; the peer's id of it."""
        ...

    def find_post(self, case: CaseRef, key: str) -> str | None: ...

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        """Bring it to what it should be; the case from now on, another where the peer can't reopen one."""
        ...

    def typing(self, case: CaseRef, typing: bool) -> None:
        """Show that the customer writes, where the peer can show it; tried once."""
        ...

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        """Erase all of it. Raises PeerRefusedError where only a person can, saying what to do by hand."""
        ...


class Inward(Protocol):
    """Pure and total, without I/O: recorded bytes test it."""

    def challenge(self, request: RawRequest) -> RawReply | None:
        """What the peer asks once, when our address is entered there; None for everything else."""
        ...

    def verify(self, request: RawRequest, now: datetime) -> None:
        """Raises BadSignatureError."""
        ...

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        """Raises BadRequestError of handoff.bridges.errors for what can't be read."""
        ...


class Pull(Protocol):
    """For peers that can't push, and to find what a push missed."""

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """What happened since `cursor` ("" the first time: nothing of before the first case), the next
        cursor, and how long to wait. cases: those that are not resolved here. Raises as Outward does."""
        ...

    def hydrate(self, event: Incoming) -> Incoming:
        """The whole of a thin event."""
        ...

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        """A file's bytes, from the peer's own host alone."""
        ...


class Health(Protocol):
    """Every bridge can say how it is, and what it can do."""

    name: str
    capabilities: Capabilities

    def health(self) -> HealthState: ...

    def check(self) -> Sequence[Step]:
        """Try credentials, rights and reachability, one after the other, up to the first that fails."""
        ...

    @staticmethod
    def guide(webhook_url: str) -> str:
        """How to set it up, one screen of Markdown: with what to switch off at the peer, so that a customer
        is not answered twice. Static: who reads it has set nothing yet."""
        ...

    def close(self) -> None: ...


class Bridge(Outward, Inward, Pull, Health, Protocol):
    """All that a helpdesk outside can be asked."""


class Given(Protocol):
    """What an operator has written for a plug, in a table of its own such as `[bridges.rt]`."""

    def read(self, make: type[T]) -> T:
        """The table as one of the plug's dataclasses, with the types and rules of config.plug_settings: a
        field without a default must be there. Raises SettingsError, with the line and the way out."""
        ...

    def where(self, key: str) -> str:
        """Where a key is set, to end a mend with: `[bridges.rt] token (firstline.toml, line 12)`."""
        ...

    def error(self, key: str, rule: str) -> SettingsError:
        """The error about a key, for a rule that only the plug can check."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What a bridge works with. our_url: the house's own address, "" where nobody has said. say: what a
    helpdesk's people read, in `language`."""

    given: Given
    outbound: Outbound
    clock: Clock
    our_url: str
    brand: str
    language: str = "en"
    say: Callable[[str], str] = str


class Plug(Protocol):
    """What a bridge's module calls PLUG: its class."""

    name: str
    capabilities: Capabilities

    def open(self, around: Around) -> Bridge:
        """A class method. Nothing is asked of the peer yet. Raises SettingsError."""
        ...

    def guide(self, webhook_url: str) -> str:
        """The class's own, as `Health` says."""
        ...
