"""Any helpdesk with a signed webhook: what happens here is posted there, what happens there is posted here.

Both ways the body is `{"type", "timestamp", "data"}`, signed as handoff.bridges.signing says. Out: `ping`,
`case.opened`, `case.posted`, `case.updated`, `case.typing`, `case.erased`. In: `agent.replied`,
`agent.noted`, `agent.typing`, `case.assigned`, `case.status`, `case.merged`, `message.edited`,
`message.deleted`. An example of the other side is in handoff/bridges/examples.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import uuid4

from config.plug_settings import A_URL, NOT_EMPTY
from handoff.bridges import (
    Around,
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    IncomingType,
    NewCase,
    Outgoing,
    OutgoingFile,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.errors import BadRequestError, PeerError
from handoff.bridges.http import Answer, PeerAddress, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, value_at
from handoff.bridges.signing import A_SECRET, A_SECRET_OR_NONE, Signatures
from handoff.case import CaseStatus

_MOST_FILE = 10 * 1024 * 1024
_TYPES: Mapping[str, IncomingType] = {
    "agent.replied": "agent_message",
    "agent.noted": "agent_note",
    "agent.typing": "typing",
    "case.assigned": "assigned",
    "case.status": "status",
    "case.merged": "merged",
    "message.edited": "edited",
    "message.deleted": "deleted",
}
_GUIDE = """\
# Your helpdesk by signed webhooks

1. Make a secret that both sides know: `echo whsec_$(openssl rand -base64 32)`
2. Tell Firstline, in DATA/firstline.toml:

   ```toml
   [handoff]
   bridge = ".webhook"
   [bridges.webhook]
   url = "https://desk.company.example/firstline"
   ```

   and the secret in the environment: `FIRSTLINE_BRIDGES_WEBHOOK_SECRET=whsec_…`
3. Answer each POST there with 2xx once it is kept. Drop a `webhook-id` that you have seen: a retry has the
   same one. Answer `case.opened` with `{{"key": …, "url": …}}`, your id and address of the case, if you like.
4. Post what your people do to `{webhook_url}`, signed the same way, and post it again until it is
   answered with 2xx. Give each thing an `id` of its own in `data`.
5. `firstline bridge check webhook` tries all of it.

Change the secret: put the old one into `old_secret`, the new one into `secret`, change the other side, then
take `old_secret` out.

**Switch off at your helpdesk:** its own mails and messages to the customer for these cases, the receipt too.
Firstline tells the customer in the chat, or by mail once they have gone; both would answer them twice.
"""


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    url: Annotated[str, NOT_EMPTY, A_URL]
    secret: Annotated[str, A_SECRET] = field(repr=False)
    old_secret: Annotated[str, A_SECRET_OR_NONE] = field(default="", repr=False)
    cafile: str = ""


class WebhookBridge:
    """Repeating is harmless: whoever takes the webhooks knows their ids."""

    name = "webhook"
    capabilities = Capabilities(
        receive="push",
        idempotent_create="native",
        idempotent_post="native",
        merge_event=True,
        typing=True,
        most_text=1_000_000,
        most_file=_MOST_FILE,
        acknowledge_within=timedelta(seconds=10),
    )

    def __init__(self, around: Around, settings: WebhookSettings) -> None:
        self._clock = around.clock
        self._our_url = around.our_url
        self._signatures = Signatures((settings.secret, settings.old_secret))
        self._url = settings.url
        secret = around.given.where("secret")
        self._mend = f"compare {secret} with the secret at {settings.url}"
        address = PeerAddress(settings.url, cafile=settings.cafile or None)
        self._http = PeerHttp(
            around.outbound.to(address, secrets=(settings.secret, settings.old_secret)),
            mends={
                401: self._mend,
                403: self._mend,
                404: f"check {around.given.where('url')}",
                405: f"check {around.given.where('url')}",
            },
        )

    @classmethod
    def open(cls, around: Around) -> WebhookBridge:
        return cls(around, around.given.read(WebhookSettings))

    def find_case(self, handoff_id: str) -> CaseRef | None:
        """There is nobody to ask, nor a need to: `open_case` with the same key makes no second one."""
        return None

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        got = self._tell("case.opened", _new_case(case), key)
        return self._case(_answered(got), case.handoff_id)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        said = {
            **_named(case),
            "id": key,
            "kind": item.kind,
            "private": item.kind == "note",
            "author": item.author_name,
            "text": item.text,
            "at": item.at.isoformat(),
            "files": [_file(each) for each in item.files],
        }
        return text_at(_answered(self._tell("case.posted", said, key)), "id") or key

    def find_post(self, case: CaseRef, key: str) -> str | None:
        """As `find_case`."""
        return None

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        changed = {
            "status": changes.status,
            "priority": changes.priority,
            "labels": None if changes.labels is None else list(changes.labels),
            "team": changes.team,
            "assignee": changes.assignee,
        }
        said = {name: value for name, value in changed.items() if value is not None}
        got = self._tell("case.updated", {**_named(case), **said}, key)
        return self._case(_answered(got), case.more["handoff_id"], case)

    def typing(self, case: CaseRef, typing: bool) -> None:
        self._tell("case.typing", {**_named(case), "typing": typing}, str(uuid4()))

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        key = case.case_key if case else handoff_id
        self._tell("case.erased", {"handoff_id": handoff_id, "key": key}, f"{handoff_id}.erase")

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        self._signatures.verify(request.headers, request.body, now)

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        try:
            sent: JsonValue = json.loads(request.body)
        except (ValueError, RecursionError):
            raise BadRequestError("it is not JSON") from None
        name, data = text_at(sent, "type"), value_at(sent, "data")
        case, moment = text_at(data, "case"), text_at(sent, "timestamp")
        if not (name and case and isinstance(data, dict)):
            raise BadRequestError("`type` and `data.case` are needed")
        try:
            at = datetime.fromisoformat(moment)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            raise BadRequestError("`timestamp` must be a time such as 2026-11-02T09:00:00Z")
        return (_incoming(name, case, data, at, request.headers.get("webhook-id", "")),)

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """Whoever sends repeats until we have it, so there is nothing to ask for."""
        return (), cursor, timedelta(hours=1)

    def hydrate(self, event: Incoming) -> Incoming:
        return event

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        signed = self._signatures.headers(str(uuid4()), self._clock.now(), b"")
        return self._http.get(file.key, headers=signed, most=_MOST_FILE).body

    def health(self) -> HealthState:
        try:
            self._tell("ping", {}, str(uuid4()))
        except PeerError as error:
            return HealthState(False, error.says)
        return HealthState(True, f"{self._url} answers")

    def check(self) -> Sequence[Step]:
        steps = [self._reached()]
        if steps[0].ok:
            steps.append(self._refuses_forgeries())
        if steps[-1].ok:
            steps.append(self._can_reach_us())
        return steps

    @staticmethod
    def guide(webhook_url: str) -> str:
        return _GUIDE.format(webhook_url=webhook_url)

    def close(self) -> None:
        """Nothing is held open."""

    def _reached(self) -> Step:
        found = self.health()
        return Step(
            "takes what we sign", found.ok, found.says, "" if found.ok else f"see that {self._url} runs"
        )

    def _refuses_forgeries(self) -> Step:
        name = "refuses what others sign"
        body = json.dumps({"type": "ping", "timestamp": "", "data": {}}).encode()
        forged = {**self._signatures.headers(str(uuid4()), self._clock.now(), body + b" ")}
        try:
            got = self._http.post("", body=body, headers=forged, allow=(400, 401, 403), sure=True)
        except PeerError as error:
            return Step(name, False, error.says, "answer 401 to what is not signed with the secret")
        if got.status < 300:
            mend = "verify webhook-signature there: anybody could write to your agents"
            return Step(name, False, f"it answers {got.status} to a signature that is not ours", mend)
        return Step(name, True, f"it answers {got.status}")

    def _can_reach_us(self) -> Step:
        if not self._our_url:
            mend = "set [server] public_url, and post there what your people do"
            return Step("can reach us", False, "nobody has said under which address we are reached", mend)
        return Step("can reach us", True, f"it is to post to {self._our_url}/bridges/{self.name}")

    def _tell(self, type: str, data: Mapping[str, object], key: str) -> Answer:
        now = self._clock.now()
        told = {"type": type, "timestamp": now.isoformat(), "data": data}
        body = json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json", **self._signatures.headers(key, now, body)}
        return self._http.post("", body=body, headers=headers, sure=True)

    def _case(self, answered: JsonValue, handoff_id: str, known: CaseRef | None = None) -> CaseRef:
        """The case as the other side calls it, by our own id where it has said nothing."""
        key = text_at(answered, "key") or (known.case_key if known else handoff_id)
        url = text_at(answered, "url") or (known.url if known else None)
        return CaseRef(self.name, key, url, {"handoff_id": handoff_id})


PLUG = WebhookBridge


def _answered(got: Answer) -> JsonValue:
    """What the other side had to say, which may be nothing; raises PeerRefusedError for a page."""
    return got.json() if got.body.strip() else None


def _named(case: CaseRef) -> dict[str, str]:
    return {"key": case.case_key, "handoff_id": case.more.get("handoff_id", case.case_key)}


def _new_case(case: NewCase) -> dict[str, object]:
    customer = case.customer
    return {
        "handoff_id": case.handoff_id,
        "number": case.number,
        "subject": case.subject,
        "customer": {
            "id": customer.id,
            "name": customer.name,
            "email": customer.email,
            "phone": customer.phone,
            "language": customer.language,
            "verified": customer.verified,
        },
        "note": {"text": case.note, "markdown": case.note_markdown, "html": case.note_html},
        "summary": case.summary.to_json(),
        "transcript": case.transcript,
        "priority": case.priority,
        "labels": list(case.labels),
        "team": case.team,
        "assignee": case.assignee,
        "language": case.language,
        "opened_at": case.opened_at.isoformat(),
        "desk_url": case.desk_url,
        "files": [_file(each) for each in case.files],
    }


def _file(file: OutgoingFile) -> dict[str, str]:
    content = base64.b64encode(file.read()).decode()
    return {"name": file.ref.name, "type": file.ref.type, "content": content}


def _incoming(name: str, case: str, data: dict[str, JsonValue], at: datetime, webhook_id: str) -> Incoming:
    kind = _TYPES.get(name, "unknown")
    shown = name in ("agent.replied", "agent.typing")
    public: Literal["public", "private"] = "public" if shown else "private"
    return Incoming(
        event_id=text_at(data, "id") or webhook_id,
        case_key=case,
        type=kind,
        author=text_at(data, "author", "id") or text_at(data, "author", "name"),
        author_name=text_at(data, "author", "name"),
        author_kind="system" if kind == "unknown" else "agent",
        visibility=public,
        occurred_at=at,
        text="off" if data.get("typing") is False else text_at(data, "text"),
        files=tuple(_incoming_file(each) for each in objects_at(data, "files") if text_at(each, "url")),
        status=_status(text_at(data, "status")) if kind == "status" else None,
        into=text_at(data, "into") if kind == "merged" else None,
        assignee=text_at(data, "assignee") if kind == "assigned" else None,
        about=text_at(data, "about") or None,
        remote_id=text_at(data, "id") or None,
    )


def _incoming_file(file: JsonValue) -> IncomingFile:
    """A file that is fetched from the other side's own host by its `url`."""
    name = text_at(file, "name") or "file"
    return IncomingFile(text_at(file, "url"), name, text_at(file, "type"), number_at(file, "size"))


def _status(said: str) -> CaseStatus:
    try:
        return CaseStatus(said)
    except ValueError:
        raise BadRequestError("`data.status` must be open, snoozed or resolved") from None
