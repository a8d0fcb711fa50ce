"""Webhooks, from the route to the inbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from config.settings import Settings
from handoff.opening import Handoff
from handoff.values import as_object
from handoff.web.bridges_api import bridges_app
from tests.fakes import FakeClock
from tests.handoff.bridges.scripted import SIGNED, Mirrored, Scripted, incoming, mirrored

HOUSE = "https://support.nettly.example"


@pytest.fixture
def house(room: Handoff, settings: Settings, clock: FakeClock) -> Iterator[Mirrored]:
    opened = mirrored(room, settings, clock)
    yield opened
    opened.mirror.close()


@pytest.fixture
def web(house: Mirrored) -> FlaskClient:
    return bridges_app(house.mirror.receiving, HOUSE).test_client()


def body(*texts: str) -> str:
    return json.dumps([as_object(incoming(f"msg:{text}", text)) for text in texts])


def test_a_signed_webhook_is_kept_before_it_is_answered_and_applied_after(
    web: FlaskClient, house: Mirrored
) -> None:
    answer = web.post("/bridges/scripted", data=body("Hello."), headers=SIGNED)
    assert (answer.status_code, answer.json, answer.headers["Content-Length"]) == (200, {}, "2")
    assert [kept.state for kept in house.inbox.recent()] == ["new"] and house.told() == []
    house.works()
    assert ("reply", "Kari", "Hello.") in house.told()


def test_one_that_is_signed_by_somebody_else_is_refused_and_nothing_is_kept(
    web: FlaskClient, house: Mirrored
) -> None:
    answer = web.post("/bridges/scripted", data=body("Hello."), headers={"signature": "wrong"})
    assert answer.status_code == 401 and "not signed" in answer.json["error"]["message"]
    assert house.inbox.recent() == ()


@pytest.mark.parametrize("hostile", [b"<html>", b"crash", b"", b"\xff\x00", b"[{}]", b"[" * 100_000])
def test_what_can_not_be_read_is_refused_and_kept(web: FlaskClient, house: Mirrored, hostile: bytes) -> None:
    answer = web.post("/bridges/scripted", data=hostile, headers=SIGNED)
    assert answer.status_code == 400
    (kept,) = house.inbox.recent()
    assert kept.state == "parked" and house.inbox.raw(kept.event_id) == hostile


def test_what_would_block_everything_after_it_is_taken_all_the_same(
    web: FlaskClient, house: Mirrored
) -> None:
    answer = web.put("/bridges/scripted/transactions/1", data=b"<html>", headers=SIGNED)
    assert (answer.status_code, answer.json) == (200, {})
    assert [kept.state for kept in house.inbox.recent()] == ["parked"]


def test_what_the_peer_asks_while_it_is_set_up_is_answered(web: FlaskClient) -> None:
    answer = web.get("/bridges/scripted?challenge=1234")
    assert (answer.status_code, answer.text) == (200, "1234")
    assert web.head("/bridges/scripted?challenge=1234").status_code == 200


def test_the_peer_is_shown_the_address_that_it_knows_us_by(house: Mirrored) -> None:
    seen: list[str] = []

    class Looking(Scripted):
        def verify(self, request: object, now: object) -> None:
            seen.append(request.url)  # type: ignore[attr-defined]

    house.mirror.receiving._bridge = Looking(house.clock)
    web = bridges_app(house.mirror.receiving, HOUSE).test_client()
    web.post("/bridges/scripted/a%20b?x=1&y=", data="[]")
    web.post("/bridges/scripted", data="[]")
    assert seen == [f"{HOUSE}/bridges/scripted/a%20b?x=1&y=", f"{HOUSE}/bridges/scripted"]


@pytest.mark.parametrize("path", ["/bridges/zendesk", "/bridges", "/bridges/"])
def test_another_helpdesk_has_no_place_here(web: FlaskClient, path: str) -> None:
    answer = web.post(path, data=body("Hello."), headers=SIGNED)
    assert answer.status_code == 404 and "/bridges/scripted" in answer.json["error"]["message"]


def test_typing_is_shown_at_once_and_not_kept(web: FlaskClient, house: Mirrored) -> None:
    typing = incoming("typing:1", type="typing")
    web.post("/bridges/scripted", data=json.dumps([as_object(typing)]), headers=SIGNED)
    (present,) = house.room.aids.presence.now()
    assert (present.case, present.name, present.doing) == (house.case.number, "Kari", "replying")
    assert house.inbox.recent() == ()
    off = replace(typing, event_id="typing:2", text="off")
    web.post("/bridges/scripted", data=json.dumps([as_object(off)]), headers=SIGNED)
    assert house.room.aids.presence.now() == ()
