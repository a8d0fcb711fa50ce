"""Finds a person: by what they are known by, in whichever room, to the conversations they had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.conversation import Conversation, ConversationId
from bot.errors import NobodyFoundError, NoConversationError
from bot.store import Store
from bot.store.personal import PersonalStore
from bot.store.visitors import VisitorStore
from handoff.personal import Personal


@dataclass(frozen=True, slots=True)
class Found:
    """One conversation of somebody who was looked for, with its cases."""

    conversation: ConversationId
    channel: str
    language: str
    started_at: datetime
    messages: int
    name: str | None
    contact: str | None
    verified: bool
    about: str
    cases: tuple[int, ...]


class People:
    """Reads only."""

    def __init__(
        self, store: Store, personal: PersonalStore, visitors: VisitorStore, cases: Personal
    ) -> None:
        self._store, self._personal, self._visitors, self._cases = store, personal, visitors, cases

    def find(self, words: str) -> tuple[Found, ...]:
        """The conversations of whoever is known by these words, the latest first; empty for nobody.

        An e-mail address or phone number, a case's number, a name, a customer's id, a sender's name on a Rasa
        channel, a conversation's id. Of a customer whom a company vouches for, all they had.
        """
        known = words.strip()
        if not known:
            return ()
        ids = [*self._personal.find(known), *(each.conversation_id for each in self._cases.find(known))]
        found = (self._found(each) for each in dict.fromkeys(self._widened(ids)))
        return tuple(sorted(filter(None, found), key=lambda each: each.started_at, reverse=True))

    def one(self, words: str) -> tuple[Found, ...]:
        """The same; raises NobodyFoundError."""
        found = self.find(words)
        if not found:
            raise NobodyFoundError(words)
        return found

    def of(self, conversation: Conversation) -> tuple[ConversationId, ...]:
        """All conversations of the customer of one, as far as somebody vouches for who they are."""
        theirs = self._visitors.conversations(conversation.visitor) if conversation.visitor else ()
        return tuple(dict.fromkeys((conversation.id, *theirs)))

    def _widened(self, ids: list[str]) -> Iterator[ConversationId]:
        for each in ids:
            try:
                yield from self.of(self._store.get(ConversationId(each)))
            except NoConversationError:
                continue  # a case of a room that was served apart, or forgotten a moment ago

    def _found(self, id: ConversationId) -> Found | None:
        try:
            conversation = self._store.get(id)
        except NoConversationError:
            return None
        cases = self._cases.of(id)
        visitor = self._visitors.of(id).visitor
        name, contact = self._cases.named(id)
        return Found(
            conversation=id,
            channel=conversation.channel,
            language=conversation.language,
            started_at=conversation.started_at,
            messages=conversation.last,
            name=(visitor and visitor.name) or name,
            contact=(visitor and visitor.email) or contact,
            verified=visitor is not None,
            about=cases[-1].headline if cases else "",
            cases=tuple(each.number for each in cases),
        )
