"""Runs the bot's turns: one at a time in a conversation, several conversations at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot.conversation import ConversationId

_log = logging.getLogger(__name__)


class TurnPool:
    """Threads that take turns. What it holds in memory is only who is at it; what is owed is in the store."""

    def __init__(
        self,
        take: Callable[[ConversationId], None],
        *,
        threads: int,
        changed: Callable[[ConversationId], None],
    ) -> None:
        """take: one turn, or nothing where no message waits. changed: told when a turn starts and ends."""
        self._take, self._changed = take, changed
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="turn")
        self._guard = threading.Lock()
        self._locks: dict[ConversationId, tuple[threading.Lock, int]] = {}

    def soon(self, conversation: ConversationId) -> None:
        """Take the conversation's turn on another thread."""
        self._enter(conversation)
        try:
            self._pool.submit(self._safely, conversation)
        except RuntimeError:
            # The house is closing: the message is stored, and the next start takes its turn.
            self._leave(conversation)

    def now(self, conversation: ConversationId) -> None:
        """Take the conversation's turn before returning."""
        self._enter(conversation)
        self._one(conversation)

    def busy(self, conversation: ConversationId) -> bool:
        """True while a turn of the conversation runs or waits to run: the customer sees the bot typing."""
        with self._guard:
            return conversation in self._locks

    def close(self) -> None:
        """Finish the turns that have begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _safely(self, conversation: ConversationId) -> None:
        try:
            self._one(conversation)
        except Exception:
            # The message is stored and unhandled: the sweeping worker takes the turn again.
            _log.exception("a turn of conversation %s failed", conversation)

    def _one(self, conversation: ConversationId) -> None:
        try:
            with self._locks[conversation][0]:
                self._take(conversation)
        finally:
            self._leave(conversation)

    def _enter(self, conversation: ConversationId) -> None:
        with self._guard:
            lock, users = self._locks.get(conversation, (threading.Lock(), 0))
            self._locks[conversation] = (lock, users + 1)
        self._changed(conversation)

    def _leave(self, conversation: ConversationId) -> None:
        with self._guard:
            lock, users = self._locks[conversation]
            if users > 1:
                self._locks[conversation] = (lock, users - 1)
            else:
                del self._locks[conversation]
        self._changed(conversation)
