"""Platforms where customers are, for tests: small fakes over HTTP, each behind a door that can break it.

A channel's platform is `tests/platforms/<name>.py` with `start() -> FakePlatform`. Maya is its customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tests.peers import SeenFile, Webhook
from tests.peers.door import Door

PUBLIC = "https://support.nettly.example"
"""`[server] public_url` of the houses that these talk to."""


@dataclass(frozen=True)
class Shown:
    """A message as the customer sees it: its words, what there is to tap below them, and its file."""

    text: str
    buttons: tuple[str, ...] = ()
    file: SeenFile | None = None


class FakePlatform(Protocol):
    """A running platform. settings: for the table `[channels.NAME]`. maya: her address on the channel."""

    door: Door
    maya: str

    @property
    def settings(self) -> Mapping[str, str | list[str]]: ...

    def says(self, text: str, at: datetime, *, files: Sequence[SeenFile] = ()) -> Webhook:
        """Maya writes; the webhook that tells of it, signed at that moment."""
        ...

    def taps(self, title: str, at: datetime) -> Webhook:
        """Maya taps what she was shown; AssertionError where she was shown no such thing."""
        ...

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        """Signed, and not what the platform ever says."""
        ...

    def forge(self, webhook: Webhook) -> Webhook:
        """The same, signed by somebody else."""
        ...

    def shows(self) -> Sequence[Shown]:
        """What Maya was brought, in order."""
        ...

    def loses(self, number: int, at: datetime) -> Webhook | None:
        """The platform tells that a message which it had taken did not arrive; None where it never does."""
        ...

    def close(self) -> None: ...
