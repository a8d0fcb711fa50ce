"""Runs the bot's turns: one at a time in a conversation, several conversations at once.

Where several processes serve one database, `alone` keeps the others out of a conversation while its turn is
taken here; what a process that died has left is found by the others' `Sweep`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext

from bot.bursts import Bursts
from bot.conversation import Conversation, ConversationId, Message

_log = logging.getLogger(__name__)


class TurnPool:
    """Threads that take turns. What it holds in memory is only who is at it; what is owed is in the store."""

    def __init__(
        self,
        take: Callable[[ConversationId], None],
        *,
        threads: int,
        changed: Callable[[ConversationId], None],
        reply: Callable[[Conversation, tuple[Message, ...]], tuple[Message, ...]] | None = None,
        burst: float = 0.0,
        alone: Callable[[str], AbstractContextManager[bool]] = lambda key: nullcontext(True),
    ) -> None:
        """take: one turn, or nothing where no message waits. changed: told when a turn starts and ends.

        reply: `take` for whoever knows already how the conversation stands and what waits in it; what was
        said, as far as that is known without looking.
        burst: how many seconds a turn that is wanted soon waits for more messages; 0 for not at all. alone:
        waits until no other process has the key.
        """
        self._take, self._reply, self._changed, self._alone = take, reply, changed, alone
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

    def reply(self, conversation: Conversation, heard: tuple[Message, ...]) -> tuple[Message, ...]:
        """`now` for what was heard just now, while nothing else waited; what was said, as far as known.

        Where a turn of the conversation is under way all the same, things are looked at again after it.
        """
        looked = not self.busy(conversation.id)
        with self.alone(conversation.id):
            if looked and self._reply is not None:
                return self._reply(conversation, heard)
            self._take(conversation.id)
            return ()

    @contextmanager
    def alone(self, conversation: ConversationId) -> Iterator[None]:
        """No turn of the conversation is taken meanwhile; wait for one that is."""
        self._enter(conversation)
        try:
            with self._locks[conversation][0], self._alone(_key(conversation)):
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
            with self._locks[conversation][0], self._alone(_key(conversation)):
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


class Sweep:
    """Takes the turns that a crash cut short; those that are being taken are left alone."""

    def __init__(
        self,
        unhandled: Callable[[], Iterable[ConversationId]],
        turns: TurnPool,
        *,
        patience: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """unhandled: whose turn is owed. patience: the seconds that another process, at which the customer
        may still be writing, is given for it; 0 where there is none.
        """
        self._unhandled, self._turns, self._patience, self._now = unhandled, turns, patience, now
        self._since: dict[ConversationId, float] = {}

    def work(self) -> bool:
        """True if one was taken."""
        taken, now = False, self._now()
        owed = tuple(self._unhandled())
        self._since = {each: self._since.get(each, now) for each in owed}
        for conversation in owed:
            if self._turns.busy(conversation) or now - self._since[conversation] < self._patience:
                continue
            try:
                self._turns.now(conversation)
            except Exception:
                # Owed as before and tried again with the next round; the other conversations get theirs.
                _log.exception("the turn of conversation %s could not be taken", conversation)
                continue
            taken = True
        return taken


def _key(conversation: ConversationId) -> str:
    return f"turn {conversation}"
