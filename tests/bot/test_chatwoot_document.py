"""What our agent bot asks of Chatwoot, by Chatwoot's own OpenAPI document."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from bot.channels.chatwoot import ChatwootChannel
from bot.channels.opening import open_channel
from bot.conversation import Button, Message
from config.clock import SystemClock
from config.outbound import Outbound
from config.settings import load_settings
from handoff.floor.rules import Priority
from tests.fakes import MONDAY_MORNING
from tests.handoff.bridges.test_chatwoot_document import Judge, document
from tests.peers.chatwoot import ChatwootPeer
from tests.platforms.chatwoot import ChatwootPlatform

__all__ = ["document"]

HELP = (Button("Yes", "/helped"), Button("No", "/did_not_help"))


def test_all_that_is_asked_and_answered_is_in_the_document(
    tmp_path: Path, document: dict[str, object], outbound: Outbound
) -> None:
    chatwoot = ChatwootPlatform()
    judge = Judge(cast(ChatwootPeer, chatwoot), document)
    chatwoot.app.after_request(judge)
    table = "\n".join(f"{name} = {value!r}" for name, value in chatwoot.settings.items())
    (tmp_path / "firstline.toml").write_text(
        f'[bridge]\nprivate_networks = ["127.0.0.0/8"]\n[channels.chatwoot]\n{table}\n'
    )
    opened = open_channel(load_settings(tmp_path, {}), ".chatwoot", outbound, SystemClock())
    channel = cast(ChatwootChannel, opened)
    try:
        for buttons in ((), HELP):
            said = Message(2, "bot", "🙂 <b>שלום</b>", MONDAY_MORNING, buttons=buttons)
            for wire in channel.render(said, chatwoot.maya):
                channel.carry(wire, "1-1")
        for priority in Priority:
            channel.hand_over(chatwoot.maya, "**#1042** a note", priority)
        assert all(step.ok for step in channel.check())
    finally:
        chatwoot.close()
    assert judge.wrong == [] and len(judge.judged) == 5
