"""Keeps the checks up with the base: in the background after each publish, and whenever an editor asks."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from config.clock import Clock
from kb.article import Article, ArticleId, Revision
from kb.blast import QUESTIONS, Outcome, real_questions
from kb.errors import FieldInvalidError, NoFindingError
from kb.knowledge import Answer, NoAnswer
from kb.lint import check, pressing
from kb.lint.finding import Finding, Kind
from kb.lint.library import Embed, Library, Use, library_of
from kb.lint.outside import Reach, outside_links
from kb.lint.retrieval import lost_articles
from kb.retrieval.snapshot import Snapshot

NOTE_CHARACTERS = 500

Told = Callable[[int, int], None]
"""Told how many of the checks are done, of how many."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An editor's word that a finding is fine as it is; it holds until the text changes."""

    note: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """A finding as it is kept."""

    finding: Finding
    found_at: datetime
    accepted: Accepted | None


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check of the whole base."""

    generation: int
    day: date  # reviews fall due by the day
    articles: int
    seconds: float
    at: datetime


class FindingStore(Protocol):
    """Where findings are kept, and the texts they are about."""

    def texts(self) -> tuple[tuple[Article, Revision], ...]: ...
    def redirects(self) -> dict[tuple[str, str], ArticleId]: ...
    def replace(self, found: Sequence[Finding], done: Checked) -> None: ...
    def noted(self) -> tuple[Noted, ...]: ...
    def checked(self) -> Checked | None: ...
    def accept(self, key: str, note: Accepted) -> bool: ...
    def reopen(self, key: str) -> bool: ...


class Indexer(Protocol):
    """What knows the generation that answers."""

    @property
    def snapshot(self) -> Snapshot: ...


class Knowledge(Protocol):
    """What says which articles come close to a question."""

    def answer(self, question: str, *, language: str) -> Answer | NoAnswer: ...


class Checks:
    """Findings of the last check, kept; each check looks at every article that isn't archived."""

    def __init__(
        self,
        store: FindingStore,
        indexer: Indexer,
        knowledge: Knowledge,
        latest: Callable[[int], Sequence[Outcome]],
        embed: Embed | None,
        clock: Clock,
        reach: Reach,
    ) -> None:
        """latest: the newest real questions; embed: None in keyword mode; reach: asks an address outside."""
        self._store = store
        self._indexer = indexer
        self._knowledge = knowledge
        self._latest = latest
        self._embed = embed
        self._clock = clock
        self._reach = reach
        self._checking = threading.Lock()
        self._seen = -1  # the generation at the last call of `work`

    def work(self) -> bool:
        """Check what answers now, unless that was done today; whether it did. For a worker.

        Only what it has seen before, the last time it was called: while one publish follows another there are
        better things to do, and nobody waits for findings.
        """
        last, generation = self._store.checked(), self._indexer.snapshot.generation
        settled, self._seen = generation == self._seen, generation
        if not settled or (last and (last.generation, last.day) == (generation, self._clock.now().date())):
            return False
        self.run()
        return True

    def run(self, told: Told | None = None) -> Checked:
        """Check the whole base here and now. One check at a time; the second waits.

        Links to other sites aren't asked; what was found when they were stays while the article's text does.
        """
        return self._run(told, outside=False)

    def run_outside(self, told: Told | None = None) -> Checked:
        """The same, and ask every address that articles link to on other sites, once."""
        return self._run(told, outside=True)

    def _run(self, told: Told | None, *, outside: bool) -> Checked:
        with self._checking:
            started = time.monotonic()
            snapshot, now = self._indexer.snapshot, self._clock.now()
            texts = self._store.texts()
            library = self._library(texts, snapshot, now.date())
            found = list(check(library, None if outside else told))
            if outside:
                found += outside_links(library, self._reach, told)
            else:
                found += self._still_outside(library)
            seconds = round(time.monotonic() - started, 3)
            done = Checked(snapshot.generation, now.date(), len(texts), seconds, now)
            unique = {finding.key: finding for finding in found}
            self._store.replace(sorted(unique.values(), key=pressing), done)
            return done

    def _still_outside(self, library: Library) -> tuple[Finding, ...]:
        bases = {written.article.id: written.basis for written in library.written}
        return tuple(
            noted.finding
            for noted in self._store.noted()
            if noted.finding.kind is Kind.DEAD_LINK
            and noted.finding.case == "outside"
            and bases.get(noted.finding.places[0].article) == noted.finding.basis
        )

    def last(self) -> Checked | None:
        """The last check; None before the first."""
        return self._store.checked()

    def findings(self) -> tuple[Noted, ...]:
        """What the last check found, most pressing first, accepted ones included."""
        return self._store.noted()

    def of(self, article: ArticleId) -> tuple[Finding, ...]:
        """What is open for one article, most pressing first."""
        return self.open().get(article, ())

    def open(self) -> Mapping[ArticleId, tuple[Finding, ...]]:
        """What nobody has accepted, for each article it concerns: one look for a whole list of articles."""
        found: dict[ArticleId, tuple[Finding, ...]] = {}
        for noted in self._store.noted():
            if noted.accepted is None:
                for article in dict.fromkeys(place.article for place in noted.finding.places):
                    found[article] = (*found.get(article, ()), noted.finding)
        return found

    def accept(self, key: str, note: str, *, by: str) -> None:
        """Say that a finding is fine as it is. Raises NoFindingError; FieldInvalidError for the note."""
        if len(note) > NOTE_CHARACTERS:
            raise FieldInvalidError("note", f"must have at most {NOTE_CHARACTERS} characters")
        if not self._store.accept(key, Accepted(note.strip(), by, self._clock.now())):
            raise NoFindingError(key)

    def reopen(self, key: str) -> None:
        """Take that back. Raises NoFindingError."""
        if not self._store.reopen(key):
            raise NoFindingError(key)

    def _library(self, texts: Sequence[tuple[Article, Revision]], snapshot: Snapshot, today: date) -> Library:
        outcomes = self._latest(QUESTIONS)
        asked = real_questions(outcomes)
        shown = Counter(outcome.article for outcome in outcomes if outcome.article is not None)
        said = Counter((outcome.article, outcome.reaction) for outcome in outcomes)
        return library_of(
            texts,
            today,
            redirects=self._store.redirects(),
            use={
                article: Use(count, said[article, "helped"], said[article, "rejected"])
                for article, count in shown.items()
            },
            asked=len(outcomes),
            found=frozenset(
                article for question in asked for article in self._near(question.text, question.language)
            ),
            lost=lost_articles(snapshot, self._embed),
            embed=self._embed,
        )

    def _near(self, question: str, language: str) -> tuple[ArticleId, ...]:
        found = self._knowledge.answer(question, language=language)
        hits = (found.hit,) if isinstance(found, Answer) else found.nearest
        return tuple(hit.passage.article for hit in hits)
