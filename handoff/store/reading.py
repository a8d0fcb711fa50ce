"""The reads that both sides of the store need: a case by its names, and what its thread holds."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.case import Case, CaseStatus
from handoff.entry import Entry
from handoff.errors import NoCaseError
from handoff.store.rows import case_of, entry_of
from handoff.store.tables import CASES, ENTRIES

Wanted = sa.ColumnElement[bool]

_LATER = CASES.alias()
_CASES = sa.select(CASES)
_NUMBERED = _CASES.where(CASES.c.number == sa.bindparam("number"))
_HANDED_OVER = _CASES.where(CASES.c.handoff_id == sa.bindparam("handoff_id"))
_THEIRS = _CASES.where(CASES.c.conversation_id == sa.bindparam("conversation"))
_THEIR_OPEN = _THEIRS.where(CASES.c.status != CaseStatus.RESOLVED)
_THEIR_LAST = _THEIRS.order_by(CASES.c.number.desc()).limit(1)
_DIGITS = 9  # of a number that any engine's integer holds


def cases(
    tx: Connection,
    *wanted: Wanted,
    order: Sequence[sa.ColumnElement[object]] = (),
    limit: int | None = None,
) -> list[Case]:
    rows = tx.execute(sa.select(CASES).where(*wanted).order_by(*order).limit(limit)).mappings()
    return [case_of(row) for row in rows]


def case_by(tx: Connection, ref: int | str) -> Case:
    """By number or handoff id; a number may come as text, as in a command. Raises NoCaseError."""
    found: Case | None = None
    if isinstance(ref, str):
        found = _one(tx, _HANDED_OVER, handoff_id=ref)
    number = str(ref).lstrip("#")
    if found is None and number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
        found = _one(tx, _NUMBERED, number=int(number))
    if found is None:
        raise NoCaseError(ref)
    return found


def open_case(tx: Connection, conversation_id: str) -> Case | None:
    """The case that hears the conversation now: its open one, or the open one its last was merged into."""
    found = _one(tx, _THEIR_OPEN, conversation=conversation_id)
    if found is not None:
        return found
    last = _one(tx, _THEIR_LAST, conversation=conversation_id)
    if last is None or last.merged_into is None:
        return None
    into = _one(tx, _NUMBERED, number=last.merged_into)
    return into if into is not None and into.status is not CaseStatus.RESOLVED else None


def merged_into(tx: Connection, number: int) -> list[Case]:
    """The cases that were merged into one and whose conversations have not gone on in another since."""
    gone_on = sa.exists().where(
        _LATER.c.conversation_id == CASES.c.conversation_id, _LATER.c.number > CASES.c.number
    )
    return cases(tx, CASES.c.merged_into == number, ~gone_on, order=(CASES.c.number,))


def entry_by(tx: Connection, number: int, client_id: str) -> Entry | None:
    wanted = (ENTRIES.c.case_number == number, ENTRIES.c.client_id == client_id)
    row = tx.execute(sa.select(ENTRIES).where(*wanted)).mappings().first()
    return None if row is None else entry_of(row)


def _one(tx: Connection, query: sa.Select[*tuple[object, ...]], **given: object) -> Case | None:
    row = tx.execute(query, given).mappings().first()
    return None if row is None else case_of(row)
