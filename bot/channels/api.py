"""An app or a site of the company's own: signed JSON in and out; bot/web/channel_api.py takes it in.

What is said is posted to an address of theirs, or asked for by them where they have none.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from bot.channels import Around, Wire
from bot.channels.calling import Calls
from bot.channels.guides import guide_of
from bot.channels.plain import whole
from bot.conversation import Message
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.plug_settings import A_URL_OR_NONE
from handoff.bridges import RawRequest, Step
from handoff.bridges.signing import A_SECRET, A_SECRET_OR_NONE, Signatures

_NEVER = (413, 422)  # it has read the message and can't take it
_AGAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """`[channels.api]`. url: where what is said is posted; empty: nowhere, it is asked for."""

    secret: Annotated[str, A_SECRET] = field(repr=False)
    old_secret: Annotated[str, A_SECRET_OR_NONE] = field(default="", repr=False)
    url: Annotated[str, A_URL_OR_NONE] = ""


class ApiChannel:
    """A conversation is a customer, by the company's own id."""

    name = "api"
    output = "api"
    pushes = True
    shows_files = True

    def __init__(self, settings: ApiSettings, around: Around) -> None:
        self._around, self._url = around, settings.url
        self._signatures = Signatures((settings.secret, settings.old_secret))
        self.delivers = bool(settings.url)
        self._calls: Calls | None = None
        if settings.url:
            remote = around.outbound.to(
                Endpoint(settings.url), secrets=(settings.secret, settings.old_secret)
            )
            mend = f"compare the secret there with {around.given.where('secret')}"
            self._calls = Calls(
                remote,
                around.clock,
                wait=lambda status, said: None if status in _NEVER else _AGAIN_SECONDS,
                mends={401: mend, 403: mend, 404: f"see {around.given.where('url')}"},
            )

    @classmethod
    def open(cls, around: Around) -> ApiChannel:
        return cls(around.given.read(ApiSettings), around)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        moment = message.sent_at.astimezone(UTC).isoformat(timespec="milliseconds")
        said = {"customer": address, "message": self.shown(message)}
        return ({"type": "message.said", "timestamp": moment, "data": said},)

    def shown(self, message: Message) -> Wire:
        """A message as programs read it; addresses are whole wherever the house knows its own."""
        source, our_url = message.source, self._around.our_url
        return {
            "number": message.number,
            "author": message.author,
            "name": message.name,
            "text": message.text,
            "sent_at": message.sent_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "id": message.client_id if message.author == "customer" else None,
            "buttons": [
                {
                    "title": button.title,
                    "payload": button.payload,
                    "url": whole(str(button.more["url"]), our_url) if button.more.get("url") else None,
                }
                for button in message.buttons
            ],
            "question": message.question,
            "source": None
            if source is None
            else {
                "title": source.title,
                "url": whole(source.url, our_url),
                "heading": source.heading,
                "updated": source.updated,
                "language": source.language,
            },
            "files": [
                {
                    "name": file.name,
                    "type": file.type,
                    "size": file.size,
                    "url": whole(file.address, our_url),
                }
                for file in message.files
            ],
            "data": {key: message.data[key] for key in _BESIDE if key in message.data},
        }

    def carry(self, wire: Wire, name: str) -> None:
        self._post(wire, f"msg_{name}")

    def verify(self, request: RawRequest, now: datetime) -> None:
        """Raises BadSignatureError."""
        self._signatures.verify(request.headers, request.body, now)

    def check(self) -> Sequence[Step]:
        if not self._url:
            return [Step("url", True, "what is said is asked for at /channels/api/read; no `url` is set")]
        now = self._around.clock.now()
        ping: Wire = {"type": "ping", "timestamp": now.astimezone(UTC).isoformat(), "data": {}}
        try:
            self._post(ping, f"ping_{int(now.timestamp())}")
        except NotDeliveredError as error:
            return [Step("url", False, str(error), f"see {self._around.given.where('url')}")]
        return [Step("url", True, f"{urlsplit(self._url).hostname} took a signed `ping`")]

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of("api", webhook_url)

    def _post(self, wire: Wire, id: str) -> None:
        if self._calls is None:
            raise NotDeliveredError("the channel has no `url` to post to", permanent=True)
        body = json.dumps(wire, ensure_ascii=False).encode("utf-8", "replace")
        signed = self._signatures.headers(id, self._around.clock.now(), body)
        self._calls.tell(body=body, headers={"Content-Type": "application/json", **signed})


_BESIDE = ("image", "attachment", "elements", "custom")

PLUG = ApiChannel
