"""What agents wrote to solve cases, as proposals for articles: taken in, accepted as drafts, or set aside."""

from __future__ import annotations

from dataclasses import dataclass, replace

from config.clock import Clock
from kb.article import Article, ArticleId
from kb.editorial import Editorial
from kb.errors import NothingNearError
from kb.knowledge import Knowledge
from kb.learned.drafting import begun, writable
from kb.learned.gaps import Gaps, reason_of
from kb.learned.gathering import Gathering
from kb.learned.lesson import Lesson, Proposal, ProposalState, Relation
from kb.learned.seeding import extended, seed
from kb.store.lessons import LessonStore

NEAR = 0.3
"""From this probability on the nearest article is taken to be about the same thing."""


@dataclass(frozen=True, slots=True)
class Group:
    """Proposals that belong together: to one gap, to one article, or one by itself."""

    key: str
    gap: int | None
    near: ArticleId | None
    near_title: str
    relation: Relation
    proposals: tuple[Proposal, ...]

    @property
    def minutes(self) -> float:
        """Agents' time in its cases."""
        return sum(each.lesson.minutes for each in self.proposals)


class Proposals:
    """The editors' verbs for what agents' cases taught. `by` is the editor's e-mail."""

    def __init__(
        self,
        store: LessonStore,
        gaps: Gaps,
        gathering: Gathering,
        editorial: Editorial,
        knowledge: Knowledge,
        clock: Clock,
    ) -> None:
        self._store, self._gaps, self._gathering = store, gaps, gathering
        self._editorial, self._knowledge, self._clock = editorial, knowledge, clock

    def learnt_to(self) -> int:
        """The place in the desk's log that lessons have been taken up to."""
        return self._store.place()

    def take(self, lesson: Lesson) -> None:
        """Keep what a case taught, its time in any case; again is the same; what was decided stays."""
        proposal = Proposal(lesson, ProposalState.SILENT, None, None, "", Relation.NEW)
        if lesson.teaches:
            proposal = self._placed(lesson)
        self._store.take(proposal)

    def learnt(self, place: int) -> None:
        """Everything up to this place has been taken."""
        self._store.go_to(place)

    def list(self, *states: ProposalState) -> tuple[Group, ...]:
        """The proposals in these states, or those that wait, grouped; the dearest group first."""
        groups: dict[str, Group] = {}
        for each in self._store.proposals(*(states or (ProposalState.NEW,))):
            key, gap, near = _belongs(each)
            held = groups.get(key) or Group(key, gap, near, each.near_title, each.relation, ())
            groups[key] = replace(held, proposals=(*held.proposals, each))
        return tuple(sorted(groups.values(), key=lambda group: -group.minutes))

    def counts(self) -> dict[ProposalState, int]:
        """How many there are in each state."""
        found = self._store.counts()
        return {state: found.get(state, 0) for state in ProposalState}

    def accept(self, case: int, *, by: str) -> Article:
        """A draft that quotes the case's replies. In a gap, it is the gap's draft, with all its cases.

        Raises NoProposalError and, for its gap, GapMoveError.
        """
        proposal = self._store.proposal(case)
        now = self._clock.now()
        if (
            proposal.gap is not None
            and proposal.state is ProposalState.NEW
            and self._gaps.to_do(proposal.gap)
        ):
            return self._gaps.write(proposal.gap, by=by)
        lesson = proposal.lesson
        proposal.accepted(ArticleId(f"case-{case}"), by, now)  # before anything is written
        first = seed(lesson.question, [lesson.question], [lesson], lesson.language)
        article = begun(self._editorial, f"case-{case}", first, by=by)
        self._store.decide([proposal.accepted(article.id, by, now)])
        return article

    def extend(self, case: int, *, by: str) -> Article:
        """The near article with the case's replies quoted at its end, as a new revision; what is live stays.

        Raises NoProposalError, NothingNearError, NotAllowedError for one in the bin, and StaleError if the
        article was saved in that very moment; then nothing has changed.
        """
        proposal = self._store.proposal(case)
        article = writable(self._editorial, proposal.near) if proposal.near is not None else None
        if article is None:
            raise NothingNearError(case)
        accepted = proposal.accepted(article.id, by, self._clock.now())  # before anything is written
        body = self._editorial.revision(article.id, article.latest).body
        article = self._editorial.revise(
            article.id,
            version=article.version,
            title=article.title,
            body=extended(body, proposal.lesson, article.language),
            by=by,
        )
        self._store.decide([accepted])
        if proposal.gap is not None:
            self._gaps.written_in(proposal.gap, article.id, by=by)
        return article

    def dismiss(self, case: int, because: str, *, by: str) -> None:
        """Set a proposal aside with a reason. Raises NoProposalError and FieldInvalidError."""
        proposal = self._store.proposal(case)
        self._store.decide([proposal.dismissed(reason_of(because), by, self._clock.now())])

    def forget(self, conversation: str) -> int:
        """Erase what the cases of a conversation taught; drafts made of it hold nothing of the customer."""
        return self._store.forget(conversation)

    def _placed(self, lesson: Lesson) -> Proposal:
        """Where the lesson belongs: its question's gap, and the article next to it."""
        gap = self._gathering.home_of(lesson.question, lesson.language)
        rejected = self._store.rejected_in(lesson.case)
        if rejected is not None and (article := writable(self._editorial, rejected)) is not None:
            relation, near, title = Relation.CORRECTS, article.id, article.title
            return Proposal(lesson, ProposalState.NEW, gap, near, title, relation)
        hits = self._knowledge.search(lesson.question, language=lesson.language, limit=1)
        if hits and hits[0].probability >= NEAR:
            passage = hits[0].passage
            return Proposal(lesson, ProposalState.NEW, gap, passage.article, hits[0].title, Relation.EXTENDS)
        return Proposal(lesson, ProposalState.NEW, gap, None, "", Relation.NEW)


def _belongs(proposal: Proposal) -> tuple[str, int | None, ArticleId | None]:
    """A proposal's group: its gap before its article, which the gap may well end up in."""
    if proposal.gap is not None:
        return f"gap-{proposal.gap}", proposal.gap, proposal.near
    if proposal.near is not None:
        return f"article-{proposal.near}", None, proposal.near
    return f"case-{proposal.lesson.case}", None, None
