"""What a Chatwoot keeps, and what it tells others of it, for the fake in tests/peers/chatwoot.py."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.peers import SeenFile

ACCOUNT, INBOX, IDENTIFIER, TOKEN = 3, 7, "Hk3xv9", "chatwoot-token-of-the-fake"
US = {"id": 1, "name": "Firstline", "available_name": "Firstline", "type": "user"}
INCOMING, OUTGOING, ACTIVITY = 0, 1, 2
TYPES = ("incoming", "outgoing", "activity", "template")


@dataclass
class Contact:
    id: int
    name: str
    identifier: str | None
    email: str | None
    phone: str | None
    additional: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Message:
    id: int
    type: int
    text: str
    private: bool
    sender: Mapping[str, object]
    source_id: str | None
    at: float
    files: tuple[SeenFile, ...] = ()
    deleted: bool = False


@dataclass
class Conversation:
    id: int
    source_id: str
    contact: Contact
    attributes: Mapping[str, object]
    active: float
    changed: float
    status: str = "open"
    priority: str | None = None
    labels: tuple[str, ...] = ()
    team: int | None = None
    assignee: int | None = None
    messages: list[Message] = field(default_factory=list)


class FakeChatwoot:
    """One account with one API inbox; `told` is what its webhooks would have said.

    as_served: answer as its source does also where its document says otherwise.
    """

    def __init__(self) -> None:
        self.guard = threading.RLock()
        self.contacts: dict[int, Contact] = {}
        self.sources: dict[str, Contact] = {}
        self.conversations: dict[int, Conversation] = {}
        self.teams = {1: "billing", 2: "support", 3: "sales"}
        self.agents: dict[int, str] = {1: "Firstline"}
        self.told: list[dict[str, object]] = []
        self.as_served = False
        self.typing: list[tuple[int, str]] = []
        self._ids = 100
        self._now = time.time()

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def now(self) -> float:
        """Later at each call, though no clock has moved."""
        self._now = max(self._now + 0.001, time.time())
        return self._now

    def agent(self, name: str) -> int:
        """The agent of that name, from now on at the latest."""
        found = next((id for id, each in self.agents.items() if each == name), None)
        if found is None:
            found = self.next_id()
            self.agents[found] = name
        return found

    def opens(self, source_id: str, contact: Contact, body: Mapping[str, object]) -> Conversation:
        """A new conversation of a contact inbox, though it may have one already."""
        now = self.now()
        made = Conversation(
            id=len(self.conversations) + 1,
            source_id=source_id,
            contact=contact,
            attributes=dict(body.get("custom_attributes") or {}),  # type: ignore[call-overload]
            active=now,
            changed=now,
            team=body.get("team_id"),  # type: ignore[arg-type]
            assignee=body.get("assignee_id"),  # type: ignore[arg-type]
        )
        self.conversations[made.id] = made
        self._tells("conversation_created", made)
        return made

    def says(
        self,
        conversation: Conversation,
        type: int,
        text: str,
        *,
        private: bool = False,
        sender: Mapping[str, object] = US,
        source_id: str | None = None,
        files: Sequence[SeenFile] = (),
    ) -> Message:
        """A message; one of the customer's opens what was resolved."""
        now = self.now()
        said = Message(self.next_id(), type, text, private, sender, source_id, now, tuple(files))
        conversation.messages.append(said)
        conversation.active = conversation.changed = now
        if type != ACTIVITY:
            self.told.append(self.message_told(conversation, said) | {"event": "message_created"})
        if type == INCOMING and conversation.status == "resolved":
            self.sets(conversation, status="open")
        return said

    def deletes(self, conversation: Conversation, message: Message) -> None:
        message.deleted, message.text, message.files = True, "This message was deleted", ()
        self.told.append(self.message_told(conversation, message) | {"event": "message_updated"})

    def sets(self, conversation: Conversation, **values: object) -> None:
        """Change what has changed, say so in the conversation, and tell it."""
        changed = {name: value for name, value in values.items() if getattr(conversation, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(conversation, name, value)
        self.says(conversation, ACTIVITY, f"{', '.join(changed)} was changed", sender={})
        names = {"assignee": "assignee_id", "team": "team_id", "labels": "label_list"}
        told = [{names.get(name, name): {"current_value": value}} for name, value in changed.items()]
        if "status" in changed:
            self._tells("conversation_status_changed", conversation, told)
        self._tells("conversation_updated", conversation, told)

    def types(self, conversation: Conversation, name: str, *, private: bool = False, on: bool = True) -> None:
        """An agent begins to write, or ends."""
        user = self.agent_told(self.agent(name))
        whole = {"conversation": self.conversation_told(conversation), "user": user, "is_private": private}
        self.told.append({"event": f"conversation_typing_{'on' if on else 'off'}", **whole})

    def agent_told(self, id: int | None) -> dict[str, object]:
        if id not in self.agents:
            return {}
        name = self.agents[id]
        return {"id": id, "name": name, "available_name": name, "type": "user", "email": f"{id}@desk.test"}

    def conversation_told(self, conversation: Conversation) -> dict[str, object]:
        """A conversation as the API and the webhooks show it."""
        team = conversation.team
        return {
            "id": conversation.id,
            "account_id": ACCOUNT,
            "inbox_id": INBOX,
            "status": conversation.status,
            "priority": conversation.priority,
            "labels": list(conversation.labels),
            "custom_attributes": dict(conversation.attributes),
            "created_at": int(conversation.active),
            "updated_at": conversation.changed,
            "timestamp": int(conversation.active),
            "last_activity_at": int(conversation.active),
            "messages": [],
            "meta": {
                "sender": contact_told(conversation.contact),
                "channel": "Channel::Api",
                "hmac_verified": False,
                **({"assignee": self.agent_told(conversation.assignee)} if conversation.assignee else {}),
                **({"team": {"id": team, "name": self.teams[team]}} if team else {}),
            },
        }

    def message_shown(self, conversation: Conversation, message: Message) -> dict[str, object]:
        """A message as the API shows it."""
        return {
            "id": message.id,
            "content": message.text,
            "account_id": ACCOUNT,
            "inbox_id": INBOX,
            "conversation_id": conversation.id,
            "message_type": message.type,
            "created_at": int(message.at),
            "private": message.private,
            "status": "sent",
            "source_id": message.source_id,
            "content_type": "text",
            "content_attributes": {"deleted": True} if message.deleted else {},
            "sender": dict(message.sender),
            **({"attachments": [*_attachments(message)]} if message.files else {}),
        }

    def message_told(self, conversation: Conversation, message: Message) -> dict[str, object]:
        """A message as the webhooks show it."""
        return self.message_shown(conversation, message) | {
            "message_type": TYPES[message.type],
            "created_at": datetime.fromtimestamp(message.at, UTC).isoformat().replace("+00:00", "Z"),
            "inbox": {"id": INBOX, "name": "Firstline"},
            "account": {"id": ACCOUNT, "name": "Nordlys"},
            "conversation": self.conversation_told(conversation),
        }

    def taken(self) -> Sequence[bytes]:
        """What the webhooks would have said since this was last asked."""
        with self.guard:
            told, self.told = self.told, []
        return [json.dumps(each, ensure_ascii=False).encode() for each in told]

    def _tells(self, event: str, conversation: Conversation, changed: Sequence[object] = ()) -> None:
        whole = self.conversation_told(conversation)
        self.told.append({"event": event, **whole, "changed_attributes": list(changed)})


def contact_told(contact: Contact) -> dict[str, object]:
    return {
        "id": contact.id,
        "name": contact.name,
        "identifier": contact.identifier,
        "email": contact.email,
        "phone_number": contact.phone,
        "blocked": False,
        "thumbnail": "",
        "custom_attributes": {},
        "additional_attributes": dict(contact.additional),
        "created_at": 1_700_000_000,
    }


def _attachments(message: Message) -> Iterator[dict[str, object]]:
    for i, file in enumerate(message.files):
        yield {
            "id": i + 1,
            "message_id": message.id,
            "file_type": "file",
            "account_id": ACCOUNT,
            "data_url": f"http://chatwoot.test/rails/active_storage/blobs/redirect/{message.id}-{i}/{file.name}",
            "file_size": len(file.content),
        }
