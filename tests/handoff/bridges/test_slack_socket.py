"""Socket Mode, with Slack's own client at our end: acknowledged only once it is stored."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from handoff.bridges import CaseRef
from handoff.bridges.errors import PeerError, PeerRefusedError
from handoff.bridges.slack.bridge import SlackBridge
from handoff.bridges.slack.settings import SlackSettings
from tests.handoff.bridges.mirrored import around, new_case
from tests.peers.slack import SlackPeer, start
from tests.peers.slack_fake import APP_TOKEN


@dataclass
class Sockets:
    """The other end of Socket Mode: what was acknowledged, and the connections that are open."""

    port: int = 0
    acknowledged: list[str] = field(default_factory=list)
    open: list[ServerConnection] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def serve(self, line: ServerConnection) -> None:
        line.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self.changed:
            self.open.append(line)
            self.changed.notify_all()
        try:
            for told in line:
                with self.changed:
                    self.acknowledged.append(json.loads(told)["envelope_id"])
                    self.changed.notify_all()
        except ConnectionClosed:
            """Hung up on."""
        with self.changed:
            self.open.remove(line)
            self.changed.notify_all()

    def sends(self, envelope: str, payload: dict[str, Any]) -> None:
        kind = "interactive" if payload["type"] == "block_actions" else "events_api"
        self.open[-1].send(json.dumps({"type": kind, "envelope_id": envelope, "payload": payload}))

    def until(self, true: Any) -> bool:
        with self.changed:
            return self.changed.wait_for(true, 20)


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    made = Sockets()
    server: Server = serve(made.serve, "127.0.0.1", 0)
    made.port = server.socket.getsockname()[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    for line in list(made.open):
        line.close()
    server.shutdown()
    thread.join()


@pytest.fixture
def peer(sockets: Sockets) -> Iterator[SlackPeer]:
    started = start(None)  # type: ignore[arg-type]
    started.slack.socket = f"ws://127.0.0.1:{sockets.port}/link"
    yield started
    started.close()


@pytest.fixture
def bridge(peer: SlackPeer) -> Iterator[SlackBridge]:
    settings = {**peer.settings, "app_token": APP_TOKEN, "signing_secret": "", "socket_hosts": ["127.0.0.1"]}
    here = around("slack", settings)
    opened = SlackBridge(here.given.read(SlackSettings), here, listen_seconds=0.5)
    yield opened
    opened.close()
    here.outbound.close()


def polled(bridge: SlackBridge, cursor: str, ref: CaseRef) -> tuple[list[str], str]:
    events, cursor, _ = bridge.poll(cursor, [ref])
    return [event.text or event.type for event in events], cursor


def test_events_come_over_the_connection_and_are_acknowledged_once_stored(
    bridge: SlackBridge, peer: SlackPeer, sockets: Sockets
) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    assert bridge.capabilities.receive == "stream"
    _, cursor = polled(bridge, "", ref)
    assert sockets.until(lambda: sockets.open)
    root = peer.cases()[0].key
    peer.slack.told.clear()
    peer.replies(root, "On its way.", "Omar")
    peer.assigns(root, "Omar")
    for number, payload in enumerate(peer.slack.told):
        sockets.sends(f"e{number}", payload)
    texts: list[str] = []
    while len(texts) < 2:
        more, cursor = polled(bridge, cursor, ref)
        texts += more
        assert more, "what was sent has not come"
    assert texts == ["On its way.", "assigned"]
    polled(bridge, cursor, ref)
    assert sockets.until(lambda: sockets.acknowledged == ["e0", "e1"])


def test_what_is_not_stored_is_not_acknowledged(
    bridge: SlackBridge, peer: SlackPeer, sockets: Sockets
) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    _, cursor = polled(bridge, "", ref)
    assert sockets.until(lambda: sockets.open)
    peer.slack.told.clear()
    peer.replies(peer.cases()[0].key, "On its way.", "Omar")
    sockets.sends("e0", peer.slack.told[0])
    assert polled(bridge, cursor, ref)[0] == ["On its way."]
    bridge.close()
    assert sockets.until(lambda: not sockets.open) and sockets.acknowledged == []


def test_after_a_broken_connection_another_is_opened(
    bridge: SlackBridge, peer: SlackPeer, sockets: Sockets
) -> None:
    ref = bridge.open_case(new_case(), "h-1.open")
    _, cursor = polled(bridge, "", ref)
    assert sockets.until(lambda: sockets.open)
    sockets.open[0].close()
    assert sockets.until(lambda: not sockets.open)
    for _ in range(5):
        polled(bridge, cursor, ref)
        if sockets.open:
            break
    peer.slack.told.clear()
    peer.replies(peer.cases()[0].key, "Still here.", "Omar")
    sockets.sends("e0", peer.slack.told[0])
    assert polled(bridge, cursor, ref)[0] == ["Still here."]


def test_an_address_that_is_not_slacks_is_not_connected_to(bridge: SlackBridge, peer: SlackPeer) -> None:
    peer.slack.socket = "ws://evil.example/link"
    with pytest.raises(PeerRefusedError, match="not Slack's"):
        bridge.poll("", [])


def test_a_token_that_opens_no_connection_says_which(peer: SlackPeer) -> None:
    settings = {**peer.settings, "app_token": "xapp-another", "signing_secret": ""}
    here = around("slack", settings)
    opened = SlackBridge.open(here)
    with pytest.raises(PeerError, match=r"\[bridges.slack\] app_token"):
        opened.poll("", [])
    opened.close()
    here.outbound.close()
