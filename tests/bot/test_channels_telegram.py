"""Telegram beyond what every channel does: asking for updates, groups, customers who have left."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.channels import Asking, Said, SentFile
from bot.channels.asking import Ears
from bot.channels.hearing import Hearing
from bot.errors import FilesBusyError, NotDeliveredError
from bot.files import Files
from bot.reports import Reports
from bot.store.files import FileStore
from handoff.bridges import RawRequest
from tests.contract.channels.room import CHARACTERS, HELP, Room, phrase
from tests.peers import SeenFile
from tests.platforms.telegram import MAYA, TelegramPlatform


@pytest.fixture
def telegram() -> Iterator[TelegramPlatform]:
    platform = TelegramPlatform("poll")
    yield platform
    platform.close()


@pytest.fixture
def room(telegram: TelegramPlatform, tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path / "data", "telegram", telegram)
    yield opened
    opened.close()


@pytest.fixture
def ears(room: Room) -> Ears:
    assert isinstance(room.channel, Asking) and room.channel.asks
    return Ears(room.channel, room.hearing, room.clock)


def test_what_was_taken_in_is_confirmed_with_the_next_question(
    room: Room, telegram: TelegramPlatform, ears: Ears
) -> None:
    telegram.says("hello", room.clock.now())
    telegram.says("are you there?", room.clock.now())
    assert ears.work() and len(telegram.updates) == 2
    assert not ears.work() and telegram.updates == []
    assert [each.text for each in room.said()] == ["hello", "are you there?"]


def test_what_a_crash_left_unconfirmed_is_known_when_it_comes_again(
    room: Room, telegram: TelegramPlatform, ears: Ears
) -> None:
    telegram.says("hello", room.clock.now())
    ears.work()
    assert isinstance(room.channel, Asking)
    Ears(room.channel, room.hearing, room.clock).work()
    assert [each.text for each in room.said()] == ["hello"]


def test_the_circle_is_taken_off_a_button_that_was_tapped(
    room: Room, telegram: TelegramPlatform, ears: Ears
) -> None:
    telegram.says("hello", room.clock.now())
    ears.work()
    room.says("Did this help?", buttons=HELP)
    room.works()
    telegram.taps("No", room.clock.now())
    ears.work()
    assert telegram.answered == ["77"] and room.said()[-1].payload == "/did_not_help"


def test_while_it_is_away_it_is_asked_less_and_less(
    room: Room, telegram: TelegramPlatform, ears: Ears
) -> None:
    telegram.says("hello", room.clock.now())
    telegram.door.refuse(99, 503)
    for _ in range(120):
        ears.work()
        room.clock.moves(timedelta(seconds=1))
    assert 5 <= len(telegram.door.calls) <= 9
    telegram.door.up()
    room.clock.moves(timedelta(minutes=1))
    assert ears.work() and [each.text for each in room.said()] == ["hello"]


@pytest.mark.parametrize(
    "message",
    [
        {"chat": {"id": -5, "type": "group"}, "from": {"id": MAYA}, "text": "hi all"},
        {"chat": {"id": MAYA, "type": "private"}, "from": {"id": 9, "is_bot": True}, "text": "beep"},
        {"chat": {"id": MAYA, "type": "private"}, "from": {"id": MAYA}},
        {},
    ],
)
def test_groups_bots_and_nothing_are_not_heard(
    room: Room, telegram: TelegramPlatform, ears: Ears, message: dict[str, object]
) -> None:
    telegram.update({"message": message})
    ears.work()
    assert room.store.find("telegram", str(MAYA)) is None or room.said() == []


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "/start ref_7"}, "👋"),
        ({"sticker": {"emoji": "😡"}}, "😡"),
        ({"location": {"latitude": 59.91, "longitude": 10.75}}, "📍 59.91, 10.75"),
        ({"contact": {"first_name": "Maya", "phone_number": "+4790000001"}}, "Maya +4790000001"),
    ],
)
def test_what_is_no_text_is_heard_as_words(
    room: Room, telegram: TelegramPlatform, ears: Ears, message: dict[str, object], text: str
) -> None:
    telegram.update({"message": telegram._message(message)})
    ears.work()
    assert [each.text for each in room.said()] == [text]


def test_of_a_picture_the_largest_is_taken(room: Room, telegram: TelegramPlatform) -> None:
    sizes = [{"file_id": "small", "file_size": 900}, {"file_id": "large", "file_size": 90_000}]
    webhook = telegram.update({"message": telegram._message({"photo": sizes, "caption": "look"})})
    [said] = room.channel.parse(_request(webhook.body))  # type: ignore[attr-defined]
    assert isinstance(said, Said)
    assert said.files == (SentFile("large", "photo.jpg", 90_000),) and said.language == "nb-NO"


def test_a_customer_who_has_blocked_the_bot_is_not_tried_again(
    room: Room, telegram: TelegramPlatform
) -> None:
    telegram.door.refuse(1, 403)
    with pytest.raises(NotDeliveredError) as failed:
        room.channel.carry({"method": "sendMessage", "chat_id": MAYA, "text": "hi"}, "1-1")  # type: ignore[attr-defined]
    assert failed.value.permanent


def test_a_wrong_token_names_where_it_is_written_and_is_not_repeated(
    room: Room, telegram: TelegramPlatform
) -> None:
    telegram.door.refuse(1, 401)
    [step] = room.channel.check()  # type: ignore[attr-defined]
    assert not step.ok and "[channels.telegram] token" in step.says and "fake-token" not in repr(step)


def test_an_edited_message_is_heard_anew_with_what_it_was(room: Room, telegram: TelegramPlatform) -> None:
    first = telegram.says("My hub is dead.", room.clock.now())
    room.takes(first)
    message = json.loads(first.body)["message"]
    again = telegram.update({"edited_message": {**message, "text": "My hub is blue.", "edit_date": 1}})
    for webhook in (again, again, telegram.update({"edited_message": message})):
        room.takes(webhook)
    assert [(each.text, each.data.get("changes")) for each in room.said()] == [
        ("My hub is dead.", None),
        ("My hub is blue.", "My hub is dead."),
    ]


def test_a_place_that_moves_is_said_once(room: Room, telegram: TelegramPlatform) -> None:
    first = telegram.says("", room.clock.now())
    message = json.loads(first.body)["message"] | {"location": {"latitude": 59.9, "longitude": 10.7}}
    room.takes(telegram.update({"message": message}))
    moved = message | {"location": {"latitude": 60.1, "longitude": 10.7}}
    room.takes(telegram.update({"edited_message": moved}))
    assert [each.text for each in room.said()] == ["📍 59.9, 10.7"]


def test_the_check_sees_a_bot_that_is_well(room: Room) -> None:
    steps = room.channel.check()  # type: ignore[attr-defined]
    assert [(step.name, step.ok) for step in steps] == [("token", True), ("updates", True)]
    assert "@nettly_bot" in steps[0].says


def _request(body: bytes) -> RawRequest:
    assert json.loads(body)
    return RawRequest("POST", {}, {}, body, "https://support.nettly.example/channels/telegram")


def test_a_picture_that_comes_while_many_do_is_to_come_again_and_nothing_is_lost(
    room: Room, telegram: TelegramPlatform, tmp_path: Path
) -> None:
    drawn = BytesIO()
    Image.new("RGB", (4, 4), "red").save(drawn, "PNG")
    picture = SeenFile("hub.png", drawn.getvalue())
    request = _request(telegram.says("look", room.clock.now(), files=[picture]).body)
    rows = FileStore(room._database, 2**20)
    full = Hearing(
        room.chat,
        Files(rows, room.clock, 2**20, in_line=0),
        Reports(room._reports, room, room.clock),
        phrase,
        characters=CHARACTERS,
    )
    came = room.channel.parse(request)  # type: ignore[attr-defined]
    with pytest.raises(FilesBusyError):
        full.take(room.channel, came)  # type: ignore[arg-type]
    assert room.said() == []
    room.hearing.take(room.channel, came)  # type: ignore[arg-type]
    assert [(each.text, [file.name for file in each.files]) for each in room.said()] == [
        ("look", ["hub.png"])
    ]
