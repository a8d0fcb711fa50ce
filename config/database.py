"""A room's tables: a single writer with group commit, and readers it never holds up, on either engine."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from config.columns import UtcDateTime
from config.data_folder import DataFolderInUseError, DataFolderLock, lock_data_folder
from config.doorbell import EVERY, Doorbell
from config.engine import DatabaseState, Engine, Look, reason
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


class DriverMissingError(ConfigError):
    """`database_url` is set, and what speaks to PostgreSQL is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "[server] database_url is set, but PostgreSQL's driver is not installed; "
            "run pip install 'firstline[postgres]'"
        )


@dataclass(frozen=True, slots=True)
class _Pending:
    """One caller's work and what its caller waits for."""

    run: Callable[[sa.Connection], None]
    wakes: Callable[[], Sequence[str]]
    bare: bool = False  # outside of any transaction
    rung: bool = False  # here already; it is the other processes that are to be told
    committed: Future[None] = field(default_factory=Future)


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
        self._pending: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._gate = threading.Lock()  # nothing may be queued behind the None that ends the writer
        self._closed = False
        self._look: Look | None = None
        self._lost = False  # which is told once, until it is found again
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
        self._await(_Pending(lambda connection: values.append(work(connection)), told))
        return values[-1]

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
        erased = _Pending(lambda connection: emptied.append(self._engine.erase(connection)), tuple, bare=True)
        self._await(erased)
        if not emptied[0]:
            raise NotErasedError(self.name)

    def rows(self) -> Iterator[bytes]:
        """Every value of every table as text, in blocks; nothing on SQLite, whose file can be read itself."""
        return self._engine.rows()

    def _tell_others(self, topics: Sequence[str]) -> None:
        """Have the other processes ring, too, without waiting for it: this may be the writer thread."""
        with self._gate:
            if not self._closed:
                self._pending.put(_Pending(lambda connection: None, lambda: topics, rung=True))

    def _await(self, pending: _Pending) -> None:
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
                        self._commit(connection, written)
                    for pending in batch:
                        if pending.bare:
                            self._run_bare(connection, pending)
                    if self._look is not None and self._look():
                        self.doorbell.ring_here(EVERY)
        finally:
            self._refuse_the_rest()
            self._writer.dispose()

    def _refuse_the_rest(self) -> None:
        """Nobody may wait for a thread that has ended, whatever ended it."""
        with self._gate:
            self._closed = True
        while not self._pending.empty():
            pending = self._pending.get()
            if pending is not None:
                pending.committed.set_exception(DatabaseClosedError(self.name))

    def _next(self) -> tuple[list[_Pending], bool]:
        """All that waits now, or nothing when it is time to look around; and whether more may come."""
        batch: list[_Pending] = []
        try:
            pending = self._pending.get(timeout=_POLL_SECONDS if self._look is not None else None)
            while pending is not None:
                batch.append(pending)
                if len(batch) == _BATCH:
                    return batch, True
                pending = self._pending.get_nowait()
        except queue.Empty:
            return batch, True
        return batch, False

    def _commit(self, connection: sa.Connection, batch: Sequence[_Pending]) -> None:
        """Run the batch in one transaction and, once that is durable, ring and let the callers go."""
        try:
            try:
                written, topics = self._transact(connection, batch)
            except sa.exc.DBAPIError as error:
                if not self._engine.lost(error):
                    raise
                if not self._lost:
                    _log.warning("%s: %s; trying once more", self.name, reason(error))
                self._lost = True
                written, topics = self._transact(connection, batch)
        except Exception as error:
            for pending in batch:
                if not pending.committed.done():
                    pending.committed.set_exception(self._not_written(error))
            return
        self._lost = False
        self.doorbell.ring_here(*topics)
        for pending in written:
            pending.committed.set_result(None)

    def _transact(
        self, connection: sa.Connection, batch: Sequence[_Pending]
    ) -> tuple[list[_Pending], Sequence[str]]:
        """One transaction of those whose callers still wait; which now stand, and the topics they ring."""
        waiting = [pending for pending in batch if not pending.committed.done()]
        run = self._run if len(waiting) > 1 else self._run_alone
        written: list[_Pending] = []
        sent = False
        try:
            with connection.begin():
                written.extend(pending for pending in waiting if run(connection, pending))
                told = {topic: None for pending in written for topic in pending.wakes()}
                self._engine.tell(connection, tuple(told))
                sent = True
        except sa.exc.DBAPIError as error:
            if sent and self._engine.lost(error):
                raise PerhapsWrittenError from error
            raise
        return written, tuple(topic for pending in written if not pending.rung for topic in pending.wakes())

    def _not_written(self, error: Exception) -> Exception:
        """What each caller gets for a transaction that failed: an error of its own, as threads raise it."""
        told: Exception
        if isinstance(error, PerhapsWrittenError):
            told = PerhapsWrittenError()
        elif self._engine.lost(error):
            told = DatabaseLostError()
        else:
            told = NotWrittenError(self.name, reason(error))
        told.__cause__ = error
        return told

    def _run(self, connection: sa.Connection, pending: _Pending) -> bool:
        """Run one work in its savepoint; whether it now waits for the commit.

        Raises _LostTransactionError if SQLite rolled back everything, as it may when the disk is full, and
        what was lost with the connection.
        """
        savepoint = connection.begin_nested()
        try:
            pending.run(connection)
            savepoint.commit()
        except BaseException as error:  # whatever it is, it is the caller's, and the thread must go on
            if self._engine.lost(error):
                raise
            pending.committed.set_exception(error)
            if not self._engine.in_transaction(connection):
                raise _LostTransactionError(str(error)) from error
            savepoint.rollback()
            return False
        return True

    def _run_alone(self, connection: sa.Connection, pending: _Pending) -> bool:
        """Run the only work of a transaction: one that fails takes nobody along, so it needs no savepoint.

        Raises _LostTransactionError if it failed, and what was lost with the connection.
        """
        try:
            pending.run(connection)
        except BaseException as error:  # as above
            if self._engine.lost(error):
                raise
            pending.committed.set_exception(error)
            raise _LostTransactionError(str(error)) from error
        return True

    def _run_bare(self, connection: sa.Connection, pending: _Pending) -> None:
        try:
            pending.run(connection)
        except Exception as error:
            pending.committed.set_exception(self._not_written(error))
        else:
            pending.committed.set_result(None)


class _LostTransactionError(Exception):
    """One work took the whole transaction with it."""


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
