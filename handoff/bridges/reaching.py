"""One helpdesk's breaker, for all who ask it things: who tells it, who polls it, who has it erase."""

from __future__ import annotations

from config.clock import Clock
from handoff.bridges.breaker import Peer
from handoff.bridges.errors import PeerAwayError, PeerError
from handoff.store.peers import PeerStore


class Breaker:
    """What one of them has found out keeps the others from asking in vain."""

    def __init__(self, peers: PeerStore, bridge: str, clock: Clock) -> None:
        self._peers, self._bridge, self._clock = peers, bridge, clock

    def peer(self) -> Peer:
        """How the helpdesk is."""
        return self._peers.peer(self._bridge)

    def admits(self) -> bool:
        """Whether one request may be sent now; while it is down, one in a while is let through."""
        return self._peers.admit(self._bridge, self._clock.now())

    def worked(self) -> None:
        """It answered."""
        self._peers.worked(self._bridge, self._clock.now())

    def failed(self, error: PeerError) -> None:
        """It could not be reached, or asks us to come back after a while."""
        waits = error.retry_after if isinstance(error, PeerAwayError) else None
        self._peers.failed(self._bridge, error.says, self._clock.now(), waits)
