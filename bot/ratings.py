"""What customers think of those who helped, once an ending: asked here, and told to the people's room."""

from __future__ import annotations

import logging

from bot.conversation import ConversationId, Helper
from bot.store.endings import EndingStore, Rating
from handoff.errors import NoCaseError
from handoff.intake import Intake

SCORES = range(1, 6)
"""From 1, the worst, to 5."""

_log = logging.getLogger(__name__)


class Ratings:
    """Takes a rating, and carries it to the case of its ending, at least once; there it counts once."""

    def __init__(self, store: EndingStore, intake: Intake) -> None:
        self._store, self._intake = store, intake

    def rate(self, conversation: ConversationId, helper: Helper, score: int, comment: str | None) -> None:
        """Keep what the customer gives the bot or the people; durable when this returns.

        score: one of SCORES. Raises NotRatedError where the conversation has not ended, where that helper
        said nothing in it, and where they are rated already.
        """
        if score not in SCORES:
            raise ValueError(f"score {score}: must be one of {list(SCORES)}")
        self._store.rate(conversation, helper, score, comment)

    def tell(self) -> bool:
        """Let the cases know of the ratings that they have not heard of; True if there were any."""
        told = False
        for rating in self._store.untold():
            try:
                self._tell(rating)
            except Exception as error:
                # Kept and tried again with the next round; the other ratings go on.
                _log.error("a rating of conversation %s waits: %s", rating.conversation, error)
                continue
            told = True
        return told

    def _tell(self, rating: Rating) -> None:
        if rating.handoff_id is not None:
            given = (rating.helper, rating.ending, rating.score, rating.comment)
            try:
                self._intake.rated(rating.handoff_id, *given)
            except NoCaseError:
                _log.info("the case %s of a rating is gone", rating.handoff_id)
        self._store.told(rating)
