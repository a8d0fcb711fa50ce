"""The audit in SQL: who did what to which case, each row sealed with the one before it.

A row's hash is SHA-256 over the hash before it and the row's own words, so that whoever changes, removes or
adds a row in the middle breaks every hash after it. What it can't show is a tail that was cut off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database
from handoff.store.tables import AUDIT
from handoff.values import JsonObject

_ROWS = 5_000  # read at once while the chain is verified
_LAST, _WRITE = sa.select(AUDIT.c.hash).order_by(AUDIT.c.id.desc()).limit(1), sa.insert(AUDIT)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the chain: rows that hold, rows from before it began, and the id where it breaks."""

    rows: int
    unsealed: int
    broken_at: int | None
    why: str = ""


def record(
    tx: Connection,
    verb: str,
    actor: str,
    at: datetime,
    *,
    case: int | None = None,
    subject: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Write one row; `subject` is what it is about where that is no case, such as a customer or a team.

    Call it inside a room's write: two of them never read the same last row.
    """
    last = tx.execute(_LAST).scalar()
    row: JsonObject = {
        "actor": actor,
        "verb": verb,
        "case_number": case,
        "subject": subject,
        "before": _json(before),
        "after": _json(after),
    }
    tx.execute(_WRITE, {**row, "at": at, "hash": _seal(last, at, row)})


class AuditStore:
    """Reads of the audit."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def verify(self) -> Verdict:
        """Follow the chain from its first row to its last."""
        sealed = unsealed = place = 0
        last: str | None = None
        with self._database.read() as tx:
            while rows := _after(tx, place):
                for row in rows:
                    place = row["id"]
                    if row["hash"] is None and last is None:
                        unsealed += 1
                        continue
                    if row["hash"] is None:
                        return Verdict(sealed, unsealed, place, "it has no seal")
                    if row["hash"] != _seal(last, row["at"], dict(row)):
                        return Verdict(
                            sealed, unsealed, place, "it, or one before it, is not what was written"
                        )
                    last, sealed = row["hash"], sealed + 1
        return Verdict(sealed, unsealed, None)


def _after(tx: Connection, place: int) -> list[RowMapping]:
    wanted = sa.select(AUDIT).where(AUDIT.c.id > place).order_by(AUDIT.c.id).limit(_ROWS)
    return list(tx.execute(wanted).mappings())


def _seal(last: str | None, at: datetime, row: Mapping[str, object]) -> str:
    names = ("actor", "verb", "case_number", "subject", "before", "after")
    said = [last or "", at.astimezone(UTC).isoformat(timespec="microseconds"), *(row[name] for name in names)]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _json(given: Mapping[str, object] | None) -> JsonObject | None:
    """As the database gives it back, so that its seal is the same then."""
    if given is None:
        return None
    told: JsonObject = json.loads(json.dumps(given, default=_text))
    return told


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
