"""What a Zendesk keeps, and what it tells others of it, for the fake in tests/peers/zendesk.py."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.peers import SeenFile

EMAIL, TOKEN = "firstline@nordlys.example", "zendesk-token-of-the-fake"
US = 11


class Refused(Exception):
    """A change that it does not do; `status` of its answer."""

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


@dataclass
class Comment:
    id: int
    author: int
    text: str
    public: bool
    at: datetime
    key: str
    files: tuple[SeenFile, ...] = ()


@dataclass
class Ticket:
    id: int
    external_id: str
    subject: str
    requester: int
    created: datetime
    updated: datetime
    status: str = "new"
    priority: str | None = None
    tags: list[str] = field(default_factory=list)
    group: int | None = None
    assignee: int | None = None
    follows: int | None = None
    comments: list[Comment] = field(default_factory=list)


class FakeZendesk:
    """One account; `told` is what its event webhook would have said."""

    def __init__(self) -> None:
        self.guard = threading.RLock()
        self.tickets: dict[int, Ticket] = {}
        self.users: dict[int, dict[str, object]] = {
            US: {"id": US, "name": "Firstline", "email": EMAIL, "role": "agent"}
        }
        self.groups = {1: "billing", 2: "support", 3: "sales"}
        self.uploads: dict[str, SeenFile] = {}
        self.keys: dict[str, tuple[str, int]] = {}
        self.triggers: list[dict[str, object]] = []
        self.told: list[dict[str, object]] = []
        self._ids = 1000
        self._now = datetime.now(UTC).replace(microsecond=0)

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def now(self) -> datetime:
        """Later at each call, though no clock has moved."""
        self._now = max(self._now + timedelta(seconds=1), datetime.now(UTC).replace(microsecond=0))
        return self._now

    def agent(self, name: str) -> int:
        """The agent of that name, from now on at the latest."""
        found = next((id for id, each in self.users.items() if each["name"] == name), None)
        if found is None:
            found = self.next_id()
            self.users[found] = {"id": found, "name": name, "email": f"{found}@desk.test", "role": "agent"}
        return found

    def customer(self, user: Mapping[str, object]) -> dict[str, object]:
        """Made or changed, by the external id or else the e-mail, as `create_or_update` does."""
        for each in self.users.values():
            by = "external_id" if each.get("external_id") == user["external_id"] else "email"
            if user.get(by) and each.get(by) == user.get(by):
                each.update(user)
                return each
        made = {**user, "id": self.next_id()}
        self.users[self._ids] = made
        return made

    def creates(self, body: Mapping[str, object], key: str) -> tuple[Ticket, bool]:
        """The ticket, and whether it was there for the key already."""
        whole = json.dumps(body, sort_keys=True)
        if key in self.keys:
            before, id = self.keys[key]
            if before != whole:
                raise Refused(400, "Idempotency key was used with other parameters")
            return self.tickets[id], True
        now = self.now()
        made = Ticket(
            id=len(self.tickets) + 1,
            external_id=str(body["external_id"]),
            subject=str(body["subject"]),
            requester=int(str(body["requester_id"])),
            created=now,
            updated=now,
            follows=body.get("via_followup_source_id"),  # type: ignore[arg-type]
        )
        self.tickets[made.id] = made
        self.keys[key] = (whole, made.id)
        self.changes(made, body, by=US, key="")
        return made, False

    def changes(self, ticket: Ticket, body: Mapping[str, object], *, by: int, key: str) -> Comment | None:
        """What an update does, in its order; the comment of it."""
        if ticket.status == "closed":
            raise Refused(422, "Status: closed prevents ticket update")
        stamp = ticket.updated.isoformat().replace("+00:00", "Z")
        if body.get("safe_update") and body["updated_stamp"] != stamp:
            raise Refused(409, "the ticket was changed by somebody else")
        said = body.get("comment")
        comment = self._says(ticket, said, by, key) if isinstance(said, Mapping) else None
        for name, at in (("priority", "priority"), ("group_id", "group")):
            if name in body:
                setattr(ticket, at, body[name])
        if "tags" in body:
            ticket.tags = list(map(str, body["tags"]))  # type: ignore[call-overload]
        if "assignee_id" in body:
            ticket.assignee = body["assignee_id"]  # type: ignore[assignment]
            self._tells("agent_assignment_changed", ticket, {"current": _text(ticket.assignee)})
        ticket.updated = self.now()
        if "status" in body and body["status"] != ticket.status:
            self.turns(ticket, str(body["status"]))
        return comment

    def turns(self, ticket: Ticket, status: str) -> None:
        before, ticket.status, ticket.updated = ticket.status, status, self.now()
        self._tells("status_changed", ticket, {"current": status.upper(), "previous": before.upper()})

    def merges(self, source: Ticket, target: Ticket, by: int) -> None:
        """As Zendesk words it in both, when an agent leaves its words as they are."""
        source.tags.append("closed_by_merge")
        said = {"body": f"This request was closed and merged into request #{target.id}.", "public": False}
        self._says(source, said, by, "")
        self._says(target, {"body": f"Request #{source.id} was merged here.", "public": False}, by, "")
        self.turns(source, "closed")
        self._tells("merged", source, {})

    def ticket_told(self, ticket: Ticket) -> dict[str, object]:
        return {
            "id": ticket.id,
            "external_id": ticket.external_id,
            "subject": ticket.subject,
            "requester_id": ticket.requester,
            "status": ticket.status,
            "priority": ticket.priority,
            "tags": ticket.tags,
            "group_id": ticket.group,
            "assignee_id": ticket.assignee,
            "created_at": _moment(ticket.created),
            "updated_at": _moment(ticket.updated),
        }

    def comment_told(self, comment: Comment, url: str) -> dict[str, object]:
        return {
            "id": comment.id,
            "type": "Comment",
            "author_id": comment.author,
            "body": comment.text,
            "plain_body": comment.text,
            "public": comment.public,
            "created_at": _moment(comment.at),
            "attachments": [
                {
                    "id": i,
                    "file_name": file.name,
                    "content_type": "application/octet-stream",
                    "content_url": f"{url}/attachments/token/{comment.id}-{i}/?name=x",
                    "size": len(file.content),
                }
                for i, file in enumerate(comment.files)
            ],
        }

    def taken(self) -> Sequence[bytes]:
        """What the webhook would have said since this was last asked."""
        with self.guard:
            told, self.told = self.told, []
        return [json.dumps(each, ensure_ascii=False).encode() for each in told]

    def _says(self, ticket: Ticket, said: Mapping[str, object], by: int, key: str) -> Comment:
        tokens = said.get("uploads") or []
        files = tuple(self.uploads.pop(str(token)) for token in tokens)  # type: ignore[attr-defined]
        made = Comment(
            id=self.next_id(),
            author=int(str(said.get("author_id") or by)),
            text=str(said.get("html_body") or said.get("body")),
            public=said["public"] is True,
            at=self.now(),
            key=key,
            files=files,
        )
        ticket.comments.append(made)
        ticket.updated = made.at
        author = self.users[made.author]
        told = {
            "id": str(made.id),
            "body": made.text,
            "is_public": made.public,
            "author": {"id": str(made.author), "name": author["name"], "is_staff": author["role"] == "agent"},
        }
        self._tells("comment_added", ticket, {"comment": told})
        return made

    def _tells(self, name: str, ticket: Ticket, event: Mapping[str, object]) -> None:
        detail = {key: _text(value) for key, value in self.ticket_told(ticket).items()}
        self.told.append(
            {
                "type": f"zen:event-type:ticket.{name}",
                "id": f"00000000-0000-4000-8000-{self.next_id():012}",
                "time": _moment(self._now).replace("Z", ".123456789Z"),
                "zendesk_event_version": "2022-11-06",
                "subject": f"zen:ticket:{ticket.id}",
                "detail": {**detail, "tags": list(ticket.tags), "status": ticket.status.upper()},
                "event": event,
            }
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
