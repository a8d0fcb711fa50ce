"""Slack as a place for customers, beyond what every channel does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import Button
from tests.contract.channels.room import Room
from tests.platforms.slack import MAYA, USER, SlackPlatform


@pytest.fixture
def slack() -> Iterator[SlackPlatform]:
    platform = SlackPlatform()
    yield platform
    platform.close()


@pytest.fixture
def room(slack: SlackPlatform, tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path / "data", "slack", slack)
    yield opened
    opened.close()


def test_slack_is_answered_what_it_asks_of_a_new_address(room: Room, slack: SlackPlatform) -> None:
    asked = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    answer = room.takes(slack.nonsense(asked, room.clock.now()))
    assert (answer.status_code, answer.data) == (200, b"3eZbrw1a")
    assert room.takes(slack.forge(slack.nonsense(asked, room.clock.now()))).status_code == 401


@pytest.mark.parametrize(
    "more",
    [
        {"channel_type": "channel"},
        {"bot_id": "B1"},
        {"app_id": "A1"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted", "hidden": True},
        {"user": None},
        {"type": "reaction_added"},
    ],
)
def test_only_what_a_person_writes_directly_is_heard(
    room: Room, slack: SlackPlatform, more: dict[str, object]
) -> None:
    event = {"type": "message", "channel_type": "im", "channel": MAYA, "user": USER, "text": "x", "ts": "9.1"}
    assert room.takes(slack.event({**event, **more}, room.clock.now())).status_code == 200
    assert room.store.find("slack", MAYA) is None


def test_more_replies_than_one_row_holds_are_several_rows(room: Room, slack: SlackPlatform) -> None:
    room.hears("hello")
    room.says("Which?", buttons=tuple(Button(f"Reply {number}", f"/r{number}") for number in range(30)))
    room.works()
    rows = [block for block in slack.sent[0]["blocks"] if block["type"] == "actions"]
    assert [len(row["elements"]) for row in rows] == [25, 5]
    room.takes(slack.taps("Reply 29", room.clock.now()))
    assert room.said()[-1].payload == "/r29"


def test_what_the_bot_says_calls_nobody(room: Room, slack: SlackPlatform) -> None:
    room.hears("hello")
    room.says("<!channel> is not called")
    room.works()
    assert slack.sent[0]["text"] == "&lt;!channel&gt; is not called"


def test_a_token_that_opens_nothing_is_tried_again_later(room: Room, slack: SlackPlatform) -> None:
    room.hears("hello")
    slack.door.garbage("broken_json")
    room.says("One.")
    room.works()
    slack.door.up()
    room.waits(10)
    assert [each.text for each in slack.shows()] == ["One."] and room.reports() == ()
