"""Telegram: a bot that customers write to in their own Telegram.

Source: Telegram's Bot API, its pages on `setWebhook`, `getUpdates`, `sendMessage` and `getFile`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Annotated

from bot.channels import Around, Gone, Lost, Said, SentFile, Tap, Wire
from bot.channels.calling import Calls, by_status
from bot.channels.enclosing import enclosed, enclosing, first_taken, is_silent, line, parted
from bot.channels.guides import guide_of
from bot.channels.plain import in_plain, offered, pieces
from bot.channels.signing import NOTHING, same
from bot.conversation import Message
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.plug_settings import A_URL, Rule, one_of
from handoff.bridges import RawReply, RawRequest, Step
from handoff.bridges.errors import BadSignatureError, PeerAwayError, PeerRefusedError
from handoff.bridges.http import Part, PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at
from handoff.bridges.reading import read_object
from handoff.file import FileRef

MOST_TEXT = 4_000
"""UTF-16 units of a message; Telegram takes 4,096."""

MOST_FILE = 20 * 2**20
"""Bytes of a file that a bot may fetch."""

MOST_SENT, MOST_PHOTO = 50 * 2**20, 10 * 2**20
"""Bytes of a file that a bot may send, and of one that shows as a picture."""

_WAIT_SECONDS = 5  # that Telegram holds a request for what comes next; a stop of the house waits for it
_UPDATES = ["message", "edited_message", "callback_query"]
_PHOTOS = ("image/jpeg", "image/png", "image/webp")

_A_TOKEN = Rule(
    "must be a bot's token as @BotFather gives it: digits, a colon, letters",
    lambda value: bool(re.fullmatch(r"\d+:[A-Za-z0-9_-]+", str(value))),
)


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """`[channels.telegram]`. mode: "poll" asks Telegram and needs no public address; "webhook" is told."""

    token: Annotated[str, _A_TOKEN] = field(repr=False)
    mode: Annotated[str, one_of("poll", "webhook")] = "poll"
    api_url: Annotated[str, A_URL] = "https://api.telegram.org"


class TelegramChannel:
    """A conversation is a private chat with the bot; groups are not answered."""

    name = "telegram"
    output = "telegram"
    pushes = True
    shows_files = True
    delivers = True
    most_file = MOST_FILE

    def __init__(self, settings: TelegramSettings, around: Around) -> None:
        self._settings, self._our_url, self._content = settings, around.our_url, around.content
        self.asks = settings.mode == "poll"
        remote = around.outbound.to(Endpoint(settings.api_url), secrets=[settings.token])
        see = f"see {around.given.where('token')}"
        self._calls = Calls(remote, around.clock, wait=_wait, mends={401: see, 404: see})
        self._http = PeerHttp(remote)
        # Derived, so that there is one secret to keep: whoever has the token has the bot anyhow.
        self._secret = hashlib.sha256(f"webhook {settings.token}".encode()).hexdigest()

    @classmethod
    def open(cls, around: Around) -> TelegramChannel:
        return cls(around.given.read(TelegramSettings), around)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        message, files = parted(message, lambda file: file.size <= MOST_SENT, self._our_url)
        alone = is_silent(message, files, self._our_url)
        texts = [] if alone else pieces(in_plain(message, self._our_url), MOST_TEXT)
        wires = [_text(address, text) for text in texts]
        keys = [
            [{"text": button.title, "callback_data": f"{message.number}:{place}"}]
            for place, button in offered(message)
        ]
        if keys:
            wires[-1]["reply_markup"] = {"inline_keyboard": keys}
        caption = (message.name or "") if alone else ""
        return (
            *wires,
            *(enclosing(_text(address, line(file, self._our_url)), file, caption) for file in files),
        )

    def carry(self, wire: Wire, name: str) -> None:
        file, words = enclosed(wire)
        content = None if file is None else self._content(file)
        ways: list[Callable[[], object]] = [partial(self._call, "sendMessage", words)]
        if file is not None and content is not None:
            photo = file.type in _PHOTOS and file.size <= MOST_PHOTO
            kinds = ("photo", "document") if photo else ("document",)
            ways = [*(partial(self._upload, kind, wire, file, content) for kind in kinds), *ways]
        first_taken(ways)

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        """Telegram signs no body: it sends along the secret that `setWebhook` was given."""
        if not same(request.headers.get("x-telegram-bot-api-secret-token"), self._secret):
            raise BadSignatureError("X-Telegram-Bot-Api-Secret-Token is not the one that `check` has set")

    def parse(self, request: RawRequest) -> Sequence[Said | Gone | Lost]:
        return _said(read_object(request.body))

    def taken(self, request: RawRequest) -> RawReply:
        """The answer may be a call itself: it takes the spinning circle off a button that was tapped."""
        tapped = text_at(read_object(request.body), "callback_query", "id")
        if not tapped.isalnum():
            return NOTHING
        call = f'{{"method": "answerCallbackQuery", "callback_query_id": "{tapped}"}}'
        return RawReply(200, call.encode(), "application/json")

    def ask(self, after: int) -> tuple[Sequence[Said | Gone | Lost], int]:
        wanted: dict[str, JsonValue] = {
            "timeout": _WAIT_SECONDS,
            "allowed_updates": list[JsonValue](_UPDATES),
        }
        try:
            answer = self._call("getUpdates", wanted | ({"offset": after} if after else {}), patient=True)
            updates = objects_at(answer, "result")
            for update in updates:
                if tapped := text_at(update, "callback_query", "id"):
                    self._call("answerCallbackQuery", {"callback_query_id": tapped})
        except NotDeliveredError as error:
            raise PeerAwayError(str(error), error.retry_in) from error
        last = max((number_at(update, "update_id") or 0 for update in updates), default=after - 1)
        return [said for update in updates for said in _said(update)], max(last + 1, 0)

    def fetch(self, file: SentFile) -> bytes:
        try:
            path = text_at(self._call("getFile", {"file_id": file.key}), "result", "file_path")
        except NotDeliveredError as error:
            raise PeerAwayError(str(error)) from error
        if not path or ".." in path:
            raise PeerRefusedError("Telegram has no address for this file")
        return self._http.get(f"/file/bot{self._settings.token}/{path}", most=MOST_FILE).body

    def check(self) -> Sequence[Step]:
        steps: list[Step] = []
        try:
            steps.append(
                Step("token", True, f"the bot is @{text_at(self._call('getMe', {}), 'result', 'username')}")
            )
            if self.asks:
                self._call("deleteWebhook", {})
                return [*steps, Step("updates", True, "Telegram is asked for them; no webhook is set")]
            url = f"{self._our_url}/channels/telegram"
            if not url.startswith("https://"):
                mend = 'write the public https:// address into [server] public_url, or mode = "poll" here'
                return [*steps, Step("webhook", False, f"Telegram can't call {url}", mend)]
            wanted: dict[str, JsonValue] = {"url": url, "secret_token": self._secret}
            self._call("setWebhook", wanted | {"allowed_updates": list[JsonValue](_UPDATES)})
            wrong = text_at(self._call("getWebhookInfo", {}), "result", "last_error_message")
            mend = "see that the address can be reached from outside" if wrong else ""
            return [*steps, Step("webhook", not wrong, wrong or f"Telegram calls {url}", mend)]
        except NotDeliveredError as error:
            mend = (
                "ask @BotFather for the token and write it down" if not steps else "mend it and check again"
            )
            return [*steps, Step("webhook" if steps else "token", False, str(error), mend)]

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of("telegram", webhook_url)

    def _upload(self, kind: str, wire: Wire, file: FileRef, content: bytes) -> None:
        """Send a file as a photo or a document. Raises NotDeliveredError."""
        parts = [
            Part("chat_id", str(wire["chat_id"]).encode()),
            Part("caption", str(wire["caption"]).encode()),
            Part(kind, content, file.name, file.type),
        ]
        path = f"/bot{self._settings.token}/send{kind.capitalize()}"
        self._calls.post(path, parts=parts, patient=True)

    def _call(self, method: str, body: Mapping[str, object], *, patient: bool = False) -> JsonValue:
        path = f"/bot{self._settings.token}/{method}"
        return self._calls.post(path, json=body, patient=patient)


def _text(address: str, text: str) -> Wire:
    return {"chat_id": int(address), "text": text}


def _wait(status: int, said: JsonValue) -> float | None:
    """A 429 says how long; a 403 is a customer who has blocked the bot."""
    asked = number_at(said, "parameters", "retry_after")
    return float(asked) if status == 429 and asked else by_status(status, said)


def _said(update: JsonValue) -> list[Said | Gone | Lost]:
    """What a customer said with one update; nothing for what groups, bots and channels say."""
    tapped = value_at(update, "callback_query")
    edited = value_at(update, "edited_message")
    message = edited or value_at(tapped or update, "message")
    person = value_at(tapped or message, "from")
    address, number = text_at(message, "chat", "id"), text_at(update, "update_id")
    if text_at(message, "chat", "type") != "private" or true_at(person, "is_bot") or not number:
        return []
    language = text_at(person, "language_code") or None
    name = f"{text_at(person, 'first_name')} {text_at(person, 'last_name')}".strip()
    said = f"message-{text_at(message, 'message_id')}"
    if edited:
        # A place that is shared live is told anew each time they move.
        words = "" if value_at(message, "location") else _words(message)
        return [Said(address, f"update-{number}", words, language, name=name, changes=said)]
    if not tapped:
        files = tuple(_files(message))
        return [Said(address, said, _words(message), language, files=files, name=name)]
    shown, _, place = text_at(tapped, "data").partition(":")
    if not (shown.isdecimal() and place.isdecimal()):
        return []
    return [Said(address, f"update-{number}", "", language, Tap(int(shown), int(place)), name=name)]


def _words(message: JsonValue) -> str:
    text = text_at(message, "text") or text_at(message, "caption")
    if text.split(" ", 1)[0] == "/start":
        return "👋"  # the button that Telegram shows before the first message
    if value_at(message, "location"):
        north, east = (text_at(message, "location", key) for key in ("latitude", "longitude"))
        return f"📍 {north}, {east}"
    keys = ("first_name", "last_name", "phone_number")
    contact = " ".join(name for key in keys if (name := text_at(message, "contact", key)))
    return text or contact or text_at(message, "sticker", "emoji")


def _files(message: JsonValue) -> list[SentFile]:
    """Its files; of a picture, which comes in several sizes, the largest."""
    found = list[tuple[JsonValue, str]]()
    if pictures := objects_at(message, "photo"):
        found.append((max(pictures, key=lambda each: number_at(each, "file_size") or 0), "photo.jpg"))
    kinds = [kind for kind in _KINDS if value_at(message, kind)]
    if "animation" in kinds:  # which is told as a document, too
        kinds = ["animation"]
    found += [(value_at(message, kind), _KINDS[kind]) for kind in kinds]
    return [
        SentFile(text_at(file, "file_id"), text_at(file, "file_name") or called, number_at(file, "file_size"))
        for file, called in found
    ]


_KINDS = {
    "document": "file",
    "voice": "voice.ogg",
    "audio": "audio.mp3",
    "video": "video.mp4",
    "video_note": "video.mp4",
    "animation": "animation.mp4",
}

PLUG = TelegramChannel
