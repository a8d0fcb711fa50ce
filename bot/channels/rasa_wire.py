"""What Rasa's channels share: their names, the parts of a text, an answer's article as a custom object."""

from __future__ import annotations

from bot.conversation import Button, Message
from bot.dialogue.documents import JsonValue

CHANNELS = ("rasa_rest", "rasa_callback", "rasa_socketio")
"""Whose addresses are senders. A web conversation is none of them: its name opens nothing here."""


def text_parts(text: str) -> list[str]:
    """A text split on blank lines, as Rasa sends it."""
    return [part for part in text.strip().split("\n\n") if part.strip()]


def button_object(button: Button) -> dict[str, JsonValue]:
    """A button as its author wrote it."""
    return {"title": button.title, "payload": button.payload, **button.more}


def custom_object(message: Message) -> JsonValue:
    """The custom object of a message; an answer's article is in it. None where there is none."""
    custom = message.data.get("custom")
    source = message.source
    if source is None:
        return custom
    answer: dict[str, JsonValue] = {
        "article": source.article,
        "title": source.title,
        "url": source.url,
        "heading": source.heading,
        "updated": source.updated,
        "language": source.language,
    }
    return {**(custom if isinstance(custom, dict) else {}), "answer": answer}
