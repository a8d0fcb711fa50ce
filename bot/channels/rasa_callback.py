"""Rasa's callback channel: what is said is posted to an address of the client's, as REST would answer it.

Source of the wire: Rasa Open Source 3.6, `rasa.core.channels.callback`.
"""

from __future__ import annotations

from bot.channels import Wire
from bot.channels.rasa_rest import collected
from bot.conversation import Message


class RasaCallbackChannel:
    """The same objects as on REST, carried there by a worker that tries again."""

    name = "rasa_callback"
    output = "callback"
    pushes = True
    shows_files = False
    delivers = True

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        return collected(message, address)


PLUG = RasaCallbackChannel
