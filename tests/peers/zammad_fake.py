"""What a Zammad keeps, and what it tells others of it, for the fake in tests/peers/zammad.py."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.peers import SeenFile

TOKEN = "zammad-token-of-the-fake"
US, NOBODY = 5, 1


@dataclass
class Article:
    id: int
    ticket: int
    sender: str
    internal: bool
    body: str
    content_type: str
    message_id: str | None
    by: int
    at: datetime
    files: tuple[SeenFile, ...] = ()


@dataclass
class Ticket:
    id: int
    title: str
    group: str
    customer: int
    updated: datetime
    state: str = "new"
    priority: str = "2 normal"
    owner: int = NOBODY
    tags: list[str] = field(default_factory=list)
    merged_into: int | None = None


class FakeZammad:
    """`told` is what its triggers would have sent: the trigger's name, and the body."""

    def __init__(self) -> None:
        self.guard = threading.RLock()
        self.tickets: dict[int, Ticket] = {}
        self.articles: dict[int, Article] = {}
        self.users: dict[int, dict[str, object]] = {
            NOBODY: {"id": NOBODY, "login": "-", "firstname": "-", "lastname": "", "email": ""},
            US: {"id": US, "login": "firstline", "firstname": "Firstline", "lastname": "", "email": ""},
        }
        self.groups = ["Users", "billing", "support", "sales"]
        self.priorities = ["1 low", "2 normal", "3 high", "4 urgent"]
        self.triggers: list[dict[str, object]] = [
            {"name": name, "active": True}
            for name in ("Firstline article", "Firstline state", "Firstline owner")
        ]
        self.deletes = self.knows_tags = True
        self.told: list[tuple[str, dict[str, object]]] = []
        self._ids = 10
        self._now = datetime.now(UTC)

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def now(self) -> datetime:
        """Later at each call, though no clock has moved; in milliseconds, as Zammad keeps it."""
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        self._now = max(self._now + timedelta(milliseconds=1), now)
        return self._now.replace(microsecond=self._now.microsecond // 1000 * 1000)

    def agent(self, name: str) -> int:
        """The agent of that name, from now on at the latest."""
        first, _, last = name.partition(" ")
        for id, each in self.users.items():
            if (each["firstname"], each["lastname"]) == (first, last):
                return id
        login = f"{first}.{last}".lower()
        return self.adds_user({"login": login, "firstname": first, "lastname": last})

    def adds_user(self, user: Mapping[str, object]) -> int:
        id = self.next_id()
        self.users[id] = {"email": "", **user, "id": id}
        return id

    def customer(self, named: Mapping[str, object]) -> int:
        """By the e-mail, then the login; made where there is none."""
        for by in ("email", "login"):
            for id, each in self.users.items():
                if named.get(by) and each[by] == named[by]:
                    return id
        return self.adds_user(named)

    def creates(self, body: Mapping[str, object]) -> Ticket:
        customer = body["customer"]
        assert isinstance(customer, Mapping)
        made = Ticket(
            id=len(self.tickets) + 1,
            title=str(body["title"]),
            group=str(body["group"]),
            customer=self.customer(customer),
            updated=self.now(),
            priority=str(body["priority"]),
            tags=str(body["tags"]).split(","),
        )
        self.tickets[made.id] = made
        article = body["article"]
        assert isinstance(article, Mapping)
        self.says(made, article, by=US)
        return made

    def says(
        self,
        ticket: Ticket,
        told: Mapping[str, object],
        *,
        by: int,
        files: Sequence[SeenFile] = (),
    ) -> Article:
        """An article. Whoever writes for the customer is the customer."""
        message_id = told.get("message_id")
        made = Article(
            id=self.next_id(),
            ticket=ticket.id,
            sender=str(told["sender"]),
            internal=told["internal"] is True,
            body=str(told["body"]),
            content_type=str(told["content_type"]),
            message_id=str(message_id) if message_id else None,
            by=int(str(told.get("origin_by_id") or by)),
            at=self.now(),
            files=tuple(files),
        )
        self.articles[made.id] = made
        ticket.updated = made.at
        self._tells("Firstline article", ticket, made)
        return made

    def sets(self, ticket: Ticket, **values: object) -> None:
        changed = {name for name, value in values.items() if getattr(ticket, name) != value}
        for name in changed:
            setattr(ticket, name, values[name])
        if changed:
            ticket.updated = self.now()
        for name in sorted(changed & {"state", "owner"}):
            self._tells(f"Firstline {name}", ticket, None)

    def merges(self, source: Ticket, target: Ticket, by: int) -> None:
        """As Zammad does: the articles move, one that says "merged" stays, and the ticket is nobody's."""
        for each in self.articles.values():
            if each.ticket == source.id:
                each.ticket = target.id
        said = {"sender": "Agent", "internal": False, "body": "merged", "content_type": "text/plain"}
        source.merged_into, source.owner, source.state = target.id, NOBODY, "merged"
        target.updated = self.now()
        self.says(source, said, by=by)
        self._tells("Firstline state", source, None)

    def ticket_told(self, ticket: Ticket) -> dict[str, object]:
        """A ticket as the API shows it with `expand`."""
        return {
            "id": ticket.id,
            "title": ticket.title,
            "group": ticket.group,
            "state": ticket.state,
            "priority": ticket.priority,
            "customer_id": ticket.customer,
            "owner_id": ticket.owner,
            "owner": self.users[ticket.owner]["login"],
            "updated_at": moment(ticket.updated),
        }

    def article_told(self, article: Article) -> dict[str, object]:
        user = self.users[article.by]
        return {
            "id": article.id,
            "ticket_id": article.ticket,
            "type": "note",
            "sender": article.sender,
            "internal": article.internal,
            "from": f"{user['firstname']} {user['lastname']}".strip(),
            "body": article.body,
            "content_type": article.content_type,
            "message_id": article.message_id,
            "created_by_id": article.by,
            "created_by": user["login"],
            "created_at": moment(article.at),
            "attachments": [
                {"id": i, "filename": file.name, "size": str(len(file.content)), "preferences": {}}
                for i, file in enumerate(article.files)
            ],
        }

    def taken(self) -> Sequence[tuple[str, bytes]]:
        """What the triggers would have sent since this was last asked."""
        with self.guard:
            told, self.told = self.told, []
        return [(name, json.dumps(each, ensure_ascii=False).encode()) for name, each in told]

    def _tells(self, trigger: str, ticket: Ticket, article: Article | None) -> None:
        shown = {} if article is None else self.article_told(article)
        if article is not None:
            shown["created_by"] = self.users[article.by]
        owner = {} if ticket.owner == NOBODY else self.users[ticket.owner]
        body: dict[str, object] = {
            "ticket": {**self.ticket_told(ticket), "owner": owner},
            "article": shown,
        }
        self.told.append((trigger, body))


def moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
