"""The bridge to Matrix: what a homeserver is told, by its application service API.

A room's alias is taken once, so a case is opened once; the homeserver drops what it was sent before under the
same transaction id. It forgets those when it is started again, so a post's key is in its content as well.
Source: the Matrix specification, version 1.13, and Synapse.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

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
from handoff.bridges.errors import BadSignatureError, PeerError, PeerRefusedError
from handoff.bridges.http import PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, objects_at, text_at
from handoff.bridges.matrix.checking import check
from handoff.bridges.matrix.events import happened, typing
from handoff.bridges.matrix.reading import MatrixReading
from handoff.bridges.matrix.rooms import KEY, Rooms
from handoff.bridges.matrix.settings import MatrixSettings
from handoff.bridges.reading import read_object

_MOST_TEXT = 10_000  # characters; an event is 64 KiB at most
_MOST_HTML = 20_000
_MOST_FILE = 20_000_000  # bytes; homeservers take 50 million where nobody says less
_PAGES = 20  # of a room's events that are looked through for a post
_TYPING_MS = 10_000
_GUIDE = Path(__file__).with_name("guide.md")


class Matrix:
    """One homeserver and one registration there."""

    name = "matrix"
    capabilities = Capabilities(
        receive="push+poll",
        idempotent_create="native",
        idempotent_post="native",
        typing=True,
        erase=False,
        most_text=_MOST_TEXT,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(seconds=30),
    )

    def __init__(self, settings: MatrixSettings, http: PeerHttp) -> None:
        self._settings, self._http = settings, http
        self._rooms = Rooms(http, settings)
        self._reading = MatrixReading(http, settings)

    @classmethod
    def open(cls, around: Around) -> Matrix:
        settings = around.given.read(MatrixSettings)
        token = around.given.where("as_token")
        mends = {
            401: f"write the as_token of the registration file to {token}",
            403: f"invite {settings.bot} to the lobby, and see that {token} is its registration's as_token",
        }
        address = PeerAddress(
            f"{settings.url}/_matrix",
            {"Authorization": f"Bearer {settings.as_token}"},
            cafile=settings.cafile or None,
        )
        remote = around.outbound.to(address, secrets=(settings.hs_token,))
        return cls(settings, PeerHttp(remote, mends=mends))

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """A room whose summary is there; one without it was not opened to the end."""
        room = self._rooms.named(self._settings.alias(handoff_id))
        held = self._rooms.held(room) if room else None
        return self._ref(room, text_at(held, "customer")) if room and text_at(held, "opened") else None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        if found := self.find_case(case.handoff_id):
            return found
        customer = self._settings.puppet(case.customer.id)
        room = self._rooms.open(case, customer)
        self._rooms.join_as(room, customer, case.customer.name)
        first = f"summary of {case.handoff_id}"
        summary: dict[str, object] = {"msgtype": "m.notice", "body": case.note[:_MOST_TEXT]}
        if len(case.note_html) <= _MOST_HTML:
            summary |= {"format": "org.matrix.custom.html", "formatted_body": case.note_html}
        self._send(room, "", summary, first)
        if case.transcript:
            transcript = case.transcript.encode()
            self._send(room, "", self._uploaded("transcript.txt", "text/plain", transcript), f"{first} 1")
        for number, file in enumerate(case.files, 2):
            self._send(room, "", self._upload(file), f"{first} {number}")
        self._rooms.announce(case, room)
        self._rooms.hold(room, {**self._rooms.described(case, customer), "opened": "yes"})
        return self._ref(room, customer)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        """Long words and files are events of their own; the last one has the key, and is the post."""
        puppet = case.more.get("customer", "") if item.kind == "customer" else ""
        said = item.text if puppet else f"{item.author_name}: {item.text}"
        kind = "m.text" if item.kind in ("customer", "agent") else "m.notice"
        pieces = [said[at : at + _MOST_TEXT] for at in range(0, len(said), _MOST_TEXT)] if item.text else []
        contents: list[dict[str, object]] = [{"msgtype": kind, "body": piece} for piece in pieces]
        contents += [self._upload(file) for file in item.files]
        for number, content in enumerate(contents[:-1], 1):
            self._send(case.case_key, puppet, content, f"{key} {number}")
        return self._send(case.case_key, puppet, contents[-1], key) if contents else ""

    def find_post(self, case: CaseRef, key: str) -> str | None:
        for event in self._reading.backwards(case.case_key, _PAGES):
            if text_at(event, "content", KEY) == _mark(key):
                return text_at(event, "event_id")
        return None

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        self._rooms.change(case.case_key, changes)
        if changes.status:
            told = f"This case is {changes.status.value}."
            self._send(case.case_key, "", {"msgtype": "m.notice", "body": told}, key)
        return case

    def typing(self, case: CaseRef, typing: bool) -> None:
        if puppet := case.more.get("customer"):
            path = f"/client/v3/rooms/{_part(case.case_key)}/typing/{_part(puppet)}"
            said = {"typing": typing, "timeout": _TYPING_MS} if typing else {"typing": False}
            self._http.put(path, query={"user_id": puppet}, json=said, sure=True)

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        room = case.case_key if case else self._rooms.named(self._settings.alias(handoff_id))
        if room:
            raise PeerRefusedError(
                "a room is erased by the homeserver's administrator alone; with Synapse, as an admin user: "
                f'DELETE /_synapse/admin/v2/rooms/{room} with the body {{"purge": true}}'
            )

    def challenge(self, request: RawRequest) -> RawReply | None:
        """Whether a user or a room of our namespace exists: whatever does, the homeserver knows already."""
        path = urlsplit(request.url).path
        if request.method == "GET" and ("/users/" in path or "/rooms/" in path):
            missing = {"errcode": "M_NOT_FOUND", "error": "made when it is needed"}
            return RawReply(404, json.dumps(missing).encode(), "application/json")
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        given = given or request.query.get("access_token", "")
        if not hmac.compare_digest(given.encode(), self._settings.hs_token.encode()):
            raise BadSignatureError("its token is not the hs_token of [bridges.matrix]")

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        path = urlsplit(request.url).path
        if path.endswith("/ping"):
            return ()
        told, transaction = read_object(request.body, blocks=True), path.rpartition("/")[2]
        events = [self._happened(each) for each in objects_at(told, "events")]
        fleeting = objects_at(told, "ephemeral") or objects_at(told, "de.sorunome.msc2409.ephemeral")
        written = [each for told in fleeting for each in typing(told, transaction, self._settings)]
        return [each for each in (*events, *written) if each and each.case_key not in self._rooms.lobbies]

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        self._rooms.know_lobbies()
        told, cursor = self._reading.since(cursor, [case.case_key for case in cases])
        events = [happened(event, room, self._settings) for room, event in told]
        found = [each for each in events if each and each.case_key not in self._rooms.lobbies]
        return found, cursor, timedelta(seconds=self._settings.poll_seconds)

    def hydrate(self, event: Incoming) -> Incoming:
        return self._reading.named(event)

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        server, _, media = file.key.removeprefix("mxc://").partition("/")
        path = f"/client/v1/media/download/{_part(server)}/{_part(media)}"
        return self._http.get(path, most=_MOST_FILE).body

    def health(self) -> HealthState:
        try:
            self._http.get("/client/v3/account/whoami")
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"{self._settings.server} answers {self._settings.bot}")

    def check(self) -> Sequence[Step]:
        return tuple(check(self._settings, self._http))

    @staticmethod
    def guide(webhook_url: str) -> str:
        return _GUIDE.read_text(encoding="utf-8").replace("OUR_ADDRESS", webhook_url)

    def close(self) -> None:
        """Nothing is kept open."""

    def _happened(self, told: JsonValue) -> Incoming | None:
        return happened(told, text_at(told, "room_id"), self._settings)

    def _send(self, room: str, puppet: str, content: dict[str, object], key: str) -> str:
        """One event, by a puppet or by our own user; its id."""
        path = f"/client/v3/rooms/{_part(room)}/send/m.room.message/{_mark(key)}"
        query = {"user_id": puppet} if puppet else {}
        return text_at(
            self._http.put(path, query=query, json={**content, KEY: _mark(key)}).json(), "event_id"
        )

    def _upload(self, file: OutgoingFile) -> dict[str, object]:
        return self._uploaded(file.ref.name, file.ref.type, file.read())

    def _uploaded(self, name: str, type: str, content: bytes) -> dict[str, object]:
        """The event of a file that the homeserver has from now on."""
        answer = self._http.post(
            "/media/v3/upload",
            query={"filename": name},
            body=content,
            headers={"Content-Type": type},
            sure=True,
        )
        msgtype = "m.image" if type.startswith("image/") else "m.file"
        info = {"mimetype": type, "size": len(content)}
        url = text_at(answer.json(), "content_uri")
        return {"msgtype": msgtype, "body": name, "filename": name, "url": url, "info": info}

    def _ref(self, room: str, customer: str) -> CaseRef:
        return CaseRef(self.name, room, f"https://matrix.to/#/{quote(room)}", {"customer": customer})


def _mark(key: str) -> str:
    """A post's transaction id, and what its content is found by: 64 bits in hex."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _part(text: str) -> str:
    return quote(text, safe="")
