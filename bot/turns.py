"""Runs the bot's turns: one at a time in a conversation, several conversations at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from bot.bursts import Bursts
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
        burst: float = 0.0,
    ) -> None:
        """take: one turn, or nothing where no message waits. changed: told when a turn starts and ends.

        burst: how many seconds a turn that is wanted soon waits for more messages; 0 for not at all.
        """
        self._take, self._changed = take, changed
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="turn")
        self._guard = threading.Lock()
        self._locks: dict[ConversationId, tuple[threading.Lock, int]] = {}
        self._bursts = Bursts(burst)
        self._waits = threading.Condition()
        self._waiter: threading.Thread | None = None
        self._open = True

    def soon(self, conversation: ConversationId, *, whole: bool = False) -> None:
        """Take the conversation's turn on another thread, once the customer has paused.

        whole: the message is a complete thought by itself (a tapped reply), so nothing is waited for.
        """
        if whole or not self._bursts.window:
            self._enter(conversation)
            self._submit(conversation)
            return
        with self._waits:
            fresh = self._bursts.heard(conversation, time.monotonic())
            if self._waiter is None and self._open:
                self._waiter = threading.Thread(target=self._wait, name="bursts", daemon=True)
                self._waiter.start()
            self._waits.notify()
        if fresh:
            self._enter(conversation)

    def now(self, conversation: ConversationId) -> None:
        """Take the conversation's turn before returning."""
        self._enter(conversation)
        self._one(conversation)

    @contextmanager
    def alone(self, conversation: ConversationId) -> Iterator[None]:
        """No turn of the conversation is taken meanwhile; wait for one that is."""
        self._enter(conversation)
        try:
            with self._locks[conversation][0]:
                yield
        finally:
            self._leave(conversation)

    def busy(self, conversation: ConversationId) -> bool:
        """True while a turn of the conversation runs or waits to run: the customer sees the bot typing."""
        with self._guard:
            return conversation in self._locks

    def close(self) -> None:
        """Finish the turns that have begun."""
        with self._waits:
            self._open = False
            self._waits.notify()
        if self._waiter is not None:
            self._waiter.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _wait(self) -> None:
        """Hand on the turns whose customers have paused, until closing."""
        while True:
            with self._waits:
                now, at = time.monotonic(), self._bursts.next_at()
                if not self._open:
                    # Stored and unhandled: the next start takes these turns.
                    return
                if at is None or at > now:
                    self._waits.wait(None if at is None else at - now)
                    continue
                ready = self._bursts.due(now)
            for conversation in ready:
                self._submit(conversation)

    def _submit(self, conversation: ConversationId) -> None:
        try:
            self._pool.submit(self._safely, conversation)
        except RuntimeError:
            # The house is closing: the message is stored, and the next start takes its turn.
            self._leave(conversation)

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
