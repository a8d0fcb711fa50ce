"""The SQL of trainings, what each was trained on, and which model is to be read with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from config.database import Database, UtcDateTime
from config.failpoints import failpoint
from kb.coaching.training import Candidate, Change, Guess, Objection, Publication, Report, State, Taught
from kb.errors import CandidateBusyError, NoCandidateError
from kb.store.edits import note
from kb.store.examples import EXAMPLES, example_of

MODEL = "model"
"""The doorbell topic that rings when another model was promised."""

_tables = sa.MetaData()
_candidates = sa.Table(
    "candidates",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("state", sa.String),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("report", sa.JSON(none_as_null=True)),
    sa.Column("why", sa.Text),
)
_trained_on = sa.Table(
    "candidate_examples",
    _tables,
    sa.Column("candidate", sa.Integer, primary_key=True),
    sa.Column("example", sa.Integer, primary_key=True),
)
_publications = sa.Table(
    "model_publications",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("candidate", sa.Integer),
    sa.Column("again", sa.Boolean),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
    sa.Column("applied_at", UtcDateTime),
    sa.Column("why", sa.Text),
)
_OPEN = (State.TRAINING, State.READY)
_COUNT = (
    sa.select(sa.func.count())
    .where(_trained_on.c.candidate == _candidates.c.number)
    .scalar_subquery()
    .label("examples")
)
_APPLIED = (
    sa.select(_publications)
    .where(_publications.c.applied_at.is_not(None))
    .order_by(_publications.c.number.desc())
    .limit(1)
)


class CandidateStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def candidates(self, limit: int) -> tuple[Candidate, ...]:
        """Newest first."""
        query = sa.select(_candidates, _COUNT).order_by(_candidates.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(_candidate(row) for row in connection.execute(query).mappings())

    def candidate(self, number: int) -> Candidate:
        """Raises NoCandidateError."""
        with self._database.read() as connection:
            return _one(connection, number)

    def open(self) -> Candidate | None:
        """The one that is being trained or waits for a decision."""
        with self._database.read() as connection:
            return _open(connection)

    def begin(self, *, by: str, at: datetime) -> Candidate:
        """A candidate of all examples that are not retired. Raises CandidateBusyError while one is open."""

        def work(connection: sa.Connection) -> Candidate:
            busy = _open(connection)
            if busy is not None:
                raise CandidateBusyError(busy.number, busy.state.value)
            number = _add_candidate(connection, State.TRAINING, by, at)
            now = sa.select(sa.literal(number), EXAMPLES.c.id).where(EXAMPLES.c.retired_at.is_(None))
            connection.execute(_trained_on.insert().from_select(["candidate", "example"], now))
            note(connection, at, by, "train", f"model {number}", None, {"state": State.TRAINING.value})
            return _one(connection, number)

        return self._database.write(work)

    def note_trained(self, *, at: datetime) -> Candidate:
        """A model by `firstline train` is served; it was trained on what was live before it."""

        def work(connection: sa.Connection) -> Candidate:
            number = _add_candidate(connection, State.PUBLISHED, "", at)
            live = connection.execute(_APPLIED).mappings().first()
            if live is not None:
                same = sa.select(sa.literal(number), _trained_on.c.example).where(
                    _trained_on.c.candidate == live["candidate"]
                )
                connection.execute(_trained_on.insert().from_select(["candidate", "example"], same))
            values = {"candidate": number, "again": False, "author": "", "at": at, "applied_at": at}
            connection.execute(_publications.insert().values(**values))
            return _one(connection, number)

        return self._database.write(work)

    def end(
        self,
        candidate: int,
        state: State,
        *,
        by: str,
        at: datetime,
        why: str | None = None,
        report: Report | None = None,
    ) -> Candidate:
        """An open candidate's next state. Raises NoCandidateError, CandidateBusyError where it has ended."""

        def work(connection: sa.Connection) -> Candidate:
            before = _one(connection, candidate)
            if before.state not in _OPEN:
                raise CandidateBusyError(candidate, before.state.value)
            values: dict[str, object] = {"state": state.value, "ended_at": at, "why": why}
            if report is not None:
                values["report"] = asdict(report)
            connection.execute(_candidates.update().where(_candidates.c.number == candidate).values(**values))
            told = {"state": state.value} if why is None else {"state": state.value, "why": why}
            note(connection, at, by, "train", f"model {candidate}", {"state": before.state.value}, told)
            return _one(connection, candidate)

        return self._database.write(work)

    def publish(self, candidate: int, *, again: bool, by: str, at: datetime) -> Publication:
        """Promise that this candidate's model is read with. Raises NoCandidateError."""

        def work(connection: sa.Connection) -> Publication:
            _one(connection, candidate)
            before = connection.execute(_APPLIED).mappings().first()
            connection.execute(
                _candidates.update()
                .where(_candidates.c.number == candidate)
                .values(state=State.PUBLISHED.value)
            )
            values = {"candidate": candidate, "again": again, "author": by, "at": at}
            number = connection.execute(
                _publications.insert().values(**values).returning(_publications.c.number)
            ).scalar_one()
            verb = "roll_back_model" if again else "publish_model"
            was = None if before is None else {"model": before["candidate"]}
            note(connection, at, by, verb, f"model {candidate}", was, {"model": candidate})
            return Publication(number, candidate, again, by, at)

        promised = self._database.write(work, wakes=(MODEL,))
        failpoint("kb.model.promised")
        return promised

    def publications(self, limit: int) -> tuple[Publication, ...]:
        """Newest first."""
        query = sa.select(_publications).order_by(_publications.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(_publication(row) for row in connection.execute(query).mappings())

    def promised(self) -> Publication | None:
        """The newest publication, if it has not been kept yet."""
        newest = next(iter(self.publications(1)), None)
        open_still = newest is not None and newest.applied_at is None and newest.why is None
        return newest if open_still else None

    def keep(self, publication: int, *, at: datetime) -> None:
        """The promise is kept: the model is in place."""
        self._settle(publication, applied_at=at)

    def refuse(self, publication: int, why: str) -> None:
        """The promise can't be kept, and the model that was there before stays."""
        self._settle(publication, why=why)

    def live(self) -> int | None:
        """The candidate of the last kept promise; None where no model was ever noted."""
        with self._database.read() as connection:
            row = connection.execute(_APPLIED).mappings().first()
        return None if row is None else row["candidate"]

    def taught(self, candidate: int | None) -> Taught:
        """What a candidate was trained on beside the bot's files; None for nothing."""
        if candidate is None:
            return Taught()
        mine = sa.select(_trained_on.c.example).where(_trained_on.c.candidate == candidate)
        query = sa.select(EXAMPLES).where(EXAMPLES.c.id.in_(mine)).order_by(EXAMPLES.c.id)
        with self._database.read() as connection:
            numbers = tuple(connection.execute(mine.order_by(_trained_on.c.example)).scalars())
            return Taught(numbers, tuple(map(example_of, connection.execute(query).mappings())))

    def forget(self, conversation: str) -> None:
        """A customer's messages are taken out of the reports."""

        def work(connection: sa.Connection) -> None:
            told = sa.select(_candidates).where(_candidates.c.report.is_not(None))
            for row in connection.execute(told).mappings().all():
                report = _without(row["report"], conversation)
                if report != row["report"]:
                    mine = _candidates.c.number == row["number"]
                    connection.execute(_candidates.update().where(mine).values(report=report))

        self._database.write(work)

    def _settle(self, publication: int, **values: object) -> None:
        here = _publications.c.number == publication
        self._database.write(
            lambda connection: (
                connection.execute(_publications.update().where(here).values(**values)) and None
            )
        )


def _add_candidate(connection: sa.Connection, state: State, by: str, at: datetime) -> int:
    values = {"state": state.value, "author": by, "at": at}
    adding = _candidates.insert().values(**values).returning(_candidates.c.number)
    number: int = connection.execute(adding).scalar_one()
    return number


def _open(connection: sa.Connection) -> Candidate | None:
    query = sa.select(_candidates, _COUNT).where(_candidates.c.state.in_(_OPEN)).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else _candidate(row)


def _one(connection: sa.Connection, number: int) -> Candidate:
    query = sa.select(_candidates, _COUNT).where(_candidates.c.number == number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NoCandidateError(number)
    return _candidate(row)


def _candidate(row: sa.RowMapping) -> Candidate:
    report = None if row["report"] is None else report_of(row["report"])
    return Candidate(
        row["number"],
        State(row["state"]),
        row["author"],
        row["at"],
        row["ended_at"],
        report,
        row["why"],
        row["examples"],
    )


def _publication(row: sa.RowMapping) -> Publication:
    columns = {column.name: row[column.name] for column in _publications.columns}
    return Publication(by=columns.pop("author"), **columns)


def report_of(written: Mapping[str, Any]) -> Report:
    changes = {key: tuple(map(_change, written[key])) for key in ("changes", "taught")}
    objections = tuple(Objection(**each) for each in written["objections"])
    left_out = tuple(written["left_out"])
    return Report(**{**written, **changes, "objections": objections, "left_out": left_out})


def _change(written: Mapping[str, Any]) -> Change:
    return Change(**{**written, "before": Guess(**written["before"]), "after": Guess(**written["after"])})


def _without(report: dict[str, Any], conversation: str) -> dict[str, Any]:
    kept = {
        key: [each for each in report[key] if each["conversation"] != conversation]
        for key in ("changes", "taught")
    }
    return {**report, **kept}
