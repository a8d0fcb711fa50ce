"""What happened at Request Tracker: its transactions since the last look, and the whole of one.

One query finds the transactions of all tickets that our account has opened, wherever they were moved. Several
writers number them, so a lower number may appear after a higher one: those of the last minute are read again.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from config.clock import Clock
from config.mail_html import words_of
from config.mail_quotes import own_words
from handoff.bridges import CaseRef, Incoming, IncomingFile
from handoff.bridges.errors import PeerRefusedError
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at
from handoff.bridges.reading import moment_at
from handoff.bridges.rt.session import RtSession
from handoff.bridges.rt.settings import RtSettings

NOBODY = "Nobody"
_NO_PERSON = (NOBODY, "RT_System")
_SETTLED = timedelta(minutes=1)  # after which no lower number appears any more
_PAGE = 100  # RT gives no more at once
_MOST_FILE = 14_000_000  # bytes of an answer with a file in base64
_TYPES = ("Correspond", "Comment", "Status", "AddLink", "SetWatcher")
_KNOWN_FOR = timedelta(minutes=5)
_MOST_PAGES = 10  # at one look; the next one reads on
_MOST_ALSO = 200
_PARTS = {"fields": "ContentType,Filename,ContentLength", "per_page": str(_PAGE)}


@dataclass(frozen=True, slots=True)
class _Cursor:
    """below: all up to this transaction was given. given: those above it that were. also: tickets that others
    have opened and ours were merged into."""

    below: int = 0
    given: tuple[int, ...] = ()
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody with an account. name: the account's, "" for nobody. works: whether tickets are their work."""

    name: str
    real_name: str
    works: bool


class RtHistory:
    """Reads what RT's people did. It remembers for five minutes who is one of them."""

    def __init__(self, http: RtSession, settings: RtSettings, clock: Clock) -> None:
        self._http, self._settings, self._clock = http, settings, clock
        self._people: dict[str, tuple[_Person, datetime]] = {}

    def since(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[tuple[Incoming, ...], str]:
        """The events since a cursor, oldest first, and the next one.

        cases: where there is no cursor yet, nothing is read of before the first of them.
        """
        at = _read(cursor)
        ours = "TicketCreator = '__CurrentUser__'"
        if at is None and not cases:
            newest = self._transactions(f"{ours} AND ObjectType = 'RT::Ticket'", newest=True)
            return (), _written(_Cursor(max((_number(each) for each in newest), default=0)))
        first = f" AND TicketId >= {min(int(case.case_key) for case in cases)}" if at is None else ""
        at = at or _Cursor()
        whose = " OR ".join((ours, *(f"TicketId = {ticket}" for ticket in at.also)))
        kinds = " OR ".join(f"Type = '{kind}'" for kind in _TYPES)
        found = self._transactions(
            f"ObjectType = 'RT::Ticket' AND id > {at.below}{first} AND ({whose}) AND ({kinds})"
            " AND Creator != '__CurrentUser__'"
        )
        fresh = [each for each in found if _number(each) not in at.given]
        events = tuple(event for each in fresh for event in self._events(each))
        merged = (int(event.into) for event in events if event.into)
        return events, _written(self._moved(at, found, merged))

    def whole(self, event: Incoming) -> Incoming:
        """The words, the files and the author's name of what `since` has only found."""
        number = event.event_id.rpartition(":")[2]
        if event.type == "assigned":
            owner = self._person(event.assignee or "")
            return replace(event, thin=False, assignee=owner.real_name or owner.name)
        author = self._person(event.author)
        public = event.type == "agent_message"
        agent = author.works and not (public and self._asks(event.case_key, author.name))
        parts = objects_at(self._http.get(f"/transaction/{number}/attachments", query=_PARTS).json(), "items")
        return replace(
            event,
            author_name=author.real_name or author.name,
            author_kind="agent" if agent else "customer",
            visibility="public" if public and agent else "private",
            text=self._text(parts),
            files=tuple(_files(parts)),
            thin=False,
        )

    def file(self, file: IncomingFile) -> bytes:
        """Raises PeerRefusedError for what can't be decoded."""
        return self._content(file.key)

    def _transactions(self, where: str, *, newest: bool = False) -> list[JsonValue]:
        """What a query finds, oldest first; all of it, or the last one alone."""
        asked = {
            "query": where,
            "orderby": "id",
            "order": "DESC" if newest else "ASC",
            "per_page": "1" if newest else str(_PAGE),
            "fields": "Type,Field,NewValue,Created,Creator,ObjectId",
        }
        found: list[JsonValue] = []
        for page in range(1, _MOST_PAGES + 1):
            said = self._http.get("/transactions", query={**asked, "page": str(page)}).json()
            items = objects_at(said, "items")
            found += items
            if newest or len(items) < _PAGE:
                break
        return found

    def _events(self, told: JsonValue) -> Iterator[Incoming]:
        """What a transaction is to us; nothing for most of them."""
        kind, who = text_at(told, "Type"), text_at(told, "Creator", "id")
        new = text_at(told, "NewValue")
        event = Incoming(
            event_id=f"txn:{_number(told)}",
            case_key=text_at(told, "ObjectId"),
            type="unknown",
            author=who,
            author_name=who,
            author_kind="system" if who in _NO_PERSON else "agent",
            visibility="private",
            occurred_at=moment_at(told, "Created") or self._clock.now(),
            remote_id=str(_number(told)),
        )
        if kind == "Correspond":
            yield replace(event, type="agent_message", visibility="public", thin=True)
        elif kind == "Comment":
            yield replace(event, type="agent_note", thin=True)
        elif kind == "Status":
            yield replace(event, type="status", status=self._settings.case_status(new))
        elif kind == "AddLink" and text_at(told, "Field") == "MergedInto":
            if into := new.rpartition("/ticket/")[2]:
                yield replace(event, type="merged", into=into)
        elif kind == "SetWatcher" and text_at(told, "Field") == "Owner":
            yield replace(event, type="assigned", assignee=new, thin=True)

    def _moved(self, at: _Cursor, found: Sequence[JsonValue], merged: Iterator[int]) -> _Cursor:
        """The cursor once these were read."""
        settled = self._clock.now() - _SETTLED
        old = [_number(each) for each in found if (moment_at(each, "Created") or settled) <= settled]
        below = max((at.below, *old))
        given = sorted(_number(each) for each in found if _number(each) > below)
        return _Cursor(below, tuple(given), tuple(dict.fromkeys((*at.also, *merged)))[-_MOST_ALSO:])

    def _person(self, who: str) -> _Person:
        """Whoever has an account of this name or number."""
        now = self._clock.now()
        known = self._people.get(who)
        if known is None or known[1] < now:
            said = self._http.get(f"/user/{quote(who, safe='')}").json()
            name = text_at(said, "Name")
            person = _Person("", "", False)
            if name not in _NO_PERSON:
                person = _Person(name, text_at(said, "RealName"), number_at(said, "Privileged") == 1)
            known = self._people[who] = person, now + _KNOWN_FOR
        return known[0]

    def _asks(self, ticket: str, name: str) -> bool:
        """Whether it is somebody's own ticket: a colleague who asks is answered, and answers nobody."""
        said = self._http.get(f"/ticket/{int(ticket)}").json()
        return name in {text_at(each, "id") for each in objects_at(said, "Requestor")}

    def _text(self, parts: Sequence[JsonValue]) -> str:
        """What was written, without what it quotes: the plain text of it, else that of its HTML."""
        for kind in ("text/plain", "text/html"):
            for part in parts:
                if text_at(part, "ContentType") == kind and not text_at(part, "Filename"):
                    text = self._content(text_at(part, "id")).decode("utf-8", "replace")
                    return own_words(words_of(text, quotes=False)[0] if kind == "text/html" else text)
        return ""

    def _content(self, attachment: str) -> bytes:
        said = self._http.get(f"/attachment/{int(attachment)}", most=_MOST_FILE).json()
        try:
            return base64.b64decode(text_at(said, "Content"))
        except binascii.Error:
            raise PeerRefusedError(f"Request Tracker's attachment {attachment} can't be decoded") from None


def _files(parts: Sequence[JsonValue]) -> Iterator[IncomingFile]:
    for part in parts:
        if name := text_at(part, "Filename"):
            size = number_at(part, "ContentLength")
            yield IncomingFile(text_at(part, "id"), name, text_at(part, "ContentType"), size)


def _number(told: JsonValue) -> int:
    """A transaction's number; 0 for what has none."""
    return number_at(told, "id") or 0


def _read(cursor: str) -> _Cursor | None:
    """None for the first time."""
    if not cursor:
        return None
    said = json.loads(cursor)
    return _Cursor(said["below"], tuple(said["given"]), tuple(said["also"]))


def _written(at: _Cursor) -> str:
    return json.dumps({"below": at.below, "given": at.given, "also": at.also})
