"""One SQLite file: a single writer with group commit, and readers it never holds up."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from config import engine
from config.data_folder import DataFolderInUseError, DataFolderLock, lock_data_folder
from config.doorbell import EVERY, Doorbell
from config.engine import DamagedDatabaseError, UnsafeDatabaseError
from config.errors import ConfigError
from config.upgrade import upgrade

__all__ = [
    "EVERY",
    "DamagedDatabaseError",
    "DataFolderInUseError",
    "DataFolderLock",
    "Database",
    "DatabaseClosedError",
    "DatabaseState",
    "Doorbell",
    "NestedWriteError",
    "NotErasedError",
    "NotWrittenError",
    "UnsafeDatabaseError",
    "UtcDateTime",
    "copy_database",
    "lock_data_folder",
    "open_database",
]

T = TypeVar("T")

_log = logging.getLogger(__name__)

_BATCH = 256  # works in one commit; more would make the first of them wait for the last
_POLL_SECONDS = 0.2  # between two looks for another process's writes
_CHECKPOINT_PAGES = 1000


class DatabaseClosedError(ConfigError):
    """The database was closed before it was asked."""

    status = 503

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is closed because Firstline is stopping; ask again once it is back")


class NotWrittenError(ConfigError):
    """The transaction that a work shared with others was lost as a whole; nothing of it was written."""

    status = 503

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(
            f"{path}: nothing was written ({why}); "
            "see that the disk has room and that no other program holds the file, then try again"
        )


class NotErasedError(ConfigError):
    """What was deleted still stands in the file's log, because somebody reads an older state of the file."""

    status = 503

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"{path}: what was deleted can't be read any more, but its bytes are still in the log beside it; "
            "end what reads the file for long, such as a copy under way, and ask again"
        )


class NestedWriteError(ConfigError):
    """A work, or a wake, called `write` on the writer thread, which would wait for itself."""

    def __init__(self) -> None:
        super().__init__("write() inside write(); use the connection that the work was given")


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment as ISO-8601 text in UTC with microseconds, so that text order is time order."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; store aware times only")
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What `firstline check` shows of a database."""

    path: Path
    sqlite_version: str
    journal_mode: str
    synchronous: int
    """2 is FULL: a commit returns once the disk has it."""
    foreign_keys: bool
    checkpoint_pages: int
    """The log is folded into the file at this many pages; 0 leaves that to the server."""
    size: int
    """Bytes, without the write-ahead log."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """One caller's work and what its caller waits for."""

    run: Callable[[sa.Connection], None]
    wakes: tuple[str, ...]
    bare: bool = False  # outside of any transaction
    committed: Future[None] = field(default_factory=Future)


class Database:
    """Reads anywhere, writes on one thread; everything a `write` has returned from survives a power cut.

    Made by `open_database`. All works that wait while a commit is under way share the next one, so that a
    disk which does 400 commits a second serves thousands of writes.
    """

    def __init__(self, path: Path, readers: sa.Engine, writer: sa.Engine) -> None:
        self.path = path
        self.doorbell = Doorbell()
        self._readers = readers
        self._writer = writer
        self._pending: queue.SimpleQueue[_Pending | None] = queue.SimpleQueue()
        self._gate = threading.Lock()  # nothing may be queued behind the None that ends the writer
        self._closed = False
        self._watching = False
        connection = writer.connect()  # in the caller's thread, so that a failure is raised to the caller
        self._thread = threading.Thread(
            target=self._serve, args=(connection,), name=f"writer {path.name}", daemon=True
        )
        self._thread.start()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A read-only connection; it sees the file as of its first query, whatever is written meanwhile."""
        if self._closed:
            raise DatabaseClosedError(self.path)
        with self._readers.connect() as connection:
            yield connection

    def write(self, work: Callable[[sa.Connection], T], *, wakes: Sequence[str] = ()) -> T:
        """Run `work` on the writer thread; return its value once it is durable and the topics have rung.

        `work` runs inside a savepoint, or alone: what it raises undoes its own writes only, and is raised
        here. It must not commit, wait or return open results, because everybody's writes wait for it. Raises
        NotWrittenError if the transaction around it failed, NestedWriteError on the writer thread,
        DatabaseClosedError after `close`.
        """
        values: list[T] = []
        self._await(_Pending(lambda connection: values.append(work(connection)), tuple(wakes)))
        return values[0]

    def erase(self) -> None:
        """Leave no byte of what was deleted, neither in the file nor in its log.

        Writes the whole file anew and holds writers up meanwhile: for what must not be found again, such as
        the words of somebody who asked to be forgotten. Only for the process that serves the file, or where
        none does. Raises NotErasedError, and what `write` raises.
        """
        emptied: list[bool] = []
        self._await(_Pending(lambda connection: emptied.append(engine.erase(connection)), (), bare=True))
        if not emptied[0]:
            raise NotErasedError(self.path)

    def _await(self, pending: _Pending) -> None:
        """Hand it to the writer thread, and wait until it is done."""
        if threading.current_thread() is self._thread:
            raise NestedWriteError
        with self._gate:
            if self._closed:
                raise DatabaseClosedError(self.path)
            self._pending.put(pending)
        pending.committed.result()

    def watch(self) -> None:
        """Become this file's server: checkpoint it, and ring "*" within 200 ms of another process's write."""
        self._watching = True
        self.write(lambda connection: engine.pragma(connection, f"wal_autocheckpoint={_CHECKPOINT_PAGES}"))

    def state(self) -> DatabaseState:
        """Facts as the writer's own connection reports them."""

        def look(connection: sa.Connection) -> DatabaseState:
            return DatabaseState(
                path=self.path,
                sqlite_version=engine.VERSION,
                journal_mode=str(engine.pragma(connection, "journal_mode")),
                synchronous=int(engine.pragma(connection, "synchronous")),
                foreign_keys=bool(engine.pragma(connection, "foreign_keys")),
                checkpoint_pages=int(engine.pragma(connection, "wal_autocheckpoint")),
                size=self.path.stat().st_size,
            )

        return self.write(look)

    def close(self) -> None:
        """Finish what is queued, then let go of the file; a second call does nothing."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._pending.put(None)
        self._readers.dispose()  # before the writer's connection, which folds the log in if it is the last
        self._thread.join()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self, connection: sa.Connection) -> None:
        """The writer thread: one batch after another, with a look for other processes' writes in between."""
        try:
            with connection:
                seen = engine.data_version(connection)
                more = True
                while more:
                    batch, more = self._next()
                    if written := [pending for pending in batch if not pending.bare]:
                        self._commit(connection, written)
                    for pending in batch:
                        if pending.bare:
                            self._run_bare(connection, pending)
                    if self._watching:
                        seen = self._look_around(connection, seen)
        finally:
            self._refuse_the_rest()
            self._writer.dispose()

    def _look_around(self, connection: sa.Connection, seen: int) -> int:
        """Ring for everyone if another process has written since `seen`; what is seen now."""
        try:
            now = engine.data_version(connection)
        except (
            engine.DriverError
        ):  # a disk that fails now may answer the next time; writes report it meanwhile
            _log.exception("%s could not be looked at", self.path)
            return seen
        if now != seen:
            self.doorbell.ring(EVERY)
        return now

    def _refuse_the_rest(self) -> None:
        """Nobody may wait for a thread that has ended, whatever ended it."""
        with self._gate:
            self._closed = True
        while not self._pending.empty():
            pending = self._pending.get()
            if pending is not None:
                pending.committed.set_exception(DatabaseClosedError(self.path))

    def _next(self) -> tuple[list[_Pending], bool]:
        """All that waits now, or nothing when it is time to look around; and whether more may come."""
        batch: list[_Pending] = []
        try:
            pending = self._pending.get(timeout=_POLL_SECONDS if self._watching else None)
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
        written: list[_Pending] = []
        try:
            with connection.begin():
                run = _run if len(batch) > 1 else _run_alone
                written.extend(pending for pending in batch if run(connection, pending))
        except Exception as error:
            for pending in batch:
                if not pending.committed.done():
                    lost = NotWrittenError(self.path, str(error))
                    lost.__cause__ = error
                    pending.committed.set_exception(lost)
            return
        self.doorbell.ring(*{topic for pending in written for topic in pending.wakes})
        for pending in written:
            pending.committed.set_result(None)

    def _run_bare(self, connection: sa.Connection, pending: _Pending) -> None:
        try:
            pending.run(connection)
        except Exception as error:
            lost = NotWrittenError(self.path, str(error))
            lost.__cause__ = error
            pending.committed.set_exception(lost)
        else:
            pending.committed.set_result(None)


class _LostTransactionError(Exception):
    """One work took the whole transaction with it."""


def _run(connection: sa.Connection, pending: _Pending) -> bool:
    """Run one work in its savepoint; whether it now waits for the commit.

    Raises _LostTransactionError if SQLite rolled back everything, as it may when the disk is full.
    """
    savepoint = connection.begin_nested()
    try:
        pending.run(connection)
        savepoint.commit()
    except BaseException as error:  # whatever it is, it is the caller's, and the thread must go on
        pending.committed.set_exception(error)
        if not engine.in_transaction(connection):
            raise _LostTransactionError(str(error)) from error
        savepoint.rollback()
        return False
    return True


def _run_alone(connection: sa.Connection, pending: _Pending) -> bool:
    """Run the only work of a transaction: one that fails takes nobody along, so it needs no savepoint.

    Raises _LostTransactionError if it failed.
    """
    try:
        pending.run(connection)
    except BaseException as error:  # as above
        pending.committed.set_exception(error)
        raise _LostTransactionError(str(error)) from error
    return True


def open_database(path: Path, migrations: Path) -> Database:
    """Open the file, made if missing (only its owner may read it), with its tables at the newest migration.

    migrations: a room's folder with `versions/*.py`. Raises UnsafeDatabaseError, DamagedDatabaseError,
    NewerDatabaseError and MigrationsBrokenError.
    """
    path = path.absolute()
    engine.create_file(path)
    writer = engine.writing_engine(path)
    upgrade(writer, path, migrations)
    return Database(path, engine.reading_engine(path), writer)


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as of one moment, whoever is writing to it meanwhile; the target must not exist."""
    engine.create_file(target)
    with (
        closing(engine.connect_raw(source, "ro")) as original,
        closing(engine.connect_raw(target, "rw")) as copy,
    ):
        original.backup(copy)
