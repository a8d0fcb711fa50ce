"""What a customer's channel asks of this room: begin, receive, read on, and where things stand."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from bot.conversation import Conversation, ConversationId, Draft, Holder, Message
from bot.dialogue.documents import JsonValue
from bot.errors import EmptyMessageError, MessageTooLongError, NoConversationError
from bot.store import Outcome, Store
from bot.tracker import slot_event
from config.clock import Clock
from config.failpoints import failpoint

# Control, zero-width, half a surrogate pair, and the blanks: Unicode's categories of what shows as nothing.
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp"))


class Place(Protocol):
    """Where a waiting case stands, as the handoff room tells it."""

    @property
    def position(self) -> int: ...

    @property
    def wait(self) -> tuple[timedelta, timedelta] | None: ...


class Turns(Protocol):
    """Who takes the bot's turns."""

    def soon(self, conversation: ConversationId, *, whole: bool = False) -> None: ...

    def now(self, conversation: ConversationId) -> None: ...

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


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer's page shows beside the messages."""

    holder: Holder
    agent: str | None
    place: Place | None
    typing: bool
    language: str


class Chat:
    """The customers' side of the room, the same for every channel."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        *,
        greet: Callable[[Conversation], Outcome],
        place: Callable[[str], Place | None],
        languages: tuple[str, ...],
        characters: int,
        clock: Clock,
    ) -> None:
        self._store, self._turns, self._clock = store, turns, clock
        self._greet, self._place = greet, place
        self._languages, self._characters = languages, characters

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

    def language(self, asked: str | None) -> str:
        """The language of ours that is nearest to a tag such as `nb-NO`; the first of ours where none is."""
        short = (asked or "").lower().replace("_", "-").split("-")[0]
        short = "nb" if short in ("no", "nn") else short
        return short if short in self._languages else self._languages[0]

    def opened_by(self, conversation: str, token: str) -> Conversation:
        """The conversation, for whoever holds its token; NoConversationError for everyone else."""
        known = self._store.token_hash(ConversationId(conversation))
        # Compared even where there is nothing to compare with, so that both answers take the same time.
        if not hmac.compare_digest(known or "-" * 64, _hashed(token)) or known is None:
            raise NoConversationError
        return self._store.get(ConversationId(conversation))

    def receive(
        self, conversation: ConversationId, client_id: str | None, text: str, payload: str | None = None
    ) -> Message:
        """Store what the customer said; durable when this returns. The bot's turn follows by itself."""
        message, fresh = self._store.receive(conversation, self._draft(client_id, text, payload))
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
    ) -> Heard:
        """Store what an address of a channel said; durable when this returns. No turn is taken yet.

        data: what the channel sent along, for the tracker: `metadata`, `input_channel`, `output_channel`.
        The same `client_id` with the same text is the same message.
        """
        draft = replace(self._draft(client_id, text, None), data=data or {})
        heard = self._store.hear(channel, address, draft, begin=_new_id(), language=self.language(language))
        failpoint("bot.message.stored")
        return Heard(*heard)

    def at(self, channel: str, address: str, *, language: str | None = None) -> Conversation:
        """The conversation of an address on a channel that names its customers itself, old or new."""
        return self._store.find(channel, address) or self._store.begin(
            _new_id(),
            channel=channel,
            address=address,
            language=self.language(language),
        )

    def find(self, channel: str, address: str) -> Conversation | None:
        """The conversation of an address on a channel, if there is one."""
        return self._store.find(channel, address)

    def answer(self, heard: Heard) -> tuple[Message, ...]:
        """Take the turn here and now, and give what has not been handed out yet: Rasa's REST way.

        A message heard before gets the answer that it got then.
        """
        conversation = heard.conversation
        self._turns.now(conversation.id)
        if not heard.fresh:
            return self._store.answer_to(conversation.id, heard.message.number)
        return self._store.between(conversation.id, conversation.delivered)

    def answer_soon(self, heard: Heard) -> None:
        """Have the turn taken on another thread; the channel brings what is said."""
        if heard.fresh:
            self._turns.soon(heard.conversation.id, whole=True)

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

    def there(self, conversation: ConversationId) -> bool:
        """Whether the conversation is still kept."""
        try:
            self._store.get(conversation)
        except NoConversationError:
            return False
        return True

    def standing(self, conversation: ConversationId) -> Standing:
        """Who holds the conversation now, and where in the queue it is."""
        known = self._store.get(conversation)
        promise = self._store.promise_of(conversation) if known.holder is Holder.QUEUE else None
        place = self._place(promise.handoff_id) if promise and promise.case is not None else None
        return Standing(known.holder, known.agent, place, self._turns.busy(conversation), known.language)

    def speak(self, conversation: ConversationId, language: str) -> None:
        """Change the language the bot answers in."""
        spoken = self.language(language)
        # The bot reads its tracker, where a language that it noticed earlier would stand against this one.
        chosen = slot_event("language", spoken, at=self._clock.now())
        self._store.write(conversation, Outcome(language=spoken, events=(chosen,)))

    def _draft(self, client_id: str | None, text: str, payload: str | None) -> Draft:
        clean = _printable(text)
        if all(unicodedata.category(character) in UNSEEN for character in clean):
            raise EmptyMessageError
        if len(clean) > self._characters:
            raise MessageTooLongError(len(clean), self._characters)
        return Draft("customer", clean, client_id=client_id, payload=payload)


def _new_id() -> ConversationId:
    return ConversationId(secrets.token_urlsafe(16))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _printable(text: str) -> str:
    """The text without control characters and lone surrogates, which databases and readers choke on."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip("\n")
