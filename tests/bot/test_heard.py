"""What a turn hears: words, taps, files, and several of them at once."""

from __future__ import annotations

import pytest

from bot.conversation import Conversation, ConversationId, Holder, Message, carrying
from bot.heard import PERSON_PAYLOAD, read_outright, sent_along, user_events, words_of
from bot.understanding.reading import Intent, Reading, Wish
from handoff.file import FileRef
from tests.fakes import MONDAY_MORNING

FILE = FileRef("c" * 43, "box.jpg", "image/jpeg", 9)
MAYA = Conversation(
    ConversationId("maya"), "web", "maya", "en", None, Holder.BOT, None, 3, 0, 0, 0, 0, MONDAY_MORNING
)


def said(number: int, text: str, *files: FileRef, payload: str | None = None) -> Message:
    return Message(
        number,
        "customer",
        text,
        MONDAY_MORNING,
        client_id=f"c{number}",
        payload=payload,
        data=carrying(files),
    )


@pytest.mark.parametrize(
    ("heard", "words"),
    [
        ([said(1, "hello")], "hello"),
        ([said(1, "hello"), said(2, "there")], "hello\nthere"),
        ([said(1, "Yes", payload="/helped")], "/helped"),
        ([said(1, "", FILE)], ""),
        ([said(1, "it came like this"), said(2, "", FILE)], "it came like this"),
        ([said(1, "", FILE), said(2, "it came like this")], "it came like this"),
    ],
)
def test_files_add_no_words_to_what_was_said(heard: list[Message], words: str) -> None:
    assert words_of(heard) == words


def test_only_what_needs_no_understanding_is_read_outright() -> None:
    assert read_outright("hello", "en") is None
    alone = read_outright("", "nb")
    assert alone is not None and (alone.literal, alone.intents, alone.language) == (True, (), "nb")
    tapped = read_outright(PERSON_PAYLOAD, "en")
    assert tapped is not None and tapped.intents[0].name == "human_handoff"


def events(reading: Reading, *heard: Message, by_one: bool = False) -> list[dict[str, object]]:
    place = (lambda wish: 0) if by_one else None
    return list(
        user_events(MAYA, heard, reading, lambda one: {"text": one.text}, place, lambda: MONDAY_MORNING)
    )


def test_the_event_says_which_message_brought_which_file() -> None:
    [event] = events(Reading("it came like this", "en"), said(2, "it came like this"), said(3, "", FILE))
    metadata = event["metadata"]
    assert isinstance(metadata, dict) and "shown" not in metadata
    assert metadata["burst"] == [{"number": 2, "text": "it came like this"}, {"number": 3, "text": ""}]
    assert metadata["files"] == {"3": [{"id": FILE.id, "name": "box.jpg", "type": "image/jpeg", "size": 9}]}


def test_without_files_the_event_speaks_of_none() -> None:
    [event] = events(Reading("hello", "en"), said(1, "hello"))
    metadata = event["metadata"]
    assert isinstance(metadata, dict) and set(metadata) == {"number", "page"}


def test_each_wish_is_an_event_of_its_own_where_the_house_takes_them_one_by_one() -> None:
    wishes = tuple(Wish(at, at + 3, text, Intent(text, 0.9)) for at, text in ((0, "one"), (4, "two")))
    reading = Reading("one two", "en", wishes=wishes)
    assert [event["text"] for event in events(reading, said(1, "one two"))] == ["one two"]
    assert [event["text"] for event in events(reading, said(1, "one two"), by_one=True)] == ["one", "two"]


def test_what_the_channel_sent_along_is_the_last_messages() -> None:
    assert sent_along([said(1, "hello")]) == {}
    along = Message(1, "customer", "hi", MONDAY_MORNING, data={"metadata": {"shop": "no"}})
    assert sent_along([along]) == {"shop": "no"}
