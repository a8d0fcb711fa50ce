from __future__ import annotations

from config.plugins import resolve
from handoff.bridges import Health
from handoff.bridges.none import NoBridge


def test_the_built_in_bridge_is_our_own_desk() -> None:
    assert resolve(".none", "handoff.bridges") is NoBridge
    bridge: Health = NoBridge()
    assert bridge.health().ok
