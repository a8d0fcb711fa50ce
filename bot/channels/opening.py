"""The channels that settings and an assistant's credentials switch on; one of the doors that read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from bot.channels import Channel
from bot.dialogue.assistant import Assistant
from config.plugins import resolve
from config.settings import Settings


def open_channels(settings: Settings, assistant: Assistant) -> tuple[Channel, ...]:
    """The channels that settings name, and those that the assistant's credentials.yml has a key for."""
    wanted = [f".rasa_{name}" for name in ("socketio", "callback") if name in assistant.credentials]
    names = dict.fromkeys((*settings.bot.channels, *wanted))
    return tuple(cast(Callable[[], Channel], resolve(name, "bot.channels"))() for name in names)


def callback_url(settings: Settings, assistant: Assistant) -> str:
    """Where the callback channel posts; empty where nobody has said."""
    return settings.rasa.callback_url or str(assistant.credentials.get("callback", {}).get("url") or "")
