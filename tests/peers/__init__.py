"""Helpdesks outside, for tests: real ones and fakes, each of which can be seen, worked at, and broken.

A bridge's peer is `tests/peers/<name>.py` with `start(folder: Path) -> Peer`. What speaks HTTP stands behind
a `tests.peers.door.Door`, which can break it in every way that `Faults` asks for; so a real server needs no
change, and a fake needs no faults of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Garbage = Literal["html", "huge", "drip", "broken_json"]
"""What a broken peer answers everything with: a page, 50 MB, one byte after another without end, half of a
JSON. It does nothing else that it is asked."""

SeenBy = Literal["us", "customer", "agent"]
"""Who the peer shows as the author: our own account, the customer, one of its people."""


@dataclass(frozen=True)
class SeenFile:
    """A file as the peer holds it, its own account of what it is left out."""

    name: str
    content: bytes


@dataclass(frozen=True)
class SeenPost:
    """One thing in a case as the peer holds it. private: its people alone read it. key: its own id of it."""

    text: str
    private: bool
    by: SeenBy
    key: str
    files: tuple[SeenFile, ...] = ()


@dataclass(frozen=True)
class SeenCase:
    """A case as the peer really holds it, in our words where it has others; posts oldest first.

    handoff_id: by which we find it. team, assignee: as the peer calls them; None where it has none.
    """

    handoff_id: str
    key: str
    posts: tuple[SeenPost, ...]
    status: Literal["open", "snoozed", "resolved"]
    priority: str | None = None
    labels: tuple[str, ...] = ()
    team: str | None = None
    assignee: str | None = None


@dataclass(frozen=True)
class Webhook:
    """A webhook as the peer sends it, signed. path: what comes after /bridges/NAME, with the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Faults(Protocol):
    """How a peer is broken, until it is `up` again."""

    def lose_next_answer(self) -> None:
        """The next thing that it is asked to do is done, and the answer never arrives."""
        ...

    def refuse(self, times: int, status: int, retry_after: int | None = None) -> None:
        """Answer the next requests with this status, and do nothing of them; retry_after in seconds."""
        ...

    def garbage(self, kind: Garbage) -> None: ...

    def down(self) -> None:
        """Nobody is there."""
        ...

    def up(self) -> None:
        """All is well again."""
        ...


class Peer(Protocol):
    """A running helpdesk. What an agent there can't do, by its bridge's capabilities, the suite never asks.

    settings: for the table `[bridges.NAME]`. A key is the peer's own of a case.
    """

    @property
    def settings(self) -> Mapping[str, str | int | bool | list[str] | dict[str, str]]: ...

    @property
    def door(self) -> Faults:
        """By which it is reached."""
        ...

    def cases(self) -> Sequence[SeenCase]:
        """Oldest first."""
        ...

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        """One of its people, of that name, answers the customer."""
        ...

    def notes(self, key: str, text: str, name: str) -> None:
        """One of its people writes what only colleagues read."""
        ...

    def resolves(self, key: str) -> None: ...

    def reopens(self, key: str) -> None: ...

    def assigns(self, key: str, name: str) -> None: ...

    def merges(self, key: str, into: str) -> None: ...

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        """What it would have pushed since this was last asked, in order, signed at that moment.

        Nobody has received them: the suite brings them, doubled, late, in another order, or never. Empty
        where it can't push.
        """
        ...

    def forge(self, webhook: Webhook) -> Webhook:
        """The same, signed by somebody else."""
        ...

    def close(self) -> None: ...
