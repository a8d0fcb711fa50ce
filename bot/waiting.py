"""What customers who wait for a person may do: put the case right, say how they are reached, leave."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from bot.chat import Turns
from bot.conversation import WITH_PEOPLE, ConversationId, Draft, Event, Holder
from bot.drafting import drafted, seen
from bot.errors import EmptyMessageError, NotHeldError, UnknownFactError
from bot.filled_in import FilledIn, as_data
from bot.resuming import resumed
from bot.store import Outcome, Promise, Store
from config.clock import Clock
from config.mail import address_of
from handoff.casefile.showing import ShownCase
from handoff.intake import Intake
from handoff.verbs.following import phone_of

LONGEST = 2_000
"""Characters of what a card's fields come to."""


class Waiting:
    """The verbs of the waiting card. Each is one transaction here; the case hears of it as of any message."""

    def __init__(
        self,
        store: Store,
        turns: Turns,
        intake: Intake,
        *,
        phrase: Callable[[str, str, dict[str, str]], str],
        moved: Callable[[], None],
        clock: Clock,
    ) -> None:
        """phrase: a response's words in a language; moved: has all who wait look at the queue again."""
        self._store, self._turns, self._intake = store, turns, intake
        self._phrase, self._moved, self._clock = phrase, moved, clock

    def case(self, conversation: ConversationId) -> ShownCase | None:
        """What the agent will read, as far as its customer may; None while there is no case."""
        promise = self._promise(conversation)
        return None if promise is None else self._intake.shown(promise.handoff_id)

    def correct(
        self,
        conversation: ConversationId,
        name: str,
        value: str,
        words: Callable[[str, str], str],
        message: int | None = None,
    ) -> None:
        """Put right a fact of the case, in a message of the customer's which the case then cites.

        words: from the old value and the new one to what the customer says so. message: the one that the fact
        is from, where the case has several of that name. The same value changes nothing. Raises NotHeldError
        where nobody waits, UnknownFactError, EmptyMessageError and MessageTooLongError.
        """
        case = self.case(conversation)
        if case is None:
            raise NotHeldError(self._store.get(conversation).holder)
        fact = case.fact(name, message)
        if fact is None:
            raise UnknownFactError(name, "the case does not have it; say it in a message")
        if fact.masked:
            raise UnknownFactError(name, "it is a secret, which is never needed in a chat")
        right = " ".join(value.split())
        if not seen(right):
            raise EmptyMessageError
        if right == fact.value:
            return
        filled = FilledIn(name, right, instead_of=fact.value)
        # The same correction of the same message once, however often the button is tapped.
        text = words(fact.value, right)
        self._say(conversation, _key("fact", str(fact.message), text), text, (filled,))

    def reach(
        self,
        conversation: ConversationId,
        words: Callable[[dict[str, str]], str],
        *,
        name: str | None = None,
        email: str | None = None,
        phone: str | None = None,
    ) -> None:
        """Say how the answer is to reach the customer, who may then go away.

        words: from what is given (`name`, `email`, `phone`) to what the customer says so. Raises
        NotAnAddressError, PhoneError, NotHeldError, and EmptyMessageError where nothing is said.
        """
        given = {
            "name": name and " ".join(name.split()),
            "email": email and address_of(email.strip()).casefold(),
            "phone": phone and phone_of(phone),
        }
        known = {key: value for key, value in given.items() if value}
        text = words(known)
        filled = tuple(FilledIn(key, value) for key, value in known.items())
        promise = self._promise(conversation)
        after = promise.handoff_id if promise is not None else ""
        self._say(conversation, _key("contact", after, text), text, filled)

    def leave(self, conversation: ConversationId) -> None:
        """Wait no longer and go on with the bot; the case ends. Where the bot has it anyhow, nothing happens.

        Raises NotHeldError where a person has come meanwhile.
        """
        known = self._store.get(conversation)
        if known.holder in (Holder.BOT, Holder.NONE):
            return
        now = self._clock.now()
        text = self._phrase("utter_left_queue", known.language, {})
        left = Outcome(
            drafts=(Draft("system", text, client_id=f"left-{known.id}-{known.episode}-{known.last}"),),
            events=resumed(now),
            event=Event.LEFT_QUEUE,
            actor="customer",
            leaves="queue",
        )
        if self._store.write(conversation, left, held_by=Holder.QUEUE) is None:
            holder = self._store.get(conversation).holder
            if holder is Holder.AGENT:
                raise NotHeldError(holder)

    def tick(self) -> bool:
        """Time has passed for those who wait: their waits are told anew. Never any work that is left over."""
        if self._intake.anybody_waits():
            self._moved()
        return False

    def _promise(self, conversation: ConversationId) -> Promise | None:
        promise = self._store.promise_of(conversation)
        return promise if promise is not None and promise.case is not None else None

    def _say(self, conversation: ConversationId, key: str, text: str, filled: tuple[FilledIn, ...]) -> None:
        draft = replace(drafted(text, LONGEST, client_id=key), data=as_data(filled))
        _, fresh = self._store.receive(conversation, draft, held_by=WITH_PEOPLE)
        if fresh:
            self._turns.soon(conversation, whole=True)


def _key(*parts: str) -> str:
    """A `client_id` that the same parts give again."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:40]
