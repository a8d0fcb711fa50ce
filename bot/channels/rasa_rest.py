"""Rasa's REST channel: `POST /webhooks/rest/webhook` answers with a list of messages.

Source of the wire: Rasa Open Source 3.6, `rasa.core.channels.rest` (output channel `collector`).
"""

from __future__ import annotations

from bot.channels import Wire
from bot.conversation import Button, Message


class RasaRestChannel:
    """Text split on blank lines as Rasa does, but whole where it carries buttons; then the custom object."""

    name = "rasa_rest"
    output = "collector"
    pushes = False

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        asks = message.question is not None
        wire = _text(address, message.text, () if asks else message.buttons)
        if message.source is not None:
            source = message.source
            answer = {
                "article": source.article,
                "title": source.title,
                "url": source.url,
                "heading": source.heading,
                "updated": source.updated,
                "language": source.language,
            }
            wire.append({"recipient_id": address, "custom": {"answer": answer}})
        if message.question is not None:
            wire += _text(address, message.question, message.buttons)
        return tuple(wire)


def _text(address: str, text: str, buttons: tuple[Button, ...]) -> list[Wire]:
    if buttons:
        shown = [{"title": button.title, "payload": button.payload} for button in buttons]
        return [{"recipient_id": address, "text": text, "buttons": shown}]
    return [{"recipient_id": address, "text": part} for part in text.split("\n\n") if part.strip()]


PLUG = RasaRestChannel
