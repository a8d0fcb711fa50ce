"""One account of a Chatwoot: what we ask of it, call by call.

A conversation is found again by the source id of its contact in the inbox, which is the handoff's id and
unique there; a message by its own, which is not, so that one looks before saying a thing again.
Source: Chatwoot's OpenAPI document, and the source of 4.12 where that says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from config.plug_settings import A_URL, NOT_EMPTY, between
from handoff.bridges import Customer, NewCase, OutgoingFile
from handoff.bridges.chatwoot.incoming import OURS
from handoff.bridges.errors import PeerRefusedError
from handoff.bridges.http import Part, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, texts_at, value_at

MOST_FILES = 15  # that Chatwoot takes with one message
_PAGE = 100  # messages that it gives at once
_MADE_BY = "firstline"

Id = Annotated[int, between(1, 2**31)]


@dataclass(frozen=True, slots=True)
class ChatwootSettings:
    """What `[bridges.chatwoot]` holds. account, inbox: the numbers in Chatwoot's own addresses."""

    url: Annotated[str, A_URL]
    account: Id
    inbox: Id
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    webhook_secret: str = field(default="", repr=False)
    cafile: str = ""


class Account:
    """One account, over HTTP; all of it raises as `PeerHttp` does."""

    def __init__(self, http: PeerHttp, settings: ChatwootSettings) -> None:
        self.http = http
        self._inbox = settings.inbox
        self._root = f"/api/v1/accounts/{settings.account}"
        self._identifier = ""
        self._ids: dict[str, Mapping[str, int]] = {}

    def get(self, path: str, **query: str) -> JsonValue:
        """What is at a path of the account."""
        return self.http.get(f"{self._root}{path}", query=query).json()

    def inbox(self) -> JsonValue:
        """Our inbox, as its page shows it."""
        return self.get(f"/inboxes/{self._inbox}")

    def conversation_of(self, handoff_id: str) -> str | None:
        """The conversation of a handoff, whatever it is called in Chatwoot."""
        answer = self.http.get(f"{self._contact_path(handoff_id)}/conversations", allow=(404,))
        found = objects_at(answer.json()) if answer.status != 404 else []
        return text_at(found[0], "id") if found else None

    def conversation(self, case_key: str) -> JsonValue:
        """A conversation; None where it is gone."""
        answer = self.http.get(f"{self._root}/conversations/{_number(case_key)}", allow=(404,))
        return None if answer.status == 404 else answer.json()

    def begin(self, case: NewCase, team: int | None, assignee: int | None) -> str:
        """A new conversation, without a word in it; its id."""
        contact = self._contact(case.customer, case.handoff_id)
        known = {
            "handoff_id": case.handoff_id,
            "case": str(case.number),
            "reason": case.summary.reason.sentence,
            "language": case.language,
            "desk": case.desk_url,
        }
        body: dict[str, object] = {
            "source_id": case.handoff_id,
            "inbox_id": self._inbox,
            "contact_id": contact,
            "status": "open",
            "custom_attributes": {name: value for name, value in known.items() if value},
        }
        if team is not None:
            body["team_id"] = team
        if assignee is not None:
            body["assignee_id"] = assignee
        made = self.http.post(f"{self._root}/conversations", json=body).json()
        return _id(made, "a new conversation")

    def say(
        self,
        case_key: str,
        text: str,
        key: str,
        *,
        private: bool,
        incoming: bool = False,
        files: Sequence[OutgoingFile] = (),
        extra: Sequence[Part] = (),
    ) -> str:
        """One message, or several where it has more files than one can carry; the last one's id.

        key: the last one's source id is made of it, so that who finds that one has all of them.
        """
        parts = [
            *extra,
            *(Part("attachments[]", each.read(), each.ref.name, each.ref.type) for each in files),
        ]
        bundles = [parts[i : i + MOST_FILES] for i in range(0, len(parts), MOST_FILES)] or [[]]
        said = ""
        for left, bundle in zip(range(len(bundles) - 1, -1, -1), bundles, strict=True):
            fields = {
                "content": text if bundle is bundles[0] else "",
                "message_type": "incoming" if incoming else "outgoing",
                "private": private,
                "source_id": f"{source_id(key)}{f'+{left}' if left else ''}",
            }
            said = self._post_message(case_key, fields, bundle)
        return said

    def messages(self, case_key: str, after: int = 0) -> Iterator[JsonValue]:
        """The messages of a conversation, first to last, from the one after `after`."""
        path = f"/conversations/{_number(case_key)}/messages"
        while True:
            page = objects_at(self.get(path, after=str(after)), "payload")
            yield from page
            newest = max((number_at(each, "id") or 0 for each in page), default=after)
            if len(page) < _PAGE or newest <= after:
                return
            after = newest

    def said_as(self, case_key: str, key: str) -> str | None:
        """The id of the message that `say` has posted for a key."""
        ours = source_id(key)
        return next(
            (text_at(each, "id") for each in self.messages(case_key) if text_at(each, "source_id") == ours),
            None,
        )

    def set(self, case_key: str, what: str, body: Mapping[str, object]) -> None:
        """Set one thing of a conversation; harmless to repeat."""
        self.http.post(f"{self._root}/conversations/{_number(case_key)}/{what}", json=body, sure=True)

    def labels(self, case_key: str) -> tuple[str, ...]:
        return texts_at(self.get(f"/conversations/{_number(case_key)}/labels"), "payload")

    def typing(self, case_key: str, handoff_id: str, typing: bool) -> None:
        said = {"typing_status": "on" if typing else "off"}
        path = f"{self._contact_path(handoff_id)}/conversations/{_number(case_key)}/toggle_typing"
        self.http.post(path, json=said, query=said, sure=True)

    def erase(self, case_key: str) -> None:
        """Delete a conversation, and its contact if we made them and they have no other.

        Raises PeerRefusedError where this Chatwoot lets others delete none.
        """
        told = self.conversation(case_key)
        if told is None:
            return
        made = text_at(told, "meta", "sender", "additional_attributes", "made_by")
        contact = text_at(told, "meta", "sender", "id") if made == _MADE_BY else ""
        path = f"/conversations/{_number(case_key)}"
        if self.http.delete(f"{self._root}{path}", allow=(404,), sure=True).status == 404:
            raise PeerRefusedError(
                f"this Chatwoot deletes no conversations for others; delete conversation {case_key} by hand, "
                "and its contact if they have no other"
            )
        if not contact:
            return
        others = objects_at(self.get(f"/contacts/{contact}/conversations"), "payload")
        if all(text_at(each, "id") == case_key for each in others):
            self.http.delete(f"{self._root}/contacts/{contact}", allow=(404,), sure=True)

    def team(self, name: str) -> int | None:
        """A team's id, by its name."""
        return self._named("/teams", name, ("name",))

    def person(self, name: str) -> int | None:
        """An agent's id, by that, their e-mail or their name."""
        return self._named("/agents", name, ("id", "email", "name", "available_name"))

    def _named(self, path: str, name: str, keys: Sequence[str]) -> int | None:
        wanted = name.strip().casefold()
        if wanted not in self._ids.get(path, {}):
            self._ids[path] = {
                text_at(each, key).casefold(): number_at(each, "id") or 0
                for each in objects_at(self.get(path))
                for key in reversed(keys)
            }
        return self._ids[path].get(wanted)

    def _contact(self, customer: Customer, handoff_id: str) -> int:
        """The contact of a customer, made if there is none.

        An e-mail or a phone number that nobody vouches for leads to nobody else's contact: whoever says it is
        theirs gets one of their own, without it.
        """
        ours: dict[str, str] = {"identifier": customer.id}
        if customer.email:
            ours["email"] = customer.email.lower()
        if customer.phone and re.fullmatch(r"\+\d{6,15}", customer.phone):
            ours["phone_number"] = customer.phone
        clauses: list[dict[str, object]] = [
            {
                "attribute_key": name,
                "filter_operator": "equal_to",
                "values": [value],
                **({} if name == [*ours][-1] else {"query_operator": "OR"}),
            }
            for name, value in ours.items()
        ]
        answer = self.http.post(f"{self._root}/contacts/filter", json={"payload": clauses}, sure=True)
        found = objects_at(answer.json(), "payload")
        trusted = ("identifier", "email", "phone_number") if customer.verified else ("identifier",)
        for name in trusted:
            for each in found:
                if name in ours and text_at(each, name).lower() == ours[name].lower():
                    return int(_id(each, "a contact"))
        taken = {name: {text_at(each, name).lower() for each in found} for name in ours}
        free = {name: value for name, value in ours.items() if value not in taken[name]}
        body = {
            "inbox_id": self._inbox,
            "source_id": handoff_id,
            "name": customer.name or "Customer",
            "additional_attributes": {"made_by": _MADE_BY},
            **free,
        }
        made = self.http.post(f"{self._root}/contacts", json=body).json()
        # The document says a list, and the server gives an object.
        contact = value_at(made, "payload", "contact") or value_at(made, "payload", 0) or made
        return int(_id(contact, "a new contact"))

    def _post_message(self, case_key: str, fields: Mapping[str, object], files: Sequence[Part]) -> str:
        path = f"{self._root}/conversations/{_number(case_key)}/messages"
        if not files:
            return _id(self.http.post(path, json=fields).json(), "a new message")
        form = [Part(name, _in_form(value)) for name, value in fields.items()]
        return _id(self.http.post(path, parts=[*form, *files]).json(), "a new message")

    def _contact_path(self, handoff_id: str) -> str:
        """Where Chatwoot's own widgets would ask for the customer of a handoff."""
        if not self._identifier:
            self._identifier = text_at(self.inbox(), "inbox_identifier")
            if not self._identifier:
                raise PeerRefusedError(
                    f"Chatwoot's inbox {self._inbox} is no API inbox; make one and write its number there"
                )
        return f"/public/api/v1/inboxes/{quote(self._identifier)}/contacts/{quote(handoff_id, safe='')}"


def source_id(key: str) -> str:
    """The source id of the message for a key."""
    return f"{OURS}{key}"


def _number(case_key: str) -> int:
    """Raises PeerRefusedError: nothing but a number may stand in a path."""
    if not (case_key.isascii() and case_key.isdigit()):
        raise PeerRefusedError(f"{case_key!r} is no number of a conversation")
    return int(case_key)


def _in_form(value: object) -> bytes:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.encode("utf-8", "replace")


def _id(made: JsonValue, what: str) -> str:
    found = number_at(made, "id")
    if found is None:
        raise PeerRefusedError(f"Chatwoot answered without the id of {what}")
    return str(found)
