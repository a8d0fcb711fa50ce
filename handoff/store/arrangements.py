"""What administrators changed of teams and rules, in SQL: the tables as they are now, and who did it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.store.audit import record
from handoff.store.seat_tables import ARRANGEMENTS
from handoff.store.tables import AUDIT
from handoff.values import JsonObject

Edited = Mapping[str, Mapping[str, "JsonObject | None"]]
"""Kind -> name -> the table that holds instead of the file's, None where it was removed."""

SAVED, REMOVED = "arrangement_saved", "arrangement_removed"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one table: who made it and when; `before` is None where the file's table held."""

    kind: str
    name: str
    by: str
    at: datetime
    before: JsonObject | None
    after: JsonObject | None


class ArrangementStore:
    """Reads and writes of what was changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self) -> int:
        """Grows with every change."""
        with self._database.read() as tx:
            return _version(tx)

    def edited(self) -> tuple[int, Edited]:
        """The version, and all that was changed."""
        with self._database.read() as tx:
            return _version(tx), _edited(tx)

    def save(
        self,
        kind: str,
        name: str,
        value: JsonObject | None,
        by: str,
        at: datetime,
        check: Callable[[Edited], object],
    ) -> None:
        """Write one change, unless `check` raises for what all of them would be then.

        Of two people who change things at once, the second is checked against what the first has saved.
        """

        def work(tx: Connection) -> None:
            before = _edited(tx)
            known = before.get(kind, {})
            check({**before, kind: {**known, name: value}})
            row = {"value": value, "version": _version(tx) + 1, "by": by, "at": at}
            if name in known:
                where = (ARRANGEMENTS.c.kind == kind, ARRANGEMENTS.c.name == name)
                tx.execute(sa.update(ARRANGEMENTS).where(*where).values(row))
            else:
                place = row["version"]
                tx.execute(sa.insert(ARRANGEMENTS).values(kind=kind, name=name, place=place, **row))
            verb = REMOVED if value is None else SAVED
            record(tx, verb, by, at, subject=f"{kind}.{name}", before=known.get(name), after=value)

        self._database.write(work, wakes=("arrangements", "desk"))

    def history(self, limit: int) -> tuple[Edit, ...]:
        """The last changes, the latest first."""
        wanted = (
            sa.select(AUDIT)
            .where(AUDIT.c.verb.in_((SAVED, REMOVED)))
            .order_by(AUDIT.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as tx:
            rows = tx.execute(wanted).mappings().all()
        edits = []
        for row in rows:
            kind, _, name = row["subject"].partition(".")
            edits.append(Edit(kind, name, row["actor"], row["at"], row["before"], row["after"]))
        return tuple(edits)


def _version(tx: Connection) -> int:
    return tx.execute(sa.select(sa.func.max(ARRANGEMENTS.c.version))).scalar() or 0


def _edited(tx: Connection) -> dict[str, dict[str, JsonObject | None]]:
    """In the order in which they were first made, which is the order of the tables that are new."""
    edited: dict[str, dict[str, JsonObject | None]] = defaultdict(dict)
    rows = tx.execute(sa.select(ARRANGEMENTS).order_by(ARRANGEMENTS.c.place))
    for row in rows.mappings():
        edited[row["kind"]][row["name"]] = row["value"]
    return dict(edited)
