"""Forgets conversations: in this room at once, then in the others, in the models and in the files' bytes.

No transaction spans the rooms. A row in this one is the promise that the rest follows, and a worker keeps it:
every step may be taken again, so a crash in between only means that the next worker goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bot.conversation import ConversationId
from bot.errors import StillTrainingError
from bot.store.erasing import Erasure, ErasureStore
from bot.store.tables import JsonObject
from config.database import NotErasedError
from config.failpoints import failpoint

_log = logging.getLogger(__name__)


class Room(Protocol):
    """Another part of the house that keeps something of conversations."""

    def take_out(self, conversation: str, by: str) -> int:
        """Delete what it has; how much there was. The bytes may stay where they are until `overwrite`."""
        ...

    def overwrite(self) -> None:
        """Leave no byte of what was deleted. Raises NotErasedError where somebody still reads."""
        ...


class Forgetting:
    """The verb, and the worker that keeps what it promises."""

    def __init__(
        self,
        erasures: ErasureStore,
        rooms: Sequence[Room],
        *,
        words: Callable[[ConversationId], Sequence[str]],
        alone: Callable[[ConversationId], AbstractContextManager[None]],
        drop: Callable[[ConversationId], None],
        look: Callable[[Sequence[str]], JsonObject],
    ) -> None:
        """words: what a conversation's bytes are known by. alone: no turn of it is taken meanwhile. drop: out
        of the process's memory. look: reads every byte in search of words, and tells in which places it
        `found` how many of them."""
        self._erasures, self._rooms = erasures, rooms
        self._words, self._alone, self._drop, self._look = words, alone, drop, look
        # Of those whose rows are gone; the durable copy had to go with them.
        self._known: dict[int, Erasure] = {}

    def forget(self, conversation: ConversationId, by: str) -> int:
        """The conversation is gone from here on, and soon from everywhere; the number of its erasure.

        by: who wants it, for the audit: `customer`, or a member of staff. Raises NoConversationError.
        """
        words = self._words(conversation)
        with self._alone(conversation):
            number = self._erasures.ask(conversation, by=by, words=words)
        self._drop(conversation)
        return number

    def work(self) -> bool:
        """Keep what is promised; True if anything was done. All that is owed goes with one overwriting."""
        owed = self._erasures.owed()
        if not owed:
            return False
        try:
            for each in owed:
                if each.conversation is not None:
                    self._take_out(each)
                    failpoint("bot.erasure.asked")
                    self._known[each.id] = each
                    self._erasures.emptied(each.id)
            failpoint("bot.erasure.emptied")
            self._overwrite()
            while any([self._take_out(each) for each in self._known.values()]):
                self._overwrite()  # somebody was just writing about it, and is done by now
        except (NotErasedError, StillTrainingError) as error:
            _log.warning("somebody is not forgotten yet: %s", error)
            return False
        for each in owed:
            self._erasures.done(each.id, self._proof(self._known.pop(each.id, None)))
        return True

    def _take_out(self, erasure: Erasure) -> int:
        assert erasure.conversation is not None
        self._drop(erasure.conversation)  # another process may have asked for it
        return sum([room.take_out(erasure.conversation, erasure.by) for room in self._rooms])

    def _overwrite(self) -> None:
        for room in self._rooms:
            room.overwrite()

    def _proof(self, erasure: Erasure | None) -> JsonObject | None:
        """What was read and how many of the words are where; None where a crash took the words along."""
        if erasure is None:
            return None
        words = erasure.words
        looked = self._look(words)
        if looked["found"]:
            # What others have said too tells nobody apart.
            shared = self._erasures.said_by_others(words)
            words = tuple(each for each in words if each not in shared)
            looked = self._look(words)
        if looked["found"]:
            _log.warning("words of erasure %d are left in: %s", erasure.id, looked["found"])
        return {**looked, "words": len(words)}
