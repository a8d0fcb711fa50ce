"""Channels: where a customer is, and how the bot's messages look there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.conversation import Message
from config.clock import Clock
from config.outbound import Outbound
from handoff.bridges import Given, RawReply, RawRequest, Step
from handoff.file import FileRef

Wire = dict[str, object]


class Channel(Protocol):
    """One kind of place a customer can be. Deciding what to say is not its business, only how it looks."""

    name: str
    """How settings, conversations and the audit call it."""

    output: str
    """How a response's `channel:` in the domain calls it (Rasa's output channel name)."""

    pushes: bool
    """True if messages are brought to the customer; False if they wait for the response to the next one."""

    shows_files: bool
    """True if it shows the files that a message carries; elsewhere each is a line with its address."""

    delivers: bool
    """True if a worker carries each message there and tries again, because the other side may be away."""

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        """The message as this channel's wire shows it: one object or several, in order; never none."""
        ...


@runtime_checkable
class Carrying(Protocol):
    """A channel that brings its wire objects to the customer's side itself."""

    def carry(self, wire: Wire, name: str) -> None:
        """Bring one; `name` is the same at each try, and no other's. Raises NotDeliveredError."""
        ...


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that a customer has sent, still at the platform; `key` is what the channel fetches it by."""

    key: str
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """A button that a customer has tapped: the message that showed it, and its place there, 0 the first."""

    message: int
    place: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer has said on a platform.

    client_id: derived from the platform's own id of it, so that what comes twice is taken once. text: without
    words where only a button was tapped or files were sent. language: such as `nb-NO`, where it is told.
    name: what they call themselves there. changes: the id of what they said before and have now put so.
    """

    address: str
    client_id: str
    text: str
    language: str | None = None
    tap: Tap | None = None
    files: tuple[SentFile, ...] = ()
    name: str | None = None
    changes: str | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """A customer has deleted what they said on a platform; `client_id` is of what they said."""

    address: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Lost:
    """A message of ours that the platform took and could not bring; `message` is its number."""

    address: str
    message: int
    why: str


@runtime_checkable
class Guided(Protocol):
    """A channel that has to be set up somewhere else, too."""

    name: str

    def check(self) -> Sequence[Step]:
        """Try credentials, rights and reachability, one after the other, up to the first that fails."""
        ...

    @staticmethod
    def guide(webhook_url: str) -> str:
        """How to set it up, one screen of Markdown."""
        ...


@runtime_checkable
class Platform(Channel, Carrying, Guided, Protocol):
    """A channel on somebody else's server, which tells us by webhook what customers say.

    `challenge`, `verify` and `parse` do no I/O, so that recorded bytes test them.
    """

    most_file: int
    """Bytes of a file that is fetched from it."""

    def challenge(self, request: RawRequest) -> RawReply | None:
        """What is asked once, when our address is entered there; None for everything else."""
        ...

    def verify(self, request: RawRequest, now: datetime) -> None:
        """Over the raw bytes and in constant time. Raises BadSignatureError of handoff.bridges.errors."""
        ...

    def parse(self, request: RawRequest) -> Sequence[Said | Gone | Lost]:
        """Raises BadRequestError of handoff.bridges.errors for what can't be read."""
        ...

    def taken(self, request: RawRequest) -> RawReply:
        """How a webhook is answered whose words are stored."""
        ...

    def fetch(self, file: SentFile) -> bytes:
        """A file's bytes, from the platform's own hosts alone. Raises PeerError of handoff.bridges.errors and
        FileTooLargeError."""
        ...


@runtime_checkable
class Asking(Platform, Protocol):
    """A platform that can be asked for what customers say, so that it need not reach us."""

    asks: bool
    """Whether it is to be asked."""

    def ask(self, after: int) -> tuple[Sequence[Said | Gone | Lost], int]:
        """What was said since, and what to ask after next time, which confirms what this gave.

        after: 0 the first time; what nobody has confirmed is given again. Raises PeerError.
        """
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What a platform's channel works with.

    our_url: the house's own address, "" where nobody has said. heard_at: when the customer at an address of
    a channel last wrote, None where they never have. content: the bytes of a file that an agent sends, None
    where it is gone.
    """

    given: Given
    outbound: Outbound
    clock: Clock
    our_url: str
    brand: str
    heard_at: Callable[[str, str], datetime | None] = lambda channel, address: None
    content: Callable[[FileRef], bytes | None] = lambda file: None


class PlatformPlug(Protocol):
    """What the module of a platform's channel calls PLUG: its class."""

    name: str

    def open(self, around: Around) -> Platform:
        """A class method. Nothing is asked of the platform yet. Raises SettingsError."""
        ...
