"""Twilio beyond what every channel does: its TwiML, its files on another host, statuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.channels import SentFile
from bot.errors import NotDeliveredError
from handoff.bridges.errors import PeerRefusedError
from tests.contract.channels.room import HELP, Room
from tests.peers import Webhook
from tests.platforms import PUBLIC
from tests.platforms.twilio import MAYA, TwilioPlatform, _signed


@pytest.fixture
def twilio() -> Iterator[TwilioPlatform]:
    platform = TwilioPlatform()
    yield platform
    platform.close()


@pytest.fixture
def room(twilio: TwilioPlatform, tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path / "data", "twilio", twilio)
    yield opened
    opened.close()


def test_twilio_is_answered_in_its_own_language_with_nothing_to_say(
    room: Room, twilio: TwilioPlatform
) -> None:
    answer = room.takes(twilio.says("hello", room.clock.now()))
    assert answer.content_type == "text/xml; charset=utf-8" and answer.data.endswith(b"<Response/>")


def test_its_own_library_signs_blank_and_foreign_values_as_we_read_them(
    room: Room, twilio: TwilioPlatform
) -> None:
    form = {"MessageSid": "SM1", "From": MAYA, "Body": "æøå & = + 🛠️", "ToCity": "", "ToZip": ""}
    assert room.takes(_signed(form)).status_code == 200
    assert [each.text for each in room.said()] == ["æøå & = + 🛠️"]


def test_another_address_than_the_one_that_was_signed_is_refused(room: Room, twilio: TwilioPlatform) -> None:
    webhook = twilio.says("hello", room.clock.now())
    assert room.takes(Webhook("POST", "?message=1", webhook.headers, webhook.body)).status_code == 401


@pytest.mark.parametrize("status", ["queued", "sent", "delivered", "read"])
def test_what_goes_well_is_nobodys_concern(room: Room, status: str) -> None:
    room.hears("hello")
    form = {"MessageSid": "SM9", "MessageStatus": status, "To": MAYA}
    assert room.takes(_signed(form, "?message=1")).status_code == 200
    assert room.reports() == () and len(room.said()) == 1


def test_what_is_sent_says_where_to_tell_of_it(room: Room, twilio: TwilioPlatform) -> None:
    room.hears("hello")
    room.says("Which one?", buttons=HELP)
    room.works()
    assert twilio.sent[0]["StatusCallback"] == f"{PUBLIC}/channels/twilio?message=2"
    assert (twilio.sent[0]["From"], twilio.sent[0]["To"]) == ("+4721000000", MAYA)


@pytest.mark.parametrize("url", ["http://evil.example/ME1", "http://127.0.0.1.evil.example/", "nonsense", ""])
def test_a_file_that_is_elsewhere_is_not_fetched(room: Room, twilio: TwilioPlatform, url: str) -> None:
    with pytest.raises(PeerRefusedError, match="nothing is fetched"):
        room.channel.fetch(SentFile(url, "a.png"))  # type: ignore[attr-defined]


def test_a_customer_who_wants_no_more_is_not_tried_again(room: Room, twilio: TwilioPlatform) -> None:
    twilio.door.refuse(1, 400)
    with pytest.raises(NotDeliveredError) as failed:
        room.channel.carry({"To": MAYA, "From": "+4721000000", "Body": "hi"}, "1-1")  # type: ignore[attr-defined]
    assert failed.value.permanent


def test_the_check_sees_an_account_that_is_well_and_one_that_is_not(
    room: Room, twilio: TwilioPlatform
) -> None:
    assert [(step.name, step.ok) for step in room.channel.check()] == [("account", True)]  # type: ignore[attr-defined]
    twilio.door.refuse(1, 401)
    [step] = room.channel.check()  # type: ignore[attr-defined]
    assert not step.ok and "[channels.twilio] auth_token" in step.mend
