"""The bridge to Request Tracker 5: what it is told, over REST2.

Source: RT's documentation of REST2, and RT 5.0.3 itself, which taught what that leaves out: a change that is
refused is answered with 200, so a ticket is read back; the text "0" is taken for no text; no key makes a
second call harmless, so a ticket is looked for by a custom field, and a post by a mark in its subject.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from config.clock import Clock
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
    OutgoingKind,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.errors import BadSignatureError, PeerError, PeerRefusedError, PeerUnsureError
from handoff.bridges.http import PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, texts_at
from handoff.bridges.rt.checking import check, field_names, missing_field
from handoff.bridges.rt.history import NOBODY, RtHistory
from handoff.bridges.rt.session import RtSession
from handoff.bridges.rt.settings import RtSettings

_MOST_FILE = 9_000_000  # bytes; RT drops what is longer than 10 million once it is encoded
_WHO: dict[OutgoingKind, str] = {
    "customer": "customer",
    "bot": "bot",
    "agent": "at our desk",
    "note": "note, at our desk",
}
_GUIDE = Path(__file__).with_name("guide.md")


class Rt:
    """One Request Tracker and one account in it."""

    name = "rt"
    capabilities = Capabilities(
        receive="poll",
        idempotent_create="lookup",
        idempotent_post="lookup",
        merge_event=True,
        erase=False,
        most_text=1_000_000,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(0),
    )

    def __init__(self, settings: RtSettings, http: PeerHttp, clock: Clock, queue_at: str) -> None:
        """queue_at: where the settings name the queue."""
        self._settings, self._http = settings, RtSession(http, settings.url, clock)
        self._queue_at = queue_at
        self._history = RtHistory(self._http, settings, clock)
        self._ready = set[str]()  # the queues whose tickets can hold our id

    @classmethod
    def open(cls, around: Around) -> Rt:
        settings = around.given.read(RtSettings)
        token = around.given.where("token")
        mends = {
            401: f"make a new token in RT, under Settings, Auth Tokens of our account, for {token}",
            403: f"give the account of {token} the rights that `firstline bridge guide rt` names",
        }
        address = PeerAddress(
            f"{settings.url}/REST/2.0",
            {"Authorization": f"token {settings.token}", "Accept": "application/json"},
            cafile=settings.cafile or None,
        )
        http = PeerHttp(around.outbound.to(address), mends=mends)
        return cls(settings, http, around.clock, around.given.where("queue"))

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """A ticket that has its summary; one without it was not opened to the end."""
        ref = self._found(handoff_id)
        if ref is None or self.find_post(ref, _summary_of(handoff_id)) is None:
            return None
        return ref

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        ref = self._found(case.handoff_id)
        fresh = ref is None
        if ref is None:
            ref = self._create(case)
        summary = _summary_of(case.handoff_id)
        if fresh or self.find_post(ref, summary) is None:
            transcript = ("transcript.txt", "text/plain", case.transcript.encode())
            files = (transcript, *_read(case.files)) if case.transcript else _read(case.files)
            self._say(ref, "comment", ("Summary", summary), ("text/html", case.note_html), files)
        return ref

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        how = "comment" if item.kind == "note" else "correspond"
        text = item.text or ", ".join(file.ref.name for file in item.files)
        who = f"{item.author_name} ({_WHO[item.kind]})"
        return self._say(case, how, (who, key), ("text/plain", text), _read(item.files))

    def find_post(self, case: CaseRef, key: str) -> str | None:
        ticket = self._ticket(case.case_key)  # the one that it was merged into, if it was
        where = f"TicketId = {_id(ticket)} AND Creator = '__CurrentUser__' AND Subject LIKE '{_mark(key)}'"
        return self._first("/transactions", where)

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        ticket = self._ticket(case.case_key)
        wanted = self._wanted(changes, ticket)
        if not wanted:
            return case
        said = self._http.put(f"/ticket/{_id(ticket)}", wanted).json()
        # It answers 200 whatever it thinks of a change.
        if left := self._wanted(changes, self._ticket(case.case_key)):
            words = "; ".join(texts_at(said))[:300]
            raise PeerRefusedError(f"Request Tracker did not set {', '.join(left)}: {words}")
        return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        """RT has no place for it."""

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        ref = case or self._found(handoff_id)
        if ref is not None:
            raise PeerRefusedError(
                "Request Tracker erases nothing over REST2. Have its administrator run: "
                f"rt-shredder --plugin 'Tickets=query,id = {int(ref.case_key)}' --force"
            )

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        raise BadSignatureError("Request Tracker is asked, and sends nothing")

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        return ()

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        events, cursor = self._history.since(cursor, cases)
        return events, cursor, timedelta(seconds=self._settings.poll_seconds)

    def hydrate(self, event: Incoming) -> Incoming:
        return self._history.whole(event)

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        return self._history.file(file)

    def health(self) -> HealthState:
        try:
            version = text_at(self._http.get("/rt").json(), "Version")
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"Request Tracker {version} answers")

    def check(self) -> Sequence[Step]:
        return tuple(check(self._settings, self._http, self._queue_at))

    @staticmethod
    def guide(webhook_url: str) -> str:
        return _GUIDE.read_text(encoding="utf-8")

    def close(self) -> None:
        """Nothing is kept open."""

    def _found(self, handoff_id: str) -> CaseRef | None:
        field = f"CF.{{{_quoted(self._settings.id_field)}}}"
        where = f"{field} = '{_quoted(handoff_id)}' AND Creator = '__CurrentUser__'"
        number = self._first("/tickets", where)
        return self._ref(number) if number else None

    def _first(self, path: str, where: str) -> str | None:
        """The number of the first that a query finds."""
        asked = {"query": where, "orderby": "id", "per_page": "1"}
        return text_at(self._http.get(path, query=asked).json(), "items", 0, "id") or None

    def _create(self, case: NewCase) -> CaseRef:
        settings, queue = self._settings, case.team or self._settings.queue
        self._require_field(queue)
        ticket: dict[str, object] = {
            "Queue": queue,
            "Subject": _line(case.subject),
            "Priority": settings.priority(case.priority),
            "CustomFields": {settings.id_field: case.handoff_id, **self._labels(case.labels)},
        }
        if case.customer.verified and case.customer.email:
            # An address that nobody vouches for would show somebody else's tickets beside this one. RT never
            # writes to a requestor of ours, because the chat is where they are answered.
            ticket |= {"Requestor": [case.customer.email], "SquelchMailTo": case.customer.email}
        if case.assignee:
            ticket["Owner"] = case.assignee
        if case.desk_url:
            ticket["RefersTo"] = [case.desk_url]
        number = text_at(self._http.post("/ticket", ticket).json(), "id")
        if not number:
            raise PeerUnsureError("Request Tracker does not say which ticket it has made")
        return self._ref(number)

    def _require_field(self, queue: str) -> None:
        """Raise PeerRefusedError where a queue's tickets can't hold our id: none would be found again."""
        if queue in self._ready:
            return
        said = self._http.get(f"/queue/{quote(queue, safe='')}").json()
        if self._settings.id_field not in field_names(said):
            raise PeerRefusedError(missing_field(self._settings.id_field, queue))
        self._ready.add(queue)

    def _say(
        self,
        case: CaseRef,
        how: str,
        subject: tuple[str, str],
        content: tuple[str, str],
        files: Sequence[tuple[str, str, bytes]],
    ) -> str:
        """Add to a ticket; the transaction's number. subject: who speaks, and the key of the post. content:
        its type and the text, which ends with a line's end because RT takes "0" for nothing."""
        who, key = subject
        said: dict[str, object] = {
            "Subject": f"{_line(who)} · {_mark(key)}",
            "ContentType": content[0],
            "Content": f"{content[1]}\n",
        }
        if files:
            said["Attachments"] = [_attached(*file) for file in files]
        answer = self._http.post(f"/ticket/{case.case_key}/{how}", said)
        number = answer.headers.get("location", "").rpartition("/")[2]
        if not number.isdecimal():
            raise PeerUnsureError("Request Tracker does not say which transaction it has made")
        return number

    def _wanted(self, changes: Changes, ticket: JsonValue) -> dict[str, object]:
        """What a ticket still lacks of what it should be, as RT is told it."""
        settings = self._settings
        wanted: dict[str, object] = {}
        if changes.status and settings.case_status(text_at(ticket, "Status")) is not changes.status:
            wanted["Status"] = settings.status(changes.status)
        if changes.priority and number_at(ticket, "Priority") != settings.priority(changes.priority):
            wanted["Priority"] = settings.priority(changes.priority)
        if changes.team and text_at(ticket, "Queue", "Name") != changes.team:
            wanted["Queue"] = changes.team
        owner = changes.assignee or NOBODY
        if changes.assignee is not None and text_at(ticket, "Owner", "id") != owner:
            wanted["Owner"] = owner
        if changes.labels is not None and settings.label_field:
            fields = objects_at(ticket, "CustomFields")
            held = next((texts_at(each, "values") for each in fields if self._holds_labels(each)), ())
            if set(held) != set(changes.labels):
                wanted["CustomFields"] = self._labels(changes.labels)
        return wanted

    def _holds_labels(self, field: JsonValue) -> bool:
        return text_at(field, "name") == self._settings.label_field

    def _labels(self, labels: Sequence[str]) -> dict[str, list[str]]:
        return {self._settings.label_field: list(labels)} if self._settings.label_field else {}

    def _ticket(self, key: str) -> JsonValue:
        return self._http.get(f"/ticket/{int(key)}", query={"fields[Queue]": "Name"}).json()

    def _ref(self, number: str) -> CaseRef:
        return CaseRef(self.name, number, f"{self._settings.url}/Ticket/Display.html?id={number}")


def _id(ticket: JsonValue) -> int:
    """A ticket's number; raises PeerRefusedError for what is none."""
    number = number_at(ticket, "id")
    if number is None:
        raise PeerRefusedError("Request Tracker's answer holds no ticket; is this RT 5 with REST2?")
    return number


def _summary_of(handoff_id: str) -> str:
    """The key of a case's first post."""
    return f"summary of {handoff_id}"


def _mark(key: str) -> str:
    """What a post with this key has in its subject, to be found again by: 64 bits in hex."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    """A text inside the quotes of RT's query language."""
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _read(files: Sequence[OutgoingFile]) -> tuple[tuple[str, str, bytes], ...]:
    """Name, type and bytes of each file that has any: RT refuses an empty one."""
    each = ((file.ref.name, file.ref.type, file.read()) for file in files)
    return tuple(file for file in each if file[2])


def _attached(name: str, type: str, content: bytes) -> dict[str, str]:
    return {"FileName": name, "FileType": type, "FileContent": base64.b64encode(content).decode()}
