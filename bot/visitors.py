"""Customers whom their company vouches for: a conversation becomes theirs, and comes back to them."""

from __future__ import annotations

import logging
from typing import Protocol

from bot.chat import Begun, Chat
from bot.conversation import ConversationId
from bot.errors import IdentityRefusedError, NoConversationError
from bot.store.visitors import VisitorStore
from bot.vouching import Claim, Visitor, Vouching
from config.clock import Clock
from handoff.escalation import Customer, Site

_log = logging.getLogger(__name__)


class Cases(Protocol):
    """The cases of the agents' room."""

    def introduce(self, conversation_id: str, customer: Customer) -> None:
        """Tell a conversation's cases who their customer is; the same again changes nothing."""
        ...


class Visitors:
    """The customers' side for sites that know their customers."""

    def __init__(
        self, store: VisitorStore, chat: Chat, vouching: Vouching, cases: Cases, clock: Clock
    ) -> None:
        self._store, self._chat, self._vouching = store, chat, vouching
        self._cases, self._clock = cases, clock

    def begin(
        self,
        *,
        claim: Claim | None = None,
        site: Site | None = None,
        again: bool = False,
        language: str | None = None,
        page: str | None = None,
    ) -> Begun:
        """A conversation for whoever comes: a known customer's latest, by another token, else a new one.

        claim: who they are; raises IdentityRefusedError before anything has begun. again: a new one all the
        same, which is what starting again means.
        """
        visitor = None if claim is None else self._proved(claim)
        earlier = self._store.conversations(visitor.id) if visitor is not None and not again else ()
        begun = self._chat.admit(earlier[0]) if earlier else self._chat.begin(language=language, page=page)
        if visitor is not None:
            self._store.join(begun.conversation, visitor)
        if site is not None:
            self._store.look(begun.conversation, site)
        if earlier:
            self._introduce(begun.conversation)
        return begun

    def identify(self, conversation: ConversationId, claim: Claim) -> Visitor:
        """Make a conversation that is open already its customer's, with all that was said in it.

        The caller holds the conversation's token, and the claim proves who they are: without both, no history
        joins another. Raises IdentityRefusedError, and OtherVisitorError where it is somebody else's.
        """
        visitor = self._proved(claim)
        self._store.join(conversation, visitor)
        # Even where that is no news: a crash may have come between the two rooms.
        self._introduce(conversation)
        return visitor

    def look(self, conversation: ConversationId, site: Site) -> None:
        """Keep what the customer is looking at on the company's site, in the place of what was before."""
        if self._store.look(conversation, site):
            self._introduce(conversation)

    def _proved(self, claim: Claim) -> Visitor:
        try:
            return self._vouching.visitor(claim, self._clock.now())
        except IdentityRefusedError as error:
            _log.warning("an identity was refused: %s", error.why)
            raise

    def _introduce(self, conversation: ConversationId) -> None:
        customer = customer_in(self._store, conversation)
        if customer is not None:
            self._cases.introduce(conversation, customer)


def customer_in(store: VisitorStore, conversation: str) -> Customer | None:
    """Who is in a conversation, as cases have it; None where the company's site has said nothing of them."""
    try:
        known = store.of(ConversationId(conversation))
    except NoConversationError:
        return None
    visitor, site, language = known.visitor, known.site, known.language
    if visitor is None:
        return None if site is None else Customer(conversation, None, None, False, language, site=site)
    id = customer_id(visitor.id)
    return Customer(id, visitor.name, visitor.email, True, language, visitor.business, site)


def customer_id(visitor: str) -> str:
    """What a verified customer is called in the agents' room; no conversation's id has a colon."""
    return f"visitor:{visitor}"
