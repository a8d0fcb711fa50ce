"""The editors' verbs for gaps: see them by what they cost, write for them, set them aside, ask them again."""

from __future__ import annotations

from dataclasses import replace

from config.clock import Clock
from kb.article import Article, ArticleId
from kb.editorial import Editorial
from kb.errors import FieldInvalidError, NoGapError
from kb.learned.drafting import begun, writable
from kb.learned.gap import TRANSITIONS, Gap, GapEvent, GapState, Prices, Proof, Replayed, ranked, weighed
from kb.learned.lesson import Proposal, ProposalState
from kb.learned.outcomes import Outcome
from kb.learned.proving import Proving
from kb.learned.seeding import seed
from kb.store.gaps import GapStore
from kb.store.lessons import LessonStore

BECAUSE_CHARACTERS = 500
"""The longest reason for setting something aside."""


class Gaps:
    """What customers asked and the base did not answer. `by` is the editor's e-mail."""

    def __init__(
        self, store: GapStore, lessons: LessonStore, editorial: Editorial, proving: Proving, clock: Clock
    ) -> None:
        self._store, self._lessons = store, lessons
        self._editorial, self._proving, self._clock = editorial, proving, clock

    def list(self, *states: GapState) -> tuple[Gap, ...]:
        """The gaps in these states, or those that are work to do, the dearest first."""
        found = self._store.gaps(*(states or (GapState.OPEN, GapState.WRITING)))
        questions = self._store.questions(gap.id for gap in found)
        prices, now = self._store.prices(), self._clock.now()
        return ranked(
            _worded(weighed(gap, questions[gap.id], prices, now)) for gap in found if gap.id in questions
        )

    def counts(self) -> dict[GapState, int]:
        """How many gaps there are in each state."""
        found = self._store.gaps(*GapState)
        alive = self._store.questions(gap.id for gap in found)
        return {state: sum(gap.state is state and gap.id in alive for gap in found) for state in GapState}

    def gap(self, gap: int) -> Gap:
        """One gap with its questions. Raises NoGapError."""
        questions = self._store.questions([gap])
        if gap not in questions:
            raise NoGapError(gap)
        here = self._store.gap(gap)
        return _worded(weighed(here, questions[gap], self._store.prices(), self._clock.now()))

    def prices(self) -> Prices:
        """What cases have cost, which the cost of gaps is told from."""
        return self._store.prices()

    def to_do(self, gap: int) -> bool:
        """Whether an article may be written for it. Raises NoGapError."""
        return GapEvent.BEGUN in TRANSITIONS[self._store.gap(gap).state]

    def lessons(self, gap: int) -> tuple[Proposal, ...]:
        """What agents answered to its questions, the oldest case first."""
        return self._lessons.of_gap(gap)

    def write(self, gap: int, *, by: str) -> Article:
        """The draft for a gap, begun from its questions and the agents' best replies; the one there is.

        The proposals that it quotes are accepted with it. Raises NoGapError and GapMoveError.
        """
        here = self.gap(gap)
        begun = here.after(GapEvent.BEGUN)  # before anything is written
        if here.article is not None and (known := writable(self._editorial, here.article)) is not None:
            article = known
        else:
            article = self._drafted(begun, by)
        if here.state is not GapState.WRITING or here.article != article.id:
            self._store.move(gap, GapEvent.BEGUN, by=by, now=self._clock.now(), article=article.id)
        waiting = (each for each in self.lessons(gap) if each.state is ProposalState.NEW)
        self._lessons.decide(each.accepted(article.id, by, self._clock.now()) for each in waiting)
        return article

    def written_in(self, gap: int, article: ArticleId, *, by: str) -> None:
        """An article that there is already is being written in for an open gap; once live, it must close it.

        Raises NoGapError.
        """
        if self._store.gap(gap).state is GapState.OPEN:
            self._store.move(gap, GapEvent.BEGUN, by=by, now=self._clock.now(), article=article)

    def dismiss(self, gap: int, because: str, *, by: str) -> Gap:
        """Set a gap aside with a reason. Raises NoGapError, GapMoveError and FieldInvalidError."""
        said = reason_of(because)
        self._store.move(gap, GapEvent.DISMISSED, by=by, now=self._clock.now(), note=said)
        return self.gap(gap)

    def reopen(self, gap: int, *, by: str) -> Gap:
        """Take up again what was closed or set aside. Raises NoGapError and GapMoveError."""
        self._store.move(gap, GapEvent.REOPENED, by=by, now=self._clock.now())
        return self.gap(gap)

    def ask_again(self, gap: int, *, by: str) -> Proof:
        """Replay its questions now; enough answers close it. Raises NoGapError."""
        self._proving.prove(gap, by=by)
        proof = self.gap(gap).proof
        assert proof is not None
        return proof

    def _drafted(self, gap: Gap, by: str) -> Article:
        """The draft of a gap; its id is the gap's, so that a second try finds what the first has made."""
        language = _spoken(gap.questions, gap.clearest) or gap.language
        own = [each.question for each in gap.questions if each.language == language]
        lessons = [each.lesson for each in self.lessons(gap.id)]
        first = seed(gap.clearest, [gap.clearest, *own], lessons, language)
        return begun(self._editorial, f"gap-{gap.id}", first, by=by)


def reason_of(because: str) -> str:
    """A reason in one line. Raises FieldInvalidError for none, and for one that is too long."""
    said = " ".join(because.split())
    if not said:
        raise FieldInvalidError("because", "say why, so that nobody wonders later")
    if len(said) > BECAUSE_CHARACTERS:
        raise FieldInvalidError("because", f"must have at most {BECAUSE_CHARACTERS} characters")
    return said


def _spoken(questions: tuple[Outcome, ...], clearest: str) -> str | None:
    return next((each.language for each in questions if each.question == clearest), None)


def _worded(gap: Gap) -> Gap:
    """The gap with the words of what was replayed: they are kept in one place, where they can be erased."""
    if gap.proof is None:
        return gap
    words = {each.id: each.question for each in gap.questions}
    replayed: tuple[Replayed, ...] = tuple(
        replace(each, question=words[each.outcome]) for each in gap.proof.replayed if each.outcome in words
    )
    return replace(gap, proof=replace(gap.proof, replayed=replayed))
