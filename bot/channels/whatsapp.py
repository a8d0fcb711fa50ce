"""WhatsApp, by Meta's Cloud API: customers write to the company's number.

Source: Meta's pages on the Cloud API: webhooks, messages, media, error codes, customer service windows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from bot.channels import Around, Gone, Lost, Said, SentFile, Tap, Wire
from bot.channels.calling import Calls, by_status, fetched
from bot.channels.enclosing import enclosed, enclosing, first_taken, is_silent, line, parted
from bot.channels.guides import guide_of
from bot.channels.plain import in_plain, numbered, offered, pieces, short, units
from bot.channels.signing import NOTHING, hex_of, same
from bot.conversation import Button, Message
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.plug_settings import A_URL, NOT_EMPTY, Rule
from handoff.bridges import RawReply, RawRequest, Step
from handoff.bridges.errors import BadSignatureError, PeerAwayError
from handoff.bridges.http import Part
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, value_at
from handoff.bridges.reading import read_object
from handoff.file import FileRef

MOST_TEXT = 4_000
"""UTF-16 units of a text; WhatsApp takes 4,096."""

MOST_BODY = 1_000
"""And of one that has buttons below it, or of what a template is filled with; WhatsApp takes 1,024."""

MOST_FILE = 100 * 2**20
"""Bytes of a document, which may be the largest."""

WINDOW = timedelta(hours=24)
"""After a customer's last message only templates reach them."""

_BUTTONS, _ROWS = 3, 10
_TITLE, _ROW_TITLE, _ROW_WORDS = 20, 24, 72  # characters
_WINDOW_CLOSED = 131047
_BUSY = {4, 80007, 130429, 131056, 131016, 133016, 131000}  # codes that go by
_BUSY_SECONDS = 6.0  # one message every six seconds to one number is always taken
_WITH_FILE = {
    "image": "photo.jpg",
    "document": "file",
    "audio": "voice.ogg",
    "video": "video.mp4",
    "sticker": "sticker.webp",
}

_MOST_SENT = {
    **dict.fromkeys(("image/jpeg", "image/png"), 5 * 2**20),
    **dict.fromkeys(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * 2**20),
    **dict.fromkeys(("video/mp4", "video/3gpp"), 16 * 2**20),
}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCUMENTS = (
    "text/plain",
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    f"{_OFFICE}.wordprocessingml.document",
    f"{_OFFICE}.spreadsheetml.sheet",
    f"{_OFFICE}.presentationml.presentation",
)

_DIGITS = Rule("must be digits: the id of the number, not the number", lambda value: str(value).isdecimal())


@dataclass(frozen=True, slots=True)
class WhatsAppSettings:
    """`[channels.whatsapp]`. template: one of yours with one blank, for answers that come too late."""

    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    app_secret: Annotated[str, NOT_EMPTY] = field(repr=False)
    verify_token: Annotated[str, NOT_EMPTY] = field(repr=False)
    phone_number_id: Annotated[str, _DIGITS]
    template: str = ""
    template_language: str = "en"
    api_url: Annotated[str, A_URL] = "https://graph.facebook.com/v23.0"
    file_hosts: tuple[str, ...] = ("lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net")


class WhatsAppChannel:
    """A conversation is a customer's number. Up to three replies are buttons, up to ten a list."""

    name = "whatsapp"
    output = "whatsapp"
    pushes = True
    shows_files = True
    delivers = True
    most_file = MOST_FILE

    def __init__(self, settings: WhatsAppSettings, around: Around) -> None:
        self._settings, self._around = settings, around
        self._bearer = {"Authorization": f"Bearer {settings.token}"}
        self._calls = Calls(
            around.outbound.to(Endpoint(settings.api_url, headers=self._bearer)),
            around.clock,
            wait=_wait,
            mends={401: f"see {around.given.where('token')}"},
        )

    @classmethod
    def open(cls, around: Around) -> WhatsAppChannel:
        return cls(around.given.read(WhatsAppSettings), around)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        our_url = self._around.our_url
        message, files = parted(message, lambda file: _kind(file) is not None, our_url)
        alone, replies = is_silent(message, files, our_url), offered(message)
        listed = len(replies) > _ROWS or any(units(button.title) > _ROW_WORDS for _, button in replies)
        if alone:
            texts, last = list[str](), None
        elif not replies or listed:
            texts, last = pieces(numbered(message, our_url), MOST_TEXT), None
        else:
            *texts, last = pieces(in_plain(message, our_url), MOST_BODY)
        contents = [_text(text) for text in texts]
        if last is not None:
            contents.append({"type": "interactive", "interactive": _interactive(message, last, replies)})
        caption = (message.name or "") if alone else ""
        contents += [enclosing(_text(line(file, our_url)), file, caption) for file in files]
        return tuple(self._to(address, message.number, content) for content in contents)

    def carry(self, wire: Wire, name: str) -> None:
        file, words = enclosed(wire)
        heard = self._around.heard_at(self.name, str(wire["to"]))
        late = heard is not None and self._around.clock.now() - heard > WINDOW
        content = None if file is None or late else self._around.content(file)
        ways: list[Callable[[], object]] = [partial(self._say, self._late(words) if late else words)]
        if file is not None and content is not None:
            ways.insert(0, partial(self._enclose, wire, file, content))
        first_taken(ways)

    def challenge(self, request: RawRequest) -> RawReply | None:
        """Meta asks once whether the address is ours. Raises BadSignatureError for another token."""
        if request.method != "GET" or request.query.get("hub.mode") != "subscribe":
            return None
        if not same(request.query.get("hub.verify_token"), self._settings.verify_token):
            raise BadSignatureError("hub.verify_token is not the `verify_token` of the settings")
        return RawReply(200, request.query.get("hub.challenge", "").encode(), "text/plain; charset=utf-8")

    def verify(self, request: RawRequest, now: datetime) -> None:
        wanted = "sha256=" + hex_of(self._settings.app_secret, request.body)
        if not same(request.headers.get("x-hub-signature-256"), wanted):
            raise BadSignatureError("X-Hub-Signature-256 is not of the `app_secret` of the settings")

    def parse(self, request: RawRequest) -> Sequence[Said | Gone | Lost]:
        """What came for our number: one webhook may carry several people's, and several numbers'."""
        values = [
            value_at(change, "value")
            for entry in objects_at(read_object(request.body), "entry")
            for change in objects_at(entry, "changes")
        ]
        ours = self._settings.phone_number_id
        came: list[Said | Gone | Lost] = []
        for value in values:
            if text_at(value, "metadata", "phone_number_id") == ours:
                names = {text_at(each, "wa_id"): each for each in objects_at(value, "contacts")}
                came += [
                    replace(said, name=text_at(names.get(said.address), "profile", "name") or None)
                    for each in objects_at(value, "messages")
                    if (said := _said(each))
                ]
                came += [lost for each in objects_at(value, "statuses") if (lost := _lost(each))]
        return came

    def taken(self, request: RawRequest) -> RawReply:
        return NOTHING

    def fetch(self, file: SentFile) -> bytes:
        try:
            url = text_at(self._calls.get(f"/{file.key}"), "url")
        except NotDeliveredError as error:
            raise PeerAwayError(str(error)) from error
        hosts = self._settings.file_hosts
        return fetched(self._around.outbound, url, hosts, MOST_FILE, headers=self._bearer)

    def check(self) -> Sequence[Step]:
        number, where = self._settings.phone_number_id, self._around.given.where
        try:
            told = self._calls.get(f"/{number}?fields=display_phone_number,verified_name,quality_rating")
        except NotDeliveredError as error:
            mend = f"see {where('token')} and {where('phone_number_id')}"
            return [Step("number", False, str(error), mend)]
        shown = f"{text_at(told, 'verified_name')} {text_at(told, 'display_phone_number')}".strip()
        steps = [Step("number", True, f"the number is {shown}")]
        if not self._around.our_url.startswith("https://"):
            mend = "write the public https:// address into [server] public_url"
            return [*steps, Step("webhook", False, "Meta calls https:// addresses alone", mend)]
        late = "a template brings late answers" if self._settings.template else "late answers are reported"
        return [*steps, Step("window", True, f"24 hours after a customer's last message {late}")]

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of("whatsapp", webhook_url)

    def _say(self, wire: Wire) -> JsonValue:
        return self._calls.post(f"/{self._settings.phone_number_id}/messages", json=wire)

    def _enclose(self, wire: Wire, file: FileRef, content: bytes) -> None:
        """Upload a file, and send it. Raises NotDeliveredError."""
        parts = [
            Part("messaging_product", b"whatsapp"),
            Part("type", file.type.encode()),
            Part("file", content, file.name, file.type),
        ]
        media = self._calls.post(f"/{self._settings.phone_number_id}/media", parts=parts, patient=True)
        kind, caption = _kind(file) or "document", str(wire["caption"])
        about: Wire = {"id": text_at(media, "id")}
        if caption and kind != "audio":
            about["caption"] = caption
        if kind == "document":
            about["filename"] = file.name
        self._say({**_envelope(wire), "type": kind, kind: about})

    def _to(self, address: str, message: int, content: Wire) -> Wire:
        about: Wire = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": address}
        # Comes back with every status, so that a message which was lost later is known by its number.
        return {**about, **content, "biz_opaque_callback_data": str(message)}

    def _late(self, wire: Wire) -> Wire:
        """The same in a template; raises NotDeliveredError where there is none."""
        if not self._settings.template:
            raise NotDeliveredError(_too_late(f"name a `template` in {self._table}"), permanent=True)
        filled = {"type": "text", "text": short(" ".join(_text_in(wire).split()), MOST_BODY)}
        template = {
            "name": self._settings.template,
            "language": {"code": self._settings.template_language},
            "components": [{"type": "body", "parameters": [filled]}],
        }
        return {**_envelope(wire), "type": "template", "template": template}

    @property
    def _table(self) -> str:
        return self._around.given.where("template")


def _text(text: str) -> Wire:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


def _envelope(wire: Wire) -> Wire:
    """To whom a message goes, and its number."""
    kept = ("messaging_product", "recipient_type", "to", "biz_opaque_callback_data")
    return {key: wire[key] for key in kept}


def _kind(file: FileRef) -> str | None:
    """As what WhatsApp takes a file; None where it does not."""
    if file.size > _MOST_SENT.get(file.type, MOST_FILE if file.type in _DOCUMENTS else -1):
        return None
    return "document" if file.type in _DOCUMENTS else file.type.partition("/")[0]


def _too_late(mend: str) -> str:
    return (
        "WhatsApp brings nothing more than 24 hours after the customer's last message; "
        f"reach them another way, or {mend}"
    )


def _text_in(wire: Wire) -> str:
    """The words of a text, or of what stands above buttons."""
    text, interactive = wire.get("text"), wire.get("interactive")
    inner = (
        text if isinstance(text, dict) else interactive.get("body") if isinstance(interactive, dict) else {}
    )
    return str(inner.get("body") or inner.get("text") or "") if isinstance(inner, dict) else ""


def _interactive(message: Message, text: str, replies: Sequence[tuple[int, Button]]) -> Wire:
    """Up to three short replies as buttons, else a list to choose from."""
    if len(replies) <= _BUTTONS and all(units(button.title) <= _TITLE for _, button in replies):
        buttons = [
            {"type": "reply", "reply": {"id": f"{message.number}:{place}", "title": button.title}}
            for place, button in replies
        ]
        return {"type": "button", "body": {"text": text}, "action": {"buttons": buttons}}
    rows = [
        {
            "id": f"{message.number}:{place}",
            "title": short(button.title, _ROW_TITLE),
            **({"description": button.title} if units(button.title) > _ROW_TITLE else {}),
        }
        for place, button in replies
    ]
    action = {"button": "☰", "sections": [{"rows": rows}]}
    return {"type": "list", "body": {"text": text}, "action": action}


def _said(message: JsonValue) -> Said | None:
    address, id_, kind = (text_at(message, key) for key in ("from", "id", "type"))
    if not address or not id_ or kind in ("reaction", "system"):
        return None
    inner = value_at(message, kind)
    if kind == "interactive":
        chosen = value_at(inner, "button_reply") or value_at(inner, "list_reply")
        shown, _, place = text_at(chosen, "id").partition(":")
        if shown.isdecimal() and place.isdecimal():
            return Said(address, id_, text_at(chosen, "title"), tap=Tap(int(shown), int(place)))
        return Said(address, id_, text_at(chosen, "title"))
    if kind in _WITH_FILE:
        called = text_at(inner, "filename") or _WITH_FILE[kind]
        file = SentFile(text_at(inner, "id"), called)
        return Said(address, id_, text_at(inner, "caption"), files=(file,))
    return Said(address, id_, _words(kind, message))


def _words(kind: str, message: JsonValue) -> str:
    match kind:
        case "text":
            return text_at(message, "text", "body")
        case "button":  # below a template
            return text_at(message, "button", "text")
        case "location":
            place = [text_at(message, "location", key) for key in ("latitude", "longitude")]
            named = [text_at(message, "location", key) for key in ("name", "address")]
            return " ".join(["📍", ", ".join(place), *(each for each in named if each)])
        case "contacts":
            people = objects_at(message, "contacts")
            return "\n".join(
                f"{text_at(each, 'name', 'formatted_name')} {text_at(each, 'phones', 0, 'phone')}".strip()
                for each in people
            )
    return f"[{kind}]"


def _lost(status: JsonValue) -> Lost | None:
    """A message that did not arrive after all; what else becomes of one is nobody's concern."""
    message = text_at(status, "biz_opaque_callback_data")
    if text_at(status, "status") != "failed" or not message.isdecimal():
        return None
    if number_at(status, "errors", 0, "code") == _WINDOW_CLOSED:
        why = _too_late("name a `template` in the settings of this channel")
    else:
        words = (text_at(status, "errors", 0, *path) for path in (("error_data", "details"), ("title",)))
        why = "WhatsApp could not bring it: " + next((each for each in words if each), "it does not say why")
    return Lost(text_at(status, "recipient_id"), int(message), why)


def _wait(status: int, said: JsonValue) -> float | None:
    code = number_at(said, "error", "code")
    return _BUSY_SECONDS if code in _BUSY else by_status(status, said)


PLUG = WhatsAppChannel
