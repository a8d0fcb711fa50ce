"""A real Synapse behind a door, and a team with accounts there."""

from __future__ import annotations

from pathlib import Path

from tests.peers import Webhook
from tests.peers.matrix import MatrixPeer
from tests.peers.synapse_server import running


def start(folder: Path) -> MatrixPeer:
    """An application service and a lobby of one's own at the one Synapse of the test run."""
    server = running()
    place = server.places[next(server.free)]

    def pushed(said: set[str]) -> list[Webhook]:
        return server.caught.taken(place.name, said)

    tokens = (place.as_token, place.hs_token)
    peer = MatrixPeer(server.url, server.token, pushed, tokens, place.name, lambda: None)
    server.make_lobby(peer.lobby)
    return peer
