"""A room's tables: a single writer with group commit, and readers it never holds up, on either engine."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from config.columns import UtcDateTime
from config.committing import Committing, Pending
from config.data_folder import DataFolderInUseError, DataFolderLock, lock_data_folder
from config.doorbell import EVERY, Doorbell
from config.engine import DatabaseState, Engine, Look
from config.errors import (
    ConfigError,
    DatabaseClosedError,
    DatabaseLostError,
    NestedWriteError,
    NotErasedError,
    NotWrittenError,
    NulCharacterError,
    PerhapsWrittenError,
)
from config.schema import Schema
from config.sqlite import DamagedDatabaseError, SqliteEngine, UnsafeDatabaseError
from config.upgrade import upgrade

__all__ = [
    "EVERY",
    "DamagedDatabaseError",
    "DataFolderInUseError",
    "DataFolderLock",
    "Database",
    "DatabaseClosedError",
    "DatabaseLostError",
    "DatabaseState",
    "Doorbell",
    "NestedWriteError",
    "NotErasedError",
    "NotWrittenError",
    "NulCharacterError",
    "PerhapsWrittenError",
    "Schema",
    "UnsafeDatabaseError",
    "UtcDateTime",
    "lock_data_folder",
    "open_database",
]

T = TypeVar("T")

_log = logging.getLogger(__name__)

_BATCH = 256  # works in one commit; more would make the first of them wait for the last
_POLL_SECONDS = 0.2  # between two looks for another process's writes
_LATER_SECONDS = 0.05  # that what nobody waits for may lie, so that several share a commit


class DriverMissingError(ConfigError):
    """`database_url` is set, and what speaks to PostgreSQL is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "[server] database_url is set, but PostgreSQL's driver is not installed; "
            "run pip install 'firstline[postgres]'"
        )


class Database:
    """Reads anywhere, writes on one thread; everything a `write` has returned from survives a power cut.

    Made by `open_database`. All works that wait while a commit is under way share the next one, so that a
    disk which does 400 commits a second serves thousands of writes. Where several processes have the same
    database open, their transactions still come one after the other.
    """

    def __init__(self, engine: Engine) -> None:
        self.name = engine.name
        self.doorbell = Doorbell(self._tell_others if engine.shared else None)
        self._engine = engine
        self._readers, self._writer = engine.readers, engine.writer
        self._pending: queue.SimpleQueue[Pending | None] = queue.SimpleQueue()
        self._gate = threading.Lock()  # nothing may be queued behind the None that ends the writer
        self._closed = False
        self._later = 0  # works that nobody waits for and that are not written yet
        self._look: Look | None = None
        self._looked = 0.0
        self._committing = Committing(engine, self.doorbell)
        connection = (
            self._writer.connect()
        )  # in the caller's thread, so that a failure is raised to the caller
        self._thread = threading.Thread(
            target=self._serve, args=(connection,), name=f"writer {engine.name}", daemon=True
        )
        self._thread.start()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only connection; it sees the tables as of its first query, whatever is written meanwhile.

        Raises DatabaseLostError where the database can't be reached, or is gone half-way.
        """
        if self._closed:
            raise DatabaseClosedError(self.name)
        if self._later and threading.current_thread() is not self._thread:
            self.write(lambda connection: None)  # which goes in behind them
        try:
            with self._readers.connect() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            if self._engine.lost(error):
                raise DatabaseLostError from error
            raise

    def write(
        self,
        work: Callable[[sa.Connection], T],
        *,
        wakes: Sequence[str] | Callable[[T], Sequence[str]] = (),
    ) -> T:
        """Run `work` on the writer thread; return its value once it is durable and the topics have rung.

        `work` runs inside a savepoint, or alone: what it raises undoes its own writes only, and is raised
        here. It must not commit, wait or return open results, because everybody's writes wait for it, and
        it must not mind being run again, which happens once where the connection was lost. wakes: topics,
        or what makes them of the work's value; they ring in every process that serves the database. Raises
        NotWrittenError if the transaction around it failed, PerhapsWrittenError if nobody knows,
        NestedWriteError on the writer thread, DatabaseClosedError after `close`.
        """
        values: list[T] = []
        told = (lambda: wakes(values[-1])) if callable(wakes) else (lambda: wakes)
        self._await(Pending(lambda connection: values.append(work(connection)), told))
        return values[-1]

    def write_later(self, work: Callable[[sa.Connection], object], *, wakes: Sequence[str] = ()) -> None:
        """`write` without waiting, for what no answer depends on: a crash in the next moment may lose it.

        It is written in its turn, so what is written or read here afterwards finds it. What it raises is
        logged. Raises DatabaseClosedError.
        """
        pending = Pending(work, lambda: wakes, later=True)
        pending.committed.add_done_callback(self._written_late)
        with self._gate:
            if self._closed:
                raise DatabaseClosedError(self.name)
            self._later += 1
            self._pending.put(pending)

    def alone(self, key: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        """Do something that must happen in one process at a time; one that dies lets go.

        Gives True while nobody else has `key`. Without `wait`, False at once if somebody has; with it,
        DatabaseLostError where it takes too long. On SQLite, whose one server this is, always True: the
        threads of one process keep out of each other's way themselves.
        """
        return self._engine.alone(key, wait=wait)

    def erase(self) -> None:
        """Leave no byte of what was deleted, neither in the tables nor, on SQLite, in their log.

        Writes everything anew and holds writers up meanwhile: for what must not be found again, such as the
        words of somebody who asked to be forgotten. On SQLite only for the process that serves the file, or
        where none does. On PostgreSQL what its log, replicas and backups hold is the operator's to end.
        Raises NotErasedError, and what `write` raises.
        """
        emptied: list[bool] = []
        erased = Pending(lambda connection: emptied.append(self._engine.erase(connection)), tuple, bare=True)
        self._await(erased)
        if not emptied[0]:
            raise NotErasedError(self.name)

    def rows(self) -> Iterator[bytes]:
        """Every value of every table as text, in blocks; nothing on SQLite, whose file can be read itself."""
        return self._engine.rows()

    def _written_late(self, committed: Future[None]) -> None:
        with self._gate:
            self._later -= 1
        if (error := committed.exception()) is not None:
            _log.error("%s: what nobody waited for was not written", self.name, exc_info=error)

    def _tell_others(self, topics: Sequence[str]) -> None:
        """Have the other processes ring, too, without waiting for it: this may be the writer thread."""
        with self._gate:
            if not self._closed:
                self._pending.put(Pending(lambda connection: None, lambda: topics, rung=True))

    def _await(self, pending: Pending) -> None:
        """Hand it to the writer thread, and wait until it is done."""
        if threading.current_thread() is self._thread:
            raise NestedWriteError
        with self._gate:
            if self._closed:
                raise DatabaseClosedError(self.name)
            self._pending.put(pending)
        pending.committed.result()

    def watch(self) -> None:
        """Become a server of this database: other processes' writes ring here from now on.

        On PostgreSQL their topics, at once; on SQLite "*" within 200 ms, and this process checkpoints.
        """

        def begin(connection: sa.Connection) -> None:
            self._look = self._engine.watch(connection, self.doorbell)

        self.write(begin)

    def state(self) -> DatabaseState:
        """Facts as the writer's own connection reports them."""
        return self.write(self._engine.state)

    def close(self) -> None:
        """Finish what is queued, then let go of the database; a second call does nothing."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._pending.put(None)
        self._engine.close()  # before the writer's connection, which folds SQLite's log in if it is the last
        self._thread.join()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self, connection: sa.Connection) -> None:
        """The writer thread: one batch after another, with a look for other processes' writes in between."""
        try:
            with connection:
                more = True
                while more:
                    batch, more = self._next()
                    if written := [pending for pending in batch if not pending.bare]:
                        self._committing.commit(connection, written)
                    for pending in batch:
                        if pending.bare:
                            self._committing.run_bare(connection, pending)
                    self._look_around()
        finally:
            self._refuse_the_rest()
            self._writer.dispose()

    def _look_around(self) -> None:
        """Every now and then, however busy it is: looking takes as long as a small write."""
        now = time.monotonic()
        if self._look is not None and now >= self._looked + _POLL_SECONDS:
            self._looked = now
            if self._look():
                self.doorbell.ring_here(EVERY)

    def _refuse_the_rest(self) -> None:
        """Nobody may wait for a thread that has ended, whatever ended it."""
        with self._gate:
            self._closed = True
        while not self._pending.empty():
            pending = self._pending.get()
            if pending is not None:
                pending.committed.set_exception(DatabaseClosedError(self.name))

    def _next(self) -> tuple[list[Pending], bool]:
        """All that waits now, or nothing when it is time to look around; and whether more may come.

        Where nobody waits for any of it, a little longer is taken for more.
        """
        batch: list[Pending] = []
        try:
            pending = self._pending.get(timeout=_POLL_SECONDS if self._look is not None else None)
            until, patient = time.monotonic() + _LATER_SECONDS, True
            while pending is not None:
                batch.append(pending)
                if len(batch) == _BATCH:
                    return batch, True
                patient = patient and pending.later
                pending = self._pending.get(timeout=max(0.0, until - time.monotonic()) if patient else 0.0)
        except queue.Empty:
            return batch, True
        return batch, False


def open_database(where: Path | Schema, migrations: Path) -> Database:
    """Open a room's tables, made if missing, at the newest migration.

    where: a file, which only its owner may read, or a schema of a PostgreSQL database. migrations: a room's
    folder with `versions/*.py`. Raises UnsafeDatabaseError, DamagedDatabaseError, DatabaseLostError,
    NewerDatabaseError, MigrationsBrokenError, and what `PostgresEngine` and `DriverMissingError` are for.
    """
    if isinstance(where, Schema):
        return _open_schema(where, migrations)
    engine = SqliteEngine(where.absolute())
    upgrade(engine.writer, engine.name, migrations)
    return Database(engine)


def _open_schema(schema: Schema, migrations: Path) -> Database:
    try:
        from config.postgres import PostgresEngine
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "psycopg":
            raise
        raise DriverMissingError from error
    engine = PostgresEngine(schema)
    upgrade(engine.migrating(), engine.name, migrations)
    return Database(engine)
