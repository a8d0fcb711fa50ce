"""The SQL of examples that editors taught, and of the messages that they have looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UtcDateTime
from kb.coaching.training import Example
from kb.errors import NoExampleError
from kb.store.edits import note, redact, unname

_tables = sa.MetaData()
EXAMPLES = sa.Table(
    "examples",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("language", sa.String),
    sa.Column("intent", sa.String),
    sa.Column("conversation", sa.String),
    sa.Column("message", sa.Integer),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
    sa.Column("retired_at", UtcDateTime),
)
_judged = sa.Table(
    "judged_messages",
    _tables,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("message", sa.Integer, primary_key=True),
    sa.Column("verdict", sa.String),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
)


class ExampleStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def examples(self) -> tuple[Example, ...]:
        """Those that are not retired, newest first."""
        query = sa.select(EXAMPLES).where(EXAMPLES.c.retired_at.is_(None)).order_by(EXAMPLES.c.id.desc())
        with self._database.read() as connection:
            return tuple(example_of(row) for row in connection.execute(query).mappings())

    def judged(self) -> frozenset[tuple[str, int]]:
        """The conversations' messages that somebody has looked at."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(_judged.c.conversation, _judged.c.message))
            return frozenset((row[0], row[1]) for row in rows)

    def judge(
        self, conversation: str, message: int, example: Example | None, *, by: str, at: datetime
    ) -> Example | None:
        """The message was looked at, and became an example or not; a second look takes the first one's
        place."""

        def work(connection: sa.Connection) -> Example | None:
            here = (_judged.c.conversation == conversation) & (_judged.c.message == message)
            connection.execute(_judged.delete().where(here))
            earlier = (EXAMPLES.c.conversation == conversation) & (EXAMPLES.c.message == message)
            for row in connection.execute(sa.select(EXAMPLES).where(earlier)).mappings().all():
                if row["retired_at"] is None:
                    _retire(connection, example_of(row), by, at)
            verdict = "skipped" if example is None else "corrected"
            values = {"conversation": conversation, "message": message, "verdict": verdict}
            connection.execute(_judged.insert().values(**values, author=by, at=at))
            if example is None:
                note(connection, at, by, "skip_message", f"message {conversation}/{message}", None, None)
                return None
            return _insert(connection, example)

        return self._database.write(work)

    def add(self, example: Example) -> Example:
        """The example with its number; a sentence that is there already changes what it means."""
        return self._database.write(lambda connection: _insert(connection, example))

    def retire(self, example: int, *, by: str, at: datetime) -> None:
        """Raises NoExampleError."""

        def work(connection: sa.Connection) -> None:
            here = (EXAMPLES.c.id == example) & EXAMPLES.c.retired_at.is_(None)
            row = connection.execute(sa.select(EXAMPLES).where(here)).mappings().first()
            if row is None:
                raise NoExampleError(example)
            _retire(connection, example_of(row), by, at)

        self._database.write(work)

    def taught_by(self, conversation: str) -> tuple[tuple[str, str], ...]:
        """What a customer's messages have taught, also what is retired, as (text, language).

        Without a sentence that another example has as well: that one may be read by.
        """
        others = EXAMPLES.alias()
        shared = sa.exists().where(
            others.c.text == EXAMPLES.c.text,
            others.c.language == EXAMPLES.c.language,
            sa.func.coalesce(others.c.conversation, "") != conversation,
        )
        query = sa.select(EXAMPLES.c.text, EXAMPLES.c.language).where(
            EXAMPLES.c.conversation == conversation, ~shared
        )
        with self._database.read() as connection:
            return tuple((text, language) for text, language in connection.execute(query.distinct()))

    def forget(self, conversation: str) -> None:
        """Nothing of a customer's words is left; a trained model loses them with the next training."""

        def work(connection: sa.Connection) -> None:
            here = EXAMPLES.c.conversation == conversation
            numbers = connection.execute(sa.select(EXAMPLES.c.id).where(here)).scalars().all()
            redact(connection, [f"example {number}" for number in numbers])
            unname(connection, conversation)
            connection.execute(EXAMPLES.delete().where(here))
            connection.execute(_judged.delete().where(_judged.c.conversation == conversation))

        self._database.write(work)


def _insert(connection: sa.Connection, example: Example) -> Example:
    same = (
        (EXAMPLES.c.text == example.text)
        & (EXAMPLES.c.language == example.language)
        & EXAMPLES.c.retired_at.is_(None)
    )
    for row in connection.execute(sa.select(EXAMPLES).where(same)).mappings().all():
        _retire(connection, example_of(row), example.by, example.at)
    values = {
        "text": example.text,
        "language": example.language,
        "intent": example.intent,
        "conversation": example.conversation,
        "message": example.message,
        "author": example.by,
        "at": example.at,
    }
    number = connection.execute(EXAMPLES.insert().values(**values).returning(EXAMPLES.c.id)).scalar_one()
    kept = replace(example, id=number)
    note(connection, example.at, example.by, "add_example", f"example {number}", None, _told(kept))
    return kept


def _retire(connection: sa.Connection, example: Example, by: str, at: datetime) -> None:
    connection.execute(EXAMPLES.update().where(EXAMPLES.c.id == example.id).values(retired_at=at))
    note(connection, at, by, "retire_example", f"example {example.id}", _told(example), None)


def _told(example: Example) -> dict[str, object]:
    return {"text": example.text, "language": example.language, "intent": example.intent}


def example_of(row: sa.RowMapping) -> Example:
    columns = {column.name: row[column.name] for column in EXAMPLES.columns}
    return Example(by=columns.pop("author"), **columns)
