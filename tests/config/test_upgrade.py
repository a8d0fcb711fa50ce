from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.copying import copy_database
from config.database import Database, open_database
from config.upgrade import MigrationsBrokenError, NewerDatabaseError
from tests.config.conftest import FIRST, SECOND, write_migrations

BROKEN = SECOND.replace("op.add_column", "op.drop_table('notes'); op.no_such_operation")

STARTS = """
import sys
from pathlib import Path
from config.database import open_database
open_database(Path(sys.argv[1]), Path(sys.argv[2])).close()
print("alembic" in sys.modules)
"""


def columns(database: Database) -> set[str]:
    with database.read() as connection:
        return {column["name"] for column in sa.inspect(connection).get_columns("notes")}


def test_a_new_file_gets_every_migration(tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST, SECOND)
    with open_database(tmp_path / "room.db", migrations) as database:
        assert columns(database) == {"id", "text", "parent", "written_at"}


def test_an_old_file_gets_what_it_lacks_and_keeps_its_rows(tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST)
    with open_database(tmp_path / "room.db", migrations) as database:
        database.write(
            lambda connection: connection.execute(sa.text("INSERT INTO notes (text) VALUES ('old')"))
        )
    write_migrations(tmp_path / "m", FIRST, SECOND)
    with open_database(tmp_path / "room.db", migrations) as database:
        assert "written_at" in columns(database)
        with database.read() as connection:
            assert connection.execute(sa.text("SELECT text FROM notes")).scalar_one() == "old"


def test_alembic_is_not_imported_when_nothing_is_missing(tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST)
    command = [sys.executable, "-c", STARTS, str(tmp_path / "room.db"), str(migrations)]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2))
    assert (first.stdout, second.stdout) == ("True\n", "False\n")


def test_a_migration_that_fails_leaves_the_old_tables(tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST)
    open_database(tmp_path / "room.db", migrations).close()
    write_migrations(tmp_path / "m", FIRST, BROKEN)
    with pytest.raises(AttributeError, match="no_such_operation"):
        open_database(tmp_path / "room.db", migrations)
    write_migrations(tmp_path / "m", FIRST, SECOND)
    with open_database(tmp_path / "room.db", migrations) as database:
        assert columns(database) == {"id", "text", "parent", "written_at"}


def test_two_processes_may_upgrade_at_once(tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST, SECOND)
    command = [sys.executable, "-c", STARTS, str(tmp_path / "room.db"), str(migrations)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]


def test_a_file_from_a_newer_firstline_is_left_alone(tmp_path: Path) -> None:
    newer = write_migrations(tmp_path / "newer", FIRST, SECOND)
    open_database(tmp_path / "room.db", newer).close()
    older = write_migrations(tmp_path / "older", FIRST)
    with pytest.raises(NewerDatabaseError, match="revision '0002'"):
        open_database(tmp_path / "room.db", older)


def test_two_heads_are_refused(tmp_path: Path) -> None:
    migrations = write_migrations(tmp_path / "m", FIRST, FIRST.replace('"0001"', '"0009"'))
    with pytest.raises(MigrationsBrokenError, match="2 heads among 2"):
        open_database(tmp_path / "room.db", migrations)


def test_a_copy_is_complete_while_the_original_is_open(
    database: Database, tmp_path: Path, migrations: Path
) -> None:
    database.write(lambda connection: connection.execute(sa.text("INSERT INTO notes (text) VALUES ('kept')")))
    copy_database(tmp_path / "data" / "room.db", tmp_path / "copy.db", migrations)
    with open_database(tmp_path / "copy.db", migrations) as copy, copy.read() as connection:
        assert connection.execute(sa.text("SELECT text FROM notes")).scalar_one() == "kept"
