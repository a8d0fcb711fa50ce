"""Outcomes in SQL: one row for each question that the base was asked."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database, UtcDateTime
from kb.article import ArticleId
from kb.learned.outcomes import Asked, Outcome, Reaction, Tally
from kb.store.tables import metadata, vectors

OUTCOMES = "outcomes"
"""The doorbell topic that rings when a question has failed or a reaction has come."""

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation", sa.String),
    sa.Column("message", sa.Integer),
    sa.Column("sha256", sa.String),
    sa.Column("question", sa.Text),
    sa.Column("language", sa.String),
    sa.Column("again", sa.Boolean),
    sa.Column("reason", sa.String),
    sa.Column("article", sa.String),
    sa.Column("revision", sa.Integer),
    sa.Column("passage", sa.Integer),
    sa.Column("probability", sa.Float),
    sa.Column("generation", sa.Integer),
    sa.Column("reaction", sa.String),
    sa.Column("handoff", sa.String),
    sa.Column("case_number", sa.Integer),
    sa.Column("gap", sa.Integer),
    sa.Column("at", UtcDateTime),
)
centres = sa.Table(
    "gap_centres",
    metadata,
    sa.Column("gap", sa.Integer, primary_key=True),
    sa.Column("language", sa.String, primary_key=True),
    sa.Column("model_id", sa.String),
    sa.Column("members", sa.Integer),
    sa.Column("sum", sa.LargeBinary),
)
also = sa.Table(
    "outcome_also",
    metadata,
    sa.Column("outcome", sa.Integer, primary_key=True),
    sa.Column("article", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer),
    sa.Column("reaction", sa.String),
)
_READ = (
    *("id", "question", "language", "conversation", "reason", "article", "revision", "probability"),
    *("reaction", "handoff", "at"),
)

# Every question of every turn is written, so what writes it is built once.
_SAME = sa.select(outcomes.c.id).where(
    outcomes.c.conversation == sa.bindparam("of"),
    outcomes.c.message == sa.bindparam("number"),
    outcomes.c.sha256 == sa.bindparam("words"),
)
_ADD = sa.insert(outcomes).returning(outcomes.c.id)


class OutcomeTable:
    """Reads and writes of outcomes. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, asked: Asked) -> None:
        """Write an asking down, in a moment; the same words in the same message replace the first."""
        sha256 = hashlib.sha256(asked.question.encode()).hexdigest()
        values = asdict(asked) | {"sha256": sha256}
        cited = [{"article": article, "revision": revision} for article, revision in values.pop("also")]

        def work(tx: Connection) -> None:
            known = None
            if asked.conversation is not None and asked.message is not None:
                same = {"of": asked.conversation, "number": asked.message, "words": sha256}
                known = tx.execute(_SAME, same).scalar()
            if known is None:
                known = tx.execute(_ADD, values).scalar_one()
            else:
                tx.execute(sa.update(outcomes).where(outcomes.c.id == known).values(**values))
                tx.execute(sa.delete(also).where(also.c.outcome == known))
            if cited:
                tx.execute(sa.insert(also), [{"outcome": known, **each} for each in cited])

        self._database.write_later(work, wakes=(OUTCOMES,))

    def react(self, conversation: str, article: str, reaction: Reaction) -> None:
        """Note what the customer said of the last time that the conversation was given the article."""
        beside = sa.select(also.c.outcome).where(also.c.article == article)
        given = (outcomes.c.article == article) | outcomes.c.id.in_(beside)
        query = sa.select(sa.func.max(outcomes.c.id)).where(outcomes.c.conversation == conversation, given)

        def work(tx: Connection) -> None:
            last = tx.execute(query).scalar()
            for table, id in ((outcomes, outcomes.c.id), (also, also.c.outcome)):
                here = (id == last, table.c.article == article)
                tx.execute(sa.update(table).where(*here).values(reaction=reaction))

        self._database.write(work, wakes=(OUTCOMES,))

    def hand_over(self, conversation: str, reason: str, case: int | None) -> None:
        """Note the hand-over on what is still open; a second time finds nothing open."""
        theirs = outcomes.c.conversation == conversation

        def work(tx: Connection) -> None:
            settled = (outcomes.c.reaction == "helped") | outcomes.c.handoff.is_not(None)
            since = tx.execute(sa.select(sa.func.max(outcomes.c.id)).where(theirs, settled)).scalar() or 0
            last = tx.execute(sa.select(sa.func.max(outcomes.c.id)).where(theirs)).scalar() or 0
            failed = outcomes.c.reason.is_not(None) | (outcomes.c.reaction == "rejected")
            open_ = sa.update(outcomes).where(theirs, outcomes.c.id > since, failed | (outcomes.c.id == last))
            tx.execute(open_.values(handoff=reason, case_number=case))

        self._database.write(work, wakes=(OUTCOMES,))

    def latest(self, limit: int) -> tuple[Outcome, ...]:
        """The newest questions first, without those asked again and those erased."""
        query = sa.select(outcomes).where(outcomes.c.question != "", outcomes.c.again.is_(False))
        return self._read(query.order_by(outcomes.c.id.desc()).limit(limit))

    def reacted(self, limit: int) -> tuple[Outcome, ...]:
        """Answers with a reaction, newest first."""
        judged = (outcomes.c.reaction.is_not(None), outcomes.c.article.is_not(None))
        query = sa.select(outcomes).where(*judged, outcomes.c.question != "")
        return self._read(query.order_by(outcomes.c.id.desc()).limit(limit))

    def of(self, conversation: str) -> tuple[Outcome, ...]:
        """What a conversation asked, oldest first."""
        return self._read(
            sa.select(outcomes).where(outcomes.c.conversation == conversation).order_by(outcomes.c.id)
        )

    def tally(self, article: str, since: datetime | None) -> Tally:
        """One article's counts since a moment, or ever."""
        return self._tallies(since, article).get(ArticleId(article), Tally())

    def tallies(self, since: datetime | None) -> dict[ArticleId, Tally]:
        """The counts of every article that was shown since a moment, or ever."""
        return self._tallies(since)

    def forget(self, conversation: str) -> int:
        """Erase words and whose they were; rows that count for no article go altogether."""

        def work(tx: Connection) -> int:
            theirs = outcomes.c.conversation == conversation
            known = tx.execute(sa.select(sa.func.count()).where(theirs)).scalar_one()
            # A gap's middle is made of its questions: without this one it is worked out anew.
            inside = sa.select(outcomes.c.gap).where(theirs, outcomes.c.gap.is_not(None))
            tx.execute(sa.delete(centres).where(centres.c.gap.in_(inside)))
            said = sa.select(outcomes.c.sha256).where(theirs, outcomes.c.sha256.is_not(None))
            tx.execute(sa.delete(vectors).where(vectors.c.sha256.in_(said)))  # kept by text, made again
            tx.execute(sa.delete(outcomes).where(theirs, outcomes.c.article.is_(None)))
            emptied = {name: None for name in ("conversation", "message", "sha256", "gap", "case_number")}
            tx.execute(sa.update(outcomes).where(theirs).values(question="", **emptied))
            return known

        return self._database.write(work, wakes=(OUTCOMES,))

    def _tallies(self, since: datetime | None, article: str | None = None) -> dict[ArticleId, Tally]:
        """Of one article, or of all; an answer in several parts counts for each that it cites."""
        first = sa.select(outcomes.c.article, outcomes.c.reaction, outcomes.c.handoff)
        beside = sa.select(also.c.article, also.c.reaction, outcomes.c.handoff).join(
            outcomes, outcomes.c.id == also.c.outcome
        )
        first, beside = (
            query.where(
                column.is_not(None) if article is None else column == article,
                sa.true() if since is None else outcomes.c.at >= since,
            )
            for query, column in ((first, outcomes.c.article), (beside, also.c.article))
        )
        shown = sa.union_all(first, beside).subquery()
        query = sa.select(
            shown.c.article,
            sa.func.count(),
            sa.func.count(sa.case((shown.c.reaction == "helped", 1))),
            sa.func.count(sa.case((shown.c.reaction == "rejected", 1))),
            sa.func.count(shown.c.handoff),
        ).group_by(shown.c.article)
        with self._database.read() as tx:
            return {ArticleId(article): Tally(*counts) for article, *counts in tx.execute(query)}

    def _read(self, query: sa.Select[tuple[object, ...]]) -> tuple[Outcome, ...]:
        with self._database.read() as tx:
            return tuple(outcome_of(row) for row in tx.execute(query).mappings())


def outcome_of(row: RowMapping) -> Outcome:
    """A row as the value that the room speaks of."""
    return Outcome(**{name: row[name] for name in _READ}, case=row["case_number"])
