"""A room's tables once more, in a SQLite file of its own: to work on what is there without touching it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from config.database import Schema, open_database
from config.sqlite import copy_file

_AT_ONCE = 1000  # rows


def copy_database(source: Path | Schema, target: Path, migrations: Path) -> None:
    """Copy a room's tables as of one moment, whoever writes to them meanwhile; `target` must not exist."""
    if isinstance(source, Path):
        copy_file(source, target)
        return
    with (
        open_database(source, migrations) as original,
        open_database(target, migrations) as copy,
        original.read() as reading,
    ):
        tables = sa.MetaData()
        tables.reflect(reading)

        def work(writing: sa.Connection) -> None:
            for table in tables.sorted_tables:
                if table.name == "alembic_version":
                    continue
                for rows in reading.execute(sa.select(table)).mappings().partitions(_AT_ONCE):
                    writing.execute(sa.insert(table), [dict(row) for row in rows])

        copy.write(work)
