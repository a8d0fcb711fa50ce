"""Rasa's REST channel: `POST /webhooks/rest/webhook` answers with a list of messages.

Source of the wire: Rasa Open Source 3.6, `rasa.core.channels.channel.OutputChannel.send_response` and
`CollectingOutputChannel`.
"""

from __future__ import annotations

from bot.channels import Wire
from bot.channels.rasa_wire import button_object, custom_object, text_parts
from bot.conversation import Button, Message
from bot.dialogue.documents import JsonValue


class RasaRestChannel:
    """A message's parts one by one, each as one JSON object."""

    name = "rasa_rest"
    output = "collector"
    pushes = False
    shows_files = False
    delivers = False

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        return collected(message, address)


def collected(message: Message, address: str) -> tuple[Wire, ...]:
    """Text split on blank lines, but whole where it carries buttons; then custom, image, attachment, cards.

    A question whether it helped comes last, with its replies.
    """
    asks = message.question is not None
    wire = _text(address, message.text, () if asks else message.buttons)
    custom, data = custom_object(message), message.data
    if custom:
        wire.append({"recipient_id": address, "custom": custom})
    for key in ("image", "attachment"):
        if data.get(key):
            wire.append({"recipient_id": address, key: data[key]})
    cards = data.get("elements")
    for card in cards if isinstance(cards, list) else []:
        wire.append(_card(address, card))
    if message.question is not None:
        wire += _text(address, message.question, message.buttons)
    return tuple(wire)


def _text(address: str, text: str, buttons: tuple[Button, ...]) -> list[Wire]:
    if buttons:
        shown = [button_object(button) for button in buttons]
        return [{"recipient_id": address, "text": text, "buttons": shown}]
    return [{"recipient_id": address, "text": part} for part in text_parts(text)]


def _card(address: str, card: JsonValue) -> Wire:
    """A card of a carousel as text, which is all that this wire has for it."""
    if not isinstance(card, dict):
        return {"recipient_id": address, "text": str(card)}
    text = f"{card.get('title') or ''} : {card.get('subtitle') or ''}"
    return {"recipient_id": address, "text": text, "buttons": card.get("buttons") or []}


PLUG = RasaRestChannel
