"""One Zammad: what we ask of it, call by call.

A ticket has no place for an id of ours, so it has a tag that no other has; an article has a message id.
Source: Zammad's REST documentation, and its own source where that says nothing.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from config.plug_settings import A_URL, NOT_EMPTY
from handoff.bridges import Customer, OutgoingFile
from handoff.bridges.errors import PeerRefusedError, PeerUnsureError
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, texts_at
from handoff.bridges.zammad.incoming import OURS
from handoff.floor.rules import Priority

TAG = "firstline"
"""What all our tickets are tagged with."""

_ROOT = "/api/v1"
_PAGE = 200  # tickets that are found at once
_MOST_ARTICLES = 8 * 1024 * 1024  # bytes: it gives all of a ticket's at once


@dataclass(frozen=True, slots=True)
class ZammadSettings:
    """What `[bridges.zammad]` holds; `group` is where tickets go that no team of ours has a group for."""

    url: Annotated[str, A_URL]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    group: Annotated[str, NOT_EMPTY] = "Users"
    webhook_secret: str = field(default="", repr=False)
    cafile: str = ""


class Account:
    """One Zammad as one of its agents sees it, over HTTP; all of it raises as `PeerHttp` does."""

    def __init__(self, http: PeerHttp) -> None:
        self.http = http
        self._priorities: Mapping[str, str] = {}
        self._names: dict[str, str] = {}

    def get(self, path: str, query: Mapping[str, str] | None = None) -> JsonValue:
        return self.http.get(f"{_ROOT}{path}", query=query or {}).json()

    def ticket_of(self, handoff_id: str) -> JsonValue:
        """The ticket of a handoff: the first, should somebody have copied its tag.

        Raises PeerRefusedError where Zammad finds what does not have it.
        """
        ours = tag_of(handoff_id)
        found = self._found({"ticket.tags": ("contains one", ours)})
        if not found:
            return None
        first = min(found, key=lambda each: number_at(each, "id") or 0)
        if ours not in self.tags(text_at(first, "id")):
            raise PeerRefusedError(
                "Zammad's search does not look for tags: this bridge needs Zammad 6 or later"
            )
        return first

    def changed_since(self, moment: str) -> list[JsonValue]:
        """Our tickets that have changed after a moment, as Zammad writes it; all of them for ""."""
        wanted = {"ticket.tags": ("contains one", TAG)}
        if moment:
            wanted["ticket.updated_at"] = ("after (absolute)", moment)
        return self._found(wanted)

    def ticket(self, case_key: str) -> JsonValue:
        """A ticket, with the names of what it refers to; None where it is gone."""
        path = f"{_ROOT}/tickets/{_number(case_key)}"
        answer = self.http.get(path, query={"expand": "true"}, allow=(404,))
        return None if answer.status == 404 else answer.json()

    def create(self, ticket: Mapping[str, object]) -> JsonValue:
        made = self.http.post(f"{_ROOT}/tickets", query={"expand": "true"}, json=ticket).json()
        if number_at(made, "id") is None:
            raise PeerUnsureError("Zammad answered without the id of a new ticket")
        return made

    def change(self, case_key: str, ticket: Mapping[str, object]) -> None:
        """Set what a ticket is to be; harmless to repeat."""
        self.http.put(f"{_ROOT}/tickets/{_number(case_key)}", json=ticket, sure=True)

    def say(self, case_key: str, article: Mapping[str, object], key: str) -> str:
        """An article; its id."""
        whole = {**article, "ticket_id": _number(case_key), "message_id": message_id(key)}
        made = self.http.post(f"{_ROOT}/ticket_articles", json=whole).json()
        found = number_at(made, "id")
        if found is None:
            raise PeerUnsureError("Zammad answered without the id of a new article")
        return str(found)

    def articles(self, case_key: str) -> list[dict[str, JsonValue]]:
        """All of a ticket, oldest first."""
        path = f"{_ROOT}/ticket_articles/by_ticket/{_number(case_key)}"
        found = objects_at(self.http.get(path, most=_MOST_ARTICLES).json())
        return sorted(found, key=lambda each: number_at(each, "id") or 0)

    def said_as(self, case_key: str, key: str) -> str | None:
        """The id of the article that was written for a key."""
        ours = message_id(key)
        found = (
            text_at(each, "id") for each in self.articles(case_key) if text_at(each, "message_id") == ours
        )
        return next(found, None)

    def merged_into(self, case_key: str) -> str:
        """The ticket that a merged one goes on in, "" where that is not known."""
        told = self.get(f"/ticket_history/{_number(case_key)}")
        into = [
            text_at(each, "id_to")
            for each in objects_at(told, "history")
            if text_at(each, "type") == "merged_into"
        ]
        return into[-1] if into else ""

    def tags(self, case_key: str) -> tuple[str, ...]:
        query = {"object": "Ticket", "o_id": str(_number(case_key))}
        return texts_at(self.get("/tags", query), "tags")

    def tag(self, case_key: str, label: str) -> None:
        about = {"object": "Ticket", "o_id": _number(case_key), "item": label}
        self.http.post(f"{_ROOT}/tags/add", json=about, sure=True)

    def untag(self, case_key: str, label: str) -> None:
        about = {"object": "Ticket", "o_id": _number(case_key), "item": label}
        self.http.delete(f"{_ROOT}/tags/remove", json=about, sure=True)

    def attachment(self, where: str) -> bytes:
        """A file, by the ids of its ticket, its article and itself."""
        path = "/".join(str(_number(each)) for each in where.split("/"))
        return self.http.get(f"{_ROOT}/ticket_attachment/{path}", most=_MOST_ARTICLES * 8).body

    def erase(self, case_key: str) -> None:
        """Delete a ticket, and its customer if we made them and they have no other.

        Raises PeerRefusedError where only its administrator may.
        """
        ticket = self.ticket(case_key)
        if ticket is None:
            return
        self.http.delete(f"{_ROOT}/tickets/{_number(case_key)}", allow=(404,), sure=True)
        who = text_at(ticket, "customer_id")
        ours = text_at(self.get(f"/users/{_number(who)}"), "login").startswith(f"{TAG}-")
        if ours and not self._found({"ticket.customer_id": ("is", who)}):
            self.http.delete(f"{_ROOT}/users/{_number(who)}", allow=(404,), sure=True)

    def priority(self, wanted: Priority) -> str:
        """What Zammad calls a priority; it has none beyond high, unless somebody has made one."""
        if not self._priorities:
            names = [text_at(each, "name") for each in objects_at(self.get("/ticket_priorities"))]
            self._priorities = {name.rpartition(" ")[2].lower(): name for name in names if name}
        found = self._priorities.get(wanted.value)
        if found is None and wanted is Priority.URGENT:
            found = self._priorities.get("high")
        if found is None:
            raise PeerRefusedError(f"Zammad has no priority for {wanted.value}; name one “2 {wanted.value}”")
        return found

    def has_group(self, name: str) -> bool:
        """Whether there is such a group; who may not list them finds out when the ticket is made."""
        answer = self.http.get(f"{_ROOT}/groups", allow=(403,))
        return answer.status == 403 or name in [text_at(each, "name") for each in objects_at(answer.json())]

    def name_of(self, user_id: str) -> str:
        """What a person is called."""
        if user_id not in self._names:
            user = self.get(f"/users/{_number(user_id)}")
            name = f"{text_at(user, 'firstname')} {text_at(user, 'lastname')}".strip()
            self._names[user_id] = name or text_at(user, "login")
        return self._names[user_id]

    def _found(self, wanted: Mapping[str, tuple[str, str]]) -> list[JsonValue]:
        """Tickets by conditions, straight out of the database: its search index lags behind."""
        query = {"expand": "true", "per_page": str(_PAGE), "sort_by": "updated_at", "order_by": "asc"}
        for name, (operator, value) in wanted.items():
            query |= {f"condition[{name}][operator]": operator, f"condition[{name}][value]": value}
        found: list[JsonValue] = []
        for page in range(1, 1_000):
            answer = self.get("/tickets/search", {**query, "page": str(page)})
            listed = objects_at(answer)
            found += listed
            if len(listed) < _PAGE:
                break
        return found


def customer_of(customer: Customer) -> dict[str, object]:
    """A customer as a new ticket names them: Zammad looks for the e-mail, then the login, or makes them.

    An e-mail that nobody vouches for stays out of it, for it would lead to somebody else's tickets.
    """
    names = (customer.name or "Customer").split(" ", 1)
    shown: dict[str, object] = {
        "login": f"{TAG}-{customer.id}".lower(),
        "firstname": names[0],
        "lastname": names[1] if len(names) > 1 else "",
    }
    if customer.verified and customer.email:
        shown["email"] = customer.email.lower()
    if customer.verified and customer.phone:
        shown["phone"] = customer.phone
    return shown


def attached(name: str, content: bytes, type: str) -> dict[str, str]:
    """A file as an article takes it."""
    return {"filename": name, "data": base64.b64encode(content).decode(), "mime-type": type}


def attached_files(files: Sequence[OutgoingFile]) -> list[dict[str, str]]:
    return [attached(each.ref.name, each.read(), each.ref.type) for each in files]


def tag_of(handoff_id: str) -> str:
    """The tag that finds a handoff's ticket."""
    return f"{TAG}-{handoff_id}".lower()


def message_id(key: str) -> str:
    return f"{OURS}{key}@firstline>"


def _number(id: str) -> int:
    """Raises PeerRefusedError: nothing but a number may stand in a path."""
    if not (id.isascii() and id.isdigit()):
        raise PeerRefusedError(f"{id!r} is no id of Zammad's")
    return int(id)
