"""One Zendesk account: what we ask of it, call by call.

A ticket is found again by its external id, which is the handoff's; a comment by what its audit carries.
Source: Zendesk's documentation of tickets, ticket audits, uploads and users.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from config.plug_settings import A_URL, NOT_EMPTY
from handoff.bridges import Customer, OutgoingFile
from handoff.bridges.errors import PeerAwayError, PeerRefusedError, PeerUnsureError
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at

TAG = "firstline"
"""What all our tickets are tagged with, so that its own triggers can leave them alone."""

_ROOT = "/api/v2"
_BATCH = 100  # tickets that are asked for at once, and things on a page
_PAGE = {"page[size]": str(_BATCH)}


@dataclass(frozen=True, slots=True)
class ZendeskSettings:
    """What `[bridges.zendesk]` holds; `email` is that of the agent whose name the token is used in."""

    url: Annotated[str, A_URL]
    email: Annotated[str, NOT_EMPTY]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    cafile: str = ""


class Account:
    """One account, over HTTP; all of it raises as `PeerHttp` does."""

    def __init__(self, http: PeerHttp) -> None:
        self.http = http
        self._me = ""
        self._users: dict[str, JsonValue] = {}
        self._ids: dict[str, Mapping[str, int]] = {}

    def get(self, path: str, query: Mapping[str, str] | None = None) -> JsonValue:
        return self.http.get(f"{_ROOT}{path}", query=query or {}).json()

    def me(self) -> str:
        """Our own account's id."""
        if not self._me:
            found = text_at(self.get("/users/me"), "user", "id")
            if not found:  # who is not let in is nobody, and no error
                raise PeerRefusedError("Zendesk does not know the e-mail and token of [bridges.zendesk]")
            self._me = found
        return self._me

    def tickets_of(self, handoff_id: str) -> list[str]:
        """The tickets of a handoff; each but the first follows another up."""
        found = objects_at(self.get("/tickets", {"external_id": handoff_id}), "tickets")
        ours = (_id(each, "a ticket") for each in found if text_at(each, "external_id") == handoff_id)
        return sorted(ours, key=int)

    def ticket_of(self, handoff_id: str) -> str | None:
        """The last of them."""
        found = self.tickets_of(handoff_id)
        return found[-1] if found else None

    def ticket(self, case_key: str) -> JsonValue:
        return value_at(self.get(f"/tickets/{_number(case_key)}"), "ticket")

    def tickets(self, case_keys: Sequence[str]) -> Mapping[str, JsonValue]:
        """Those that are still there, by their ids."""
        found: dict[str, JsonValue] = {}
        for i in range(0, len(case_keys), _BATCH):
            ids = ",".join(str(_number(each)) for each in case_keys[i : i + _BATCH])
            for each in objects_at(self.get("/tickets/show_many", {"ids": ids}), "tickets"):
                found[text_at(each, "id")] = each
        return found

    def create(self, ticket: Mapping[str, object], key: str) -> str:
        """A new ticket; a second one with the same key is not made.

        Raises PeerUnsureError where the key was used for another: then it is there, and can be looked for.
        """
        headers = {"Idempotency-Key": key[:255]}
        try:
            made = self.http.post(f"{_ROOT}/tickets", json={"ticket": ticket}, headers=headers).json()
        except PeerRefusedError as error:
            if "idempoten" in error.says.lower():
                raise PeerUnsureError(error.says) from error
            raise
        return _id(value_at(made, "ticket"), "a new ticket")

    def change(self, case_key: str, ticket: Mapping[str, object], *, sure: bool) -> JsonValue:
        """What came of a change; raises PeerAwayError where somebody else is just changing the ticket."""
        path = f"{_ROOT}/tickets/{_number(case_key)}"
        answer = self.http.put(path, json={"ticket": ticket}, allow=(409,), sure=sure)
        if answer.status == 409:
            raise PeerAwayError("Zendesk: the ticket is just being changed by somebody else")
        return answer.json()

    def say(self, case_key: str, comment: Mapping[str, object], key: str) -> str:
        """A comment; its id. key: what its audit is found by."""
        done = self.change(case_key, {"comment": comment, "metadata": {TAG: key}}, sure=False)
        for each in objects_at(done, "audit", "events"):
            if text_at(each, "type") == "Comment":
                return _id(each, "a new comment")
        raise PeerUnsureError("Zendesk answered without the id of a new comment")

    def said_as(self, case_key: str, key: str) -> str | None:
        """The id of the comment that `say` has made for a key."""
        for audit in self._pages(f"/tickets/{_number(case_key)}/audits", "audits"):
            if text_at(audit, "metadata", "custom", TAG) == key:
                for each in objects_at(audit, "events"):
                    if text_at(each, "type") == "Comment":
                        return text_at(each, "id")
        return None

    def comments(self, case_key: str, after: int) -> list[JsonValue]:
        """The comments of a ticket after the one with that id, oldest first; who wrote them is known then."""
        found: list[JsonValue] = []
        query = {"sort": "-created_at", "include": "users"}
        for each in self._pages(f"/tickets/{_number(case_key)}/comments", "comments", query):
            if (number_at(each, "id") or 0) <= after:
                break
            found.append(each)
        return found[::-1]

    def authors(self, comments: Sequence[JsonValue]) -> Mapping[str, JsonValue]:
        """Who wrote them, by id."""
        return {who: self.user(who) for who in {text_at(each, "author_id") for each in comments} if who}

    def user(self, id: str) -> JsonValue:
        if id not in self._users:
            self._users[id] = value_at(self.get(f"/users/{_number(id)}"), "user")
        return self._users[id]

    def requester(self, customer: Customer) -> str:
        """The id of a customer's user, made if there is none.

        Somebody's own site vouches for an e-mail, or it leads to nobody's user; one that was there before
        stays as it is.
        """
        ours = f"{TAG}:{customer.id}"
        email = customer.email.lower() if customer.verified and customer.email else ""
        found = objects_at(self.get("/users/search", {"external_id": ours}), "users")
        if not found and email:
            named = objects_at(self.get("/users/search", {"query": f'email:"{email}"'}), "users")
            found = [each for each in named if text_at(each, "email").lower() == email]
        if found:
            return _id(found[0], "a customer")
        user: dict[str, object] = {
            "external_id": ours,
            "name": customer.name or "Customer",
            "role": "end-user",
            "skip_verify_email": True,  # or Zendesk welcomes them by mail
        }
        if email:
            user["email"] = email
        if customer.verified and customer.phone and re.fullmatch(r"\+\d{6,15}", customer.phone):
            user["phone"] = customer.phone
        made = self.http.post(f"{_ROOT}/users/create_or_update", json={"user": user}, sure=True).json()
        return _id(value_at(made, "user"), "a customer")

    def upload(self, name: str, content: bytes, type: str) -> str:
        """Where a file waits for its comment."""
        query, headers = {"filename": name}, {"Content-Type": type}
        made = self.http.post(
            f"{_ROOT}/uploads", body=content, query=query, headers=headers, sure=True
        ).json()
        found = text_at(made, "upload", "token")
        if not found:
            raise PeerRefusedError(f"Zendesk took {name} and gave nothing to attach it by")
        return found

    def uploads(self, files: Sequence[OutgoingFile]) -> list[str]:
        return [self.upload(each.ref.name, each.read(), each.ref.type) for each in files]

    def erase(self, case_key: str) -> None:
        """Delete a ticket for good, and its requester if we made them and they have no other."""
        path = f"/tickets/{_number(case_key)}"
        told = self.http.get(f"{_ROOT}{path}", allow=(404,))
        self.http.delete(f"{_ROOT}{path}", allow=(404,), sure=True)
        self.http.delete(f"{_ROOT}/deleted_tickets/{_number(case_key)}", allow=(404,), sure=True)
        who = text_at(told.json(), "ticket", "requester_id") if told.status != 404 else ""
        if not who or not text_at(self.user(who), "external_id").startswith(f"{TAG}:"):
            return
        if not objects_at(self.get(f"/users/{_number(who)}/tickets/requested"), "tickets"):
            self.http.delete(f"{_ROOT}/users/{_number(who)}", allow=(404,), sure=True)
            self.http.delete(f"{_ROOT}/deleted_users/{_number(who)}", allow=(404,), sure=True)

    def group(self, name: str) -> int | None:
        """A group's id, by its name."""
        return self._named("/groups", "groups", name, ("name",))

    def agent(self, name: str) -> int | None:
        """An agent's id, by that, their e-mail or their name."""
        path = "/users?role[]=agent&role[]=admin"
        return self._named(path, "users", name, ("id", "email", "name"))

    def _named(self, path: str, what: str, name: str, keys: Sequence[str]) -> int | None:
        wanted = name.strip().casefold()
        if wanted not in self._ids.get(path, {}):
            self._ids[path] = {
                text_at(each, key).casefold(): number_at(each, "id") or 0
                for each in self._pages(path, what)
                for key in reversed(keys)
            }
        return self._ids[path].get(wanted)

    def _pages(self, path: str, what: str, query: Mapping[str, str] | None = None) -> Iterator[JsonValue]:
        """What is listed at a path, page after page."""
        asked = {**(query or {}), **_PAGE}
        while True:
            page = self.get(path, asked)
            for user in objects_at(page, "users") if what != "users" else ():
                self._users[text_at(user, "id")] = user
            yield from objects_at(page, what)
            after = text_at(page, "meta", "after_cursor")
            if not true_at(page, "meta", "has_more") or not after or after == asked.get("page[after]"):
                return
            asked = {**asked, "page[after]": after}


def _number(id: str) -> int:
    """Raises PeerRefusedError: nothing but a number may stand in a path."""
    if not (id.isascii() and id.isdigit()):
        raise PeerRefusedError(f"{id!r} is no id of Zendesk's")
    return int(id)


def _id(made: JsonValue, what: str) -> str:
    found = number_at(made, "id")
    if found is None:
        raise PeerUnsureError(f"Zendesk answered without the id of {what}")
    return str(found)
