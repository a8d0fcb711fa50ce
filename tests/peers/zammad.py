"""A small Zammad behind a door, and the hands of its agents."""

from __future__ import annotations

import hashlib
import hmac
import html
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from config.mail_html import words_of
from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.peers.zammad_api import api
from tests.peers.zammad_fake import NOBODY, TOKEN, US, Article, FakeZammad, Ticket

SECRET = "zammad-webhook-secret"
STATUSES: Mapping[str, Literal["open", "snoozed", "resolved"]] = {
    "new": "open",
    "open": "open",
    "pending reminder": "snoozed",
    "closed": "resolved",
    "merged": "resolved",
}


class ZammadPeer:
    """The fake, to be seen, worked at and broken."""

    def __init__(self) -> None:
        self.desk = FakeZammad()
        self._serving = Serving(api(self.desk))
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": self.door.url,
            "token": TOKEN,
            "group": "Users",
            "webhook_secret": SECRET,
        }

    def cases(self) -> Sequence[SeenCase]:
        with self.desk.guard:
            return [self._seen(each) for each in self.desk.tickets.values()]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._says(key, text, name, internal=False, files=files)

    def notes(self, key: str, text: str, name: str) -> None:
        self._says(key, text, name, internal=True)

    def resolves(self, key: str) -> None:
        self._sets(key, state="closed")

    def reopens(self, key: str) -> None:
        self._sets(key, state="open")

    def assigns(self, key: str, name: str) -> None:
        self._sets(key, owner=self.desk.agent(name))

    def merges(self, key: str, into: str) -> None:
        with self.desk.guard:
            tickets = self.desk.tickets
            self.desk.merges(tickets[int(key)], tickets[int(into)], self.desk.agent("Omar"))

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return [signed(body, trigger, SECRET) for trigger, body in self.desk.taken()]

    def forge(self, webhook: Webhook) -> Webhook:
        return signed(webhook.body, webhook.headers["X-Zammad-Trigger"], "somebody else's")

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _says(
        self, key: str, text: str, name: str, *, internal: bool, files: Sequence[SeenFile] = ()
    ) -> None:
        # As Zammad's own editor sends it.
        lines = [f"<div>{html.escape(line) or '<br>'}</div>" for line in text.split("\n")]
        told = {"sender": "Agent", "internal": internal, "body": "".join(lines), "content_type": "text/html"}
        with self.desk.guard:
            ticket = self.desk.tickets[int(key)]
            self.desk.says(ticket, told, by=self.desk.agent(name), files=files)

    def _sets(self, key: str, **values: object) -> None:
        with self.desk.guard:
            self.desk.sets(self.desk.tickets[int(key)], **values)

    def _seen(self, ticket: Ticket) -> SeenCase:
        desk = self.desk
        owner = desk.users[ticket.owner]
        ids = [tag for tag in ticket.tags if tag.startswith("firstline-")]
        return SeenCase(
            handoff_id=ids[0].removeprefix("firstline-"),
            key=str(ticket.id),
            posts=tuple(_post(each) for each in desk.articles.values() if each.ticket == ticket.id),
            status=STATUSES[ticket.state],
            priority=ticket.priority.rpartition(" ")[2],
            labels=tuple(tag for tag in ticket.tags if not tag.startswith("firstline")),
            team=ticket.group,
            assignee=None if ticket.owner == NOBODY else f"{owner['firstname']} {owner['lastname']}".strip(),
        )


def start(folder: Path) -> ZammadPeer:
    """A Zammad of one's own, empty."""
    return ZammadPeer()


def signed(body: bytes, trigger: str, secret: str) -> Webhook:
    """A webhook as Zammad signs it."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Hub-Signature": f"sha1={hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()}",
        "X-Zammad-Trigger": trigger,
        "X-Zammad-Delivery": hashlib.sha256(body).hexdigest()[:32],
    }
    return Webhook("POST", "", headers, body)


def _post(article: Article) -> SeenPost:
    text = article.body
    if article.content_type == "text/html":
        text, _ = words_of(text, quotes=True)
    by: SeenBy = "customer" if article.sender == "Customer" else "us" if article.by == US else "agent"
    return SeenPost(text, article.internal, by, str(article.id), article.files)
