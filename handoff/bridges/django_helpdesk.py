"""Cases as tickets of django-helpdesk, over its REST API.

It has no ids of ours, signs no webhook, and tells of no change by others' programs; so we look. A follow-up
of ours gets its key as a title after it was written, as the title of a new one becomes the ticket's: what is
of our account and has no key yet is what the answer was lost to.
Source: django-helpdesk 2.6, helpdesk/views/api.py, serializers.py and update_ticket.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated

from config.plug_settings import A_URL, NOT_EMPTY, between
from handoff.bridges import (
    Around,
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    NewCase,
    Outgoing,
    OutgoingFile,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.errors import BadSignatureError, PeerError, PeerRefusedError, PeerUnsureError
from handoff.bridges.http import Part, PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at
from handoff.case import CaseStatus
from handoff.floor.rules import Priority

_MOST_FILE = 10 * 1024 * 1024
_MOST_LIST = 8 * 1024 * 1024  # its lists hold all that was said in each
_LONG = 10_000  # characters, from which on a text goes along as a file
_PAGE = 25
_PAGES = 20  # of the newest, in which a ticket of ours is looked for
_MARK = "Firstline "
_REOPENED, _RESOLVED = 2, 3
_OVER = (3, 4, 5)  # resolved, closed, duplicate
_PRIORITIES = {Priority.URGENT: 1, Priority.HIGH: 2, Priority.NORMAL: 3, Priority.LOW: 4}
_GUIDE = """\
# django-helpdesk

1. In the project's settings: `HELPDESK_ACTIVATE_API_ENDPOINT = True`, and `rest_framework.authtoken` in
   `INSTALLED_APPS`.
2. Make an account for Firstline, *staff*, with the right to work in the queue; then
   `manage.py drf_create_token ACCOUNT`. Its number is in its address in Django's admin.
3. In DATA/firstline.toml, and the token as `FIRSTLINE_BRIDGES_DJANGO_HELPDESK_TOKEN`:

   ```toml
   [handoff]
   bridge = ".django_helpdesk"
   [bridges.django_helpdesk]
   url = "https://desk.company.example/helpdesk"
   account = 7               # Firstline's own number
   queue = 1                 # where new cases go
   names = { 3 = "Omar" }    # its people, by their numbers, as customers may read them
   ```
4. `[bridge] teams = { billing = "2" }` names queues, and `people` accounts, by their numbers.
5. `firstline bridge check django_helpdesk` tries all of it.

A public follow-up of one of its people reaches the customer; a private one is a note. Only what is done on
its own pages is seen, not what other programs change through its API.

**Switch off:** nothing. Tickets are made without the customer's address, so that no mail is sent to them; the
queue's *new ticket CC* and *updated ticket CC* are your people's.
"""


@dataclass(frozen=True, slots=True)
class HelpdeskSettings:
    url: Annotated[str, NOT_EMPTY, A_URL]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    account: Annotated[int, between(1, 2**31)]
    queue: Annotated[int, between(1, 2**31)] = 1
    names: Mapping[str, str] = field(default_factory=dict)
    cafile: str = ""


class DjangoHelpdesk:
    """One request to write, one to mark; a ticket is found by the id in its description."""

    name = "django_helpdesk"
    capabilities = Capabilities(
        receive="poll",
        idempotent_create="lookup",
        idempotent_post="lookup",
        customer_lines=False,
        labels=False,
        most_text=1_000_000,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(),
    )

    def __init__(self, around: Around, settings: HelpdeskSettings) -> None:
        self._settings, where = settings, around.given.where
        address = PeerAddress(
            settings.url,
            headers={"Authorization": f"Token {settings.token}"},
            cafile=settings.cafile or None,
        )
        mends = {
            401: f"make a new token and put it into {where('token')}",
            403: f"make the account of {where('token')} staff, with a right to its queue",
            404: f"check {where('url')}, and that HELPDESK_ACTIVATE_API_ENDPOINT is on",
        }
        self._http = PeerHttp(around.outbound.to(address), mends=mends)

    @classmethod
    def open(cls, around: Around) -> DjangoHelpdesk:
        return cls(around, around.given.read(HelpdeskSettings))

    def find_case(self, handoff_id: str) -> CaseRef | None:
        ref = self._found(handoff_id)
        whole = ref is not None and self.find_post(ref, f"{handoff_id}.transcript") is not None
        return ref if whole else None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        ref = self._found(case.handoff_id) or self._create(case)
        told = (("summary", case.note, ()), ("transcript", case.transcript or "-", case.files))
        for part, text, files in told:
            if self.find_post(ref, f"{case.handoff_id}.{part}") is None:
                self._write(ref, text, f"{case.handoff_id}.{part}", files)
        return ref

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        text = item.text if item.kind == "note" else f"{item.author_name}:\n{item.text}"
        return self._write(case, text, key, item.files)

    def find_post(self, case: CaseRef, key: str) -> str | None:
        ticket = self._ticket(case.case_key)
        # The first follow-up of a ticket repeats its description.
        ours = [
            each
            for each in objects_at(ticket, "followup_set")
            if self._is_ours(each) and text_at(each, "comment") != text_at(ticket, "description")
        ]
        marks = {text_at(each, "title"): text_at(each, "id") for each in ours}
        if (known := marks.pop(_marked(key), None)) is not None:
            return known
        unmarked = [id for title, id in marks.items() if not title.startswith(_MARK)]
        return self._mark(unmarked[-1], key) if unmarked else None

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        said: dict[str, object] = {}
        if changes.status is not None:
            said["status"] = _RESOLVED if changes.status is CaseStatus.RESOLVED else _REOPENED
        if changes.priority is not None:
            said["priority"] = _PRIORITIES[changes.priority]
        if changes.team is not None:
            said["queue"] = changes.team
        if changes.assignee is not None:
            said["assigned_to"] = changes.assignee or None
        if said:
            self._http.patch(f"/api/tickets/{case.case_key}/", json=said, sure=True)
        return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        """It can't be shown there."""

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        ref = case or self._found(handoff_id)
        if ref is not None:
            self._http.delete(f"/api/tickets/{ref.case_key}/", sure=True, allow=(404,))

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        raise BadSignatureError("django-helpdesk signs no webhooks; leave its webhook addresses empty")

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return ()

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        wait = timedelta(seconds=5)
        if not cursor:
            # What happened before we first looked is in the tickets; marking where we are comes before.
            last = next(self._newest("/api/followups/", 1), None)
            told = [event for case in cases for event in self._events(self._ticket(case.case_key), 0)]
            return told, text_at(last, "id") or "0", wait
        since = int(cursor)
        fresh = [each for each in self._newest("/api/followups/", since=since) if not self._is_ours(each)]
        tickets = dict.fromkeys(text_at(each, "ticket") for each in reversed(fresh))
        told = [event for key in tickets for event in self._events(self._ticket(key), since)]
        return told, str(max([since, *(number_at(each, "id") or 0 for each in fresh)])), wait

    def hydrate(self, event: Incoming) -> Incoming:
        return event

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        return self._http.get(file.key, most=_MOST_FILE).body

    def health(self) -> HealthState:
        try:
            self._http.get("/api/tickets/", query={"page_size": "1"}, most=_MOST_LIST).json()
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"{self._settings.url} answers")

    def check(self) -> Sequence[Step]:
        found = self.health()
        mend = "" if found.ok else "see `firstline bridge guide django_helpdesk`, steps 1 to 3"
        return [Step("lets us in", found.ok, found.says, mend)]

    @staticmethod
    def guide(webhook_url: str) -> str:
        return _GUIDE

    def close(self) -> None:
        """Nothing is held open."""

    def _found(self, handoff_id: str) -> CaseRef | None:
        for ticket in self._newest("/api/tickets/", _PAGES):
            if _handoff_id(ticket) == handoff_id:
                return self._ref(ticket)
        return None

    def _create(self, case: NewCase) -> CaseRef:
        ticket = {
            "queue": case.team or self._settings.queue,
            "title": case.subject[:200],
            "description": f"The conversation is in the follow-ups. Firstline {case.handoff_id}",
            "priority": _PRIORITIES[case.priority],
            "assigned_to": case.assignee,
        }
        got = self._http.post("/api/tickets/", json=ticket).json()
        if not text_at(got, "id"):
            raise PeerRefusedError(f"{self._settings.url}: a new ticket has no number")
        return self._ref(got)

    def _write(self, case: CaseRef, text: str, key: str, files: Sequence[OutgoingFile]) -> str:
        """A private follow-up, marked; its number."""
        whole = text.encode("utf-8", "replace")
        long = [Part("attachments", whole, "text.txt", "text/plain")] if len(text) > _LONG else []
        parts = [
            Part("ticket", case.case_key.encode()),
            Part("public", b"false"),
            Part("comment", _untemplated(text[:_LONG]).encode("utf-8", "replace")),
            *long,
            *(Part("attachments", each.read(), each.ref.name, each.ref.type) for each in files),
        ]
        return self._mark(text_at(self._http.post("/api/followups/", parts=parts).json(), "id"), key)

    def _mark(self, number: str, key: str) -> str:
        try:
            self._http.patch(f"/api/followups/{number}/", json={"title": _marked(key)}, sure=True)
        except PeerError as error:
            raise PeerUnsureError(error.says) from error
        return number

    def _ticket(self, key: str) -> JsonValue:
        got = self._http.get(f"/api/tickets/{key}/", allow=(404,), most=_MOST_LIST)
        return got.json() if got.status < 300 else None

    def _newest(self, path: str, pages: int = 1000, since: int = 0) -> Iterator[dict[str, JsonValue]]:
        """What a list holds, newest first, down to number `since`."""
        query = {"page_size": str(_PAGE)}
        first = self._http.get(path, query={"page_size": "1"}, most=_MOST_LIST)
        count = number_at(first.json(), "count") or 0
        last = -(-count // _PAGE)
        for page in range(last, max(0, last - pages), -1):
            got = self._http.get(path, query={**query, "page": str(page)}, allow=(404,), most=_MOST_LIST)
            for each in reversed(objects_at(got.json(), "results")):
                if (number_at(each, "id") or 0) <= since:
                    return
                yield each

    def _events(self, ticket: JsonValue, since: int) -> Iterator[Incoming]:
        """What others have done in a ticket of ours after a follow-up."""
        if not _handoff_id(ticket):
            return
        names, holder, last = self._settings.names, text_at(ticket, "assigned_to"), None
        for each in objects_at(ticket, "followup_set"):
            if (number_at(each, "id") or 0) > since and not self._is_ours(each):
                last = _happened(each, text_at(ticket, "id"), names)
                yield from _told(each, last)
        if last is not None and holder:
            id = last.event_id.replace("followup", "holder")
            yield replace(last, event_id=id, type="assigned", assignee=names.get(holder, holder))

    def _is_ours(self, follow_up: JsonValue) -> bool:
        return number_at(follow_up, "user") == self._settings.account

    def _ref(self, ticket: JsonValue) -> CaseRef:
        key = text_at(ticket, "id")
        return CaseRef(self.name, key, f"{self._settings.url}/tickets/{key}/")


PLUG = DjangoHelpdesk


def _happened(follow_up: JsonValue, ticket: str, names: Mapping[str, str]) -> Incoming:
    """A follow-up, as what it is where it says nothing."""
    user = text_at(follow_up, "user")
    return Incoming(
        event_id=f"followup:{text_at(follow_up, 'id')}",
        case_key=ticket,
        type="unknown",
        author=user,
        author_name=names.get(user, ""),
        author_kind="agent" if user else "customer",
        visibility="private",
        occurred_at=datetime.fromisoformat(text_at(follow_up, "date")),
    )


def _told(follow_up: JsonValue, about: Incoming) -> Iterator[Incoming]:
    """What it says, and the status that it brings."""
    files = tuple(
        IncomingFile(text_at(file, "file"), text_at(file, "filename"), text_at(file, "mime_type"))
        for file in objects_at(follow_up, "followupattachment_set")
    )
    text = text_at(follow_up, "comment")
    if (text or files) and true_at(follow_up, "public"):
        yield replace(about, type="agent_message", visibility="public", text=text, files=files)
    elif text or files:
        yield replace(about, type="agent_note", text=text, files=files)
    status = number_at(follow_up, "new_status")
    if status is not None:
        id = about.event_id.replace("followup", "status")
        now = CaseStatus.RESOLVED if status in _OVER else CaseStatus.OPEN
        yield replace(about, event_id=id, type="status", status=now)


def _handoff_id(ticket: JsonValue) -> str:
    """Ours, of a ticket that we have made; "" for others."""
    found = re.search(r"Firstline (\S+)\s*$", text_at(ticket, "description"))
    return found[1] if found else ""


def _marked(key: str) -> str:
    return f"{_MARK}{key}"[:200]


def _untemplated(text: str) -> str:
    """A text that is the same once it was rendered as a Django template, which every comment is."""
    return re.sub(r"[{}]", lambda brace: f'{{{{ "{brace[0]}" }}}}', text)
