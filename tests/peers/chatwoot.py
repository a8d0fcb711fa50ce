"""A small Chatwoot behind a door, and the hands of its agents."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.chatwoot_api import api
from tests.peers.chatwoot_fake import (
    ACCOUNT,
    ACTIVITY,
    INBOX,
    INCOMING,
    OUTGOING,
    TOKEN,
    US,
    Conversation,
    FakeChatwoot,
    Message,
)
from tests.peers.door import Door
from tests.peers.serving import Serving

SECRET = "chatwoot-webhook-secret"
STATUSES: dict[str, Literal["open", "snoozed", "resolved"]] = {
    "open": "open",
    "snoozed": "snoozed",
    "resolved": "resolved",
}


class ChatwootPeer:
    """The fake, to be seen, worked at and broken."""

    def __init__(self) -> None:
        self.desk = FakeChatwoot()
        self.app = api(self.desk)
        self._serving = Serving(self.app)
        self.door = Door(self._serving.port, _changes)
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": self.door.url,
            "account": ACCOUNT,
            "inbox": INBOX,
            "token": TOKEN,
            "webhook_secret": SECRET,
        }

    def cases(self) -> Sequence[SeenCase]:
        with self.desk.guard:
            return [self._seen(each) for each in self.desk.conversations.values()]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._says(key, text, name, private=False, files=files)

    def notes(self, key: str, text: str, name: str) -> None:
        self._says(key, text, name, private=True)

    def resolves(self, key: str) -> None:
        self._sets(key, status="resolved")

    def reopens(self, key: str) -> None:
        self._sets(key, status="open")

    def assigns(self, key: str, name: str) -> None:
        self._sets(key, assignee=self.desk.agent(name))

    def merges(self, key: str, into: str) -> None:
        raise AssertionError("nobody can merge conversations in Chatwoot")

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return [signed(body, int(at.timestamp()), SECRET) for body in self.desk.taken()]

    def forge(self, webhook: Webhook) -> Webhook:
        return signed(webhook.body, int(webhook.headers["X-Chatwoot-Timestamp"]), "somebody else's")

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _says(self, key: str, text: str, name: str, *, private: bool, files: Sequence[SeenFile] = ()) -> None:
        with self.desk.guard:
            sender = self.desk.agent_told(self.desk.agent(name))
            conversation = self.desk.conversations[int(key)]
            self.desk.says(conversation, OUTGOING, text, private=private, sender=sender, files=files)

    def _sets(self, key: str, **values: object) -> None:
        with self.desk.guard:
            self.desk.sets(self.desk.conversations[int(key)], **values)

    def _seen(self, conversation: Conversation) -> SeenCase:
        desk, team = self.desk, conversation.team
        return SeenCase(
            handoff_id=conversation.source_id,
            key=str(conversation.id),
            posts=tuple(_post(each) for each in conversation.messages if each.type != ACTIVITY),
            status=STATUSES[conversation.status],
            priority={"medium": "normal"}.get(conversation.priority or "", conversation.priority),
            labels=conversation.labels,
            team=desk.teams[team] if team else None,
            assignee=desk.agents[conversation.assignee] if conversation.assignee else None,
        )


def start(folder: Path) -> ChatwootPeer:
    """A Chatwoot of one's own, empty."""
    return ChatwootPeer()


def _changes(method: str, path: str) -> bool:
    """Making a contact is no part of a case, and looking for one is a POST as well."""
    return method in ("POST", "DELETE") and "/contacts" not in path


def signed(body: bytes, at: int, secret: str) -> Webhook:
    """A webhook as Chatwoot signs it; at: in seconds since 1970."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-Chatwoot-Signature": f"sha256={digest}",
        "X-Chatwoot-Timestamp": str(at),
        "X-Chatwoot-Delivery": hashlib.sha256(body).hexdigest()[:32],
    }
    return Webhook("POST", "", headers, body)


def _post(message: Message) -> SeenPost:
    by: SeenBy = "us" if message.sender is US else "agent"
    by = "customer" if message.type == INCOMING else by
    return SeenPost(message.text, message.private, by, str(message.id), message.files)
