"""What agents' cases taught, in SQL: one row a case, with what the editors decided about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database, UtcDateTime
from kb.article import ArticleId
from kb.errors import NoProposalError
from kb.learned.lesson import Lesson, Proposal, ProposalState, Relation, Reply
from kb.store.outcomes import outcomes
from kb.store.tables import metadata, vectors

LESSONS = "lessons"
"""The doorbell topic that rings when a case has taught something or a proposal was decided."""

_PLACE = "lessons"

lessons = sa.Table(
    "lessons",
    metadata,
    sa.Column("case_number", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.String),
    sa.Column("language", sa.String),
    sa.Column("question", sa.Text),
    sa.Column("asked_in", sa.JSON),
    sa.Column("replies", sa.JSON),
    sa.Column("minutes", sa.Float),
    sa.Column("outcome", sa.String),
    sa.Column("reason", sa.String),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("state", sa.String),
    sa.Column("gap", sa.Integer),
    sa.Column("near", sa.String),
    sa.Column("near_title", sa.String),
    sa.Column("relation", sa.String),
    sa.Column("draft", sa.String),
    sa.Column("because", sa.Text),
    sa.Column("actor", sa.String),
    sa.Column("decided_at", UtcDateTime),
)
places = sa.Table(
    "places",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("place", sa.Integer),
)

# A case belongs to the gap that most of its questions are in, wherever its own words point.
_GAP = (
    sa.select(outcomes.c.gap)
    .where(outcomes.c.case_number == lessons.c.case_number, outcomes.c.gap.is_not(None))
    .group_by(outcomes.c.gap)
    .order_by(sa.func.count().desc(), outcomes.c.gap)
    .limit(1)
    .scalar_subquery()
)
_PROPOSALS = sa.select(lessons, sa.func.coalesce(_GAP, lessons.c.gap).label("home"))


class LessonStore:
    """Reads and writes of lessons. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def place(self) -> int:
        """How far the desk's log has been learnt from; 0 before the first lesson."""
        with self._database.read() as tx:
            return tx.execute(sa.select(places.c.place).where(places.c.name == _PLACE)).scalar() or 0

    def go_to(self, place: int) -> None:
        """The desk's log has been learnt from up to here."""
        self._database.write(lambda tx: _go_to(tx, place))

    def take(self, proposal: Proposal) -> None:
        """Keep what a case taught; one that is known and was decided keeps the decision."""
        values = _values(proposal)
        case = lessons.c.case_number == proposal.lesson.case

        def work(tx: Connection) -> None:
            state = tx.execute(sa.select(lessons.c.state).where(case)).scalar()
            if state is None:
                tx.execute(sa.insert(lessons).values(**values))
            else:
                decided = state in (ProposalState.ACCEPTED, ProposalState.DISMISSED)
                fresh = {name: value for name, value in values.items() if name not in _DECISION}
                tx.execute(sa.update(lessons).where(case).values(**(fresh if decided else values)))

        self._database.write(work, wakes=(LESSONS,))

    def decide(self, proposals: Iterable[Proposal]) -> None:
        """Keep what was decided; all or none. Raises NoProposalError if one was decided meanwhile."""
        decided = tuple(proposals)

        def work(tx: Connection) -> None:
            for each in decided:
                waiting = (
                    lessons.c.case_number == each.lesson.case,
                    lessons.c.state == ProposalState.NEW.value,
                )
                values = {name: value for name, value in _values(each).items() if name in _DECISION}
                if tx.execute(sa.update(lessons).where(*waiting).values(**values)).rowcount != 1:
                    raise NoProposalError(each.lesson.case)

        self._database.write(work, wakes=(LESSONS,))

    def proposal(self, case: int) -> Proposal:
        """Raises NoProposalError."""
        with self._database.read() as tx:
            row = tx.execute(_PROPOSALS.where(lessons.c.case_number == case)).mappings().first()
        if row is None:
            raise NoProposalError(case)
        return _proposal(row)

    def proposals(self, *states: ProposalState, limit: int = 500) -> tuple[Proposal, ...]:
        """Those in one of the states, the newest case first."""
        query = _PROPOSALS.where(lessons.c.state.in_(states)).order_by(lessons.c.resolved_at.desc())
        with self._database.read() as tx:
            return tuple(_proposal(row) for row in tx.execute(query.limit(limit)).mappings())

    def of_gap(self, gap: int) -> tuple[Proposal, ...]:
        """Every lesson of a gap, whatever was decided, the oldest case first."""
        home = sa.func.coalesce(_GAP, lessons.c.gap) == gap
        query = _PROPOSALS.where(home).order_by(lessons.c.case_number)
        with self._database.read() as tx:
            return tuple(_proposal(row) for row in tx.execute(query).mappings())

    def rejected_in(self, case: int) -> ArticleId | None:
        """The article that the customer of a case was given last and rejected."""
        query = sa.select(outcomes.c.article).where(
            outcomes.c.case_number == case, outcomes.c.reaction == "rejected"
        )
        with self._database.read() as tx:
            found = tx.execute(query.order_by(outcomes.c.id.desc()).limit(1)).scalar()
        return None if found is None else ArticleId(found)

    def counts(self) -> dict[ProposalState, int]:
        """How many there are in each state."""
        query = sa.select(lessons.c.state, sa.func.count()).group_by(lessons.c.state)
        with self._database.read() as tx:
            return {ProposalState(state): count for state, count in tx.execute(query)}

    def forget(self, conversation: str) -> int:
        """Erase what the cases of a conversation taught; how many there were."""
        theirs = lessons.c.conversation == conversation

        def work(tx: Connection) -> int:
            asked = tx.execute(sa.select(lessons.c.question).where(theirs)).scalars()
            known = [hashlib.sha256(question.encode()).hexdigest() for question in asked]
            tx.execute(sa.delete(vectors).where(vectors.c.sha256.in_(known)))  # made again where needed
            return tx.execute(sa.delete(lessons).where(theirs)).rowcount

        return self._database.write(work, wakes=(LESSONS,))


_DECISION = ("state", "draft", "because", "actor", "decided_at")


def _go_to(tx: Connection, place: int) -> None:
    tx.execute(sa.delete(places).where(places.c.name == _PLACE))
    tx.execute(sa.insert(places).values(name=_PLACE, place=place))


def _values(proposal: Proposal) -> dict[str, object]:
    lesson = proposal.lesson
    return {
        "case_number": lesson.case,
        "conversation": lesson.conversation,
        "language": lesson.language,
        "question": lesson.question,
        "asked_in": list(lesson.asked_in),
        "replies": [asdict(reply) | {"at": reply.at.isoformat()} for reply in lesson.replies],
        "minutes": lesson.minutes,
        "outcome": lesson.outcome,
        "reason": lesson.reason,
        "resolved_at": lesson.resolved_at,
        "state": proposal.state.value,
        "gap": proposal.gap,
        "near": proposal.near,
        "near_title": proposal.near_title,
        "relation": proposal.relation.value,
        "draft": proposal.draft,
        "because": proposal.because,
        "actor": proposal.by,
        "decided_at": proposal.decided_at,
    }


def _proposal(row: RowMapping) -> Proposal:
    lesson = Lesson(
        case=row["case_number"],
        conversation=row["conversation"],
        language=row["language"],
        question=row["question"],
        asked_in=tuple(row["asked_in"]),
        replies=tuple(Reply(**each | {"at": datetime.fromisoformat(each["at"])}) for each in row["replies"]),
        minutes=row["minutes"],
        outcome=row["outcome"],
        reason=row["reason"],
        resolved_at=row["resolved_at"],
    )
    return Proposal(
        lesson=lesson,
        state=ProposalState(row["state"]),
        gap=row["home"],
        near=None if row["near"] is None else ArticleId(row["near"]),
        near_title=row["near_title"],
        relation=Relation(row["relation"]),
        draft=None if row["draft"] is None else ArticleId(row["draft"]),
        because=row["because"],
        by=row["actor"],
        decided_at=row["decided_at"],
    )
