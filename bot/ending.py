"""A customer ends their conversation: whoever had it is told, and writing again opens it."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation import ConversationId, Draft, Event, Helper, Holder
from bot.ratings import Ratings
from bot.resuming import over
from bot.store import Outcome, Store
from config.clock import Clock


class Ending:
    """The verbs of the card under a conversation that is over, and the one that leads there."""

    def __init__(
        self,
        store: Store,
        ratings: Ratings,
        *,
        phrase: Callable[[str, str, dict[str, str]], str],
        clock: Clock,
    ) -> None:
        """phrase: a response's words in a language."""
        self._store, self._ratings, self._phrase, self._clock = store, ratings, phrase, clock

    def end(self, conversation: ConversationId) -> None:
        """End it, whoever has it; one that has ended stays as it is. Raises NoConversationError."""
        known = self._store.get(conversation)
        if known.holder is Holder.NONE:
            return
        said = self._phrase("utter_ended_by_customer", known.language, {})
        ended = Outcome(
            # Two tabs at once end it once: the second finds the words there and changes nothing.
            drafts=(Draft("system", said, client_id=f"ended-{known.id}-{known.last}"),),
            events=over(self._clock.now()),
            event=Event.ENDED,
            actor="customer",
            leaves="conversation",
            ended_by="customer",
        )
        self._store.write(conversation, ended)

    def rate(
        self, conversation: ConversationId, helper: Helper, score: int, comment: str | None = None
    ) -> None:
        """What the customer thinks of the bot, or of the people who came; once an ending, NotRatedError."""
        self._ratings.rate(conversation, helper, score, comment)
