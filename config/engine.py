"""What `Database` asks of SQLite and of PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from config.doorbell import Doorbell
from config.errors import NulCharacterError

Look = Callable[[], bool]
"""Whether another process has written since the last look."""


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """What `firstline check` shows of a database."""

    engine: str
    """SQLite or PostgreSQL."""
    version: str
    place: str
    """The file, or the server, database and schema; never a password."""
    durability: str
    """The engine's own settings that make a commit survive a power cut."""
    size: int
    """Bytes of the tables, without the write-ahead log."""


class Engine(Protocol):
    """One room's tables. A connection's transaction has the room to itself from its first statement."""

    name: str
    """How messages call the database."""
    shared: bool
    """Whether several servers may have it open."""
    readers: sa.Engine
    """Pooled connections that can't write, each seeing one state from its first query on."""
    writer: sa.Engine
    """Connections whose transactions come one after the other, in whichever process."""

    def lost(self, error: BaseException) -> bool:
        """Whether the connection, and its transaction with it, is gone while the work was blameless."""
        ...

    def in_transaction(self, connection: sa.Connection) -> bool:
        """Whether the engine itself is in one: a full disk ends it without telling SQLAlchemy."""
        ...

    def tell(self, connection: sa.Connection, topics: Sequence[str]) -> None:
        """Have the other servers' doorbells ring once the transaction is durable, if it will be."""
        ...

    def watch(self, connection: sa.Connection, doorbell: Doorbell) -> Look | None:
        """Begin to serve: others' writes ring `doorbell` from now on, by themselves or at each look."""
        ...

    def erase(self, connection: sa.Connection) -> bool:
        """Write the tables anew without what was deleted; False if a reader kept its bytes."""
        ...

    def rows(self) -> Iterator[bytes]:
        """Every value of every table as text, in blocks; nothing where the tables are a file of our own."""
        ...

    def alone(self, key: str, *, wait: bool) -> AbstractContextManager[bool]:
        """Have `key` to this process, and this thread of it, or be told that another has it; see Database."""
        ...

    def state(self, connection: sa.Connection) -> DatabaseState: ...

    def close(self) -> None:
        """Let go of all but the writer's own connection."""
        ...


def refusing_nul(engine: sa.Engine) -> sa.Engine:
    """The engine, whose statements raise NulCharacterError for a text that PostgreSQL can't keep."""

    def look(
        connection: sa.Connection,
        cursor: object,
        statement: str,
        parameters: Iterable[object],
        context: object,
        executemany: bool,
    ) -> None:
        if holds_nul(parameters):
            raise NulCharacterError

    sa.event.listen(engine, "before_cursor_execute", look)
    return engine


def holds_nul(parameters: Iterable[object]) -> bool:
    """Whether a text among a statement's values, or in one of its rows of values, has one.

    Every value of every statement passes through here, so its exact type is looked at before anything else.
    """
    for value in parameters.values() if isinstance(parameters, Mapping) else parameters:
        kind = type(value)
        if kind is int or value is None:
            continue
        if isinstance(value, str):
            if "\0" in value:
                return True
        elif isinstance(value, tuple | list | Mapping) and holds_nul(value):
            return True
    return False


def beginning_with(statement: str, engine: sa.Engine) -> sa.Engine:
    """The engine, each of whose transactions begins with `statement`."""

    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)

    sa.event.listen(engine, "begin", begin)
    return engine


def reason(error: BaseException) -> str:
    """What went wrong, on one line and without the statement's values, which may be a customer's words."""
    told = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig is not None else error
    return " ".join(str(told).split())
