"""What an operator writes for Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from config.plug_settings import A_URL, Rule

_A_BOT_TOKEN = Rule("must be a bot's token, which begins with xoxb-", lambda value: _begins(value, "xoxb-"))
_AN_APP_TOKEN = Rule(
    "must be an app's token, which begins with xapp-",
    lambda value: value == "" or _begins(value, "xapp-"),
)
_A_CHANNEL = Rule(
    "must be a channel's id, which begins with C or G; it is at the end of the channel's details",
    lambda value: str(value).isalnum() and str(value)[:1] in ("C", "G"),
)


def _begins(value: object, with_: str) -> bool:
    return str(value).startswith(with_) and len(str(value)) > len(with_)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """`[bridges.slack]`. app_token: for Socket Mode; without it Slack reaches us, and signs."""

    token: Annotated[str, _A_BOT_TOKEN] = field(repr=False)
    channel: Annotated[str, _A_CHANNEL]
    app_token: Annotated[str, _AN_APP_TOKEN] = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    api_url: Annotated[str, A_URL] = "https://slack.com/api"
    file_hosts: tuple[str, ...] = ("files.slack.com",)
    socket_hosts: tuple[str, ...] = (".slack.com",)
