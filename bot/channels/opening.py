"""The channels that settings and an assistant's credentials switch on; one of the doors that read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import cast

from bot.channels import Around, Asking, Carrying, Channel, Platform, PlatformPlug
from bot.dialogue.assistant import Assistant
from config.clock import Clock
from config.outbound import Outbound
from config.pages import Brand
from config.plugins import resolve
from config.settings import Settings
from handoff.file import FileRef

PACKAGE = "bot.channels"

Carriers = Mapping[str, Callable[[dict[str, object], str], None]]
HeardAt = Callable[[str, str], datetime | None]
Content = Callable[[FileRef], bytes | None]


def open_channels(
    settings: Settings,
    assistant: Assistant,
    outbound: Outbound,
    clock: Clock,
    heard_at: HeardAt,
    content: Content,
) -> tuple[Channel, ...]:
    """The channels that settings name, and those that the assistant's credentials.yml has a key for.

    heard_at: when the customer at an address of a channel last wrote. content: the bytes of a file that an
    agent sends. Raises PluginError and SettingsError.
    """
    wanted = [f".rasa_{name}" for name in ("socketio", "callback") if name in assistant.credentials]
    names = dict.fromkeys((*settings.bot.channels, *wanted))
    return tuple(open_channel(settings, name, outbound, clock, heard_at, content) for name in names)


def open_channel(
    settings: Settings,
    name: str,
    outbound: Outbound,
    clock: Clock,
    heard_at: HeardAt = lambda channel, address: None,
    content: Content = lambda file: None,
) -> Channel:
    """One channel, such as ".telegram", whether it is switched on or not."""
    plug = resolve(name, PACKAGE)
    if not hasattr(plug, "open"):
        return cast(Callable[[], Channel], plug)()
    platform = cast(PlatformPlug, plug)
    return platform.open(
        Around(
            given=settings.plugs.given("channels", platform.name),
            outbound=outbound.guarded(settings.bridge.private_networks),
            clock=clock,
            our_url=settings.server.public_url,
            brand=Brand.load(settings.data / "brand").name,
            heard_at=heard_at,
            content=content,
        )
    )


def carriers(channels: Iterable[Channel]) -> Carriers:
    """Who brings messages, by the channel's name."""
    return {each.name: each.carry for each in channels if isinstance(each, Carrying)}


def platforms(channels: Iterable[Channel]) -> tuple[Platform, ...]:
    """Those that tell us by webhook what customers say."""
    return tuple(each for each in channels if isinstance(each, Platform))


def asking(channels: Iterable[Channel]) -> tuple[Asking, ...]:
    """Those that have to be asked."""
    return tuple(each for each in channels if isinstance(each, Asking) and each.asks)


def callback_url(settings: Settings, assistant: Assistant) -> str:
    """Where the callback channel posts; empty where nobody has said."""
    return settings.rasa.callback_url or str(assistant.credentials.get("callback", {}).get("url") or "")
