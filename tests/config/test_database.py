from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.database import (
    Database,
    DatabaseClosedError,
    NestedWriteError,
    NotWrittenError,
    NulCharacterError,
    Schema,
    UtcDateTime,
    open_database,
)
from tests.conftest import Where

pytestmark = pytest.mark.engines

NOTES = sa.table("notes", sa.column("id"), sa.column("text"), sa.column("parent"))


def note(text: str, parent: int | None = None) -> Callable[[sa.Connection], int]:
    def work(connection: sa.Connection) -> int:
        row = connection.execute(sa.insert(NOTES).values(text=text, parent=parent).returning(NOTES.c.id))
        return int(row.scalar_one())

    return work


def texts(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(sa.select(NOTES.c.text).order_by(NOTES.c.id)).scalars())


class Gate:
    """Holds the writer thread inside a work, so that what is queued behind it must share one transaction."""

    def __init__(self, database: Database, pool: ThreadPoolExecutor) -> None:
        self._entered = threading.Event()
        self._opened = threading.Event()
        self._held = pool.submit(database.write, self._hold)
        self._database = database
        self._pool = pool
        assert self._entered.wait(10)

    def _hold(self, connection: sa.Connection) -> None:
        self._entered.set()
        assert self._opened.wait(10)

    def queue(self, *works: Callable[[sa.Connection], int]) -> list[Future[int]]:
        """Queue the works in this order behind the held one."""
        queued = []
        for work in works:
            waiting = self._database._pending.qsize()
            queued.append(self._pool.submit(self._database.write, work))
            while self._database._pending.qsize() == waiting:
                os.sched_yield()
        return queued

    def open(self) -> None:
        self._opened.set()
        self._held.result(10)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(64) as threads:
        yield threads


def test_a_write_returns_what_the_work_returned(database: Database) -> None:
    assert database.write(note("one")) == 1
    assert texts(database) == ["one"]


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        database.write(note("orphan", parent=99))
    assert texts(database) == []


def writes_then_fails(connection: sa.Connection) -> int:
    note("half done")(connection)
    raise LookupError("no such thing")


def test_works_that_wait_share_one_commit(database: Database, pool: ThreadPoolExecutor) -> None:
    commits: list[None] = []
    sa.event.listen(database._writer, "commit", lambda connection: commits.append(None))
    gate = Gate(database, pool)
    queued = gate.queue(*(note(str(number)) for number in range(40)))
    gate.open()
    assert [future.result(10) for future in queued] == list(range(1, 41))
    assert len(commits) == 2  # the gate's own, and one for all forty


def test_a_failing_work_leaves_the_rest_of_its_batch_alone(
    database: Database, pool: ThreadPoolExecutor
) -> None:
    gate = Gate(database, pool)
    before, failing, clashing, after = gate.queue(
        note("before"), writes_then_fails, note("before"), note("after")
    )
    gate.open()
    assert before.result(10) < after.result(10)
    with pytest.raises(LookupError, match="no such thing"):
        failing.result(10)
    with pytest.raises(sa.exc.IntegrityError):
        clashing.result(10)
    assert texts(database) == ["before", "after"]


def test_a_work_that_fails_alone_leaves_nothing_and_the_writer_goes_on(database: Database) -> None:
    with pytest.raises(LookupError, match="no such thing"):
        database.write(writes_then_fails)
    database.write(note("after"))
    assert texts(database) == ["after"]


def test_a_work_sees_what_its_batch_wrote_before_it(database: Database, pool: ThreadPoolExecutor) -> None:
    gate = Gate(database, pool)
    _, counted = gate.queue(
        note("first"), lambda connection: len(connection.execute(sa.select(NOTES.c.id)).all())
    )
    gate.open()
    assert counted.result(10) == 1


def test_a_lost_transaction_answers_503() -> None:
    assert NotWrittenError.status == 503


def test_many_threads_write_and_none_is_lost(database: Database, pool: ThreadPoolExecutor) -> None:
    written = list(pool.map(lambda number: database.write(note(f"{number}")), range(400)))
    assert sorted(written) == list(range(1, 401))
    assert len(texts(database)) == 400


def test_readers_are_not_held_up_by_an_open_write(database: Database, pool: ThreadPoolExecutor) -> None:
    database.write(note("old"))
    gate = Gate(database, pool)
    assert texts(database) == ["old"]
    gate.open()


def test_a_reader_keeps_its_snapshot(database: Database) -> None:
    database.write(note("old"))
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(NOTES)).scalar_one() == 1
        database.write(note("new"))
        assert connection.execute(sa.select(sa.func.count()).select_from(NOTES)).scalar_one() == 1
    assert texts(database) == ["old", "new"]


def test_a_reader_cannot_write(database: Database) -> None:
    with database.read() as connection, pytest.raises(sa.exc.DBAPIError, match=r"read-?only"):
        note("sneaky")(connection)


def test_more_readers_than_the_pool_keeps_are_served(database: Database) -> None:
    database.write(note("one"))
    readers = [database.read() for _ in range(40)]
    connections = [reader.__enter__() for reader in readers]
    assert all(connection.execute(sa.select(NOTES.c.text)).scalar() == "one" for connection in connections)
    for reader in readers:
        reader.__exit__(None, None, None)


def test_the_doorbell_rings_after_the_commit(database: Database) -> None:
    seen: list[list[str]] = []
    database.doorbell.subscribe(["notes"], lambda: seen.append(texts(database)))
    database.write(note("one"), wakes=["notes"])
    assert seen == [["one"]]


def test_the_doorbell_has_rung_when_a_write_returns(database: Database) -> None:
    before = database.doorbell.count("notes")
    database.write(note("one"), wakes=["notes"])
    assert database.doorbell.count("notes") > before


def test_a_failed_work_rings_nobody(database: Database) -> None:
    database.write(note("one"))
    before = database.doorbell.count("notes")
    with pytest.raises(sa.exc.IntegrityError):
        database.write(note("one"), wakes=["notes"])
    assert database.doorbell.count("notes") == before


def test_a_write_inside_a_write_is_refused(database: Database) -> None:
    with pytest.raises(NestedWriteError, match="use the connection"):
        database.write(lambda connection: database.write(note("inner")))
    assert texts(database) == []


def test_a_work_may_read_beside_its_own_transaction(database: Database) -> None:
    def look(connection: sa.Connection) -> list[str]:
        note("mine")(connection)
        return texts(database)

    assert database.write(look) == []


def test_what_was_queued_before_close_is_written(database: Database, pool: ThreadPoolExecutor) -> None:
    gate = Gate(database, pool)
    (queued,) = gate.queue(note("just in time"))
    closing = pool.submit(database.close)
    gate.open()
    closing.result(10)
    assert queued.result(10) == 1


def test_a_closed_database_refuses(database: Database) -> None:
    database.close()
    database.close()
    with pytest.raises(DatabaseClosedError):
        database.write(note("late"))
    with pytest.raises(DatabaseClosedError), database.read():
        pass


def test_nobody_waits_for_a_writer_that_has_died(
    database: Database, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    died: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    gate = Gate(database, pool)
    monkeypatch.setattr(database, "_next", lambda: (_ for _ in ()).throw(MemoryError))
    (waiting,) = gate.queue(note("stranded"))
    gate.open()
    with pytest.raises(DatabaseClosedError):
        waiting.result(10)
    with pytest.raises(DatabaseClosedError):
        database.write(note("late"))
    assert [args.exc_type for args in died] == [MemoryError]


def test_a_killed_process_loses_nothing_that_was_acknowledged(where: Where, migrations: Path) -> None:
    place = where("killed")
    named = [place.url, place.name] if isinstance(place, Schema) else [str(place)]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(migrations), *named], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        acknowledged = {process.stdout.readline().strip() for _ in range(60)}
        process.send_signal(signal.SIGKILL)
        acknowledged |= {line.strip() for line in process.stdout.readlines() if line.endswith("\n")}
    with open_database(place, migrations) as database:
        found = texts(database)
    assert acknowledged <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 1, 40, 0, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 2, 40, tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_a_moment_comes_back_as_utc(database: Database, moment: datetime) -> None:
    with database.read() as connection:
        back = connection.execute(sa.select(sa.literal(moment, UtcDateTime))).scalar_one()
    assert back == moment
    assert back.tzinfo is UTC


def test_a_moment_is_stored_so_that_text_sorts_as_time() -> None:
    dialect = sa.create_engine("sqlite://").dialect
    stored = UtcDateTime().process_bind_param(datetime(2026, 1, 2, tzinfo=UTC), dialect)
    assert stored == "2026-01-02T00:00:00.000000+00:00"


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with database.read() as connection, pytest.raises(sa.exc.StatementError, match="no time zone"):
        connection.execute(sa.select(sa.literal(datetime(2026, 1, 1), UtcDateTime)))


KILLED = """
import itertools, sys, threading
from pathlib import Path
import sqlalchemy as sa
from config.database import Schema, open_database

migrations, *named = sys.argv[1:]
database = open_database(Schema(*named) if len(named) == 2 else Path(named[0]), Path(migrations))
notes = sa.table("notes", sa.column("text"))
printing = threading.Lock()

def write(name):
    for number in itertools.count():
        text = f"{name}-{number}"
        database.write(lambda connection: connection.execute(sa.insert(notes).values(text=text)).rowcount)
        with printing:
            print(text, flush=True)

for name in range(8):
    threading.Thread(target=write, args=(name,)).start()
"""


def test_a_nul_character_is_refused_on_either_engine(database: Database) -> None:
    with pytest.raises(NulCharacterError, match="NUL"):
        database.write(note("half\0"))
    with pytest.raises(NulCharacterError), database.read() as connection:
        connection.execute(sa.select(NOTES).where(NOTES.c.text == "\0"))
    assert texts(database) == []


def test_topics_may_depend_on_what_was_written(database: Database) -> None:
    before = database.doorbell.count("note 1")
    database.write(note("one"), wakes=lambda number: [f"note {number}"])
    assert database.doorbell.count("note 1") > before


def test_what_is_written_later_is_there_for_whoever_reads_next(database: Database) -> None:
    database.write_later(note("in a moment"))
    assert texts(database) == ["in a moment"]


def test_what_is_written_later_keeps_its_place(database: Database) -> None:
    database.write_later(note("first"))
    database.write(note("second"))
    assert texts(database) == ["first", "second"]


def test_what_is_written_later_shares_a_commit(database: Database) -> None:
    commits: list[None] = []
    sa.event.listen(database._writer, "commit", lambda connection: commits.append(None))
    for number in range(5):
        database.write_later(note(str(number)))
    assert texts(database) == list("01234") and len(commits) < 5


def test_what_is_written_later_is_written_before_closing(where: Where, migrations: Path) -> None:
    with open_database(where("room"), migrations) as database:
        database.write_later(note("at the last moment"))
    with open_database(where("room"), migrations) as database:
        assert texts(database) == ["at the last moment"]


def test_what_could_not_be_written_later_is_logged(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(connection: sa.Connection) -> None:
        raise ValueError("no such thing")

    database.write_later(broken)
    assert texts(database) == []
    assert "no such thing" in caplog.text


def test_a_closed_database_takes_nothing_for_later(database: Database) -> None:
    database.close()
    with pytest.raises(DatabaseClosedError):
        database.write_later(note("too late"))
