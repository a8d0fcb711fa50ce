"""Slack as a place for customers, beyond what every channel does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.conversation import Button
from tests.contract.channels.room import Room
from tests.platforms import PUBLIC
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


def test_an_edited_message_is_heard_anew_and_a_deleted_one_is_told_to_the_desk(
    room: Room, slack: SlackPlatform
) -> None:
    said = {
        "type": "message",
        "channel_type": "im",
        "channel": MAYA,
        "user": USER,
        "text": "dead",
        "ts": "9.1",
    }
    room.takes(slack.event(said, room.clock.now()))
    about = {
        "type": "message",
        "channel_type": "im",
        "channel": MAYA,
        "hidden": True,
        "previous_message": said,
    }
    edited = {**said, "text": "blue", "edited": {"user": USER, "ts": "9.2"}}
    previewed = {**said, "attachments": [{"title": "a preview"}]}
    for event in (
        {**about, "subtype": "message_changed", "message": edited},
        {**about, "subtype": "message_changed", "message": previewed},
        {**about, "subtype": "message_deleted", "deleted_ts": "9.1"},
        {**about, "subtype": "message_deleted", "deleted_ts": "9.1"},
    ):
        assert room.takes(slack.event(event, room.clock.now())).status_code == 200
    heard = [(each.text, each.data.get("changes")) for each in room.said()]
    assert heard == [("dead", None), ("blue", "dead")]
    [report] = room.reports()
    assert (report.what, report.text) == ("deleted", "dead")


def test_without_the_right_to_upload_a_file_is_a_link(room: Room, slack: SlackPlatform) -> None:
    room.hears("hello")
    slack.refuses = "missing_scope"
    file = room.gives("label.pdf", "application/pdf", b"%PDF-1.4")
    room.works()
    assert [each.text for each in slack.shows()] == [f"label.pdf: {PUBLIC}{file.address}"]
    assert room.reports() == ()
