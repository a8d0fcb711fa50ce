"""Channels: where a customer is, and how the bot's messages look there."""

from __future__ import annotations

from typing import Protocol

from bot.conversation import Message

Wire = dict[str, object]


class Channel(Protocol):
    """One kind of place a customer can be. Deciding what to say is not its business, only how it looks."""

    name: str
    """How settings, conversations and the audit call it."""

    output: str
    """How a response's `channel:` in the domain calls it (Rasa's output channel name)."""

    pushes: bool
    """True if messages are brought to the customer; False if they wait for the response to the next one."""

    shows_files: bool
    """True if it shows the files that a message carries; elsewhere each is a line with its address."""

    delivers: bool
    """True if a worker carries each message there and tries again, because the other side may be away."""

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        """The message as this channel's wire shows it: one object or several, in order; never none."""
        ...
