"""Gaps in SQL: which questions are in which, where their middles lie, what happened to them, the proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database, UtcDateTime
from kb.article import ArticleId
from kb.embedders import Floats1d
from kb.errors import NoGapError
from kb.learned.clusters import Centre
from kb.learned.gap import Gap, GapEvent, GapState, Prices, Proof, Replayed, usual_minutes
from kb.learned.outcomes import Outcome
from kb.store.lessons import lessons
from kb.store.outcomes import centres, outcome_of, outcomes
from kb.store.tables import articles, metadata, revisions

GAPS = "gaps"
"""The doorbell topic that rings when a gap has changed."""

_PRICED = 200  # newest cases that the usual one is told from
_AT_ONCE = 400  # values in one IN (…); every database takes that many

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.String),
    sa.Column("language", sa.String),
    sa.Column("clearest", sa.Integer),
    sa.Column("article", sa.String),
    sa.Column("joined", sa.Integer),
    sa.Column("opened_at", UtcDateTime),
    sa.Column("changed_at", UtcDateTime),
)
events = sa.Table(
    "gap_events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("gap", sa.Integer),
    sa.Column("event", sa.String),
    sa.Column("actor", sa.String),
    sa.Column("note", sa.Text),
    sa.Column("at", UtcDateTime),
)
proofs = sa.Table(
    "gap_proofs",
    metadata,
    sa.Column("gap", sa.Integer, primary_key=True),
    sa.Column("generation", sa.Integer),
    sa.Column("replayed", sa.JSON),
    sa.Column("at", UtcDateTime),
)

# As the index `outcomes_unplaced` has it, to the letter.
_FAILED = sa.literal_column(
    "(reason IS NOT NULL OR reaction = 'rejected' OR handoff IS NOT NULL)", sa.Boolean
)
# What was asked again for another answer, and got none, is in its gap already.
_COUNTS = outcomes.c.again.is_(False) | outcomes.c.article.is_not(None)


class Twin(NamedTuple):
    """The first question of an article and of its translation."""

    language: str
    question: str
    other_language: str
    other: str


class GapStore:
    """Reads and writes of gaps. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unplaced(self, limit: int) -> tuple[Outcome, ...]:
        """Failed questions that are in no gap yet, oldest first."""
        wanted = (_FAILED, _COUNTS, outcomes.c.gap.is_(None), outcomes.c.question != "")
        query = sa.select(outcomes).where(*wanted).order_by(outcomes.c.id).limit(limit)
        with self._database.read() as tx:
            return tuple(outcome_of(row) for row in tx.execute(query).mappings())

    def centres(self, model_id: str) -> tuple[Centre, ...]:
        """The middles of all gaps that this encoder has measured."""
        query = sa.select(centres).where(centres.c.model_id == model_id).order_by(centres.c.gap)
        with self._database.read() as tx:
            return tuple(_centre(row) for row in tx.execute(query).mappings())

    def uncentred(self, model_id: str, limit: int) -> tuple[tuple[int, str], ...]:
        """Gaps and languages whose middle is not known: another encoder's, or a question was erased."""
        known = sa.select(centres.c.gap).where(
            centres.c.gap == outcomes.c.gap,
            centres.c.language == outcomes.c.language,
            centres.c.model_id == model_id,
        )
        query = (
            sa.select(outcomes.c.gap, outcomes.c.language)
            .where(outcomes.c.gap.is_not(None), ~known.exists())
            .distinct()
            .limit(limit)
        )
        with self._database.read() as tx:
            return tuple((row.gap, row.language) for row in tx.execute(query))

    def centre(self, centre: Centre, model_id: str) -> None:
        """Keep where a gap's questions of one language lie."""
        self._database.write(lambda tx: _put_centre(tx, centre, model_id))

    def place(
        self, outcome: Outcome, gap: int | None, vector: Floats1d, model_id: str, now: datetime
    ) -> int | None:
        """Put a question into its gap, a new one for None; which that is, None if it was placed meanwhile."""

        def work(tx: Connection) -> int | None:
            free = (outcomes.c.id == outcome.id, outcomes.c.gap.is_(None))
            if tx.execute(sa.select(outcomes.c.id).where(*free)).first() is None:
                return None
            home = _home(tx, gap) if gap is not None else _new(tx, outcome, now)
            tx.execute(sa.update(outcomes).where(outcomes.c.id == outcome.id).values(gap=home))
            here = (centres.c.gap == home, centres.c.language == outcome.language)
            row = (
                tx.execute(sa.select(centres).where(*here, centres.c.model_id == model_id)).mappings().first()
            )
            if row is not None:
                _put_centre(tx, _centre(row).with_(vector), model_id)
            elif gap is None:
                _put_centre(tx, Centre(home, outcome.language, vector, 1), model_id)
            # Else its middle is told anew from all its questions, this one among them.
            return home

        return self._database.write(work, wakes=(GAPS,))

    def join(self, elder: int, younger: int, now: datetime) -> None:
        """Make two gaps one: everything of the younger's is the elder's from now on."""

        def work(tx: Connection) -> None:
            tx.execute(sa.update(outcomes).where(outcomes.c.gap == younger).values(gap=elder))
            tx.execute(sa.update(lessons).where(lessons.c.gap == younger).values(gap=elder))
            brought = tx.execute(sa.select(centres).where(centres.c.gap == younger)).mappings().all()
            for row in brought:
                here = (centres.c.gap == elder, centres.c.language == row["language"])
                held = tx.execute(sa.select(centres).where(*here)).mappings().first()
                if held is None:
                    _put_centre(tx, replace(_centre(row), gap=elder), row["model_id"])
                elif held["model_id"] == row["model_id"]:
                    own, more = _centre(held), _centre(row)
                    both = Centre(elder, own.language, own.total + more.total, own.members + more.members)
                    _put_centre(tx, both, row["model_id"])
            tx.execute(sa.delete(centres).where(centres.c.gap == younger))
            tx.execute(sa.update(gaps).where(gaps.c.id == younger).values(joined=elder, changed_at=now))
            note = f"joined gap {elder}"
            tx.execute(
                sa.insert(events).values(gap=younger, event="joined", actor="firstline", note=note, at=now)
            )

        self._database.write(work, wakes=(GAPS,))

    def speak(self, gap: int, outcome: int) -> None:
        """Let one of its questions stand for the gap."""
        self._database.write(
            lambda tx: tx.execute(sa.update(gaps).where(gaps.c.id == gap).values(clearest=outcome)) and None
        )

    def move(
        self,
        gap: int,
        event: GapEvent,
        *,
        by: str,
        now: datetime,
        note: str = "",
        article: str | None = None,
    ) -> None:
        """Take a gap from one state to the next. Raises NoGapError and GapMoveError.

        article: the one that it is written in from now on; one that is abandoned is let go of.
        """

        def work(tx: Connection) -> None:
            after = _one(tx, gap).after(event)
            values: dict[str, object] = {"state": after.state.value, "changed_at": now}
            if article is not None or event is GapEvent.ABANDONED:
                values["article"] = article
            tx.execute(sa.update(gaps).where(gaps.c.id == gap).values(**values))
            tx.execute(sa.insert(events).values(gap=gap, event=event.value, actor=by, note=note, at=now))

        self._database.write(work, wakes=(GAPS,))

    def prove(self, gap: int, proof: Proof) -> None:
        """Keep what the last replay has shown; the questions themselves stay where they can be erased."""
        replayed = [
            {name: value for name, value in asdict(each).items() if name != "question"}
            for each in proof.replayed
        ]
        values = {"generation": proof.generation, "replayed": replayed, "at": proof.at}

        def work(tx: Connection) -> None:
            tx.execute(sa.delete(proofs).where(proofs.c.gap == gap))
            tx.execute(sa.insert(proofs).values(gap=gap, **values))

        self._database.write(work, wakes=(GAPS,))

    def gap(self, gap: int) -> Gap:
        """Without its questions. Raises NoGapError."""
        with self._database.read() as tx:
            return _one(tx, gap)

    def gaps(self, *states: GapState) -> tuple[Gap, ...]:
        """All in one of the states, by number, without their questions."""
        with self._database.read() as tx:
            return tuple(_gaps(tx, gaps.c.state.in_(states), gaps.c.joined.is_(None)))

    def numbers(self, *states: GapState) -> set[int]:
        """Which gaps are in one of the states."""
        query = sa.select(gaps.c.id).where(gaps.c.state.in_(states), gaps.c.joined.is_(None))
        with self._database.read() as tx:
            return set(tx.execute(query).scalars())

    def recurred(self) -> tuple[int, ...]:
        """Closed gaps with a question that failed after they were closed."""
        later = (outcomes.c.gap == gaps.c.id, outcomes.c.at > gaps.c.changed_at)
        query = sa.select(gaps.c.id).where(
            gaps.c.state == GapState.CLOSED, sa.select(outcomes.c.id).where(*later).exists()
        )
        with self._database.read() as tx:
            return tuple(tx.execute(query).scalars())

    def questions(self, which: Iterable[int]) -> dict[int, list[Outcome]]:
        """The questions of each of these gaps, oldest first; gaps without any are left out."""
        found: dict[int, list[Outcome]] = {}
        wanted = list(which)
        with self._database.read() as tx:
            for start in range(0, len(wanted), _AT_ONCE):
                some = outcomes.c.gap.in_(wanted[start : start + _AT_ONCE])
                for row in tx.execute(sa.select(outcomes).where(some).order_by(outcomes.c.id)).mappings():
                    found.setdefault(row["gap"], []).append(outcome_of(row))
        return found

    def prices(self) -> Prices:
        """What to tell the cost of gaps from."""
        shares = (
            sa.select(outcomes.c.case_number, sa.func.count(sa.distinct(outcomes.c.gap)))
            .where(outcomes.c.case_number.is_not(None), outcomes.c.gap.is_not(None))
            .group_by(outcomes.c.case_number)
        )
        asked = sa.select(
            sa.func.count(sa.distinct(outcomes.c.conversation)),
            sa.func.count(sa.distinct(sa.case((outcomes.c.handoff.is_not(None), outcomes.c.conversation)))),
        ).where(_FAILED)
        newest = sa.select(lessons.c.case_number, lessons.c.minutes).order_by(lessons.c.case_number.desc())
        with self._database.read() as tx:
            minutes = {row.case_number: row.minutes for row in tx.execute(newest)}
            shared = {case: count for case, count in tx.execute(shares)}
            failed, handed = tx.execute(asked).one()
        usual = usual_minutes(list(minutes.values())[:_PRICED])
        return Prices(minutes, shared, usual, (handed + 1) / (failed + 2))

    def first_questions(self, language: str, limit: int) -> tuple[str, ...]:
        """A question of each published article, or its title: what is not the same in a base."""
        query = (
            _LIVE_TEXTS.where(articles.c.language == language, articles.c.translation_of.is_(None))
            .order_by(articles.c.id)
            .limit(limit)
        )
        with self._database.read() as tx:
            return tuple(_first(row) for row in tx.execute(query).mappings())

    def twins(self, limit: int) -> tuple[Twin, ...]:
        """Published translations beside their originals."""
        with self._database.read() as tx:
            made = tx.execute(_LIVE_TEXTS.where(articles.c.translation_of.is_not(None)).limit(limit))
            translations = list(made.mappings())
            roots = [row["translation_of"] for row in translations]
            found = tx.execute(_LIVE_TEXTS.where(articles.c.id.in_(roots[:_AT_ONCE]))).mappings()
            originals = {row["id"]: row for row in found}
        return tuple(
            Twin(origin["language"], _first(origin), row["language"], _first(row))
            for row in translations
            if (origin := originals.get(row["translation_of"])) is not None
        )

    def roots(self) -> dict[str, str]:
        """The original of each translated article, by the translation's id."""
        query = sa.select(articles.c.id, articles.c.translation_of)
        with self._database.read() as tx:
            return dict(tx.execute(query.where(articles.c.translation_of.is_not(None))).all())


_LIVE_TEXTS = sa.select(
    articles.c.id, articles.c.language, articles.c.translation_of, revisions.c.title, revisions.c.questions
).join(revisions, (revisions.c.article == articles.c.id) & (revisions.c.number == articles.c.live))
_GAPS = sa.select(
    gaps, outcomes.c.question, proofs.c.generation, proofs.c.replayed, proofs.c.at.label("proved_at")
).select_from(
    gaps.outerjoin(outcomes, outcomes.c.id == gaps.c.clearest).outerjoin(proofs, proofs.c.gap == gaps.c.id)
)


def _first(row: RowMapping) -> str:
    return str((row["questions"] or [row["title"]])[0])


def _gaps(tx: Connection, *wanted: sa.ColumnElement[bool]) -> Sequence[Gap]:
    rows = tx.execute(_GAPS.where(*wanted).order_by(gaps.c.id)).mappings().all()
    last: dict[int, str] = {}
    for start in range(0, len(rows), _AT_ONCE):
        some = [row["id"] for row in rows[start : start + _AT_ONCE]]
        said = sa.select(events.c.gap, events.c.note).where(events.c.gap.in_(some)).order_by(events.c.id)
        last |= {row.gap: row.note for row in tx.execute(said)}
    return [
        Gap(
            id=row["id"],
            state=GapState(row["state"]),
            language=row["language"],
            clearest=row["question"] or "",
            article=None if row["article"] is None else ArticleId(row["article"]),
            opened_at=row["opened_at"],
            changed_at=row["changed_at"],
            proof=_proof(row),
            note=last.get(row["id"], ""),
        )
        for row in rows
    ]


def _proof(row: RowMapping) -> Proof | None:
    if row["replayed"] is None:
        return None
    return Proof(row["generation"], row["proved_at"], tuple(Replayed(**each) for each in row["replayed"]))


def _one(tx: Connection, gap: int) -> Gap:
    found = _gaps(tx, gaps.c.id == gap, gaps.c.joined.is_(None))
    if not found:
        raise NoGapError(gap)
    return found[0]


def _home(tx: Connection, gap: int) -> int:
    """The gap, or the one that it has become part of."""
    joined = tx.execute(sa.select(gaps.c.joined).where(gaps.c.id == gap)).scalar()
    return gap if joined is None else _home(tx, joined)


def _new(tx: Connection, outcome: Outcome, now: datetime) -> int:
    values = {"state": GapState.OPEN.value, "language": outcome.language, "clearest": outcome.id}
    made = tx.execute(sa.insert(gaps).values(**values, opened_at=outcome.at, changed_at=now))
    key = made.inserted_primary_key
    assert key is not None
    return int(key[0])


def _centre(row: RowMapping) -> Centre:
    total = np.frombuffer(row["sum"], dtype="<f4")
    return Centre(row["gap"], row["language"], total, row["members"])


def _put_centre(tx: Connection, centre: Centre, model_id: str) -> None:
    here = (centres.c.gap == centre.gap, centres.c.language == centre.language)
    tx.execute(sa.delete(centres).where(*here))
    total = np.asarray(centre.total, dtype="<f4").tobytes()
    values = {"gap": centre.gap, "language": centre.language, "model_id": model_id}
    tx.execute(sa.insert(centres).values(**values, members=centre.members, sum=total))
