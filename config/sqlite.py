"""SQLAlchemy on one SQLite file, set up so that a commit is durable before it returns."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import NullPool, PoolProxiedConnection, QueuePool

from config.doorbell import Doorbell
from config.engine import DatabaseState, Look, holds_nul
from config.errors import ConfigError, NulCharacterError

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform; Python's own is safe if one writer checkpoints alone
    import sqlite3 as sqlite

VERSION: str = sqlite.sqlite_version

_BUSY_SECONDS = 5.0  # how long to wait for another process's transaction
_WAL_BYTES = 64 * 2**20  # a write-ahead log that a burst has blown up shrinks back to this
_FULL: Final = 2  # what PRAGMA synchronous answers for FULL
_CHECKPOINT_PAGES = 1000

_log = logging.getLogger(__name__)


class UnsafeDatabaseError(ConfigError):
    """The file system doesn't support what durability needs."""

    def __init__(self, path: Path, journal_mode: str, synchronous: int) -> None:
        self.path = path
        super().__init__(
            f"{path} came up with journal_mode {journal_mode} and synchronous {synchronous} "
            f"instead of wal and {_FULL}; keep the data folder on a local disk"
        )


class DamagedDatabaseError(ConfigError):
    """The file is there and is not a database, or no longer."""

    status = 503

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(
            f"{path} can't be read as a database ({why}); restore a backup of it, "
            "or move it away to begin with an empty one"
        )


class SqliteEngine:
    """One file, made if missing. One server a file: what other processes may do is in the house's rules."""

    shared = False

    def __init__(self, path: Path) -> None:
        create_file(path)
        self.name = str(path)
        self._path = path
        self.writer = writing_engine(path)
        self.readers = reading_engine(path)

    def lost(self, error: BaseException) -> bool:
        return False

    def in_transaction(self, connection: sa.Connection) -> bool:
        return bool(_raw(connection).in_transaction)

    def tell(self, connection: sa.Connection, topics: Sequence[str]) -> None:
        """Others see the write when they look around."""

    def watch(self, connection: sa.Connection, doorbell: Doorbell) -> Look:
        """The server alone checkpoints, and looks around for what others have written."""
        pragma(connection, f"wal_autocheckpoint={_CHECKPOINT_PAGES}")
        raw = _raw(connection)
        seen = _data_version(raw)

        def look() -> bool:
            nonlocal seen
            try:
                before, seen = seen, _data_version(raw)
            except sqlite.Error:  # a disk that fails now may answer the next time; writes report it meanwhile
                _log.exception("%s could not be looked at", self.name)
                return False
            return before != seen

        return look

    def erase(self, connection: sa.Connection) -> bool:
        """The file and its log; `connection` must not be in a transaction."""
        raw = _raw(connection)
        raw.execute("VACUUM")
        busy: int = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def rows(self) -> Iterator[bytes]:
        """The file has them, and its bytes can be read."""
        return iter(())

    @contextmanager
    def alone(self, key: str, *, wait: bool) -> Iterator[bool]:
        """The file's server is the only one."""
        yield True

    def state(self, connection: sa.Connection) -> DatabaseState:
        full = "full" if pragma(connection, "synchronous") == _FULL else "not full"
        return DatabaseState(
            engine="SQLite",
            version=VERSION,
            place=self.name,
            durability=f"journal_mode {pragma(connection, 'journal_mode')}, synchronous {full}",
            size=self._path.stat().st_size,
        )

    def close(self) -> None:
        self.readers.dispose()


def copy_file(source: Path, target: Path) -> None:
    """Copy a database as of one moment, whoever is writing to it meanwhile; the target must not exist."""
    create_file(target)
    with closing(_connect_raw(source, "ro")) as original, closing(_connect_raw(target, "rw")) as copy:
        original.backup(copy)


def create_file(path: Path) -> None:
    """Make the empty file and its folder if they are missing; only the owner may read the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)  # a power cut must not forget the file's name
    os.close(folder)


def writing_engine(path: Path) -> sa.Engine:
    """Each connection is durable and its transactions take the write lock as they begin.

    Nothing is pooled. Connecting raises UnsafeDatabaseError if durability can't be had, DamagedDatabaseError
    if the file is no database.
    """

    def connect() -> sqlite.Connection:
        raw = _connect_raw(path, "rw")
        try:
            journal_mode = raw.execute("PRAGMA journal_mode=WAL").fetchone()[0]
        except sqlite.DatabaseError as error:
            raw.close()
            if isinstance(error, sqlite.OperationalError):
                raise  # somebody holds it, or the disk fails: the file itself may be well
            raise DamagedDatabaseError(path, str(error)) from error
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA wal_autocheckpoint=0")  # the server checkpoints; others leave the log alone
        raw.execute(f"PRAGMA journal_size_limit={_WAL_BYTES}")
        synchronous = raw.execute("PRAGMA synchronous").fetchone()[0]
        if journal_mode != "wal" or synchronous != _FULL:
            raise UnsafeDatabaseError(path, journal_mode, synchronous)
        return raw

    engine = sa.create_engine("sqlite://", module=sqlite, creator=connect, poolclass=NullPool)
    return _beginning_with("BEGIN IMMEDIATE", engine)


def reading_engine(path: Path) -> sa.Engine:
    """Connections that can't write, each seeing the file as it was at its first query; 16 are kept.

    Readers are cheap and may nest, so no thread ever waits for one.
    """
    engine = sa.create_engine(
        "sqlite://",
        module=sqlite,
        creator=lambda: _connect_raw(path, "ro"),
        poolclass=QueuePool,
        pool_size=16,
        max_overflow=-1,
    )
    return _beginning_with("BEGIN", engine)


def pragma(connection: sa.Connection, name: str) -> str | int:
    """What a pragma answers; `name=value` sets it."""
    answer: str | int = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
    return answer


def _beginning_with(statement: str, engine: sa.Engine) -> sa.Engine:
    """The engine, each of whose transactions begins with `statement`.

    SQLAlchemy's events would do it, too; an engine with any takes twice as long over every statement.
    """

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        dbapi_connection.execute(statement)

    engine.dialect.do_begin = begin  # type: ignore[method-assign]
    return engine


class _Cursor(sqlite.Cursor):  # type: ignore[misc]  # the wheel has no types
    """Raises NulCharacterError for a text that PostgreSQL could not keep; no event either, as above."""

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> _Cursor:
        if holds_nul(parameters):
            raise NulCharacterError
        super().execute(statement, parameters)
        return self

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> _Cursor:
        if holds_nul(rows):
            raise NulCharacterError
        super().executemany(statement, rows)
        return self


class _Connection(sqlite.Connection):  # type: ignore[misc]  # nor here
    """Its cursors are of that kind."""

    def cursor(self) -> _Cursor:
        own: _Cursor = super().cursor(_Cursor)
        return own


def _connect_raw(path: Path, mode: Literal["rw", "ro"]) -> sqlite.Connection:
    return sqlite.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,  # the driver begins nothing; `_beginning_with` does
        factory=_Connection,
        check_same_thread=False,  # the pool hands a connection to one thread at a time
    )


def _data_version(raw: sqlite.Connection) -> int:
    """A number that changes when another connection has committed; begins no transaction."""
    version: int = raw.execute("PRAGMA data_version").fetchone()[0]
    return version


def _raw(connection: sa.Connection) -> sqlite.Connection:
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite.Connection)
    return raw
