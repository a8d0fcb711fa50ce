"""Chatwoot's own widget, with our assistant as its agent bot: customers write and agents answer in Chatwoot.

A conversation there is `pending` while the bot has it. Handing over is making it `open`, with the summary as
a private note; resolved, it is the bot's again. bot.chatwoot does that; here is the way in and out.

Sources: Chatwoot's API document (messages, toggle_status) and its AgentBotListener.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from bot.channels import Around, Gone, Lost, Said, SentFile, Wire
from bot.channels.calling import Calls
from bot.channels.chatwoot_reading import Deed, Told, deeds_in, told_in
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
from handoff.bridges.json_values import JsonValue, number_at, objects_at
from handoff.bridges.reading import read_object
from handoff.floor.rules import Priority

CHANNEL = "chatwoot"
OURS = "chatwoot/"
"""What the key of a reply begins with that was given in Chatwoot, so that it is not brought there again."""

MOST_FILE = 40 * 2**20
"""Bytes of a file; Chatwoot takes no larger one."""

_FILES = "/rails/active_storage/"
_PRIORITIES = {"urgent": "urgent", "high": "high", "normal": "medium", "low": "low"}


@dataclass(frozen=True, slots=True)
class ChatwootSettings:
    """`[channels.chatwoot]`. token, secret: the agent bot's own. team: to whom a conversation goes that is
    handed over; 0 leaves that to Chatwoot. poll_token: of an agent who sees these inboxes; with it Chatwoot
    is asked for what its webhook has lost, which no bot's token may."""

    url: Annotated[str, A_URL]
    account: Annotated[int, between(1, 10**9)]
    token: Annotated[str, NOT_EMPTY] = field(repr=False)
    secret: Annotated[str, NOT_EMPTY] = field(repr=False)
    team: Annotated[int, between(0, 10**9)] = 0
    poll_token: str = field(default="", repr=False)


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
        self._reader: Calls | None = None
        if settings.poll_token:
            headers = {"api-access-token": settings.poll_token}
            known = {401: f"see {around.given.where('poll_token')}; it is an agent's access token"}
            asked = around.outbound.to(Endpoint(settings.url, headers=headers))
            self._reader = Calls(asked, around.clock, mends=known)

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

    def parse(self, request: RawRequest) -> Sequence[Said | Gone | Lost]:
        return [each.said for each in self.told(request)]

    def told(self, request: RawRequest) -> Sequence[Told]:
        """What a customer said. Raises BadRequestError."""
        return told_in(read_object(request.body))

    def deeds(self, request: RawRequest) -> Sequence[Deed]:
        """What Chatwoot's people did; nothing of what bots did. Raises BadRequestError."""
        return deeds_in(read_object(request.body))

    @property
    def asks(self) -> bool:
        """Whether it can be asked for what its webhook has lost."""
        return self._reader is not None

    def active(self, since: datetime) -> Sequence[dict[str, JsonValue]]:
        """The conversations in which something has happened, as Chatwoot has them; the newest 25 at most.
        Raises NotDeliveredError."""
        told = self._read("conversations?status=all&assignee_type=all&page=1")
        stamp = since.timestamp()
        found = objects_at(told, "data", "payload")
        return [each for each in found if (number_at(each, "last_activity_at") or 0) >= stamp]

    def messages(self, address: str) -> Sequence[dict[str, JsonValue]]:
        """The last 20 messages of a conversation, oldest first. Raises NotDeliveredError."""
        return objects_at(self._read(f"conversations/{address}/messages"), "payload")

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
                return [Step("token", True, "Chatwoot knows the agent bot, and this account"), self._poll()]
            return [Step("token", False, str(error), f"see {where('url')} and {where('token')}")]
        return [Step("token", True, "Chatwoot knows the agent bot"), self._poll()]

    @staticmethod
    def guide(webhook_url: str) -> str:
        return guide_of(CHANNEL, webhook_url)

    def _poll(self) -> Step:
        where = self._around.given.where("poll_token")
        if not self.asks:
            return Step("poll", True, f"what its webhook loses is not found without {where}")
        try:
            seen = len(self.active(datetime.fromtimestamp(0, UTC)))
        except NotDeliveredError as error:
            return Step("poll", False, str(error), f"see {where}; it is an agent's access token")
        return Step("poll", True, f"what a webhook loses is found: that agent sees {seen} conversations")

    def _read(self, what: str) -> JsonValue:
        assert self._reader is not None
        return self._reader.get(f"/api/v1/accounts/{self._settings.account}/{what}")

    def _post(self, address: str, what: str, body: dict[str, object]) -> JsonValue:
        path = f"/api/v1/accounts/{self._settings.account}/conversations/{address}/{what}"
        return self._calls.post(path, json=body)


PLUG = ChatwootChannel
