"""A helpdesk that says what a test has it say; it takes all that it is told and keeps it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from config.clock import Clock
from config.settings import Settings
from handoff.bridges import (
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    NewCase,
    Outgoing,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.errors import BadRequestError, BadSignatureError, PeerError
from handoff.bridges.opening import Mirror, mirror_to
from handoff.case import Case
from handoff.entry import Entry
from handoff.opening import Handoff
from handoff.store.inbox import InboxStore
from handoff.values import from_json
from handoff.verbs.agent import Agent
from tests.handoff.conversations import MONDAY, escalation

PUSHED_AND_POLLED = Capabilities(
    receive="push+poll",
    idempotent_create="native",
    idempotent_post="native",
    merge_event=True,
    typing=True,
    most_text=100_000,
    most_file=1_000_000,
    acknowledge_within=timedelta(seconds=3),
)
SIGNED = {"signature": "right"}


@dataclass
class Scripted:
    """Cases have the key `T-` and their number. `says` is what polls give; an error in it is raised."""

    clock: Clock
    name: str = "scripted"
    capabilities: Capabilities = PUSHED_AND_POLLED
    says: list[Sequence[Incoming] | PeerError] = field(default_factory=list)
    whole: dict[str, Incoming | PeerError] = field(default_factory=dict)
    files: dict[str, bytes | PeerError] = field(default_factory=dict)
    polled: list[str] = field(default_factory=list)
    posted: list[Outgoing] = field(default_factory=list)
    changed: list[Changes] = field(default_factory=list)
    typed: list[tuple[str, bool]] = field(default_factory=list)
    wait: timedelta = timedelta(seconds=5)

    def find_case(self, handoff_id: str) -> CaseRef | None:
        return None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        return CaseRef(self.name, f"T-{case.number}", None)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        self.posted.append(item)
        return f"post-{len(self.posted)}"

    def find_post(self, case: CaseRef, key: str) -> str | None:
        return None

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        self.changed.append(changes)
        return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        self.typed.append((case.case_key, typing))

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        """Nothing of it is kept here."""

    def challenge(self, request: RawRequest) -> RawReply | None:
        asked = request.query.get("challenge")
        return None if asked is None else RawReply(200, asked.encode(), "text/plain")

    def verify(self, request: RawRequest, now: datetime) -> None:
        if request.headers.get("signature") != "right":
            raise BadSignatureError("another one is expected")

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        if request.body == b"crash":
            raise KeyError("nobody thought of that")
        try:
            return tuple(from_json(Incoming, each) for each in json.loads(request.body))
        except ValueError:
            raise BadRequestError("it is not JSON", blocks=request.method == "PUT") from None

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        self.polled.append(cursor)
        said = self.says.pop(0) if self.says else ()
        if isinstance(said, PeerError):
            raise said
        return said, str(len(self.polled)), self.wait

    def hydrate(self, event: Incoming) -> Incoming:
        found = self.whole[event.event_id]
        if isinstance(found, PeerError):
            raise found
        return found

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        found = self.files[file.key]
        if isinstance(found, PeerError):
            raise found
        return found

    def health(self) -> HealthState:
        return HealthState(True, "it answers")

    def check(self) -> Sequence[Step]:
        return ()

    def guide(self, webhook_url: str) -> str:
        return webhook_url

    def close(self) -> None:
        """Nothing is held open."""


@dataclass
class Mirrored:
    """The agents' room with a scripted helpdesk that has one case of it, "T-1001"."""

    room: Handoff
    peer: Scripted
    mirror: Mirror
    clock: Clock
    case: Case

    def hears(self, *events: Incoming) -> None:
        """The helpdesk pushes these, and all that waits is done."""
        self.inbox.keep(events, b"[]", self.clock.now())
        self.works()

    def works(self) -> None:
        """Do all that is to be done in either direction."""
        while self.mirror.sending.work() or self.mirror.applying.work():
            pass

    @property
    def inbox(self) -> InboxStore:
        return InboxStore(self.room.database, self.peer.name)

    @property
    def now(self) -> Case:
        return self.room.desk.case(self.case.number)

    def thread(self, *kinds: str) -> list[str]:
        return [entry.text for entry in self.entries(*kinds)]

    def entries(self, *kinds: str) -> list[Entry]:
        return [entry for entry in self.room.desk.thread(self.case.number) if entry.kind in kinds]

    def told(self) -> list[tuple[str, str, str]]:
        """What the customer's side is told, in order: kind, who, what."""
        leased = self.room.dispatches.lease()
        for each in leased:
            self.room.dispatches.done(each.id)
        if not leased:
            return []
        return [*((each.kind, each.author_name, each.text) for each in leased), *self.told()]


def mirrored(room: Handoff, settings: Settings, clock: Clock, peer: Scripted | None = None) -> Mirrored:
    """Open a case and have it mirrored."""
    peer = peer or Scripted(clock)
    mirror = mirror_to(peer, room, settings, clock)
    case = room.intake.open(escalation())
    while mirror.sending.work():
        pass
    return Mirrored(room, peer, mirror, clock, case)


def incoming(event_id: str, text: str = "", **given: object) -> Incoming:
    """Something that Kari writes to the customer at "T-1001", unless it is said to be another thing."""
    event = Incoming(
        event_id=event_id,
        case_key="T-1001",
        type="agent_message",
        author="7",
        author_name="Kari",
        author_kind="agent",
        visibility="public",
        occurred_at=MONDAY,
        text=text,
    )
    return replace(event, **given)  # type: ignore[arg-type]


KARI = Agent("7@scripted.outside", "Kari", frozenset({"agent", "supervisor"}))
