"""What a turn hears: the customer's messages since the last, in words and as the tracker's events. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.conversation import Conversation, Message
from bot.dialogue.documents import JsonValue
from bot.folding import Json
from bot.tracker import user_event
from bot.understanding.reading import Intent, Reading, Wish

# What the reply that offers a person stands for: the house's own, whatever the assistant understands.
PERSON_PAYLOAD = "/firstline_person"


def words_of(heard: Sequence[Message]) -> str:
    """What is to be understood: a quick reply's literal, otherwise everything said. Files say nothing."""
    return heard[-1].payload or "\n".join(message.text for message in heard if message.text)


def read_outright(words: str, language: str) -> Reading | None:
    """What needs no understanding: files without words, and the tap that asks for a person."""
    if not words:
        return Reading("", language, literal=True, because="files without words")
    if words != PERSON_PAYLOAD:
        return None
    wanted = (Intent("human_handoff", 1.0),)
    return Reading(words, language, wanted, wants_person=1.0, literal=True, because="said outright")


def sent_along(heard: Sequence[Message]) -> dict[str, JsonValue]:
    """What the customer's channel sent along with the last message."""
    metadata = heard[-1].data.get("metadata")
    return dict(metadata) if isinstance(metadata, dict) else {}


def user_events(
    conversation: Conversation,
    heard: Sequence[Message],
    reading: Reading,
    parse: Callable[[Reading], Mapping[str, Any]],
    place: Callable[[Wish], int] | None,
    now: Callable[[], datetime],
) -> Iterator[Json]:
    """What was said as the tracker's events: one, or one a wish where the house takes them one by one.

    parse: a reading as Rasa's parse result; place: when a wish is seen to, None where all are taken at once.
    """
    wishes = sorted(reading.wishes, key=place) if place is not None else ()
    channel = heard[-1].data.get("input_channel") or conversation.channel
    # Wishes that are all for the articles may be answered together, from the whole message.
    together = place is not None and not any(map(place, wishes))
    for nth, wish in enumerate(wishes or (None,)):
        one = reading if wish is None else _alone(reading, wish)
        said = user_event(
            one.text,
            parse(one),
            at=now(),
            channel=str(channel),
            messages=[(message.number, message.text) for message in heard],
            page=conversation.page,
            files={message.number: message.files for message in heard if message.files},
        )
        said["metadata"] = sent_along(heard) | said["metadata"]
        if wish is not None:
            said["metadata"] |= {"wish": wish.text, "again": nth > 0}
            said["metadata"] |= {"whole": reading.text} if together else {}
        yield said


def _alone(reading: Reading, wish: Wish) -> Reading:
    """One wish of several as if it had been said by itself."""
    return replace(
        reading, text=wish.text, intents=(wish.intent,), entities=wish.entities, known=1.0, wishes=()
    )
