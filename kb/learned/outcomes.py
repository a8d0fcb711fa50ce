"""What became of the questions that the bot asked the base: answered, helped, rejected, handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from config.clock import Clock
from kb.article import ArticleId
from kb.knowledge import Answer, NoAnswer

Reaction = Literal["helped", "rejected"]

WEEK = timedelta(days=7)
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """One asking as it is written down.

    question: the customer's words, already without secrets and personal data. message: the number of the
    customer's message in its conversation; with it, the same asking is kept once however often it is noted.
    again: asked a second time because the first answer was rejected. reason: why there was no answer; None
    where there was one, whose passage the next fields name. also: the further articles that an answer in
    several parts cited, each with its revision.
    """

    question: str
    language: str
    conversation: str | None
    message: int | None
    again: bool
    reason: str | None
    article: ArticleId | None
    revision: int | None
    passage: int | None
    probability: float
    generation: int | None
    at: datetime
    also: tuple[tuple[ArticleId, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One asking with what came of it. `handoff` is the reason why a person took over, in case `case`."""

    id: int
    question: str
    language: str
    conversation: str | None
    reason: str | None
    article: ArticleId | None
    revision: int | None
    probability: float | None
    reaction: Reaction | None
    handoff: str | None
    case: int | None
    at: datetime

    @property
    def failed(self) -> bool:
        """Whether the customer was left without what they asked for."""
        return self.reason is not None or self.reaction == "rejected" or self.handoff is not None


@dataclass(frozen=True, slots=True)
class Tally:
    """An article in a period: answers given, those that helped, were rejected, led to a person."""

    shown: int = 0
    helped: int = 0
    rejected: int = 0
    handed_over: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """An article's tallies of the last seven days, the last thirty, and of all time."""

    week: Tally
    month: Tally
    ever: Tally


@dataclass(frozen=True, slots=True)
class Logged:
    """An answer that a customer has judged: whether `article` was right for the question."""

    question: str
    language: str
    article: ArticleId | None
    right: bool


class OutcomeStore(Protocol):
    """Where outcomes are kept."""

    def add(self, asked: Asked) -> None: ...

    def react(self, conversation: str, article: str, reaction: Reaction) -> None: ...

    def hand_over(self, conversation: str, reason: str, case: int | None) -> None: ...

    def latest(self, limit: int) -> tuple[Outcome, ...]: ...

    def reacted(self, limit: int) -> tuple[Outcome, ...]: ...

    def tallies(self, since: datetime | None) -> dict[ArticleId, Tally]: ...

    def tally(self, article: str, since: datetime | None) -> Tally: ...

    def of(self, conversation: str) -> tuple[Outcome, ...]: ...

    def forget(self, conversation: str) -> int: ...


class Outcomes:
    """Keeps what the base learns from real conversations. Every note may be made again without harm."""

    def __init__(
        self, store: OutcomeStore, clock: Clock, *, mask: Callable[[str], str] | None = None
    ) -> None:
        """mask: hides what must not be kept of a customer's words, where whoever notes has not done so."""
        self._store = store
        self._clock = clock
        self._mask = mask or (lambda text: text)

    def asked(
        self,
        question: str,
        *,
        language: str,
        found: Answer | NoAnswer,
        conversation: str | None = None,
        message: int | None = None,
        again: bool = False,
    ) -> None:
        """Keep a question and what the base found, in a moment, so that no customer waits for it.

        An empty question is none. An answer in several parts counts for each of the articles it cites.
        """
        words = " ".join(self._mask(question).split())
        if not words:
            return
        answer = found if isinstance(found, Answer) else None
        passage = answer.hit.passage if answer else None
        self._store.add(
            Asked(
                question=words,
                language=language,
                conversation=conversation,
                message=message,
                again=again,
                reason=found.reason if isinstance(found, NoAnswer) else None,
                article=passage.article if passage else None,
                revision=passage.revision if passage else None,
                passage=passage.number if passage else None,
                probability=found.probability,
                generation=answer.generation if answer else None,
                at=self._clock.now(),
                also=tuple(
                    (each.passage.article, each.passage.revision) for each in (answer.also if answer else ())
                ),
            )
        )

    def reacted(self, conversation: str, article: str, *, helped: bool) -> None:
        """What the customer said of the article, the last time that the conversation was given it."""
        self._store.react(conversation, article, "helped" if helped else "rejected")

    def handed_over(self, conversation: str, reason: str, *, case: int | None = None) -> None:
        """A person takes over: what is still open of the conversation's questions has led to that.

        Open are the last question, unless it was answered and helped, and those before it without an answer
        or with a rejected one, back to the last that helped and the last hand-over.
        """
        self._store.hand_over(conversation, reason, case)

    def latest(self, limit: int = 1000) -> tuple[Outcome, ...]:
        """The newest real questions first, those asked again for another answer left out."""
        return self._store.latest(limit)

    def logged(self, limit: int = 5000) -> tuple[Logged, ...]:
        """Answers that a customer has judged, newest first: what calibration learns from."""
        return tuple(
            Logged(each.question, each.language, each.article, each.reaction == "helped")
            for each in self._store.reacted(limit)
        )

    def of(self, conversation: str) -> tuple[Outcome, ...]:
        """What a conversation asked, oldest first, in the words that were kept."""
        return self._store.of(conversation)

    def figures(self, article: str) -> Figures:
        """How often an article was shown, and what came of it."""
        now = self._clock.now()
        week, month, ever = (self._store.tally(article, since) for since in (now - WEEK, now - MONTH, None))
        return Figures(week, month, ever)

    def tallies(self, within: timedelta | None = None) -> dict[ArticleId, Tally]:
        """Every article that was shown within a period, or ever, with its tally."""
        return self._store.tallies(None if within is None else self._clock.now() - within)

    def forget(self, conversation: str) -> int:
        """Erase a customer's words and all that leads back to them; how many questions that were.

        What an article's figures count stays: it says nothing of anybody.
        """
        return self._store.forget(conversation)
