"""Chatwoot's own widget, with our assistant as its agent bot: customers write and agents answer in Chatwoot.

A conversation there is `pending` while the bot has it. Handing over is making it `open`, with the summary as
a private note; resolved, it is the bot's again. bot.chatwoot does that; here is the way in and out.

Sources: Chatwoot's API document (messages, toggle_status) and its AgentBotListener.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from bot.channels import Around, Lost, Said, SentFile, Tap, Wire
from bot.channels.calling import Calls
from bot.channels.guides import guide_of
from bot.channels.plain import in_plain, offered
from bot.channels.signing import NOTHING
from bot.conversation import Message
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.plug_settings import A_URL, NOT_EMPTY, between
from handoff.bridges import RawReply, RawRequest, Step
from handoff.bridges.chatwoot.incoming import verify
from handoff.bridges.errors import PeerRefusedError
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import JsonValue, number_at, objects_at, text_at, true_at, value_at
from handoff.bridges.reading import read_object
from handoff.floor.rules import Priority

CHANNEL = "chatwoot"
OURS = "chatwoot/"
"""What the key of a reply begins with that was given in Chatwoot, so that it is not brought there again."""

MOST_FILE = 40 * 2**20
"""Bytes of a file; Chatwoot takes no larger one."""

_FILES = "/rails/active_storage/"
_PRIORITIES = {"urgent": "urgent", "high": "high", "normal": "medium", "low": "low"}

People = Literal["reply", "note", "resolved"]


@dataclass(frozen=True, slots=True)
class Deed:
    """What Chatwoot's people did in a conversation. name: as customers see it; id: the same whenever it is
    told again."""

    address: str
    kind: People
    id: str
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A customer's words, and whether the bot has the conversation there."""

    said: Said
    pending: bool


@dataclass(frozen=True, slots=True)
class ChatwootSettings:
    """`[channels.chatwoot]`. token, secret: the agent bot's own. team: to whom a conversation goes that is
    handed over; 0 leaves that to Chatwoot."""

    url: Annotated[str, A_URL]
    account: Annotated[int, between(1, 10**9)]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    secret: Annotated[str, NOT_EMPTY] = field(repr=False)
    team: Annotated[int, between(0, 10**9)] = 0


class ChatwootChannel:
    """A conversation's address is its number in Chatwoot."""

    name = CHANNEL
    output = CHANNEL
    pushes = True
    shows_files = False
    delivers = True
    most_file = MOST_FILE

    def __init__(self, settings: ChatwootSettings, around: Around) -> None:
        self._settings, self._around = settings, around
        # Rack reads it as `api_access_token`, which proxies drop for its underscores.
        remote = around.outbound.to(Endpoint(settings.url, headers={"api-access-token": settings.token}))
        mends = {
            401: f"see {around.given.where('token')}; it is the agent bot's access token",
            404: f"see {around.given.where('account')}",
        }
        self._calls = Calls(remote, around.clock, mends=mends)
        self._http = PeerHttp(remote)

    @classmethod
    def open(cls, around: Around) -> ChatwootChannel:
        return cls(around.given.read(ChatwootSettings), around)

    def render(self, message: Message, address: str) -> tuple[Wire, ...]:
        """One message; what was said in Chatwoot, and the house's own lines, which are Chatwoot's to say, are
        `quiet`."""
        reply = message.data.get("reply")
        quiet = message.author == "system" or (isinstance(reply, str) and reply.startswith(OURS))
        text = in_plain(message, self._around.our_url)
        wire: Wire = {"conversation": address, "quiet": quiet, "content": text}
        if replies := offered(message):
            items = [
                {"title": button.title, "value": f"{message.number}:{place}"} for place, button in replies
            ]
            wire |= {"content_type": "input_select", "content_attributes": {"items": items}}
        return (wire,)

    def carry(self, wire: Wire, name: str) -> None:
        if wire["quiet"]:
            return
        body = {key: value for key, value in wire.items() if key not in ("conversation", "quiet")}
        self._post(str(wire["conversation"]), "messages", {**body, "message_type": "outgoing"})

    def hand_over(self, address: str, note: str, priority: Priority) -> None:
        """Give the conversation to Chatwoot's people, with a note that only they read. NotDeliveredError."""
        self._post(address, "messages", {"content": note, "message_type": "outgoing", "private": True})
        self._post(address, "toggle_priority", {"priority": _PRIORITIES[priority]})
        if self._settings.team:
            self._post(address, "assignments", {"team_id": self._settings.team})
        self._post(address, "toggle_status", {"status": "open"})

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        verify(request, self._settings.secret, self._around.given.where("secret"), now)

    def parse(self, request: RawRequest) -> Sequence[Said | Lost]:
        return [each.said for each in self.told(request)]

    def told(self, request: RawRequest) -> Sequence[Told]:
        """What a customer said. Raises BadRequestError."""
        body = read_object(request.body)
        conversation = value_at(body, "conversation")
        address, number = text_at(conversation, "id"), text_at(body, "id")
        pending = text_at(conversation, "status") == "pending"
        if not address or not number:
            return ()
        match text_at(body, "event"):
            case "message_created" if text_at(body, "message_type") == "incoming":
                said = Said(address, f"msg:{number}", text_at(body, "content"), files=tuple(_files(body)))
                return (Told(said, pending),)
            case "message_updated":
                chosen = text_at(body, "content_attributes", "submitted_values", 0, "value")
                message, _, place = chosen.partition(":")
                if message.isdecimal() and place.isdecimal():
                    tap = Tap(int(message), int(place))
                    return (Told(Said(address, f"tap:{number}:{chosen}", "", tap=tap), pending),)
        return ()

    def deeds(self, request: RawRequest) -> Sequence[Deed]:
        """What Chatwoot's people did; nothing of what bots did. Raises BadRequestError."""
        body = read_object(request.body)
        event, number = text_at(body, "event"), text_at(body, "id")
        if event in ("conversation_resolved", "conversation_status_changed"):
            resolved = text_at(body, "status") == "resolved"
            stamp = text_at(body, "updated_at") or text_at(body, "timestamp")
            return (Deed(number, "resolved", f"resolved:{stamp}"),) if resolved and number else ()
        person = text_at(body, "sender", "type").casefold() == "user"
        said = event == "message_created" and text_at(body, "message_type") == "outgoing"
        address, text = text_at(body, "conversation", "id"), _with_files(body)
        if not (said and person and address and number and text):
            return ()
        # Whatever does not say that it is public is for colleagues.
        kind: People = "reply" if value_at(body, "private") is False else "note"
        sender = value_at(body, "sender")
        name = text_at(sender, "available_name") or text_at(sender, "name")
        return (Deed(address, kind, f"msg:{number}", name, text),)

    def taken(self, request: RawRequest) -> RawReply:
        return NOTHING

    def fetch(self, file: SentFile) -> bytes:
        path = urlsplit(file.key).path.replace("/redirect/", "/proxy/", 1)
        if not path.startswith(_FILES) or "/../" in path:
            raise PeerRefusedError(f"{file.name} is no file of Chatwoot's own")
        return self._http.get(path, most=MOST_FILE).body

    def check(self) -> Sequence[Step]:
        """An agent bot may ask for little: whether its token is known shows by what it is told of a
        conversation that there is none of."""
        where = self._around.given.where
        try:
            self._post("0", "toggle_typing_status", {"typing_status": "off"})
        except NotDeliveredError as error:
            if "answers 404" in str(error):
                return [Step("token", True, "Chatwoot knows the agent bot, and this account")]
            return [Step("token", False, str(error), f"see {where('url')} and {where('token')}")]
        return [Step("token", True, "Chatwoot knows the agent bot")]

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of(CHANNEL, webhook_url)

    def _post(self, address: str, what: str, body: dict[str, object]) -> JsonValue:
        path = f"/api/v1/accounts/{self._settings.account}/conversations/{address}/{what}"
        return self._calls.post(path, json=body)


def _files(body: JsonValue) -> list[SentFile]:
    return [
        SentFile(url, urlsplit(url).path.rpartition("/")[2] or "file", number_at(each, "file_size"))
        for each in objects_at(body, "attachments")
        if (url := text_at(each, "data_url"))
    ]


def _with_files(body: JsonValue) -> str:
    """A person's words in Chatwoot, and the names of what they attached there."""
    if true_at(body, "content_attributes", "deleted"):
        return ""
    names = (f"[{file.name}]" for file in _files(body))
    return "\n".join(part for part in (text_at(body, "content"), *names) if part)


PLUG = ChatwootChannel
