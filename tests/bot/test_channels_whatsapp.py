"""WhatsApp beyond what every channel does: the handshake, its 24 hours, several numbers, batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.contract.channels.room import Room
from tests.peers import Webhook
from tests.platforms.whatsapp import VERIFY, WhatsAppPlatform


@contextmanager
def opened(folder: Path, **settings: str) -> Iterator[tuple[Room, WhatsAppPlatform]]:
    platform = WhatsAppPlatform(**settings)
    room = Room(folder / "data", "whatsapp", platform)
    try:
        yield room, platform
    finally:
        room.close()
        platform.close()


@pytest.mark.parametrize(("token", "status"), [(VERIFY, 200), ("guessed", 401), ("", 401)])
def test_meta_is_let_in_by_our_own_words(tmp_path: Path, token: str, status: int) -> None:
    query = f"?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token.replace(' ', '%20')}"
    with opened(tmp_path) as (room, _):
        answer = room.takes(Webhook("GET", query, {}, b""))
        assert answer.status_code == status
        assert (answer.data == b"1158201444") is (status == 200)


def test_a_late_answer_without_a_template_is_told_to_the_desk(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, platform):
        room.hears("Where is my order?")
        room.clock.moves(timedelta(hours=25))
        room.says("It is on its way.", author="agent", name="Ines")
        room.works()
        assert platform.sent == []
        [report] = room.reports()
        assert "24 hours" in report.why and "[channels.whatsapp] template" in report.why


def test_a_late_answer_goes_in_a_template_where_there_is_one(tmp_path: Path) -> None:
    with opened(tmp_path, template="we_have_answered", template_language="nb") as (room, platform):
        room.hears("Where is my order?")
        room.clock.moves(timedelta(hours=25))
        room.says("It is on\nits way.", author="agent", name="Ines")
        room.works()
        assert [each.text for each in platform.shows()] == ["[we_have_answered] Ines: It is on its way."]
        assert platform.sent[0]["template"]["language"] == {"code": "nb"} and room.reports() == ()


def test_within_its_24_hours_an_answer_goes_as_it_is(tmp_path: Path) -> None:
    with opened(tmp_path, template="we_have_answered") as (room, platform):
        room.hears("Where is my order?")
        room.clock.moves(timedelta(hours=23))
        room.says("It is on its way.")
        room.works()
        assert [each["type"] for each in platform.sent] == ["text"]


def test_a_customer_who_writes_again_opens_the_window_again(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, platform):
        room.hears("Where is my order?")
        room.clock.moves(timedelta(hours=25))
        room.hears("Hello?")
        room.says("It is on its way.")
        room.works()
        assert [each["type"] for each in platform.sent] == ["text"]


def test_the_window_that_closed_on_the_way_is_explained(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, platform):
        room.hears("Where is my order?")
        room.says("It is on its way.")
        room.works()
        webhook = platform.loses(2, room.clock.now())
        assert webhook is not None
        told = json.loads(webhook.body)
        told["entry"][0]["changes"][0]["value"]["statuses"][0]["errors"][0]["code"] = 131047
        room.takes(platform.nonsense(json.dumps(told).encode(), room.clock.now()))
        [report] = room.reports()
        assert "24 hours" in report.why


def test_another_number_of_the_same_app_is_not_ours(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, platform):
        assert room.takes(platform.told_to("999", "hello sales")).status_code == 200
        assert room.store.find("whatsapp", platform.maya) is None


def test_a_batch_is_taken_in_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, platform):
        bodies = [json.loads(platform.says(text, room.clock.now()).body) for text in ("one", "two")]
        whole = {"entry": [*bodies[0]["entry"], *bodies[1]["entry"]]}
        room.takes(platform.nonsense(json.dumps(whole).encode(), room.clock.now()))
        assert [each.text for each in room.said()] == ["one", "two"]


@pytest.mark.parametrize("code", [130429, 131056])
def test_a_number_that_is_too_busy_is_tried_again(tmp_path: Path, code: int) -> None:
    with opened(tmp_path) as (room, platform):
        room.hears("hello")
        platform.busy = code
        room.says("One.")
        room.works()
        assert platform.sent == [] and room.reports() == ()
        room.waits(10)
        assert [each.text for each in platform.shows()] == ["One."]


def test_the_check_names_the_number_and_what_is_missing(tmp_path: Path) -> None:
    with opened(tmp_path) as (room, platform):
        steps = room.channel.check()  # type: ignore[attr-defined]
        assert "Nettly +47 21 00 00 00" in steps[0].says and all(step.ok for step in steps)
        platform.door.refuse(1, 401)
        [step] = room.channel.check()  # type: ignore[attr-defined]
        assert not step.ok and "[channels.whatsapp] token" in step.mend
