"""What is asked about somebody's data, by themselves and by staff, behind one door."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation import Conversation, ConversationId
from bot.errors import ErasureSlowError, NoConversationError, NotVerifiedError
from bot.privacy.consent import Consents
from bot.privacy.export import Export
from bot.privacy.forgetting import Forgetting
from bot.privacy.people import Found, People
from bot.store.erasing import Erasure, ErasureStore
from bot.store.tables import JsonObject

CUSTOMER = "customer"
"""Who wanted an erasure, where it was the customer."""

_LOOKED_AT_EVERY = 0.2  # seconds
_LATEST = 50  # erasures


@dataclass(frozen=True, slots=True)
class Privacy:
    """Notice and consent, export, erasure. `by` is who of the staff wants it, for the audit."""

    consents: Consents
    people: People
    exporting: Export
    forgetting: Forgetting
    erasures: ErasureStore

    def mine(self, conversation: Conversation) -> JsonObject:
        """All that is kept of the customer of a conversation; raises NotVerifiedError."""
        return self.exporting.of(self._theirs(conversation))

    def forget_me(self, conversation: Conversation) -> None:
        """Forget the customer of a conversation with all they had; raises NotVerifiedError."""
        self.forget_all(self._theirs(conversation), by=CUSTOMER)

    def export(self, conversation: ConversationId, *, notes: bool = False) -> bytes:
        """One conversation, packed."""
        return self.packed([conversation], notes=notes)

    def forget(self, conversation: ConversationId, by: str = CUSTOMER) -> int:
        """One conversation; the number of its erasure. Raises NoConversationError."""
        return self.forgetting.forget(conversation, by)

    def forget_all(self, conversations: Sequence[str], by: str) -> tuple[int, ...]:
        """Several; those that are gone already are left out."""
        numbers = []
        for each in conversations:
            try:
                numbers.append(self.forgetting.forget(ConversationId(each), by))
            except NoConversationError:
                continue
        return tuple(numbers)

    def packed(self, conversations: Sequence[str], *, notes: bool = False) -> bytes:
        """All that is kept of these as a ZIP file; those that are gone are left out."""
        return self.exporting.packed([ConversationId(each) for each in conversations], notes=notes)

    def find(self, words: str) -> tuple[Found, ...]:
        """Whoever is known by these words, a conversation at a time; empty for nobody."""
        return self.people.find(words)

    def latest(self) -> tuple[Erasure, ...]:
        """What was asked to be forgotten, newest first."""
        return self.erasures.latest(_LATEST)

    def wait_for(self, numbers: Sequence[int], seconds: float) -> tuple[Erasure, ...]:
        """These erasures once all of them are done, by whichever process; raises ErasureSlowError."""
        until = time.monotonic() + seconds
        while True:
            found = tuple(each for number in numbers if (each := self.erasures.one(number)) is not None)
            if all(each.state == "done" for each in found):
                return found
            if time.monotonic() > until:
                raise ErasureSlowError(seconds)
            time.sleep(_LOOKED_AT_EVERY)

    def _theirs(self, conversation: Conversation) -> tuple[ConversationId, ...]:
        if conversation.visitor is None:
            raise NotVerifiedError
        return self.people.of(conversation)
