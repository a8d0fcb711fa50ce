"""Keeps what escalations promise: there is a case, it hears its customer, and knows when they have left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.conversation import ConversationId, Message, in_words
from bot.filled_in import contact, filled_in, told
from bot.store import Promise, Store
from config.failpoints import failpoint
from handoff.errors import NoCaseError
from handoff.escalation import Line
from handoff.intake import Intake

_log = logging.getLogger(__name__)


class Promises:
    """Works off this room's promises; at least once, and once is all that shows."""

    def __init__(self, store: Store, intake: Intake, open_case: Callable[[ConversationId], int]) -> None:
        """open_case: runs the escalation again for a promise without a case and gives its number."""
        self._store, self._intake, self._open_case = store, intake, open_case

    def work(self) -> bool:
        """Open the cases that must exist and let open cases hear the customer; True if one was kept.

        What customers wrote comes to their threads first: working out anew what a case is about takes longer,
        and what others write meanwhile does not wait for it.
        """
        kept = False
        tried: dict[str, int] = {}
        heard: dict[str, int] = {}
        for promise in self._bring(tried, heard):
            self._bring(tried, heard)
            try:
                self.keep(promise, heard.get(promise.handoff_id, 0))
            except Exception as error:
                # Owed as before and tried again with the next round; the other promises are kept.
                _log.error("the promise %s waits: %s", promise.handoff_id, error)
                continue
            kept = True
        return kept

    def keep(self, promise: Promise, heard: int = 0) -> None:
        """One promise: its case exists and has heard everything said so far, and if its customer left.

        heard: the number of the last message that stands in its thread already.
        """
        if promise.left is not None and promise.case is None:
            self._keep_left(promise, None)
            return
        case = promise.case if promise.case is not None else self._open_case(promise.conversation)
        unheard = self._unheard(promise, promise.forwarded)
        lines = _lines(unheard)
        if lines:
            filled = [each for line in unheard for each in told(line)]
            self._intake.hear(promise.handoff_id, lines, filled, overheard=heard)
        for message in unheard:
            by = _promised_by(message)
            if by is not None:
                self._intake.promised(promise.handoff_id, _line(message), by)
            reached = contact(filled_in(message))
            if reached:
                self._intake.contact(promise.handoff_id, **reached)
        forwarded = unheard[-1].number if unheard else promise.forwarded
        failpoint("bot.promise.told")
        if promise.left is not None:
            self._keep_left(promise, case)
            return
        self._store.keep(promise.handoff_id, case=case, forwarded=forwarded)

    def _keep_left(self, promise: Promise, case: int | None) -> None:
        """The case knows that its customer has left; where none was opened in time, none is now."""
        assert promise.left is not None
        try:
            self._intake.left(promise.handoff_id, promise.left, promise.left_after)
        except NoCaseError:
            _log.info("the customer of %s left before there was a case", promise.handoff_id)
        self._store.keep(promise.handoff_id, case=case, forwarded=promise.left_after, left=True)

    def _bring(self, tried: dict[str, int], heard: dict[str, int]) -> tuple[Promise, ...]:
        """Let cases hear what was written since; what is promised.

        tried: up to which message that was done, by hand-over; heard: up to which it went well. Both grow.
        """
        owed = self._store.promises()
        for promise in owed:
            after = max(promise.forwarded, tried.get(promise.handoff_id, 0))
            if promise.case is None or promise.last <= after:
                continue
            unheard = self._unheard(promise, after)
            if not unheard:
                continue
            last = tried[promise.handoff_id] = unheard[-1].number
            lines = _lines(unheard)
            try:
                if lines:
                    self._intake.overhear(promise.handoff_id, lines)
            except Exception as error:
                # Tried again, and spoken of, when the promise is kept.
                _log.info("what %s goes on with waits: %s", promise.handoff_id, error)
                continue
            if heard.get(promise.handoff_id, promise.forwarded) == after:
                heard[promise.handoff_id] = last
        return owed

    def _unheard(self, promise: Promise, after: int) -> tuple[Message, ...]:
        """What its case has not heard; what was said after the customer has left is the bot's."""
        said = self._store.messages(promise.conversation, after)
        return tuple(each for each in said if promise.left is None or each.number <= promise.left_after)


def _lines(messages: Sequence[Message]) -> tuple[Line, ...]:
    """Those that a case hears: what agents said stands in its thread already."""
    return tuple(_line(message) for message in messages if message.author in ("customer", "bot"))


def _line(message: Message) -> Line:
    # Files are shown beside the words, so that words need not name them.
    words = message.text if message.files else in_words(message)
    if changed := message.data.get("changes"):
        words = f"{words}\n[✏️ “{changed}”]"
    return Line(message.number, message.author, words, message.sent_at, message.name, files=message.files)


def _promised_by(message: Message) -> datetime | None:
    """The time by which a message of the bot promises an answer, if it does."""
    custom = message.data.get("custom")
    by = custom.get("promised_by") if isinstance(custom, dict) else None
    return datetime.fromisoformat(by) if isinstance(by, str) and message.author != "customer" else None
