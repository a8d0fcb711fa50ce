"""What Chatwoot tells of a conversation, by webhook or when it is asked, as what happened there. Pure.

Both ways give the same ids, so that what comes by both is taken once. Sources: Chatwoot's API document and
its AgentBotListener.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from bot.channels import Gone, Said, SentFile, Tap
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at

People = Literal["reply", "note", "resolved"]

_KINDS = {0: "incoming", 1: "outgoing", 2: "activity", 3: "template"}
"""A message's type, where it is asked for; a webhook names it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What Chatwoot's people did in a conversation. name: as customers see it; id: the same whenever it is
    told again."""

    address: str
    kind: People
    id: str
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A customer's words, or that they are taken back, and whether the bot has the conversation there."""

    said: Said | Gone
    pending: bool


def told_in(body: JsonValue) -> Sequence[Told]:
    """What a customer said."""
    conversation = value_at(body, "conversation")
    address, number = text_at(conversation, "id"), text_at(body, "id")
    pending = text_at(conversation, "status") == "pending"
    if not address or not number:
        return ()
    match text_at(body, "event"):
        case "message_created" if text_at(body, "message_type") == "incoming":
            said = Said(address, f"msg:{number}", text_at(body, "content"), files=tuple(files_in(body)))
            return (Told(said, pending),)
        case "message_updated" if true_at(body, "content_attributes", "deleted"):
            ours = text_at(body, "message_type") == "incoming"
            return (Told(Gone(address, f"msg:{number}"), pending),) if ours else ()
        case "message_updated":
            chosen = text_at(body, "content_attributes", "submitted_values", 0, "value")
            message, _, place = chosen.partition(":")
            if message.isdecimal() and place.isdecimal():
                tap = Tap(int(message), int(place))
                return (Told(Said(address, f"tap:{number}:{chosen}", "", tap=tap), pending),)
    return ()


def deeds_in(body: JsonValue) -> Sequence[Deed]:
    """What Chatwoot's people did; nothing of what bots did."""
    event, number = text_at(body, "event"), text_at(body, "id")
    if event in ("conversation_resolved", "conversation_status_changed"):
        resolved = text_at(body, "status") == "resolved"
        stamp = text_at(body, "updated_at") or text_at(body, "timestamp")
        return (Deed(number, "resolved", f"resolved:{stamp}"),) if resolved and number else ()
    person = text_at(body, "sender", "type").casefold() == "user"
    said = event == "message_created" and text_at(body, "message_type") == "outgoing"
    address, text = text_at(body, "conversation", "id"), _with_files(body)
    if not (said and person and address and number and text):
        return ()
    # Whatever does not say that it is public is for colleagues.
    kind: People = "reply" if value_at(body, "private") is False else "note"
    sender = value_at(body, "sender")
    name = text_at(sender, "available_name") or text_at(sender, "name")
    return (Deed(address, kind, f"msg:{number}", name, text),)


def as_told(message: dict[str, JsonValue], conversation: JsonValue) -> dict[str, JsonValue]:
    """A message that was asked for, as a webhook tells of it."""
    kind = number_at(message, "message_type")
    chosen = value_at(message, "content_attributes", "submitted_values")
    return {
        **message,
        "event": "message_updated" if chosen else "message_created",
        "message_type": _KINDS.get(kind, "") if kind is not None else text_at(message, "message_type"),
        "conversation": conversation,
    }


def files_in(body: JsonValue) -> list[SentFile]:
    """What a message carries."""
    return [
        SentFile(url, urlsplit(url).path.rpartition("/")[2] or "file", number_at(each, "file_size"))
        for each in objects_at(body, "attachments")
        if (url := text_at(each, "data_url"))
    ]


def _with_files(body: JsonValue) -> str:
    """A person's words in Chatwoot, and the names of what they attached there."""
    if true_at(body, "content_attributes", "deleted"):
        return ""
    names = (f"[{file.name}]" for file in files_in(body))
    return "\n".join(part for part in (text_at(body, "content"), *names) if part)
