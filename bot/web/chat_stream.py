"""The live stream of a conversation on the chat page."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.channels import Channel, Wire
from bot.chat import Chat
from bot.conversation import ConversationId, Holder, Message
from bot.present import Present
from bot.store import topic
from bot.web.asking import bearer, cursor
from bot.web.state import state_of
from config.database import Doorbell


@dataclass(frozen=True, slots=True)
class ChatStream:
    """`GET /chat/api/conversations/ID/events?after=N`: messages past a cursor, and where things stand."""

    chat: Chat
    web: Channel
    doorbell: Doorbell
    present: Present
    pattern: re.Pattern[str] = re.compile(r"/chat/api/conversations/(?P<id>[^/]+)/events")

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> ChatFeed:
        """The feed of one conversation, for its customer alone; NoConversationError for anybody else."""
        known = self.chat.opened_by(match["id"], bearer(headers.get("authorization")))
        return ChatFeed(self.chat, self.web, self.doorbell, self.present, known.id, cursor(query))


class ChatFeed:
    """One reader's place in one conversation. It always reads the store again: a ring only says when.

    The queue moves by other customers' cases: who waits in it listens to it, and thousands of others don't.
    """

    asks = False

    def __init__(
        self,
        chat: Chat,
        web: Channel,
        doorbell: Doorbell,
        present: Present,
        conversation: ConversationId,
        after: int,
    ) -> None:
        self._present = present
        present.note(conversation)
        self._chat, self._web, self._conversation, self._after = chat, web, conversation, after
        self._state: Wire | None = None
        self.doorbell = doorbell
        self.topics: tuple[str, ...] = (topic(conversation),)

    def read(self) -> Sequence[tuple[str, int | None, str]]:
        """What is new since the last call, as (event, id, one line of JSON).

        Raises NoConversationError once it is kept no more, which ends the stream.
        """
        fresh: list[tuple[str, int | None, str]] = []
        for message in self._chat.messages(self._conversation, self._after):
            fresh += [("message", message.number, _line(wire)) for wire in self._shown(message)]
            self._after = message.number
        standing = self._chat.standing(self._conversation)
        own = topic(self._conversation)
        self.topics = (own, "queue") if standing.holder is Holder.QUEUE else (own,)
        state = state_of(standing)
        if state != self._state:
            self._state = state
            fresh.append(("state", None, _line(state)))
        return fresh

    def alive(self) -> bool:
        """True: a reading finds out when there is nothing more to read. Being asked, the reader is there."""
        self._present.note(self._conversation)
        return True

    def _shown(self, message: Message) -> tuple[Wire, ...]:
        return self._web.render(message, self._conversation)


def _line(wire: Wire) -> str:
    return json.dumps(wire, ensure_ascii=False, separators=(",", ":"))
