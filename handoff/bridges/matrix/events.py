"""What happened in a case's room, from its events. Pure.

Everybody in a room belongs to the team: what a person there writes is for the customer, unless it begins with
`note:`, or is a command. Notices are what programs write, and never are. Source: the Matrix specification,
client-server and application service API, version 1.13.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from handoff.bridges import Incoming, IncomingFile
from handoff.bridges.json_values import JsonValue, number_at, text_at, texts_at, value_at
from handoff.bridges.matrix.settings import MatrixSettings
from handoff.case import CaseStatus

_NOTE = re.compile(r"\s*(?:note|private|internal)\s*:\s*", re.IGNORECASE)
_COMMANDS = {
    "!resolve": CaseStatus.RESOLVED,
    "!close": CaseStatus.RESOLVED,
    "!reopen": CaseStatus.OPEN,
    "!snooze": CaseStatus.SNOOZED,
}
_CLAIM = "!claim"
_SAID = ("m.text", "m.file", "m.image", "m.audio", "m.video")


def happened(told: JsonValue, room: str, settings: MatrixSettings) -> Incoming | None:
    """What an event is to us; None for what is nothing."""
    sender, id = text_at(told, "sender"), text_at(told, "event_id")
    if not (sender and id and room):
        return None
    ours = settings.is_ours(sender)
    event = Incoming(
        event_id=id,
        case_key=room,
        type="unknown",
        author=sender,
        author_name=sender.removeprefix("@").partition(":")[0],
        author_kind="system" if ours else "agent",
        visibility="private",
        occurred_at=_moment(told),
        remote_id=id,
    )
    match text_at(told, "type"):
        case "m.room.message":
            return _message(told, event)
        case "m.room.redaction":
            about = text_at(told, "content", "redacts") or text_at(told, "redacts")
            return replace(event, type="deleted", about=about) if about else None
    return None


def typing(told: JsonValue, transaction: str, settings: MatrixSettings) -> Iterator[Incoming]:
    """That people of the team write in a room; ephemeral events have no id of their own."""
    room = text_at(told, "room_id")
    for user in texts_at(told, "content", "user_ids"):
        if room and not settings.is_ours(user):
            yield Incoming(
                event_id=f"typing:{transaction}:{room}:{user}",
                case_key=room,
                type="typing",
                author=user,
                author_name=user.removeprefix("@").partition(":")[0],
                author_kind="agent",
                visibility="public",
                occurred_at=_moment(told),
                thin=True,
            )


def _message(told: JsonValue, event: Incoming) -> Incoming | None:
    kind = text_at(told, "content", "msgtype")
    if not kind:
        return None  # its content was taken away
    if event.author_kind != "agent":
        # What a customer writes through us is no command, and no answer to them.
        return replace(event, type="agent_note", text=text_at(told, "content", "body"))
    if text_at(told, "content", "m.relates_to", "rel_type") == "m.replace":
        about = text_at(told, "content", "m.relates_to", "event_id")
        return replace(
            event, type="edited", about=about, text=text_at(told, "content", "m.new_content", "body")
        )
    text = _words(told)
    command, _, rest = text.strip().partition(" ")
    if command.lower() in _COMMANDS:
        return replace(event, type="status", status=_COMMANDS[command.lower()], text=rest.strip())
    if command.lower() == _CLAIM:
        return replace(event, type="assigned", assignee=event.author, thin=True)
    whole = replace(event, type="agent_note", files=tuple(_files(told)), text=text, thin=True)
    if noted := _NOTE.match(text):
        return replace(whole, text=text[noted.end() :])
    if kind not in _SAID or text.startswith("!"):
        return whole
    return replace(whole, type="agent_message", visibility="public")


def _words(told: JsonValue) -> str:
    """What was written: a file's caption, and an answer without what it answers."""
    text = text_at(told, "content", "body")
    if text_at(told, "content", "url"):
        name = text_at(told, "content", "filename")
        return text if name and text != name else ""
    if value_at(told, "content", "m.relates_to", "m.in_reply_to") is not None and text.startswith("> "):
        lines = text.split("\n")
        while lines and lines[0].startswith("> "):
            lines = lines[1:]
        return "\n".join(lines).lstrip("\n")
    return text


def _files(told: JsonValue) -> Iterator[IncomingFile]:
    if at := text_at(told, "content", "url"):
        name = text_at(told, "content", "filename") or text_at(told, "content", "body") or "file"
        type = text_at(told, "content", "info", "mimetype") or "application/octet-stream"
        yield IncomingFile(at, name, type, number_at(told, "content", "info", "size"))


def _moment(told: JsonValue) -> datetime:
    """When the homeserver got it; what has no time is of the beginning."""
    stamp = number_at(told, "origin_server_ts") or 0
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
