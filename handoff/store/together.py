"""Several events of one case in one transaction: all of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar, cast

from sqlalchemy.engine import Connection

from config.database import Database
from handoff.case import Case
from handoff.store.reading import case_by

T = TypeVar("T")


def together(database: Database, ref: int, work: Callable[[Database], None]) -> Case:
    """The case after `work`, whose reads and writes are all of one transaction; what it raises undoes all.

    `work` is given the database as it is inside that transaction. Whom it wakes is woken once it is durable.
    """
    wakes: list[str] = []

    def write(tx: Connection) -> Case:
        wakes.clear()
        # A store asks nothing else of a database than what `_Inside` has.
        work(cast(Database, _Inside(tx, wakes)))
        return case_by(tx, ref)

    written = database.write(write, wakes=("desk", "dispatches"))
    database.doorbell.ring(*wakes)
    return written


class _Bell:
    """Remembers who is to be woken."""

    def __init__(self, wakes: list[str]) -> None:
        self._wakes = wakes

    def ring(self, *topics: str) -> None:
        self._wakes.extend(topics)


class _Inside:
    """A database inside one of its own transactions."""

    def __init__(self, tx: Connection, wakes: list[str]) -> None:
        self._tx, self._wakes = tx, wakes
        self.doorbell = _Bell(wakes)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        yield self._tx

    def write(
        self,
        work: Callable[[Connection], T],
        *,
        wakes: Sequence[str] | Callable[[T], Sequence[str]] = (),
    ) -> T:
        written = work(self._tx)
        self._wakes.extend(wakes(written) if callable(wakes) else wakes)
        return written
