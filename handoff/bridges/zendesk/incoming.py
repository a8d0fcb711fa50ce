"""What happened in Zendesk, from its webhooks and its API alike. Pure.

A webhook does not say which account wrote a comment for us, nor what files it has: its events are thin.
Source: Zendesk's documentation of webhooks' event types, of ticket comments, and of signatures.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal

from handoff.bridges import Incoming, IncomingFile, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.bridges.happened import EPOCH, assigned, merged, status_set
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, texts_at, true_at, value_at
from handoff.bridges.reading import moment_at
from handoff.case import CaseStatus

MERGED = "closed_by_merge"
"""The tag of a ticket that goes on in another."""

STATUSES = {
    "new": CaseStatus.OPEN,
    "open": CaseStatus.OPEN,
    "hold": CaseStatus.OPEN,
    "pending": CaseStatus.SNOOZED,  # until its requester writes
    "solved": CaseStatus.RESOLVED,
    "closed": CaseStatus.RESOLVED,
}

_FRESH = timedelta(minutes=5)
_EVENT = "zen:event-type:ticket."


def verify(request: RawRequest, secret: str, where: str, now: datetime) -> None:
    """Raise BadSignatureError unless the request was signed with the secret within the last five minutes."""
    if not secret:
        raise BadSignatureError(f"there is no secret to check it with; write it to {where}")
    stamp = request.headers.get("x-zendesk-webhook-signature-timestamp", "")
    sent = moment_at(stamp)
    if sent is None:
        raise BadSignatureError("it has no X-Zendesk-Webhook-Signature-Timestamp")
    if abs(now - sent) > _FRESH:
        raise BadSignatureError("it is older than five minutes, or the clocks differ")
    signed = hmac.digest(secret.encode(), stamp.encode("utf-8", "replace") + request.body, hashlib.sha256)
    given = request.headers.get("x-zendesk-webhook-signature", "")
    if not hmac.compare_digest(base64.b64encode(signed), given.encode("utf-8", "replace")):
        raise BadSignatureError("X-Zendesk-Webhook-Signature is of another secret, or of another body")


def events(body: JsonValue) -> tuple[Incoming, ...]:
    """The event of one webhook; none for what is nothing to us. Raises BadRequestError."""
    name = text_at(body, "type")
    if not name:
        raise BadRequestError("it names no type of event")
    if not name.startswith(_EVENT):
        return ()
    ticket, told = text_at(body, "detail", "id"), value_at(body, "event")
    if not ticket:
        raise BadRequestError("it names no ticket")
    at, stamp = moment_at(body, "time"), text_at(body, "detail", "updated_at")
    match name.removeprefix(_EVENT):
        case "comment_added":
            if not text_at(told, "comment", "id"):
                raise BadRequestError("it names no comment")
            return (_thin_comment(ticket, value_at(told, "comment"), at),)
        case "status_changed":
            if MERGED in texts_at(body, "detail", "tags"):
                return ()
            now, before = text_at(told, "current").lower(), text_at(told, "previous").lower()
            found = status(ticket, now, at, stamp)
            return (found,) if found and STATUSES.get(before) is not found.status else ()
        case "agent_assignment_changed":
            return (assigned(ticket, text_at(told, "current"), "", at, stamp, thin=True),)
        case "merged":
            return (merged(ticket, "", at, thin=True),)
    return ()


def comment(told: JsonValue, ticket: str, users: Mapping[str, JsonValue], us: str) -> Incoming:
    """What a comment is to us. users: by id, whoever wrote any. us: our own account's id.

    Only what one of its people wrote, in public, is for the customer.
    """
    author = text_at(told, "author_id")
    role = text_at(users.get(author), "role")
    kind: Literal["agent", "customer", "bot", "system"] = "system"
    if author == us:
        kind = "bot"
    elif role in ("agent", "admin"):
        kind = "agent"
    elif role == "end-user":
        kind = "customer"
    public = kind == "agent" and true_at(told, "public")
    text = text_at(told, "plain_body") or text_at(told, "body")
    return Incoming(
        event_id=f"comment:{text_at(told, 'id')}",
        case_key=ticket,
        type="agent_message" if public else "agent_note",
        author=author,
        author_name=text_at(users.get(author), "alias") or text_at(users.get(author), "name"),
        author_kind=kind,
        visibility="public" if public else "private",
        occurred_at=moment_at(told, "created_at") or EPOCH,
        text=text.replace("&nbsp;", " ").replace("\u00a0", " ").strip(),
        files=tuple(_files(told)),
        remote_id=text_at(told, "id"),
    )


def status(ticket: str, said: str, at: datetime | None, stamp: str) -> Incoming | None:
    """That a ticket has a status; None for one that we don't know."""
    return status_set(ticket, STATUSES[said], said, at, stamp) if said in STATUSES else None


def _thin_comment(ticket: str, told: JsonValue, at: datetime | None) -> Incoming:
    """Private and nobody's, until it is known who wrote it for whom."""
    return Incoming(
        event_id=f"comment:{text_at(told, 'id')}",
        case_key=ticket,
        type="agent_note",
        author=text_at(told, "author", "id"),
        author_name=text_at(told, "author", "name"),
        author_kind="system",
        visibility="private",
        occurred_at=at or EPOCH,
        remote_id=text_at(told, "id"),
        thin=True,
    )


def _files(told: JsonValue) -> Iterator[IncomingFile]:
    for each in objects_at(told, "attachments"):
        if text_at(each, "content_url"):
            kind = text_at(each, "content_type") or "application/octet-stream"
            yield IncomingFile(
                text_at(each, "content_url"), text_at(each, "file_name"), kind, number_at(each, "size")
            )
