"""What only a SQLite file does, or can suffer."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.database import EVERY, Database, NotWrittenError, UnsafeDatabaseError, open_database
from config.sqlite import pragma, sqlite, writing_engine
from tests.config.test_database import Gate, note, texts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "room.db"


@pytest.fixture
def database(path: Path, migrations: Path) -> Iterator[Database]:
    with open_database(path, migrations) as opened:
        yield opened


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_the_writer_is_as_durable_as_sqlite_can_be(database: Database) -> None:
    assert database.state().durability == "journal_mode wal, synchronous full"
    assert database.write(lambda connection: pragma(connection, "foreign_keys")) == 1


def test_a_file_that_cannot_be_durable_is_refused() -> None:
    with pytest.raises(UnsafeDatabaseError, match="local disk"):
        writing_engine(Path(":memory:")).connect()


def test_the_file_is_its_owners_alone(database: Database, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_when_the_whole_transaction_is_lost_nobody_is_told_it_was_written(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    def takes_all_with_it(connection: sa.Connection) -> int:
        connection.exec_driver_sql("ROLLBACK")  # what SQLite does by itself when the disk is full
        raise OSError("disk full")

    gate = Gate(database, pool)
    before, guilty, after = gate.queue(note("before"), takes_all_with_it, note("after"))
    gate.open()
    with pytest.raises(OSError, match="disk full"):
        guilty.result(10)
    for innocent in (before, after):
        with pytest.raises(NotWrittenError, match="disk full"):
            innocent.result(10)
    assert texts(database) == []
    assert database.write(note("later")) == 1


def test_a_file_that_is_really_full_refuses_and_recovers(database: Database) -> None:
    def shrink(connection: sa.Connection) -> int:
        pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        return int(connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}").scalar_one())

    limit = database.write(shrink)
    with pytest.raises(sa.exc.OperationalError, match="full"):
        database.write(note("x" * 4096 * (limit + 8)))
    assert database.write(note("small")) == 1
    assert texts(database) == ["small"]


def test_closing_folds_the_log_into_the_file(database: Database, path: Path) -> None:
    database.write(note("one"))
    database.close()
    assert not path.with_name("room.db-wal").exists()


def test_only_a_watching_server_checkpoints(database: Database) -> None:
    def pages() -> int:
        return int(database.write(lambda connection: pragma(connection, "wal_autocheckpoint")))

    assert pages() == 0
    database.watch()
    assert pages() > 0


def test_another_process_is_noticed(database: Database, path: Path) -> None:
    database.watch()
    before = database.doorbell.count("anything")
    subprocess.run([sys.executable, "-c", OTHER, str(path)], check=True)
    assert database.doorbell.wait_past("anything", before, 10) > before
    assert texts(database) == ["from outside"]


def test_another_process_holding_the_lock_is_waited_for(
    database: Database, path: Path, pool: ThreadPoolExecutor
) -> None:
    other = sqlite.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    waiting = pool.submit(database.write, note("patient"))
    other.execute("INSERT INTO notes (text) VALUES ('first')")
    other.execute("COMMIT")
    other.close()
    assert waiting.result(10) == 2


def test_our_own_writes_do_not_ring_everyone(database: Database) -> None:
    database.watch()
    before = database.doorbell.count(EVERY)
    database.write(note("one"), wakes=["notes"])
    database.write(note("two"), wakes=["notes"])  # the look around after the first is over by now
    assert database.doorbell.count(EVERY) == before


OTHER = """
import sys
from config.sqlite import sqlite
connection = sqlite.connect(sys.argv[1])
connection.execute("INSERT INTO notes (text) VALUES ('from outside')")
connection.commit()
"""
