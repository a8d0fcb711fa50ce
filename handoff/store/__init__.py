"""The agents' room in SQL: cases, summaries, threads, dispatches, the desk's log and the audit.

One event is one transaction: a case with its summary and thread; a reply with its dispatch; each with its log
and audit rows. Nothing here decides: a verb hands down how a case changes, and it is asked inside the
transaction, with the case as it is then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from config.database import Database
from handoff.case import Case, CaseStatus
from handoff.entry import Entry, LogRow, NewDispatch, NewEntry
from handoff.errors import ClientIdReusedError, NoCaseError
from handoff.escalation import Line
from handoff.store.tables import (
    AUDIT,
    CASES,
    DESK_LOG,
    DISPATCHES,
    ENTRIES,
    SUMMARIES,
    case_of,
    entry_of,
    log_of,
    row_of,
    topic,
)
from handoff.values import JsonObject

__all__ = ["Change", "Decide", "Hear", "Opening", "Store", "topic"]

_FIRST_NUMBER = 1001
_TRIES = 5  # of a write that another process got ahead of
_AUDITED = ("status", "agent", "outcome", "team", "priority")


@dataclass(frozen=True, slots=True)
class Opening:
    """A new case, its number still 0, with all that is written along with it."""

    case: Case
    document: JsonObject
    escalation: JsonObject
    lines: tuple[Line, ...]
    entry: NewEntry


@dataclass(frozen=True, slots=True)
class Change:
    """What one event makes of a case: the case after it, what joins its thread, whom to tell.

    document: the summary from now on, where it says something else than before.
    """

    case: Case
    what: str
    actor: str
    at: datetime
    entries: tuple[NewEntry, ...] = ()
    dispatch: NewDispatch | None = None
    document: JsonObject | None = None


Decide = Callable[[Case], "Change | None"]
"""From a case to its change; None if there is nothing to change. Raises where the event is not allowed."""

Hear = Callable[[Case, tuple[Line, ...]], "Change | None"]
"""The same for lines of the conversation that the case's thread does not hold yet."""


_Written = tuple[Case, "Entry | None"]
"""A case after its change, and the first entry that joined its thread."""


class _Overtaken(Exception):
    """Another process changed the case between our reading and our writing it."""


class Store:
    """Reads and writes of the agents' room. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def case(self, ref: int | str) -> Case:
        """The case of a number or a handoff id; raises NoCaseError."""
        with self._database.read() as tx:
            return _case(tx, ref)

    def open_case(self, conversation_id: str) -> Case | None:
        """The conversation's case that is not resolved; there is one at most."""
        with self._database.read() as tx:
            return _open_case(tx, conversation_id)

    def open(self, opening: Opening, escalated_again: Hear) -> Case:
        """Write a case and all that belongs to it; the one that is there if its handoff id is known.

        Where the conversation already has an open case, that one takes the escalation by `escalated_again`.
        """
        handoff_id = opening.case.handoff_id

        def work(tx: Connection) -> _Written:
            known = _rows(tx, CASES.c.handoff_id == handoff_id)
            if known:
                return known[0], None
            held = _open_case(tx, opening.case.conversation_id)
            if held is not None:
                return _hear(tx, held, opening.lines, escalated_again)
            last = tx.execute(sa.select(sa.func.max(CASES.c.number))).scalar()
            number = _FIRST_NUMBER if last is None else last + 1
            case = replace(opening.case, number=number)
            tx.execute(sa.insert(CASES).values(row_of(case)))
            tx.execute(
                sa.insert(SUMMARIES).values(
                    case_number=number,
                    document={**opening.document, "case": number},
                    escalation=opening.escalation,
                    at=case.opened_at,
                )
            )
            entries = (*map(_entry_of_line, opening.lines), opening.entry)
            change = Change(case, "opened", "bot", case.opened_at, entries)
            return _write(tx, None, change)

        return self._changing(work)[0]

    def change(
        self, ref: int | str, decide: Decide, *, client_id: str | None = None, text: str = ""
    ) -> tuple[Case, Entry | None]:
        """Change a case as `decide` says; the case and the first entry written.

        With a `client_id` the thread already holds, nothing is changed and that entry is given; raises
        ClientIdReusedError if its text is another.
        """

        def work(tx: Connection) -> _Written:
            before = _case(tx, ref)
            if client_id is not None and (known := _entry(tx, before.number, client_id)):
                if known.text != text:
                    raise ClientIdReusedError(client_id)
                return before, known
            change = decide(before)
            return (before, None) if change is None else _write(tx, before, change)

        return self._changing(work)

    def hear(self, ref: int | str, lines: Sequence[Line], decide: Hear) -> Case:
        """Add the lines the thread does not hold yet, and change the case as `decide` says of them."""
        return self._changing(lambda tx: _hear(tx, _case(tx, ref), lines, decide))[0]

    def summary(self, ref: int | str) -> JsonObject:
        """The summary's document; raises NoCaseError."""
        with self._database.read() as tx:
            number = _case(tx, ref).number
            found: JsonObject = tx.execute(
                sa.select(SUMMARIES.c.document).where(SUMMARIES.c.case_number == number)
            ).scalar_one()
        return found

    def escalation(self, number: int) -> JsonObject:
        """The escalation that opened a case, as it was."""
        with self._database.read() as tx:
            found: JsonObject = tx.execute(
                sa.select(SUMMARIES.c.escalation).where(SUMMARIES.c.case_number == number)
            ).scalar_one()
        return found

    def thread(self, ref: int | str, after: int = 0) -> tuple[Entry, ...]:
        """The entries of a case after a place in its thread, in order."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(ENTRIES)
                .where(ENTRIES.c.case_number == _case(tx, ref).number, ENTRIES.c.seq > after)
                .order_by(ENTRIES.c.seq)
            ).mappings()
            return tuple(entry_of(row) for row in rows)

    def queue(
        self,
        *,
        agent: str | None = None,
        unassigned: bool = False,
        team: str | None = None,
        include_resolved: bool = False,
    ) -> tuple[Case, ...]:
        """Cases by deadline, priority and age, those resolved last."""
        wanted: list[sa.ColumnElement[bool]] = []
        if agent is not None:
            wanted.append(CASES.c.agent == agent)
        if unassigned:
            wanted.append(CASES.c.agent.is_(None))
        if team is not None:
            wanted.append(CASES.c.team == team)
        if not include_resolved:
            wanted.append(CASES.c.status != CaseStatus.RESOLVED)
        resolved = sa.case((CASES.c.status == CaseStatus.RESOLVED, 1), else_=0)
        with self._database.read() as tx:
            return tuple(_rows(tx, *wanted, order=(resolved, *_ORDER)))

    def previous(self, customer_id: str, conversation_id: str) -> tuple[int, str | None]:
        """How many other conversations of the customer had a case, and how the last one ended."""
        theirs = (CASES.c.customer_id == customer_id, CASES.c.conversation_id != conversation_id)
        counted = sa.select(sa.func.count(sa.distinct(CASES.c.conversation_id))).where(*theirs)
        with self._database.read() as tx:
            last = _rows(tx, *theirs, order=(CASES.c.number.desc(),), limit=1)
            return tx.execute(counted).scalar_one(), last[0].outcome if last else None

    def waits(self, team: str, limit: int) -> tuple[timedelta, ...]:
        """How long the team's last claimed cases had waited, newest first."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(CASES.c.opened_at, CASES.c.claimed_at)
                .where(CASES.c.team == team, CASES.c.claimed_at.is_not(None))
                .order_by(CASES.c.claimed_at.desc())
                .limit(limit)
            )
            return tuple(claimed - opened for opened, claimed in rows)

    def count(self, since: datetime) -> tuple[int, int]:
        """How many cases were opened and how many resolved since a moment."""
        opened = sa.select(sa.func.count()).where(CASES.c.opened_at >= since)
        resolved = sa.select(sa.func.count()).where(CASES.c.resolved_at >= since)
        with self._database.read() as tx:
            return tx.execute(opened).scalar_one(), tx.execute(resolved).scalar_one()

    def log(self, after: int, limit: int) -> tuple[LogRow, ...]:
        """What changed at the desk after a place in its log, in order."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(DESK_LOG).where(DESK_LOG.c.seq > after).order_by(DESK_LOG.c.seq).limit(limit)
            ).mappings()
            return tuple(log_of(row) for row in rows)

    def log_end(self) -> int:
        """The last place in the desk's log; 0 while it is empty."""
        with self._database.read() as tx:
            return tx.execute(sa.select(sa.func.max(DESK_LOG.c.seq))).scalar() or 0

    def _changing(self, work: Callable[[Connection], _Written]) -> _Written:
        """Run a write again, from its reading on, if another process was faster."""
        for left in reversed(range(_TRIES)):
            try:
                written = self._database.write(work, wakes=("desk", "dispatches"))
            except (_Overtaken, IntegrityError):
                if not left:
                    raise
            else:
                break
        self._database.doorbell.ring(topic(written[0].number))
        return written


_ORDER = (CASES.c.due_by, CASES.c.rank, CASES.c.opened_at, CASES.c.number)


def _rows(
    tx: Connection,
    *wanted: sa.ColumnElement[bool],
    order: Sequence[sa.ColumnElement[object]] = (),
    limit: int | None = None,
) -> list[Case]:
    rows = tx.execute(sa.select(CASES).where(*wanted).order_by(*order).limit(limit)).mappings()
    return [case_of(row) for row in rows]


def _case(tx: Connection, ref: int | str) -> Case:
    """By number or handoff id; a number may come as text, as in a command."""
    found: list[Case] = []
    if isinstance(ref, str):
        found = _rows(tx, CASES.c.handoff_id == ref)
    if not found and str(ref).lstrip("#").isdecimal():
        found = _rows(tx, CASES.c.number == int(str(ref).lstrip("#")))
    if not found:
        raise NoCaseError(ref)
    return found[0]


def _open_case(tx: Connection, conversation_id: str) -> Case | None:
    found = _rows(tx, CASES.c.conversation_id == conversation_id, CASES.c.status != CaseStatus.RESOLVED)
    return found[0] if found else None


def _entry(tx: Connection, number: int, client_id: str) -> Entry | None:
    wanted = (ENTRIES.c.case_number == number, ENTRIES.c.client_id == client_id)
    row = tx.execute(sa.select(ENTRIES).where(*wanted)).mappings().first()
    return None if row is None else entry_of(row)


def _entry_of_line(line: Line) -> NewEntry:
    return NewEntry("line", line.author, line.name, line.text, line.at, number=line.number)


def _hear(tx: Connection, case: Case, lines: Iterable[Line], decide: Hear) -> _Written:
    held = {
        row[0]
        for row in tx.execute(
            sa.select(ENTRIES.c.number).where(
                ENTRIES.c.case_number == case.number, ENTRIES.c.number.is_not(None)
            )
        )
    }
    fresh = tuple(line for line in lines if line.number not in held)
    change = decide(case, fresh)
    if change is None:
        return case, None
    heard = replace(change, entries=(*map(_entry_of_line, fresh), *change.entries))
    return _write(tx, case, heard)


def _write(tx: Connection, before: Case | None, change: Change) -> _Written:
    """The case's row, its entries, the dispatch, the log and the audit: all of one event."""
    case = change.case
    first = case.last_seq + 1
    entries = tuple(
        Entry(first + i, e.kind, e.author, e.name, e.text, e.at, e.number, e.client_id)
        for i, e in enumerate(change.entries)
    )
    after = replace(case, last_seq=case.last_seq + len(entries), version=case.version + 1)
    taken = tx.execute(
        sa.update(CASES)
        .where(CASES.c.number == case.number, CASES.c.version == case.version)
        .values(row_of(after))
    )
    if taken.rowcount != 1:
        raise _Overtaken
    if entries:
        tx.execute(sa.insert(ENTRIES), [{"case_number": case.number, **asdict(e)} for e in entries])
    if change.document is not None:
        rewritten = sa.update(SUMMARIES).where(SUMMARIES.c.case_number == case.number)
        tx.execute(rewritten.values(document=change.document, at=change.at))
    if change.dispatch is not None:
        _dispatch(tx, after, change, entries[0].seq if entries else None)
    tx.execute(sa.insert(DESK_LOG).values(case_number=case.number, what=change.what, at=change.at))
    tx.execute(
        sa.insert(AUDIT).values(
            at=change.at,
            actor=change.actor,
            verb=change.what,
            case_number=case.number,
            before=None if before is None else _audited(before),
            after=_audited(after),
        )
    )
    return after, entries[0] if entries else None


def _dispatch(tx: Connection, case: Case, change: Change, seq: int | None) -> None:
    told = change.dispatch
    assert told is not None
    tx.execute(
        sa.insert(DISPATCHES).values(
            case_number=case.number,
            handoff_id=case.handoff_id,
            conversation_id=case.conversation_id,
            kind=told.kind,
            author_name=told.author_name,
            text=told.text,
            client_id=told.client_id,
            outcome=told.outcome,
            seq=seq if told.kind == "reply" else None,
            state="new",
            attempts=0,
            not_before=change.at,
            at=change.at,
        )
    )


def _audited(case: Case) -> JsonObject:
    return {name: getattr(case, name) for name in _AUDITED}
