"""Rasa's Socket.IO channel: `bot_uttered` objects with exactly the keys that its front ends test for.

Source of the wire: Rasa Open Source 3.6, `rasa.core.channels.socketio`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.channels import Wire
from bot.channels.rasa_wire import custom_object, text_parts
from bot.conversation import Button, Message
from bot.dialogue.documents import JsonValue
from bot.errors import CredentialsError


class RasaSocketIoChannel:
    """Text, quick replies, or an attachment; nothing else may stand beside them."""

    name = "rasa_socketio"
    output = "socketio"
    pushes = True
    shows_files = False
    delivers = False

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        asks = message.question is not None
        wire = _text(message.text, () if asks else message.buttons)
        custom, data = custom_object(message), message.data
        if custom:
            wire.append(_custom(custom))
        if data.get("image"):
            wire.append({"attachment": {"type": "image", "payload": {"src": data["image"]}}})
        if data.get("attachment"):
            wire.append({"attachment": data["attachment"]})
        if data.get("elements"):
            # One list, where Rasa sends card by card: rasa-webchat's carousel maps over it.
            cards = {"template_type": "generic", "elements": data["elements"]}
            wire.append({"attachment": {"type": "template", "payload": cards}})
        if message.question is not None:
            wire += _text(message.question, message.buttons)
        return tuple(wire)


@dataclass(frozen=True, slots=True)
class SocketIoSettings:
    """What credentials.yml says under `socketio`; the names and defaults are Rasa's."""

    user_message_evt: str = "user_uttered"
    bot_message_evt: str = "bot_uttered"
    namespace: str = "/"
    session_persistence: bool = False
    socketio_path: str = "/socket.io"
    jwt_key: str | None = field(default=None, repr=False)
    jwt_method: str = "HS256"
    metadata_key: str = "metadata"

    @classmethod
    def of(cls, credentials: Mapping[str, JsonValue]) -> SocketIoSettings:
        """Read the mapping; keys without a value keep their default. Raises CredentialsError."""
        given = {key: value for key, value in credentials.items() if value is not None}
        texts = ("user_message_evt", "bot_message_evt", "namespace", "socketio_path", "jwt_key", "jwt_method")
        for key in (*texts, "metadata_key"):
            if key in given and not (isinstance(given[key], str) and given[key]):
                raise CredentialsError("socketio", key, "must be text")
        if not isinstance(given.get("session_persistence", False), bool):
            raise CredentialsError("socketio", "session_persistence", "must be true or false")
        known = cls.__dataclass_fields__.keys()
        read = cls(**{key: value for key, value in given.items() if key in known})  # type: ignore[arg-type]
        if not read.socketio_path.startswith("/"):
            raise CredentialsError("socketio", "socketio_path", "must start with a slash")
        return read


def _text(text: str, buttons: tuple[Button, ...]) -> list[Wire]:
    """The parts of a text; with buttons every part has `quick_replies`, and the last one has them all."""
    parts = text_parts(text)
    if not buttons:
        return [{"text": part} for part in parts]
    wire: list[Wire] = [{"text": part, "quick_replies": []} for part in parts or [text]]
    wire[-1]["quick_replies"] = [
        {"content_type": "text", "title": button.title, "payload": button.payload} for button in buttons
    ]
    return wire


def _custom(custom: JsonValue) -> Wire:
    """A custom object's `data` where it has one, as Rasa's clients write it, else the object itself."""
    data = custom.get("data", custom) if isinstance(custom, dict) else custom
    return dict(data) if isinstance(data, dict) else {"data": data}


PLUG = RasaSocketIoChannel
