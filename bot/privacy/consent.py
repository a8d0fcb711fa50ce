"""Keeps what customers agreed to, and says whether anything may be taken from them yet."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from bot.conversation import ConversationId
from bot.errors import NoticeChangedError
from bot.privacy.notice import Notices
from bot.store.consents import Consent
from config.clock import Clock


class Kept(Protocol):
    """Where consents are; `bot.store.consents.ConsentStore` is one."""

    def agree(self, conversation: ConversationId, consent: Consent) -> None: ...

    def agreed(self, conversation: ConversationId, versions: Collection[str]) -> bool: ...

    def of(self, conversation: ConversationId) -> tuple[Consent, ...]: ...


class Consents:
    """The notices in force, and who agreed to them."""

    def __init__(self, notices: Notices, kept: Kept, clock: Clock) -> None:
        self.notices = notices
        self._kept, self._clock = kept, clock

    def agree(self, conversation: ConversationId, version: str) -> None:
        """The customer agreed to that notice; durable on return, and the same a second time.

        Raises NoConversationError, and NoticeChangedError for a notice that is not in force.
        """
        notice = self.notices.known(version)
        if notice is None:
            raise NoticeChangedError
        consent = Consent(version, notice.language, notice.text, notice.url, self._clock.now())
        self._kept.agree(conversation, consent)

    def given(self, conversation: ConversationId) -> bool:
        """Whether what the customer writes may be taken: they agreed, or nobody asks them to."""
        return not self.notices.asks or self._kept.agreed(conversation, self.notices.versions)

    def of(self, conversation: ConversationId) -> tuple[Consent, ...]:
        """All that was agreed to in a conversation, oldest first, in the words of then."""
        return self._kept.of(conversation)
