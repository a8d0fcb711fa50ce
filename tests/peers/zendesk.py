"""A small Zendesk behind a door, and the hands of its agents."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.peers.zendesk_api import api
from tests.peers.zendesk_fake import EMAIL, TOKEN, US, Comment, FakeZendesk, Ticket

SECRET = "zendesk-webhook-secret"
STATUSES: Mapping[str, Literal["open", "snoozed", "resolved"]] = {
    "new": "open",
    "open": "open",
    "pending": "snoozed",
    "solved": "resolved",
    "closed": "resolved",
}


class ZendeskPeer:
    """The fake, to be seen, worked at and broken."""

    def __init__(self) -> None:
        self.desk = FakeZendesk()
        self._serving = Serving(api(self.desk))
        self.door = Door(self._serving.port, _changes)
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": self.door.url,
            "email": EMAIL,
            "token": TOKEN,
            "webhook_secret": SECRET,
        }

    def cases(self) -> Sequence[SeenCase]:
        with self.desk.guard:
            return [self._seen(each) for each in self.desk.tickets.values()]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._says(key, text, name, public=True, files=files)

    def notes(self, key: str, text: str, name: str) -> None:
        self._says(key, text, name, public=False)

    def resolves(self, key: str) -> None:
        self._changes(key, {"status": "solved"})

    def reopens(self, key: str) -> None:
        self._changes(key, {"status": "open"})

    def closes(self, key: str) -> None:
        """As an automation does days after it was solved: for good."""
        with self.desk.guard:
            self.desk.turns(self.desk.tickets[int(key)], "closed")

    def assigns(self, key: str, name: str) -> None:
        self._changes(key, {"assignee_id": self.desk.agent(name)})

    def merges(self, key: str, into: str) -> None:
        with self.desk.guard:
            tickets = self.desk.tickets
            self.desk.merges(tickets[int(key)], tickets[int(into)], self.desk.agent("Omar"))

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return [signed(body, at.strftime("%Y-%m-%dT%H:%M:%SZ"), SECRET) for body in self.desk.taken()]

    def forge(self, webhook: Webhook) -> Webhook:
        stamp = webhook.headers["X-Zendesk-Webhook-Signature-Timestamp"]
        return signed(webhook.body, stamp, "somebody else's")

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _says(self, key: str, text: str, name: str, *, public: bool, files: Sequence[SeenFile] = ()) -> None:
        tokens = [f"of {name} {i}" for i in range(len(files))]
        with self.desk.guard:
            self.desk.uploads |= dict(zip(tokens, files, strict=True))
            comment = {"body": text, "public": public, "uploads": tokens}
            ticket = self.desk.tickets[int(key)]
            self.desk.changes(ticket, {"comment": comment}, by=self.desk.agent(name), key="")

    def _changes(self, key: str, body: Mapping[str, object]) -> None:
        with self.desk.guard:
            self.desk.changes(self.desk.tickets[int(key)], body, by=self.desk.agent("Omar"), key="")

    def _seen(self, ticket: Ticket) -> SeenCase:
        desk = self.desk
        return SeenCase(
            handoff_id=ticket.external_id,
            key=str(ticket.id),
            posts=tuple(self._post(each) for each in ticket.comments),
            status=STATUSES[ticket.status],
            priority=ticket.priority,
            labels=tuple(tag for tag in ticket.tags if tag != "firstline"),
            team=desk.groups[ticket.group] if ticket.group else None,
            assignee=str(desk.users[ticket.assignee]["name"]) if ticket.assignee else None,
        )

    def _post(self, comment: Comment) -> SeenPost:
        role = self.desk.users.get(comment.author, {}).get("role")
        by: SeenBy = "us" if comment.author == US else "customer" if role == "end-user" else "agent"
        return SeenPost(_readable(comment.text), not comment.public, by, str(comment.id), comment.files)


def start(folder: Path) -> ZendeskPeer:
    """A Zendesk of one's own, empty."""
    return ZendeskPeer()


def signed(body: bytes, stamp: str, secret: str) -> Webhook:
    """A webhook as Zendesk signs it; stamp: in ISO 8601."""
    digest = hmac.digest(secret.encode(), stamp.encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/json",
        "X-Zendesk-Webhook-Signature": base64.b64encode(digest).decode(),
        "X-Zendesk-Webhook-Signature-Timestamp": stamp,
        "X-Zendesk-Webhook-Id": "01HJX",
    }
    return Webhook("POST", "", headers, body)


def _changes(method: str, path: str) -> bool:
    """An upload and a customer are no part of a ticket yet."""
    return method != "GET" and "/tickets" in path


def _readable(text: str) -> str:
    """What people read of a comment's HTML; of text, the text."""
    if not text.startswith("<p>"):
        return text
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>|</p>|</li>", "\n", text))).strip()
