"""SQLAlchemy on one schema of a PostgreSQL database, set up so that several servers can share it.

How two processes over one database keep to what one process over a file keeps to:

- A writing transaction takes the room's advisory lock before anything else and keeps it until it has ended,
  so a room's writes come one after the other: what a work reads, nobody changes before it has written.
  Numbers that a sequence gives are committed in their order, and a cursor over them misses none.
- What a transaction rings rides in it as NOTIFY and reaches the other processes if, and once, it is
  committed. A process that has lost its LISTEN connection rings everything when it has one again.
- What may run in one process at a time (a conversation's turn, a worker without leases) runs under a
  session's advisory lock, which PostgreSQL takes back when the process is gone.
- A connection that breaks before its commit was sent has written nothing: its works are run again, once,
  over a new one. One that breaks during the commit leaves open whether they are written, and says so.

LISTEN, advisory locks and the search path belong to a session: a pooler in front must pool by session.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa
from psycopg import IsolationLevel, errors, sql
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.dialects.postgresql.base import PGTypeCompiler
from sqlalchemy.pool import NullPool, QueuePool

from config.doorbell import Doorbell
from config.engine import DatabaseState, beginning_with, reason, refusing_nul
from config.errors import ConfigError, DatabaseLostError
from config.listening import Listener, payloads
from config.schema import Schema

Raw = psycopg.Connection[tuple[object, ...]]

_OLDEST = 13  # major version
_KEPT = 4  # idle connections
_LOCK_WITHIN = "30s"  # for another process's transaction, and for what runs there alone
_ERASE_WITHIN = "5s"  # for those who read the table
_REACHING = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
# What befell the connection or the lock rather than the work: codes of PostgreSQL, by their beginnings.
_PASSING = ("08", "57P", "53300", "40001", "40P01")


class DatabaseUrlError(ConfigError):
    """`[server] database_url` is no address. It is not repeated, as it may hold a password."""

    def __init__(self) -> None:
        super().__init__(
            "[server] database_url is not the address of a PostgreSQL database, "
            "such as postgresql://firstline@db.example/support"
        )


class UnfitServerError(ConfigError):
    """The database is there, and Firstline can't keep its tables in it."""

    def __init__(self, database: str, why: str) -> None:
        super().__init__(f"{database}: {why}")


class PostgresEngine:
    """One room's schema, made if missing."""

    shared = True

    def __init__(self, schema: Schema) -> None:
        """Raises DatabaseUrlError, and UnfitServerError where it can't be reached or will not do."""
        self._schema = schema.name
        try:
            self._reach = conninfo_to_dict(schema.url)
        except psycopg.ProgrammingError:
            raise DatabaseUrlError from None
        if not schema.url.startswith(("postgresql://", "postgres://")):
            raise DatabaseUrlError
        self.name = f"{_told(self._reach)}, schema {schema.name}"
        self._channel = f"firstline_{schema.name}"
        self._self = secrets.token_hex(4)  # what this process's own notifications begin with
        self._listener: Listener | None = None
        lock = f"SELECT pg_advisory_xact_lock({_number(f'firstline {schema.name}')})"
        self.writer = refusing_nul(
            beginning_with(lock, self._engine(lambda: self._connect("writer", _LOCK_WITHIN), pooled=False))
        )
        self.readers = refusing_nul(self._engine(self._connect_reader))
        self._locks = self._engine(self._connect_alone)
        self._make_schema()

    def migrating(self) -> sa.Engine:
        """As the writer, but patient: the other process may be at a long migration."""
        lock = f"SELECT pg_advisory_xact_lock({_number(f'firstline {self._schema}')})"
        return beginning_with(lock, self._engine(lambda: self._connect("migration", "0"), pooled=False))

    def lost(self, error: BaseException) -> bool:
        if not isinstance(error, sa.exc.DBAPIError):
            return False
        if error.connection_invalidated:
            return True
        if not isinstance(error.orig, psycopg.OperationalError):
            return False
        return error.orig.sqlstate is None or error.orig.sqlstate.startswith(_PASSING)

    def in_transaction(self, connection: sa.Connection) -> bool:
        return True  # it ends where we end it, or with the connection

    def tell(self, connection: sa.Connection, topics: Sequence[str]) -> None:
        for payload in payloads(self._self, topics):
            connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (self._channel, payload))

    def watch(self, connection: sa.Connection, doorbell: Doorbell) -> None:
        """One thread with a connection of its own hears what other processes tell."""
        if self._listener is None:
            self._listener = Listener(
                lambda: self._connect("doorbell", "0", autocommit=True), self._channel, self._self, doorbell
            )

    def erase(self, connection: sa.Connection) -> bool:
        """Every table is written anew, without dead rows; its old files are deleted.

        Best effort: the write-ahead log, replicas and backups keep what they have until they are recycled,
        and dead rows that an older snapshot anywhere in the database still sees stay until the next time.
        """
        with self._connect("erasing", _ERASE_WITHIN, autocommit=True) as raw:
            try:
                for table in self._tables(raw):
                    raw.execute(sql.SQL("VACUUM (FULL) {}").format(table))
            except errors.LockNotAvailable:
                return False
            return not self._looked_back(raw)

    def rows(self) -> Iterator[bytes]:
        """As COPY tells them."""
        with self._connect("reading", "0", autocommit=True) as raw:
            for table in self._tables(raw):
                with raw.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(table)) as blocks:
                    for block in blocks:
                        yield bytes(block)

    @contextmanager
    def alone(self, key: str, *, wait: bool) -> Iterator[bool]:
        number = _number(f"{self._schema} {key}")
        try:
            connection = self._locks.connect()
        except sa.exc.DBAPIError as error:
            raise DatabaseLostError from error
        with connection:
            ask = "SELECT pg_advisory_lock(%s)" if wait else "SELECT pg_try_advisory_lock(%s)"
            try:
                had = connection.exec_driver_sql(ask, (number,)).scalar_one() is not False
            except sa.exc.DBAPIError as error:
                raise DatabaseLostError from error
            try:
                yield had
            finally:
                if had:
                    try:
                        connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (number,))
                    except sa.exc.DBAPIError:
                        connection.invalidate()  # the session takes its lock along

    def state(self, connection: sa.Connection) -> DatabaseState:
        def told(statement: str) -> str:
            return str(connection.exec_driver_sql(statement).scalar_one())

        size = "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c WHERE c.relkind = 'r'"
        return DatabaseState(
            engine="PostgreSQL",
            version=told("SHOW server_version").partition(" ")[0],
            place=self.name,
            durability=f"fsync {told('SHOW fsync')}, synchronous_commit {told('SHOW synchronous_commit')}",
            size=int(told(f"{size} AND c.relnamespace = current_schema()::regnamespace")),
        )

    def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self.readers.dispose()
        self._locks.dispose()

    def _engine(self, connect: Callable[[], Raw], *, pooled: bool = True) -> sa.Engine:
        kept = {"poolclass": QueuePool, "pool_size": _KEPT, "max_overflow": -1, "pool_pre_ping": True}
        engine = sa.create_engine(
            "postgresql+psycopg://", creator=connect, **(kept if pooled else {"poolclass": NullPool})
        )
        engine.dialect.type_compiler_instance = _Types(engine.dialect)
        return engine

    def _connect_reader(self) -> Raw:
        raw = self._connect("reader", "0")
        raw.isolation_level, raw.read_only = IsolationLevel.REPEATABLE_READ, True
        return raw

    def _connect_alone(self) -> Raw:
        return self._connect("lock", _LOCK_WITHIN, autocommit=True)

    def _connect(self, what: str, lock_within: str, *, autocommit: bool = False) -> Raw:
        """A connection to the schema, durable whatever the database's default is."""
        settings = {**_REACHING, "application_name": f"firstline {self._schema} {what}", **self._reach}
        raw: Raw = psycopg.connect(**settings, autocommit=True)  # type: ignore[arg-type]
        try:
            raw.execute(
                "SELECT set_config('search_path', %s, false), set_config('lock_timeout', %s, false),"
                " set_config('synchronous_commit',"
                " CASE WHEN kept IN ('off', 'local') THEN 'on' ELSE kept END, false)"
                " FROM current_setting('synchronous_commit') AS kept",
                (self._schema, lock_within),
            )
        except BaseException:
            raw.close()
            raise
        raw.autocommit = autocommit
        return raw

    def _make_schema(self) -> None:
        """Look whether the server will do, and make the schema if it is missing."""
        try:
            raw = self._connect("opening", "0", autocommit=True)
        except psycopg.OperationalError as error:
            raise UnfitServerError(self.name, f"can't be reached: {reason(error)}") from error
        with raw:
            if raw.info.server_version < _OLDEST * 10_000:
                version = raw.info.parameter_status("server_version")
                raise UnfitServerError(self.name, f"PostgreSQL {version} is too old; {_OLDEST} is the oldest")
            encoding = raw.info.parameter_status("server_encoding")
            if encoding != "UTF8":
                raise UnfitServerError(self.name, f"it is encoded as {encoding}; create one ENCODING 'UTF8'")
            with raw.transaction():
                raw.execute("SELECT pg_advisory_xact_lock(%s)", (_number("firstline"),))
                known = raw.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (self._schema,))
                if known.fetchone() is None:
                    try:
                        raw.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(self._schema)))
                    except errors.InsufficientPrivilege as error:
                        role = raw.info.user
                        raise UnfitServerError(
                            self.name, f"the role {role} may not make it; GRANT CREATE ON DATABASE to it"
                        ) from error

    def _tables(self, raw: Raw) -> list[sql.Identifier]:
        found = raw.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", (self._schema,)
        ).fetchall()
        return [sql.Identifier(self._schema, str(table)) for (table,) in found]

    def _looked_back(self, raw: Raw) -> bool:
        """Whether somebody's snapshot is so old that what was dead may have been kept for them."""
        older = raw.execute(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND backend_xmin IS NOT NULL"
            " AND xact_start < now() - interval '1 second'"
        )
        return older.fetchone() is not None


class _Types(PGTypeCompiler):
    """Texts as SQLite has them: of any length, and in the order of their code points."""

    def visit_VARCHAR(self, type_: sa.String, **kw: object) -> str:
        return 'VARCHAR COLLATE "C"' if "type_expression" in kw else "VARCHAR"

    def visit_TEXT(self, type_: sa.Text, **kw: object) -> str:
        return 'TEXT COLLATE "C"' if "type_expression" in kw else "TEXT"


def _told(reach: Mapping[str, str | int | None]) -> str:
    """The database's address without anything secret."""
    host, port = reach.get("host") or "the local socket", reach.get("port")
    place = f"{host}:{port}" if port else host
    return f"PostgreSQL {reach.get('dbname') or reach.get('user') or ''} at {place}".replace("  ", " ")


def _number(key: str) -> int:
    """An advisory lock's number, the same in every process."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)
