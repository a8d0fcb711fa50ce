"""How the helpdesks outside are, in SQL: kept over restarts, and the same for every process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.bridges.breaker import Peer
from handoff.store.bridge_tables import ARRIVED, BRIDGE_DISPATCHES, BRIDGE_PEERS, TOPIC
from handoff.store.bridges import peer_row


class PeerStore:
    """Reads and writes of helpdesks' states. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def peer(self, bridge: str) -> Peer:
        """How a helpdesk is; one that nobody has heard of is well."""
        with self._database.read() as tx:
            row = tx.execute(of(bridge)).mappings().first()
        return Peer(bridge) if row is None else peer_of(row)

    def admit(self, bridge: str, now: datetime) -> bool:
        """Whether one request may be sent now; while it is down, one in a while is let through."""
        admitted = self.peer(bridge).admits(now)
        if admitted == "one":
            return self._database.write(lambda tx: admit(tx, bridge, now) != "none")
        return admitted == "all"

    def worked(self, bridge: str, now: datetime) -> None:
        """It answered: what waited for it is due at once, where it had been down."""
        known = self.peer(bridge)
        if known != known.worked():
            self._database.write(lambda tx: worked(tx, bridge, now), wakes=(TOPIC, ARRIVED))

    def failed(self, bridge: str, says: str, now: datetime, retry_after: timedelta | None = None) -> Peer:
        """It could not be reached, or asks us to come back after a while; how it is by now."""
        return self._database.write(lambda tx: failed(tx, bridge, says, now, retry_after))


def admit(tx: Connection, bridge: str, now: datetime) -> str:
    """How many may ask a helpdesk now; who is the one to ask keeps all others from it."""
    peer = peer_of(peer_row(tx, bridge))
    admitted = peer.admits(now)
    if admitted == "one":
        _keep(tx, peer.probed(now))
    return admitted


def worked(tx: Connection, bridge: str, now: datetime) -> None:
    """In the transaction that notes what was done."""
    peer = _changed(tx, bridge, Peer.worked)
    if peer is not None and peer.down:
        waiting = (BRIDGE_DISPATCHES.c.bridge == bridge, BRIDGE_DISPATCHES.c.state.in_(("new", "unsure")))
        tx.execute(sa.update(BRIDGE_DISPATCHES).where(*waiting).values(not_before=now))


def failed(
    tx: Connection, bridge: str, says: str, now: datetime, retry_after: timedelta | None = None
) -> Peer:
    """In the transaction that notes what was not done."""

    def change(peer: Peer) -> Peer:
        return peer.failed(says, now) if retry_after is None else peer.paused(now + retry_after)

    _changed(tx, bridge, change)
    return peer_of(peer_row(tx, bridge))


def peer_of(row: RowMapping) -> Peer:
    return Peer(row["bridge"], row["failures"], row["failing_since"], row["next_try"], row["says"])


def _changed(tx: Connection, bridge: str, change: Callable[[Peer], Peer]) -> Peer | None:
    """How it was before, if it is another way now."""
    before = peer_of(peer_row(tx, bridge))
    after = change(before)
    if after == before:
        return None
    _keep(tx, after)
    return before


def _keep(tx: Connection, peer: Peer) -> None:
    tx.execute(
        sa.update(BRIDGE_PEERS)
        .where(BRIDGE_PEERS.c.bridge == peer.bridge)
        .values(
            failures=peer.failures,
            failing_since=peer.failing_since,
            next_try=peer.next_try,
            says=peer.says,
        )
    )


def of(bridge: str) -> sa.Select[tuple[object, ...]]:
    return sa.select(BRIDGE_PEERS).where(BRIDGE_PEERS.c.bridge == bridge)
