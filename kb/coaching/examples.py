"""Misread messages become training examples; a trained candidate is looked at, then published or discarded.

What was misread, what a message can mean and how to train is the bot's to say. This room keeps the examples,
which candidate was trained on which of them, and which one is to be read with.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from kb.coaching.training import (
    OUT_OF_SCOPE,
    BotIntent,
    Candidate,
    Example,
    Guess,
    Misread,
    Progress,
    Publication,
    State,
    Taught,
)
from kb.errors import (
    CandidateBusyError,
    ExampleInvalidError,
    GuardedError,
    NotPublishableError,
)

MOST_CHARACTERS = 1000


class BotExamples(Protocol):
    """The bot's reading, as the bot gives it to this room."""

    @property
    def languages(self) -> tuple[str, ...]: ...

    @property
    def degraded(self) -> str | None:
        """Why messages are read less well than they could be; None where all is well."""
        ...

    def intents(self) -> tuple[BotIntent, ...]: ...

    def misread(self, limit: int, without: Collection[tuple[str, int]]) -> tuple[Misread, ...]:
        """Messages worth a look, newest first; `without` those conversations' messages."""
        ...

    def read(self, text: str, language: str) -> tuple[Guess, ...]:
        """What the bot makes of a text now, best first."""
        ...

    def remember(self) -> None:
        """Note which model reads now, so that it can be brought back."""
        ...

    def train(self, candidate: int) -> None:
        """Begin in the background; its outcome is written down when it is done."""
        ...

    def progress(self, candidate: int) -> Progress | None:
        """None where it is not being trained here."""
        ...

    def cancel(self, candidate: int) -> None:
        """Stop it; nothing where it has ended."""
        ...

    def discard(self, candidate: int) -> None:
        """Its files are not needed any more."""
        ...

    def kept(self) -> frozenset[int]:
        """The candidates whose models are still there."""
        ...

    def unfit(self, candidate: int) -> str | None:
        """Why its model can't be served; None where it can."""
        ...


class ExampleStore(Protocol):
    """Where examples are kept, and which messages were looked at."""

    def examples(self) -> tuple[Example, ...]: ...

    def judged(self) -> frozenset[tuple[str, int]]: ...

    def judge(
        self, conversation: str, message: int, example: Example | None, *, by: str, at: datetime
    ) -> Example | None: ...

    def add(self, example: Example) -> Example: ...

    def retire(self, example: int, *, by: str, at: datetime) -> None: ...


class CandidateStore(Protocol):
    """Where trainings are kept, and which model is to be read with."""

    def candidates(self, limit: int) -> tuple[Candidate, ...]: ...

    def candidate(self, number: int) -> Candidate: ...

    def open(self) -> Candidate | None: ...

    def begin(self, *, by: str, at: datetime) -> Candidate: ...

    def end(self, candidate: int, state: State, *, by: str, at: datetime) -> Candidate: ...

    def publish(self, candidate: int, *, again: bool, by: str, at: datetime) -> Publication: ...

    def publications(self, limit: int) -> tuple[Publication, ...]: ...

    def live(self) -> int | None: ...

    def taught(self, candidate: int | None) -> Taught: ...


class Examples:
    """The editor's verbs over examples and trainings."""

    def __init__(
        self, store: ExampleStore, candidates: CandidateStore, bot: BotExamples, clock: Clock
    ) -> None:
        self._store, self._candidates, self._bot, self._clock = store, candidates, bot, clock

    @property
    def bot(self) -> BotExamples:
        return self._bot

    def misread(self, limit: int) -> tuple[Misread, ...]:
        """Messages worth a look that nobody has judged, newest first."""
        return self._bot.misread(limit, self._store.judged())

    def examples(self) -> tuple[Example, ...]:
        """What editors have taught, newest first, without what was retired."""
        return self._store.examples()

    def waiting(self) -> tuple[tuple[Example, ...], int]:
        """The examples that the model in use was not trained on, and how many retired ones it still holds."""
        trained = set(self._candidates.taught(self._candidates.live()).numbers)
        known = self._store.examples()
        return tuple(each for each in known if each.id not in trained), len(trained - {e.id for e in known})

    def correct(
        self, conversation: str, message: int, *, text: str, language: str, intent: str, by: str
    ) -> Example:
        """A misread message becomes an example of what it meant. Raises ExampleInvalidError."""
        example = self._example(text, language, intent, by, conversation, message)
        kept = self._store.judge(conversation, message, example, by=by, at=example.at)
        assert kept is not None
        return kept

    def skip(self, conversation: str, message: int, *, by: str) -> None:
        """The message was looked at and teaches nothing."""
        self._store.judge(conversation, message, None, by=by, at=self._clock.now())

    def add(self, text: str, *, language: str, intent: str, by: str) -> Example:
        """An example of the editor's own. Raises ExampleInvalidError."""
        return self._store.add(self._example(text, language, intent, by))

    def retire(self, example: int, *, by: str) -> None:
        """The next training does without it. Raises NoExampleError."""
        self._store.retire(example, by=by, at=self._clock.now())

    def candidates(self, limit: int) -> tuple[Candidate, ...]:
        """Trainings, newest first."""
        return self._candidates.candidates(limit)

    def candidate(self, number: int) -> Candidate:
        """Raises NoCandidateError."""
        return self._candidates.candidate(number)

    def open(self) -> Candidate | None:
        """The training that runs or waits for a decision."""
        newest = (
            each for each in self._candidates.candidates(1) if each.state in (State.TRAINING, State.READY)
        )
        return next(newest, None)

    def live(self) -> int | None:
        """The candidate whose model reads now; None where that is not known here."""
        return self._candidates.live()

    def publications(self, limit: int) -> tuple[Publication, ...]:
        return self._candidates.publications(limit)

    def train(self, *, by: str) -> Candidate:
        """Begin a training on all examples of now. Raises CandidateBusyError."""
        self._bot.remember()
        candidate = self._candidates.begin(by=by, at=self._clock.now())
        self._bot.train(candidate.number)
        return candidate

    def cancel(self, number: int, *, by: str) -> Candidate:
        """Raises NoCandidateError, CandidateBusyError where it has ended."""
        self._in(number, State.TRAINING)
        ended = self._candidates.end(number, State.CANCELLED, by=by, at=self._clock.now())
        self._bot.cancel(number)
        return ended

    def discard(self, number: int, *, by: str) -> Candidate:
        """Raises NoCandidateError, CandidateBusyError where there is nothing to discard."""
        self._in(number, State.READY)
        ended = self._candidates.end(number, State.DISCARDED, by=by, at=self._clock.now())
        self._bot.discard(number)
        return ended

    def publish(self, number: int, *, accept: bool, by: str) -> Publication:
        """Promise that messages are read by this candidate; the bot keeps it at once.

        accept: whatever the drift guard says. Raises NoCandidateError, CandidateBusyError, GuardedError,
        NotPublishableError.
        """
        candidate = self._in(number, State.READY)
        if candidate.report is not None and candidate.report.objections and not accept:
            raise GuardedError(number)
        return self._promise(number, again=False, by=by)

    def roll_back(self, number: int, *, by: str) -> Publication:
        """Promise that messages are read by an earlier model. Raises as `publish` does."""
        self._in(number, State.PUBLISHED)
        return self._promise(number, again=True, by=by)

    def _promise(self, number: int, *, again: bool, by: str) -> Publication:
        why = self._bot.unfit(number)
        if why is not None:
            raise NotPublishableError(number, why)
        return self._candidates.publish(number, again=again, by=by, at=self._clock.now())

    def _in(self, number: int, state: State) -> Candidate:
        candidate = self._candidates.candidate(number)
        if candidate.state is not state:
            raise CandidateBusyError(number, candidate.state.value)
        return candidate

    def _example(
        self,
        text: str,
        language: str,
        intent: str,
        by: str,
        conversation: str | None = None,
        message: int | None = None,
    ) -> Example:
        clean = _clean(text)
        if not clean:
            raise ExampleInvalidError("empty")
        if len(clean) > MOST_CHARACTERS:
            raise ExampleInvalidError("long")
        if language not in self._bot.languages:
            raise ExampleInvalidError("language")
        if intent != OUT_OF_SCOPE and intent not in {each.name for each in self._bot.intents()}:
            raise ExampleInvalidError("intent")
        return Example(0, clean, language, intent, by, self._clock.now(), conversation, message)


def _clean(text: str) -> str:
    """One line without control characters."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)
    return " ".join(kept.split())
