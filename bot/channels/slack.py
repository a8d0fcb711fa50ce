"""Slack as a place where customers are: they write to the app, in a direct message.

Source: Slack's pages on chat.postMessage, `message.im` events, block actions and request signing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from bot.channels import Around, Gone, Lost, Said, SentFile, Tap, Wire
from bot.channels.calling import Line, not_delivered
from bot.channels.enclosing import enclosed, enclosing, first_taken, is_silent, line, parted
from bot.channels.guides import guide_of
from bot.channels.plain import in_plain, offered, pieces, short
from bot.channels.signing import NOTHING
from bot.conversation import Message
from bot.errors import NotDeliveredError
from config.plug_settings import A_URL, NOT_EMPTY, Rule
from handoff.bridges import RawReply, RawRequest, Step
from handoff.bridges.errors import PeerError
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at
from handoff.bridges.slack.reading import object_in
from handoff.bridges.slack.signing import challenged, verify
from handoff.bridges.slack.web import NotLetInError, SlackWeb
from handoff.bridges.slack.words import escaped, plain

MOST_TEXT = 2_900
"""UTF-16 units of a message; a block takes 3,000."""

MOST_FILE = 25 * 2**20
"""Bytes of a file that is fetched."""

MOST_SENT = 2**30
"""Bytes of a file that Slack takes."""

REPLY = "firstline_reply"
"""How the actions of our buttons are called; the place follows."""

_MENDED_WITHIN = timedelta(minutes=1)
_BUTTONS = 25  # in one block
_TITLE = 75
_WRITTEN = ("", "file_share", "me_message")
_CHANGES = ("message_changed", "message_deleted")

_A_BOT_TOKEN = Rule("must be a bot's token, which begins with xoxb-", lambda value: str(value)[:5] == "xoxb-")


@dataclass(frozen=True, slots=True)
class SlackChannelSettings:
    """`[channels.slack]`, of an app of its own: not the one that your team answers with."""

    token: Annotated[str, _A_BOT_TOKEN] = field(repr=False)
    signing_secret: Annotated[str, NOT_EMPTY] = field(repr=False)
    api_url: Annotated[str, A_URL] = "https://slack.com/api"
    file_hosts: tuple[str, ...] = ("files.slack.com",)


class SlackChannel:
    """A conversation is a direct message with the app."""

    name = "slack"
    output = "slack"
    pushes = True
    shows_files = True
    delivers = True
    most_file = MOST_FILE

    def __init__(self, settings: SlackChannelSettings, around: Around) -> None:
        self._settings, self._around, self._line = settings, around, Line(around.clock)
        mends = {"token": f"see {around.given.where('token')}"}
        self._web = SlackWeb(around.outbound, settings.api_url, settings.token, settings.file_hosts, mends)

    @classmethod
    def open(cls, around: Around) -> SlackChannel:
        return cls(around.given.read(SlackChannelSettings), around)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        our_url = self._around.our_url
        message, files = parted(message, lambda file: file.size <= MOST_SENT, our_url)
        alone = is_silent(message, files, our_url)
        texts = [] if alone else [escaped(text) for text in pieces(in_plain(message, our_url), MOST_TEXT)]
        about: Wire = {"channel": address, "unfurl_links": False, "unfurl_media": False}
        wires: list[Wire] = [{**about, "text": text} for text in texts]
        buttons = [
            {
                "type": "button",
                "action_id": f"{REPLY}_{place}",
                "value": f"{message.number}:{place}",
                "text": {"type": "plain_text", "text": short(button.title, _TITLE)},
            }
            for place, button in offered(message)
        ]
        if buttons:
            wires[-1]["blocks"] = [
                {"type": "section", "text": {"type": "mrkdwn", "text": texts[-1]}},
                *(
                    {"type": "actions", "elements": buttons[at : at + _BUTTONS]}
                    for at in range(0, len(buttons), _BUTTONS)
                ),
            ]
        caption = escaped(message.name or "") if alone else ""
        for file in files:
            wires.append(enclosing({**about, "text": escaped(line(file, our_url))}, file, caption))
        return tuple(wires)

    def carry(self, wire: Wire, name: str) -> None:
        file, words = enclosed(wire)
        content = None if file is None else self._around.content(file)
        ways: list[Callable[[], object]] = [partial(self._web.call, "chat.postMessage", words)]
        if file is not None and content is not None:
            into, caption = str(wire["channel"]), str(wire["caption"])
            ways = [partial(self._web.upload, file.name, content, into=into, comment=caption), *ways]
        first_taken(partial(self._do, way) for way in ways)

    def _do(self, ask: Callable[[], object]) -> None:
        """Ask Slack for something. Raises NotDeliveredError."""
        self._line.admit()
        try:
            ask()
        except NotLetInError as error:
            raise NotDeliveredError(error.says, retry_in=_MENDED_WITHIN) from error
        except PeerError as error:
            raise not_delivered(error, self._line) from error
        self._line.worked()

    def challenge(self, request: RawRequest) -> RawReply | None:
        return challenged(self._settings.signing_secret, request, self._around.clock.now())

    def verify(self, request: RawRequest, now: datetime) -> None:
        verify(self._settings.signing_secret, request, now)

    def parse(self, request: RawRequest) -> Sequence[Said | Gone | Lost]:
        told = object_in(request)
        match text_at(told, "type"):
            case "event_callback":
                return _said(value_at(told, "event"))
            case "block_actions":
                return [said for action in objects_at(told, "actions") if (said := _tapped(told, action))]
        return ()

    def taken(self, request: RawRequest) -> RawReply:
        return NOTHING

    def fetch(self, file: SentFile) -> bytes:
        return self._web.download(file.key, MOST_FILE)

    def check(self) -> Sequence[Step]:
        where = self._around.given.where
        try:
            told = self._web.call("auth.test", {}, sure=True)
        except PeerError as error:
            return [Step("token", False, error.says, f"see {where('token')}")]
        steps = [Step("token", True, f"Slack answers as {text_at(told, 'user')} of {text_at(told, 'team')}")]
        if not self._around.our_url.startswith("https://"):
            mend = "write the public https:// address into [server] public_url"
            steps.append(Step("events", False, "Slack calls https:// addresses alone", mend))
        return steps

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of("slack", webhook_url)


def _said(event: JsonValue) -> Sequence[Said | Gone | Lost]:
    """A direct message of a person's."""
    address, ts, user = (text_at(event, key) for key in ("channel", "ts", "user"))
    change = text_at(event, "subtype")
    if change in _CHANGES and text_at(event, "channel_type") == "im":
        return _changed(event, address, change)
    direct = text_at(event, "type") == "message" and text_at(event, "channel_type") == "im"
    program = text_at(event, "bot_id") or text_at(event, "app_id") or true_at(event, "hidden")
    if not direct or not user or program or text_at(event, "subtype") not in _WRITTEN:
        return ()
    files = tuple(
        SentFile(url, text_at(file, "name") or "file", number_at(file, "size"))
        for file in objects_at(event, "files")
        if (url := text_at(file, "url_private_download") or text_at(file, "url_private"))
    )
    return (Said(address, f"{address}:{ts}", plain(text_at(event, "text")), files=files),)


def _changed(event: JsonValue, address: str, change: str) -> Sequence[Said | Gone | Lost]:
    """A person has edited or deleted what they wrote; what Slack itself adds to it, such as a preview, has
    the same words."""
    before, now = value_at(event, "previous_message"), value_at(event, "message")
    said = f"{address}:{text_at(before, 'ts')}"
    if not text_at(before, "user") or text_at(before, "bot_id"):
        return ()
    if change == "message_deleted":
        return (Gone(address, said),)
    id_ = f"{said}:{text_at(now, 'edited', 'ts')}"
    return (Said(address, id_, plain(text_at(now, "text")), changes=said),)


def _tapped(told: JsonValue, action: JsonValue) -> Said | None:
    """A button of ours; its id has the moment of the tap, so that two are two."""
    if not text_at(action, "action_id").startswith(REPLY):
        return None
    address = text_at(told, "container", "channel_id") or text_at(told, "channel", "id")
    shown, _, place = text_at(action, "value").partition(":")
    if not address or not (shown.isdecimal() and place.isdecimal()):
        return None
    return Said(address, f"tap:{text_at(action, 'action_ts')}", "", tap=Tap(int(shown), int(place)))


PLUG = SlackChannel
