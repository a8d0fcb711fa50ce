"""Why the bot said what it said, turn by turn, for an operator to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import bot
from bot.channels.rasa_wire import CHANNELS
from bot.conversation import ConversationId
from bot.store import Store
from config.clock import SystemClock
from config.database import Schema, open_database

MOST_WORDS = 5

_MIGRATIONS = Path(bot.__path__[0]) / "migrations"


def trace(where: Path | Schema, conversation: str) -> list[dict[str, Any]]:
    """Each turn of a conversation: the message's number and words, the reading, what it rests on, what was
    decided and why. Raises NoConversationError.

    where: the room's database. `conversation` is its id, or the sender's name on one of Rasa's channels.
    """
    with closing(open_database(where, _MIGRATIONS)) as database:
        store = Store(database, SystemClock())
        known = _id(store, conversation)
        said = {message.number: message.text for message in store.messages(known)}
        return [
            {"message": number, "text": said.get(number, ""), **told} for number, told in store.traces(known)
        ]


def in_words(turns: list[dict[str, Any]]) -> Iterator[str]:
    """The turns as people read them."""
    for turn in turns:
        yield f"{turn['message']}  {turn['text']}"
        for each in (turn.get("reading") or [])[:3]:
            yield f"     {each['confidence']:.2f} {each['name']}"
        if turn.get("because"):
            yield f"     for it is {turn['because']}"
        words = ", ".join(
            f"{word} ({weight:+.2f})" for word, weight in (turn.get("words") or [])[:MOST_WORDS]
        )
        if words:
            yield f"     words that mattered: {words}"
        for decision in turn.get("decisions") or ():
            yield f"     -> {decision['action']}: {decision['because']}"
        for failure in turn.get("failures") or ():
            yield f"     !! {failure}"


def _id(store: Store, named: str) -> ConversationId:
    found = store.find_on(CHANNELS, named)
    if found is not None:
        return found.id
    return store.get(ConversationId(named)).id
