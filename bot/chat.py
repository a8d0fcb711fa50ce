"""What a customer's channel asks of this room: begin, receive, read on, and where things stand."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.conversation import Conversation, ConversationId, Draft, Message
from bot.dialogue.documents import JsonValue
from bot.drafting import drafted
from bot.errors import ForgottenError, NoConversationError, NotAgreedError
from bot.standing import Standing, Standings
from bot.store import Outcome, Store
from bot.tracker import slot_event
from config.clock import Clock
from config.failpoints import failpoint
from handoff.file import FileRef


class Turns(Protocol):
    """Who takes the bot's turns."""

    def soon(self, conversation: ConversationId, *, whole: bool = False) -> None: ...

    def now(self, conversation: ConversationId) -> None: ...

    def reply(self, conversation: Conversation, heard: tuple[Message, ...]) -> tuple[Message, ...]: ...

    def busy(self, conversation: ConversationId) -> bool: ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A new conversation and the only copy of its customer's token."""

    conversation: ConversationId
    token: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that was taken in; `conversation` as it stood before, `fresh` unless it was there already."""

    conversation: Conversation
    message: Message
    fresh: bool


class Chat:
    """The customers' side of the room, the same for every channel."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        *,
        greet: Callable[[Conversation], Outcome],
        standings: Standings,
        languages: tuple[str, ...],
        characters: int,
        clock: Clock,
        agreed: Callable[[ConversationId], bool] = lambda conversation: True,
        forgotten: Callable[[str, str], bool] = lambda conversation, token_hash: False,
    ) -> None:
        """agreed: whether what a customer writes may be taken. forgotten: whether a conversation was deleted
        that such a token opened."""
        self._store, self._turns, self._clock = store, turns, clock
        self._greet, self._standings = greet, standings
        self._languages, self._characters = languages, characters
        self._agreed, self._forgotten = agreed, forgotten

    def begin(self, *, language: str | None = None, page: str | None = None) -> Begun:
        """Open a conversation on the web and greet; the token is shown once and kept only as a hash."""
        conversation = _new_id()
        token = secrets.token_urlsafe(32)
        spoken = self.language(language)
        begun = self._store.begin(
            conversation,
            channel="web",
            address=conversation,
            language=spoken,
            page=page,
            token_hash=_hashed(token),
        )
        self._store.write(conversation, self._greet(begun))
        return Begun(conversation, token)

    def admit(self, conversation: ConversationId) -> Begun:
        """Another token for who has proved that the conversation is theirs; those of before still open it."""
        token = secrets.token_urlsafe(32)
        self._store.admit(conversation, _hashed(token))
        return Begun(conversation, token)

    def language(self, asked: str | None) -> str:
        """The language of ours that is nearest to a tag such as `nb-NO`; the first of ours where none is."""
        short = (asked or "").lower().replace("_", "-").split("-")[0]
        short = "nb" if short in ("no", "nn") else short
        return short if short in self._languages else self._languages[0]

    def opened_by(self, conversation: str, token: str) -> Conversation:
        """The conversation, for whoever holds a token of it; NoConversationError for everyone else.

        Raises ForgottenError for whoever held one of what was deleted.
        """
        known, given = self._store.token_hashes(ConversationId(conversation)), _hashed(token)
        # Compared even where there is nothing to compare with, so that both answers take the same time.
        if not any([hmac.compare_digest(each, given) for each in known or ("-" * 64,)]):
            raise ForgottenError if self._forgotten(conversation, given) else NoConversationError
        return self._store.get(ConversationId(conversation))

    def sign_out(self, conversation: ConversationId, token: str) -> None:
        """Whoever had this token has left the device that it was on: it opens nothing any more."""
        self._store.revoke(conversation, _hashed(token))

    def require_consent(self, conversation: ConversationId) -> None:
        """Raise NotAgreedError where nothing may be taken from the customer yet."""
        if not self._agreed(conversation):
            raise NotAgreedError

    def receive(
        self,
        conversation: ConversationId,
        client_id: str | None,
        text: str,
        payload: str | None = None,
        files: Sequence[FileRef] = (),
    ) -> Message:
        """Store what the customer said; durable when this returns. The bot's turn follows by itself.

        files: those that go along, kept before; with some there need be no words. Raises NotAgreedError.
        """
        self.require_consent(conversation)
        draft = drafted(text, self._characters, client_id=client_id, payload=payload, files=files)
        message, fresh = self._store.receive(conversation, draft)
        failpoint("bot.message.stored")
        if fresh:
            self._turns.soon(conversation, whole=payload is not None)
        return message

    def hear(
        self,
        channel: str,
        address: str,
        text: str,
        *,
        client_id: str | None = None,
        language: str | None = None,
        data: Mapping[str, JsonValue] | None = None,
        payload: str | None = None,
        files: Sequence[FileRef] = (),
    ) -> Heard:
        """Store what an address of a channel said; durable when this returns. No turn is taken yet.

        data: what the channel sent along, for the tracker: `metadata`, `input_channel`, `output_channel`.
        payload: what a tapped reply stands for. files: those that go along, kept before.
        The same `client_id` with the same text is the same message.
        """
        said = drafted(text, self._characters, client_id=client_id, payload=payload, files=files)
        draft = replace(said, data={**said.data, **(data or {})})
        heard = self._store.hear(channel, address, draft, begin=_new_id(), language=self.language(language))
        failpoint("bot.message.stored")
        return Heard(*heard)

    def tell(self, conversation: ConversationId, text: str, *, client_id: str) -> None:
        """Say something of the house's own to a customer, whoever has the conversation; once for an id."""
        self._store.write(conversation, Outcome(drafts=(Draft("bot", text, client_id=client_id),)))

    def at(self, channel: str, address: str, *, language: str | None = None) -> Conversation:
        """The conversation of an address on a channel that names its customers itself, old or new."""
        return self._store.find(channel, address) or self._store.begin(
            _new_id(),
            channel=channel,
            address=address,
            language=self.language(language),
        )

    def by_id(self, conversation: ConversationId) -> Conversation | None:
        """The conversation of this id, if there is one still."""
        try:
            return self._store.get(conversation)
        except NoConversationError:
            return None

    def find(self, channel: str, address: str) -> Conversation | None:
        """The conversation of an address on a channel, if there is one."""
        return self._store.find(channel, address)

    def answer(self, heard: Heard) -> tuple[Message, ...]:
        """Take the turn here and now, and give what has not been handed out yet: Rasa's REST way.

        A message heard before gets the answer that it got then.
        """
        conversation, message = heard.conversation, heard.message
        if not heard.fresh:
            self._turns.now(conversation.id)
            return self._store.answer_to(conversation.id, message.number)
        if conversation.waiting > conversation.handled:
            self._turns.now(conversation.id)
        else:
            said = self._turns.reply(conversation.hearing(message), (message,))
            if said and said[0].number == message.number + 1 and conversation.delivered == conversation.last:
                return said
        return self._store.between(conversation.id, conversation.delivered)

    def answer_soon(self, heard: Heard, *, whole: bool = True) -> None:
        """Have the turn taken on another thread; the channel brings what is said.

        whole: whether it is a complete thought by itself; else the customer may still be writing.
        """
        if heard.fresh:
            self._turns.soon(heard.conversation.id, whole=whole)

    def ask(
        self, channel: str, address: str, text: str, *, language: str | None = None
    ) -> tuple[Message, ...]:
        """Hear and answer at once."""
        return self.answer(self.hear(channel, address, text, language=language))

    def waiting(self, conversation: Conversation) -> tuple[Message, ...]:
        """What others have said and nobody has brought to the customer yet."""
        said = self._store.messages(conversation.id, self._store.get(conversation.id).delivered)
        return tuple(message for message in said if message.author != "customer")

    def handed_out(self, conversation: ConversationId, number: int) -> None:
        """The customer has been brought every message up to this one."""
        self._store.hand_out(conversation, number)

    def messages(self, conversation: ConversationId, after: int = 0, limit: int = 500) -> tuple[Message, ...]:
        """What was said after message `after`, in order."""
        return self._store.messages(conversation, after, limit)

    def standing(self, conversation: ConversationId) -> Standing:
        """Who holds the conversation now, what its customer waits for, and how it ended."""
        return self._standings.of(conversation)

    def speak(self, conversation: ConversationId, language: str) -> None:
        """Change the language the bot answers in."""
        spoken = self.language(language)
        # The bot reads its tracker, where a language that it noticed earlier would stand against this one.
        chosen = slot_event("language", spoken, at=self._clock.now())
        self._store.write(conversation, Outcome(language=spoken, events=(chosen,)))


def _new_id() -> ConversationId:
    return ConversationId(secrets.token_urlsafe(16))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
