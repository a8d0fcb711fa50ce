"""The newest migrations go back and forth over rows, on both engines: what was there before stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

import bot
import handoff
from config.database import Schema, open_database
from config.sqlite import SqliteEngine
from tests.postgres import Postgres

NEWEST = {
    "bot": (Path(bot.__path__[0]) / "migrations", "0007"),
    "handoff": (Path(handoff.__path__[0]) / "migrations", "0009"),
}
"""A room's migrations, and the first of those that are gone back over."""


@contextmanager
def engine_of(kind: str, room: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """What a room's tables are changed with, at the newest migration."""
    migrations = NEWEST[room][0]
    if kind == "sqlite":
        open_database(folder / f"{room}.db", migrations).close()
        opened = SqliteEngine(folder / f"{room}.db")
        yield opened.writer
        opened.close()
        return
    from config.postgres import PostgresEngine

    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        open_database(Schema(url, room), migrations).close()
        engine = PostgresEngine(Schema(url, room))
        yield engine.migrating()
        engine.close()


def line(room: str) -> list[Script]:
    """The migrations that are gone back over, first to last."""
    migrations, first = NEWEST[room]
    scripts = list(ScriptDirectory(str(migrations)).walk_revisions())[::-1]
    return [each for each in scripts if each.revision >= first]


def shape(connection: sa.Connection) -> dict[str, object]:
    """The tables with their columns and indexes, as the database has them."""
    found = sa.inspect(connection)
    return {
        table: (
            [(each["name"], str(each["type"]), each["nullable"]) for each in found.get_columns(table)],
            sorted(str(each["name"]) for each in found.get_indexes(table)),
        )
        for table in sorted(found.get_table_names())
    }


def fill(connection: sa.Connection) -> dict[str, int]:
    """A row in each empty table that takes one of made-up values; how many rows each table then has."""
    tables = sa.MetaData()
    tables.reflect(connection)
    counts = dict[str, int]()
    for table in tables.sorted_tables:
        if table.name != "alembic_version" and not _count(connection, table):
            values = {column.name: _value(connection, column) for column in table.columns}
            with connection.begin_nested() as tried:
                try:
                    connection.execute(sa.insert(table).values(values))
                except sa.exc.DatabaseError:
                    tried.rollback()  # its engine's own, such as an index for searching
        counts[table.name] = _count(connection, table)
    return counts


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _value(connection: sa.Connection, column: sa.Column[Any]) -> object:
    for key in column.foreign_keys:
        return connection.execute(sa.select(key.column).limit(1)).scalar()
    match column.type:
        case sa.Boolean():
            return False
        case sa.Integer() | sa.Numeric() | sa.Float():
            return 1
        case sa.LargeBinary():
            return b"bytes"
        case sa.JSON():
            return {}
    return "2026-11-23T10:00:00.000+00:00"


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
@pytest.mark.parametrize("room", sorted(NEWEST))
def test_each_goes_back_and_forth_and_older_rows_stay(
    kind: str, room: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    newest = line(room)
    with engine_of(kind, room, tmp_path, request) as engine, engine.begin() as connection:
        before, filled = shape(connection), fill(connection)
        assert sum(filled.values()) > len(filled) // 2
        with Operations.context(MigrationContext.configure(connection)):
            for script in reversed(newest):
                script.module.downgrade()
            older = shape(connection)
            assert older.keys() < before.keys()
            for script in newest:
                script.module.upgrade()
        assert shape(connection) == before
        left = sa.MetaData()
        left.reflect(connection, only=list(older))
        assert {name: _count(connection, left.tables[name]) for name in older} == {
            name: filled[name] for name in older
        }
