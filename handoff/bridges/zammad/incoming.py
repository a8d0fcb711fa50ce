"""What happened in Zammad, from its webhooks and its API alike. Pure.

A webhook shows the whole ticket and one article, and not what has changed: that its trigger's name says.
Source: Zammad's own source (TriggerWebhookJob), 6.5.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Literal

from config.mail_html import words_of
from handoff.bridges import Incoming, IncomingFile, RawRequest
from handoff.bridges.errors import BadRequestError, BadSignatureError
from handoff.bridges.happened import EPOCH, assigned, merged, status_set
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, value_at
from handoff.bridges.reading import moment_at
from handoff.case import CaseStatus

OURS = "<firstline."
"""What the message ids of all articles that we write begin with."""

STATUSES = {
    "new": CaseStatus.OPEN,
    "open": CaseStatus.OPEN,
    "pending reminder": CaseStatus.SNOOZED,
    "pending close": CaseStatus.SNOOZED,
    "closed": CaseStatus.RESOLVED,
}

_NOBODY = "1"  # the id of the user that Zammad gives what is nobody's


def verify(request: RawRequest, secret: str, where: str) -> None:
    """Raise BadSignatureError unless the request was signed with the secret; Zammad stamps no time on it."""
    if not secret:
        raise BadSignatureError(f"there is no secret to check it with; write it to {where}")
    signed = f"sha1={hmac.new(secret.encode(), request.body, hashlib.sha1).hexdigest()}"
    given = request.headers.get("x-hub-signature", "")
    if not hmac.compare_digest(signed.encode(), given.encode("utf-8", "replace")):
        raise BadSignatureError("X-Hub-Signature is missing, of another secret, or of another body")


def events(body: JsonValue, trigger: str) -> tuple[Incoming, ...]:
    """The event of one webhook. trigger: the name of Zammad's trigger, whose last word says what it is about.

    Raises BadRequestError.
    """
    ticket = value_at(body, "ticket")
    if not text_at(ticket, "id"):
        raise BadRequestError("it names no ticket")
    about = trigger.lower().rpartition(" ")[2]
    if about == "owner":
        return (assigned_to(ticket),)
    if about == "state":
        found = status(ticket)
        return (found,) if found else ()
    said = value_at(body, "article")
    if not said:
        return ()
    if not text_at(said, "id"):
        raise BadRequestError("it names no article")
    found = article(said, text_at(ticket, "id"))
    return (found,) if found else ()


def article(told: JsonValue, ticket: str) -> Incoming | None:
    """What an article is to us; None for what Zammad wrote by itself.

    Only what one of its people wrote, and did not keep internal, is for the customer.
    """
    sender = text_at(told, "sender")
    kind: Literal["agent", "customer", "bot"] = "customer" if sender == "Customer" else "agent"
    if sender not in ("Agent", "Customer"):
        return None
    if text_at(told, "message_id").startswith(OURS):
        kind = "bot"
    public = kind == "agent" and value_at(told, "internal") is False
    text = text_at(told, "body")
    if "html" in text_at(told, "content_type"):
        text, _ = words_of(text, quotes=True)
    return Incoming(
        event_id=f"article:{text_at(told, 'id')}",
        case_key=ticket,
        type="agent_message" if public else "agent_note",
        author=text_at(told, "created_by_id"),
        author_name=_writer(told),
        author_kind=kind,
        visibility="public" if public else "private",
        occurred_at=moment_at(told, "created_at") or EPOCH,
        text=text.strip(),
        files=tuple(_files(told, ticket)),
        remote_id=text_at(told, "id"),
    )


def status(ticket: JsonValue) -> Incoming | None:
    """That a ticket has a state; None for a state of the house's own, and for a merged one."""
    said, stamp = text_at(ticket, "state"), text_at(ticket, "updated_at")
    if said not in STATUSES:
        return None
    return status_set(text_at(ticket, "id"), STATUSES[said], said, moment_at(ticket, "updated_at"), stamp)


def assigned_to(ticket: JsonValue, name: str | None = None) -> Incoming:
    """That an agent has a ticket, or nobody. name: of who has it, where the ticket does not say."""
    key, who, stamp = text_at(ticket, "id"), owner_of(ticket), text_at(ticket, "updated_at")
    called = _called(value_at(ticket, "owner")) if name is None else name
    return assigned(key, who, called if who else "", moment_at(ticket, "updated_at"), stamp)


def merged_into(ticket: JsonValue, into: str) -> Incoming:
    """That a ticket goes on in another."""
    return merged(text_at(ticket, "id"), into, moment_at(ticket, "updated_at"))


def owner_of(ticket: JsonValue) -> str:
    """The id of who has a ticket, "" for nobody."""
    found = text_at(ticket, "owner_id")
    return "" if found == _NOBODY else found


def _called(user: JsonValue) -> str:
    """What a person is called, by a user that a webhook shows."""
    return f"{text_at(user, 'firstname')} {text_at(user, 'lastname')}".strip() or text_at(user, "login")


def _writer(told: JsonValue) -> str:
    """Who wrote an article: `from` says it as people read it, and for a mail with its address."""
    shown = text_at(told, "from")
    return shown if shown and "@" not in shown else _called(value_at(told, "created_by"))


def _files(told: JsonValue, ticket: str) -> Iterator[IncomingFile]:
    for each in objects_at(told, "attachments"):
        kind = text_at(each, "preferences", "Content-Type") or text_at(each, "preferences", "Mime-Type")
        where = f"{ticket}/{text_at(told, 'id')}/{text_at(each, 'id')}"
        size = number_at(each, "size")
        yield IncomingFile(where, text_at(each, "filename"), kind or "application/octet-stream", size)
