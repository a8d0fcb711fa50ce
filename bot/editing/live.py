"""Keeps the running bot in step with what editors publish, without a restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from bot.dialogue.assistant import Assistant
from bot.editing.applied import with_taught, with_words
from bot.editing.shelf import Shelf
from bot.errors import BotError
from bot.turn import Room
from bot.understanding.understanding import Understanding
from config.clock import Clock
from config.failpoints import failpoint
from kb.coaching.training import Publication, Taught
from kb.store.editing import EditStores

OpenReader = Callable[[Assistant], Understanding]
Certainty = Callable[[Assistant, float | None], tuple[float, float]]

KEPT = 6
"""Published models that stay on the shelf, the one in use among them."""

_log = logging.getLogger(__name__)


class LiveRoom:
    """The room as it is now. A turn takes it once and whole, so that none sees half of a change."""

    def __init__(self, room: Room) -> None:
        self._room = room

    @property
    def now(self) -> Room:
        return self._room

    def become(self, room: Room) -> None:
        self._room = room


class Publishing:
    """Brings published words and models to the room. Its two jobs are worked by threads of their own."""

    def __init__(
        self,
        live: LiveRoom,
        base: Assistant,
        stores: EditStores,
        shelf: Shelf,
        open_reader: OpenReader,
        certainty: Certainty,
        clock: Clock,
        *,
        encoder: str | None,
        speaking: int,
        taught: Taught,
    ) -> None:
        """base: the assistant as its files have it; open_reader: opens the served model; encoder: the id of
        the one that is served; speaking, taught: the published words and examples that the room began with.
        """
        self._live, self._base, self._stores, self._shelf = live, base, stores, shelf
        self._open, self._certainty, self._clock = open_reader, certainty, clock
        self._encoder = encoder
        self._speaking, self._taught = speaking, taught
        self._mark = shelf.mark()
        self._guard = threading.Lock()

    @property
    def speaking(self) -> int:
        """The number of the published words that the bot says; 0 for those that ship."""
        return self._speaking

    def speak(self) -> bool:
        """Say the newest published words from the next turn on. True if they are new."""
        if self._stores.words.live_number() == self._speaking:
            return False
        published = self._stores.words.live()
        with self._guard:
            self._speaking = published.number
            self._become(self._live.now)
        _log.info("the bot says the words of set %d", published.number)
        return True

    def read(self) -> bool:
        """Keep the newest promise of a model; without one, take up what `firstline train` has put in place.

        True if the bot reads otherwise now.
        """
        promise = self._stores.candidates.promised()
        if promise is not None:
            return self._keep(promise)
        if self._shelf.mark() == self._mark:
            return False
        live = self._stores.candidates.live()
        with self._guard:
            self._mark = self._shelf.mark()
            # Another process has kept a promise, or somebody has trained by hand.
            kept = live is not None and self._shelf.mark(live) == self._mark
            return self._take(self._stores.candidates.taught(live) if kept else self._taught)

    def note_served(self) -> int | None:
        """Put the served model on the shelf, if it is not there; the number it has there, None for none."""
        live, mark = self._stores.candidates.live(), self._shelf.mark()
        if not mark or (live is not None and self._shelf.mark(live) == mark):
            return live
        number = self._stores.candidates.note_trained(at=self._clock.now()).number
        self._shelf.keep_served(number)
        return number

    def unfit(self, candidate: int) -> str | None:
        """Why a candidate's model can't be served; None where it can."""
        taught = self._stores.candidates.taught(candidate)
        try:
            self._shelf.check(candidate, with_taught(self._base, taught), self._encoder)
        except BotError as error:
            return str(error)
        return None

    def _keep(self, promise: Publication) -> bool:
        """The old model reads until the new one does, whatever happens in between."""
        candidate, candidates = promise.candidate, self._stores.candidates
        why = self._unkept(candidate)
        if why is not None:
            candidates.refuse(promise.number, why)
            _log.error("model %d is not read with, the one before stays: %s", candidate, why)
            return True
        failpoint("bot.model.written")
        candidates.keep(promise.number, at=self._clock.now())
        with self._guard:
            self._mark = self._shelf.mark()
            self._take(candidates.taught(candidate))
        self._tidy()
        _log.info("messages are read by model %d", candidate)
        return True

    def _tidy(self) -> None:
        """Throw out the files of what nobody would bring back any more."""
        published = dict.fromkeys(each.candidate for each in self._stores.candidates.publications(1000))
        open_ = self._stores.candidates.open()
        kept = {*list(published)[:KEPT], *([open_.number] if open_ else [])}
        for candidate in self._shelf.there() - kept:
            self._shelf.discard(candidate)

    def _unkept(self, candidate: int) -> str | None:
        """Put the candidate's model in place; why that can't be, None where it is done."""
        why = self.unfit(candidate)
        if why is not None:
            return why
        try:
            if self._shelf.mark() != self._shelf.mark(candidate):
                self.note_served()
            self._shelf.put(candidate)
        except (BotError, OSError) as error:
            return str(error)
        return None

    def _take(self, taught: Taught) -> bool:
        """Read by the served model, unless it is less than the one at hand."""
        room = self._live.now
        understanding = self._open(with_taught(self._base, taught))
        if understanding.degraded is not None and room.understanding.degraded is None:
            _log.warning("the model at hand is kept: %s", understanding.degraded)
            return False
        self._taught = taught
        self._become(replace(room, understanding=understanding))
        return True

    def _become(self, room: Room) -> None:
        words = self._stores.words.word_set(self._speaking).words
        assistant = with_words(with_taught(self._base, self._taught), words)
        sure, ambiguity = self._certainty(assistant, room.understanding.line)
        room.actions.told(assistant.domain.written)
        self._live.become(
            replace(room, assistant=assistant, voice=room.voice.of(assistant), sure=sure, ambiguity=ambiguity)
        )
