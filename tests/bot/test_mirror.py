"""The whole house with a helpdesk outside: from the chat to there and back, by its own routes and jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bot.app import customers_app
from bot.conversation import Holder
from bot.dialogue.assistant import Assistant
from bot.opening import House, open_house
from config.pages import Brand
from config.settings import load_settings
from handoff.bridges import Incoming
from handoff.case import CaseStatus
from handoff.values import as_object
from handoff.web.bridges_api import bridges_app
from tests.driver import Customer, Driver
from tests.fakes import FakeClock, FirstChoice
from tests.handoff.bridges.scripted import SIGNED, Scripted, incoming

SECOND = timedelta(seconds=1)


@pytest.fixture
def mirrored(data: Path, clock: FakeClock, shipped: Assistant) -> Iterator[House]:
    (data / "firstline.toml").write_text(
        '[handoff]\nbridge = "tests.handoff.bridges.test_opening:ScriptedPlug"\n', encoding="utf-8"
    )
    house = open_house(load_settings(data, {}), clock=clock, rng=FirstChoice(), base=shipped)
    yield house
    house.close()


def peer_of(house: House) -> Scripted:
    assert house.mirror is not None and isinstance(house.mirror.bridge, Scripted)
    return house.mirror.bridge


def pushes(house: House, *events: Incoming) -> None:
    """The helpdesk sends a webhook, and the house does what follows."""
    assert house.mirror is not None
    web: FlaskClient = bridges_app(house.mirror.receiving).test_client()
    body = json.dumps([as_object(replace(event, occurred_at=house.clock.now())) for event in events])
    assert web.post("/bridges/scripted", data=body, headers=SIGNED).status_code == 200
    house.workers.drain()


def escalated(house: House) -> Customer:
    maya = Driver(house).customer()
    maya.says("let me speak to a person about order NT-10427")
    return maya


def test_a_case_goes_there_the_answer_comes_back_and_the_bot_resumes(
    mirrored: House, clock: FakeClock
) -> None:
    maya = escalated(mirrored)
    maya.says("it is urgent")
    assert peer_of(mirrored).posted[-1].text == "it is urgent"

    pushes(mirrored, incoming("note:1", "He pays late.", type="agent_note", visibility="private"))
    pushes(mirrored, incoming("msg:1", "It leaves today."))
    assert maya.holder is Holder.AGENT
    assert [message.text for message in maya.hears()][-1] == "It leaves today."

    clock.moves(SECOND)
    maya.says("thank you")
    assert peer_of(mirrored).posted[-1].text == "thank you"
    pushes(mirrored, incoming("status:1", type="status", status=CaseStatus.RESOLVED))
    assert maya.holder is Holder.BOT
    before = len(peer_of(mirrored).posted)
    assert any(message.author == "bot" for message in maya.says("how long do I have to return something"))
    assert len(peer_of(mirrored).posted) == before


def test_who_writes_there_is_seen_in_the_chat_and_whoever_writes_here_there(mirrored: House) -> None:
    maya = escalated(mirrored)
    pushes(mirrored, incoming("msg:1", "Hello."))
    pushes(mirrored, incoming("typing:1", type="typing"))
    client = customers_app(mirrored, Brand.load()).test_client()
    headers = {"Authorization": f"Bearer {maya.token}"}
    address = f"/chat/api/conversations/{maya.conversation}"
    assert client.post(f"{address}/typing", json={"typing": True}, headers=headers).status_code == 204
    assert mirrored.mirror is not None
    mirrored.mirror.typing.told()
    assert peer_of(mirrored).typed == [("T-1001", True)]
    assert b'"typing": true' in client.get("/chat").data
