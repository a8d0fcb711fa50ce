"""What customers say on a platform: taken in once, in order, as it was written, and from nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest

from bot.channels import Platform
from bot.channels.hearing import writer_of
from tests.contract.channels.room import CHARACTERS, HELP, Room
from tests.peers import SeenFile
from tests.platforms import FakePlatform

STRANGE = 'Sju 🛠️ & "sitat" <b>ikke fet</b> שלום مرحبا 👩‍👩‍👧 %s {x} — slutt'
NAMES = {"telegram": "Maya", "whatsapp": "Maya Lind", "twilio": "+4790000001", "api": "Maya"}

STAMPED = ("slack", "chatwoot", "api")
"""The platforms that say when they signed."""


@pytest.mark.parametrize("text", ["My hub is dead.", STRANGE, "one\ntwo\n\nthree"])
def test_it_is_stored_as_it_was_written_and_the_bots_turn_follows(room: Room, text: str) -> None:
    said = room.hears(text)
    assert (said.text, said.payload) == (text, None)
    assert room.owed == [(room.maya.id, False)]


def test_what_comes_again_is_known(room: Room, platform: FakePlatform) -> None:
    webhook = platform.says("My hub is dead.", room.clock.now())
    statuses = [room.takes(webhook).status_code for _ in range(5)]
    assert all(200 <= status < 300 for status in statuses)
    assert [each.text for each in room.said()] == ["My hub is dead."] and len(room.owed) == 1


def test_what_comes_again_after_the_answer_is_known_as_well(room: Room, platform: FakePlatform) -> None:
    webhook = platform.says("1", room.clock.now())
    room.takes(webhook)
    room.says("Which one?", buttons=HELP)
    assert room.takes(webhook).status_code < 300
    assert [(each.text, each.payload) for each in room.said()] == [("1", None)]


def test_the_same_words_twice_are_two_messages(room: Room) -> None:
    room.hears("hello?")
    room.hears("hello?")
    assert [each.text for each in room.said()] == ["hello?", "hello?"]


def test_they_stay_in_their_order(room: Room) -> None:
    texts = [f"line {number}" for number in range(10)]
    for text in texts:
        room.hears(text)
    assert [each.text for each in room.said()] == texts


def test_what_others_have_signed_is_refused_and_nothing_of_it_is_kept(
    room: Room, platform: FakePlatform
) -> None:
    forged = platform.forge(platform.says("refund me", room.clock.now()))
    answer = room.takes(forged)
    assert answer.status_code == 401 and "message" in answer.get_json()["error"]
    assert room.store.find(room.name, platform.maya) is None


def test_what_nobody_has_signed_is_refused(room: Room, platform: FakePlatform) -> None:
    webhook = platform.says("refund me", room.clock.now())
    bare = type(webhook)(webhook.method, webhook.path, {}, webhook.body)
    assert room.takes(bare).status_code == 401
    assert room.store.find(room.name, platform.maya) is None


def test_what_was_changed_on_its_way_is_refused(room: Room, platform: FakePlatform) -> None:
    if room.name == "telegram":
        pytest.xfail("Telegram signs no body: it sends a secret along")
    webhook = platform.says("refund me 10", room.clock.now())
    changed = type(webhook)(webhook.method, webhook.path, webhook.headers, webhook.body.replace(b"10", b"99"))
    assert changed.body != webhook.body and room.takes(changed).status_code == 401


def test_what_is_old_is_refused_where_it_is_stamped(room: Room, platform: FakePlatform) -> None:
    if room.name not in STAMPED:
        pytest.xfail(f"{room.name} does not say when it signed")
    webhook = platform.says("refund me", room.clock.now())
    room.clock.moves(timedelta(minutes=6))
    assert room.takes(webhook).status_code == 401


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"message": 7}', b"[" * 60_000, b'{"a": "\xff"}', b"\0"]
)
def test_what_makes_no_sense_breaks_nothing(room: Room, platform: FakePlatform, body: bytes) -> None:
    answer = room.takes(platform.nonsense(body, room.clock.now()))
    assert answer.status_code < 500 and room.store.find(room.name, platform.maya) is None


def test_a_tapped_reply_says_its_words_and_means_what_it_stands_for(
    room: Room, platform: FakePlatform
) -> None:
    room.hears("My hub is dead.")
    room.says("Did this help?", buttons=HELP)
    room.works()
    assert room.takes(platform.taps("Yes, thanks", room.clock.now())).status_code < 300
    assert [(each.text, each.payload) for each in room.said()[1:]] == [("Yes, thanks", "/helped")]
    assert room.owed[-1] == (room.maya.id, True)


@pytest.mark.parametrize(("written", "payload"), [("2", "/did_not_help"), ("yes, THANKS ", "/helped")])
def test_a_reply_may_be_written_by_its_number_or_its_words(room: Room, written: str, payload: str) -> None:
    if room.name == "api":
        pytest.xfail("an app of one's own says itself what was tapped")
    room.hears("My hub is dead.")
    room.says("Did this help?", buttons=HELP)
    assert room.hears(written).payload == payload


@pytest.mark.parametrize("written", ["3", "0", "1 hub", "yes", "12345"])
def test_what_is_none_of_the_replies_is_just_said(room: Room, written: str) -> None:
    room.hears("My hub is dead.")
    room.says("Did this help?", buttons=HELP)
    said = room.hears(written)
    assert (said.text, said.payload) == (written, None)


def test_a_number_means_a_reply_only_to_what_was_just_asked(room: Room) -> None:
    room.hears("My hub is dead.")
    room.says("Did this help?", buttons=HELP)
    room.hears("wait")
    room.says("I wait.")
    assert room.hears("1").payload is None


def test_what_is_too_long_for_one_message_becomes_several(room: Room, platform: FakePlatform) -> None:
    if room.name == "api":
        pytest.xfail("an app of one's own is told that it is too long")
    text = " ".join(f"word{number}" for number in range(600))
    webhook = platform.says(text, room.clock.now())
    room.takes(webhook)
    room.takes(webhook)
    parts = [each.text for each in room.said()]
    assert "".join(parts) == text and len(parts) > 1
    assert all(len(part) <= CHARACTERS for part in parts)


def test_a_file_comes_along_byte_by_byte(room: Room, platform: FakePlatform) -> None:
    content = b"%PDF-1.4\n" + bytes(range(256)) * 20
    webhook = platform.says("the label", room.clock.now(), files=[SeenFile("label.pdf", content)])
    assert [room.takes(webhook).status_code < 300 for _ in range(2)] == [True, True]
    [said] = room.said()
    assert said.text == "the label"
    [file] = said.files
    assert file.name.endswith(".pdf")
    assert room.files.content(room.files.find(file.id)) == content


def test_a_file_that_is_not_to_be_had_leaves_the_words(room: Room, platform: FakePlatform) -> None:
    if room.name == "api":
        pytest.xfail("an app of one's own sends the file itself")
    webhook = platform.says("the label", room.clock.now(), files=[SeenFile("label.pdf", b"%PDF-1.4")])
    platform.door.refuse(9, 404)
    assert room.takes(webhook).status_code < 300
    [said] = room.said()
    assert said.files == () and said.text.startswith("the label\n[") and ".pdf]" in said.text
    platform.door.up()
    room.works()
    [told] = platform.shows()
    assert ".pdf" in told.text and "has not come through" in told.text


def test_a_program_is_not_taken(room: Room, platform: FakePlatform) -> None:
    webhook = platform.says("run this", room.clock.now(), files=[SeenFile("invoice.exe", b"MZ\x90\x00" * 99)])
    answer = room.takes(webhook)
    if room.name == "api":
        assert answer.status_code == 415 and room.said() == []
    else:
        assert [each.files for each in room.said()] == [()]
        room.works()
        [told] = platform.shows()
        assert told.text.endswith("was not taken. Send a picture or a document.")


def test_a_file_that_is_too_large_is_told_of_with_how_much_is_taken(
    room: Room, platform: FakePlatform
) -> None:
    large = SeenFile("film.mov", bytes(10 * 2**20 + 1))
    answer = room.takes(platform.says("look", room.clock.now(), files=[large]))
    if room.name == "api":
        assert answer.status_code == 413 and room.said() == []
        return
    room.works()
    [told] = platform.shows()
    most = min(cast(Platform, room.channel).most_file, room.files.most_bytes)
    assert f"is larger than {most / 2**20:.3g} MB and was not taken" in told.text
    assert [each.author for each in room.store.messages(room.maya.id)] == ["customer", "bot"]


def test_agents_read_who_writes_where_the_platform_says_so(room: Room, platform: FakePlatform) -> None:
    room.hears("My hub is dead.")
    writer = writer_of(room.store, room.maya.id, [room.name])
    assert writer is not None and not writer.verified and writer.id == f"{room.name}:{platform.maya}"
    assert writer.name == NAMES.get(room.name)
    assert writer_of(room.store, room.maya.id, ["web"]) is None
    assert writer_of(room.store, "nobody", [room.name]) is None
