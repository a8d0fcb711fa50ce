"""What happened in Chatwoot, from its webhooks and its API alike. Pure.

Both give the same message other names for its type and its moment, and the same id: the events' ids come from
that. Source: Chatwoot 4.12, its own source.
"""

from __future__ import annotations

import hashlib
import hmac
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import unquote, urlsplit

from handoff.bridges import Incoming, IncomingFile, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.bridges.happened import EPOCH, assigned, status_set
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at
from handoff.bridges.reading import moment_at
from handoff.case import CaseStatus

OURS = "firstline/"
"""What the source ids of all messages that we post begin with; nobody can set one in Chatwoot's own pages."""

STATUSES = {
    "open": CaseStatus.OPEN,
    "pending": CaseStatus.OPEN,
    "snoozed": CaseStatus.SNOOZED,
    "resolved": CaseStatus.RESOLVED,
}

_FRESH = timedelta(minutes=5)
_TYPES = {"0": "incoming", "1": "outgoing", "2": "activity", "3": "template"}


def verify(request: RawRequest, secret: str, where: str, now: datetime) -> None:
    """Raise BadSignatureError unless the request was signed with the secret within the last five minutes."""
    if not secret:
        raise BadSignatureError(f"there is no secret to check it with; write it to {where}")
    stamp = sent(request)
    if abs(now.timestamp() - int(stamp)) > _FRESH.total_seconds():
        raise BadSignatureError("it is older than five minutes, or the clocks differ")
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(
        f"sha256={digest}".encode(), request.headers.get("x-chatwoot-signature", "").encode()
    ):
        raise BadSignatureError("X-Chatwoot-Signature is of another secret, or of another body")


def sent(request: RawRequest) -> str:
    """When it was sent, in seconds since 1970; raises BadSignatureError."""
    stamp = request.headers.get("x-chatwoot-timestamp", "")
    if not re.fullmatch(r"\d{1,11}", stamp, re.ASCII):
        raise BadSignatureError("it has no X-Chatwoot-Timestamp")
    return stamp


def events(body: JsonValue, inbox: int, sent: str) -> tuple[Incoming, ...]:
    """The events of one webhook; none for other inboxes, and for what is nothing to us.

    sent: the webhook's timestamp, in seconds since 1970. Raises BadRequestError.
    """
    name = text_at(body, "event")
    if not name:
        raise BadRequestError("it names no event")
    if name in ("message_created", "message_updated"):
        case = text_at(body, "conversation", "id")
        if not (case and text_at(body, "id")):
            raise BadRequestError(f"{name} without the id of its message or conversation")
        said = message(body, case) if number_at(body, "inbox", "id") == inbox else None
        if said is None:
            return ()
        if name == "message_created":
            return (said,)
        return (_deleted(said),) if true_at(body, "content_attributes", "deleted") else ()
    of = value_at(body, "conversation") if name.startswith("conversation_typing") else body
    if not name.startswith("conversation_") or number_at(of, "inbox_id") != inbox:
        return ()
    if not text_at(of, "id"):
        raise BadRequestError(f"{name} without the id of its conversation")
    if name in ("conversation_typing_on", "conversation_typing_off"):
        return _typing(body, text_at(of, "id"), name.rpartition("_")[2], sent)
    return tuple(_changes(body))


def message(told: JsonValue, case: str) -> Incoming | None:
    """What a message is to us; None for what the customer said, which came from us, and what Chatwoot did.

    told: as a webhook or the API gives it. Only what a person wrote for the customer is public.
    """
    kind = text_at(told, "message_type")
    kind = _TYPES.get(kind, kind)
    if kind != "outgoing":
        return None
    sender = text_at(told, "sender", "type")
    author: Literal["agent", "bot", "system"] = "system"
    if text_at(told, "source_id").startswith(OURS) or sender in ("agent_bot", "captain_assistant"):
        author = "bot"
    elif sender == "user" and text_at(told, "sender", "id"):
        author = "agent"
    public = author == "agent" and value_at(told, "private") is False
    return Incoming(
        event_id=f"msg:{text_at(told, 'id')}",
        case_key=case,
        type="agent_message" if public else "agent_note",
        author=text_at(told, "sender", "id"),
        author_name=_name(value_at(told, "sender")),
        author_kind=author,
        visibility="public" if public else "private",
        occurred_at=moment_at(told, "created_at") or EPOCH,
        text=plain(text_at(told, "content")),
        files=tuple(_files(told)),
        remote_id=text_at(told, "id"),
    )


def status(case: str, said: str, at: datetime | None, stamp: str) -> Incoming | None:
    """That a conversation has a status; None for one that we don't know."""
    return status_set(case, STATUSES[said], said, at, stamp) if said in STATUSES else None


def assigned_to(case: str, assignee: JsonValue, at: datetime | None, stamp: str) -> Incoming:
    """That an agent has a conversation, or nobody."""
    return assigned(case, text_at(assignee, "id"), _name(assignee), at, stamp)


def plain(markdown: str) -> str:
    """What Chatwoot's editor writes as Markdown, as people read it where nothing is set in bold."""
    text = re.sub(r"\\\n", "\n", markdown)
    text = re.sub(r"(?<!!)\[([^\]\n]+)\]\((https?://[^\s)]+)\)", _link, text)
    text = re.sub(r"(?<![*\\])\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)", r"\1", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!>~|-])", r"\1", text)


def _link(found: re.Match[str]) -> str:
    text, address = found[1], found[2]
    return address if text in (address, address.removeprefix("https://")) else f"{text} ({address})"


def _changes(body: JsonValue) -> Iterator[Incoming]:
    changed = {key for each in objects_at(body, "changed_attributes") for key in each}
    case, at, stamp = text_at(body, "id"), moment_at(body, "updated_at"), text_at(body, "updated_at")
    if "status" in changed and (found := status(case, text_at(body, "status"), at, stamp)):
        yield found
    if "assignee_id" in changed:
        yield assigned_to(case, value_at(body, "meta", "assignee"), at, stamp)


def _typing(body: JsonValue, case: str, said: str, sent: str) -> tuple[Incoming, ...]:
    who = text_at(body, "user", "id")
    if text_at(body, "user", "type") != "user":
        return ()
    typing = Incoming(
        event_id=f"typing:{case}:{who}:{said}:{sent}",
        case_key=case,
        type="typing",
        author=who,
        author_name=_name(value_at(body, "user")),
        author_kind="agent",
        visibility="public" if value_at(body, "is_private") is False else "private",
        occurred_at=datetime.fromtimestamp(int(sent), UTC),
        text="off" if said == "off" else "",
    )
    return (typing,)


def _deleted(said: Incoming) -> Incoming:
    gone = f"{said.event_id}:deleted"
    return replace(said, event_id=gone, type="deleted", about=said.event_id, text="", files=())


def _name(person: JsonValue) -> str:
    return text_at(person, "available_name") or text_at(person, "name")


def _files(told: JsonValue) -> Iterator[IncomingFile]:
    for each in objects_at(told, "attachments"):
        address = text_at(each, "data_url")
        if address:  # a place on a map, or a contact, has nothing to fetch
            name = unquote(urlsplit(address).path.rpartition("/")[2]) or f"file-{text_at(each, 'id')}"
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            yield IncomingFile(address, name, kind, number_at(each, "file_size"))
