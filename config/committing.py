"""One transaction for all works that wait: each in its savepoint, all of them durable with one commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import sqlalchemy as sa

from config.doorbell import Doorbell
from config.engine import Engine, reason
from config.errors import DatabaseLostError, NotWrittenError, PerhapsWrittenError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pending:
    """One caller's work and what its caller waits for."""

    run: Callable[[sa.Connection], object]
    wakes: Callable[[], Sequence[str]]
    bare: bool = False  # outside of any transaction
    rung: bool = False  # here already; it is the other processes that are to be told
    later: bool = False  # nobody waits for it
    committed: Future[None] = field(default_factory=Future)


class Committing:
    """Runs works on the writer's connection, and tells each of its callers what became of it."""

    def __init__(self, engine: Engine, doorbell: Doorbell) -> None:
        self._engine, self._doorbell = engine, doorbell
        self._lost = False  # which is told once, until it is found again

    def commit(self, connection: sa.Connection, batch: Sequence[Pending]) -> None:
        """Run the batch in one transaction and, once that is durable, ring and let the callers go."""
        try:
            try:
                written, topics = self._transact(connection, batch)
            except sa.exc.DBAPIError as error:
                if not self._engine.lost(error):
                    raise
                if not self._lost:
                    _log.warning("%s: %s; trying once more", self._engine.name, reason(error))
                self._lost = True
                written, topics = self._transact(connection, batch)
        except Exception as error:
            for pending in batch:
                if not pending.committed.done():
                    pending.committed.set_exception(self._not_written(error))
            return
        self._lost = False
        self._doorbell.ring_here(*topics)
        for pending in written:
            pending.committed.set_result(None)

    def _transact(
        self, connection: sa.Connection, batch: Sequence[Pending]
    ) -> tuple[list[Pending], Sequence[str]]:
        """One transaction of those whose callers still wait; which now stand, and the topics they ring."""
        waiting = [pending for pending in batch if not pending.committed.done()]
        run = self._run if len(waiting) > 1 else self._run_alone
        written: list[Pending] = []
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
            told = NotWrittenError(self._engine.name, reason(error))
        told.__cause__ = error
        return told

    def _run(self, connection: sa.Connection, pending: Pending) -> bool:
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

    def _run_alone(self, connection: sa.Connection, pending: Pending) -> bool:
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

    def run_bare(self, connection: sa.Connection, pending: Pending) -> None:
        """Run one that needs to be outside of any transaction."""
        try:
            pending.run(connection)
        except Exception as error:
            pending.committed.set_exception(self._not_written(error))
        else:
            pending.committed.set_result(None)


class _LostTransactionError(Exception):
    """One work took the whole transaction with it."""
