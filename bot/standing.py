"""Where a conversation stands: who has it, what its customer waits for, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversation import WITH_PEOPLE, Conversation, ConversationId, Holder
from bot.store import Store
from bot.store.endings import Ended
from handoff.intake import Wait


@dataclass(frozen=True, slots=True)
class Standing:
    """What a customer's page shows beside the messages.

    wait: the case they wait with, or that an agent has; None while the bot holds the conversation, and until
    there is a case. ended: how it was over, until somebody goes on with it.
    """

    holder: Holder
    agent: str | None
    wait: Wait | None
    ended: Ended | None
    typing: bool
    language: str
    verified: bool
    customer_name: str | None
    consented: bool


class Standings:
    """Reads where conversations stand."""

    def __init__(
        self,
        store: Store,
        *,
        busy: Callable[[ConversationId], bool],
        wait: Callable[[str], Wait],
        ended: Callable[[ConversationId, int], Ended | None],
        named: Callable[[str], str | None],
        agreed: Callable[[ConversationId], bool] = lambda conversation: True,
        answered: Callable[[ConversationId], bool] = lambda conversation: False,
    ) -> None:
        """busy: whether the bot is at it. answered: whether a person writes to its customer just now. wait:
        what a hand-over's customer waits with. ended: an ending of a conversation by its number. named: what
        a visitor's id tells of their name. agreed: whether what a customer writes may be taken."""
        self._store, self._busy, self._wait = store, busy, wait
        self._ended, self._named, self._agreed = ended, named, agreed
        self._answered = answered

    def of(self, conversation: ConversationId) -> Standing:
        """As it is now; raises NoConversationError."""
        known = self._store.get(conversation)
        return Standing(
            holder=known.holder,
            agent=known.agent,
            wait=self._waits(known),
            ended=None if known.ended is None else self._ended(conversation, known.ended),
            typing=self._busy(conversation)
            or (known.holder is Holder.AGENT and self._answered(conversation)),
            language=known.language,
            verified=known.visitor is not None,
            customer_name=None if known.visitor is None else self._named(known.visitor),
            consented=self._agreed(conversation),
        )

    def _waits(self, known: Conversation) -> Wait | None:
        if known.holder not in WITH_PEOPLE:
            return None
        promise = self._store.promise_of(known.id)
        if promise is None or promise.case is None:
            return None
        return self._wait(promise.handoff_id)
