"""Canned responses, macros and labels in SQL; every change of them is in the audit."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.clock import Clock
from config.database import Database
from handoff.aids.canned import Canned
from handoff.aids.labels import Label
from handoff.aids.macros import Macro
from handoff.errors import NoAidError
from handoff.store.aids_tables import CANNED, LABELS, MACROS
from handoff.store.audit import record
from handoff.values import JsonObject, as_object, from_json


class CannedStore:
    """Reads and writes of canned responses. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def all(self) -> tuple[Canned, ...]:
        """By shortcut, a team's before everybody's."""
        with self._database.read() as tx:
            rows = tx.execute(sa.select(CANNED).order_by(CANNED.c.shortcut, CANNED.c.id)).mappings()
            found = [
                Canned(row["id"], row["shortcut"], row["title"], row["texts"], row["team"]) for row in rows
            ]
        return tuple(sorted(found, key=lambda each: (each.shortcut, each.team is None, each.team or "")))

    def save(self, canned: Canned, by: str) -> Canned:
        """Raises NoAidError for an id that is not there."""
        values: dict[str, object] = {
            "shortcut": canned.shortcut,
            "title": canned.title,
            "team": canned.team,
            "texts": dict(canned.texts),
        }
        id = self._database.write(
            lambda tx: _save(tx, CANNED, "canned response", canned.id, values, by, self._clock)
        )
        return Canned(id, canned.shortcut, canned.title, canned.texts, canned.team)

    def remove(self, id: int, by: str) -> bool:
        """Whether it was there."""
        return self._database.write(lambda tx: _remove(tx, CANNED, "canned response", id, by, self._clock))


class MacroStore:
    """Reads and writes of macros. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def all(self) -> tuple[Macro, ...]:
        """By name."""
        with self._database.read() as tx:
            rows = tx.execute(sa.select(MACROS).order_by(MACROS.c.name)).mappings()
            return tuple(
                from_json(Macro, {"id": row["id"], "name": row["name"], "deeds": row["deeds"]})
                for row in rows
            )

    def save(self, macro: Macro, by: str) -> Macro:
        """Raises NoAidError for an id that is not there."""
        values: dict[str, object] = {"name": macro.name, "deeds": as_object(macro)["deeds"]}
        id = self._database.write(lambda tx: _save(tx, MACROS, "macro", macro.id, values, by, self._clock))
        return Macro(id, macro.name, macro.deeds)

    def remove(self, id: int, by: str) -> bool:
        """Whether it was there."""
        return self._database.write(lambda tx: _remove(tx, MACROS, "macro", id, by, self._clock))


class LabelStore:
    """Reads and writes of labels. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def all(self) -> tuple[Label, ...]:
        """By name."""
        with self._database.read() as tx:
            rows = tx.execute(sa.select(LABELS).order_by(LABELS.c.name)).mappings()
            return tuple(Label(row["name"], row["colour"]) for row in rows)

    def save(self, label: Label, by: str) -> None:
        def work(tx: Connection) -> None:
            named = LABELS.c.name == label.name
            before = tx.execute(sa.select(LABELS.c.colour).where(named)).scalar()
            if before is None:
                tx.execute(sa.insert(LABELS).values(name=label.name, colour=label.colour))
            else:
                tx.execute(sa.update(LABELS).where(named).values(colour=label.colour))
            was = None if before is None else {"colour": before}
            now, said = self._clock.now(), {"colour": label.colour}
            record(tx, "label_saved", by, now, subject=f"label {label.name}", before=was, after=said)

        self._database.write(work)

    def remove(self, name: str, by: str) -> bool:
        """Whether it was there."""

        def work(tx: Connection) -> bool:
            gone = tx.execute(sa.delete(LABELS).where(LABELS.c.name == name)).rowcount > 0
            if gone:
                record(tx, "label_removed", by, self._clock.now(), subject=f"label {name}")
            return gone

        return self._database.write(work)


def _save(
    tx: Connection, table: sa.Table, what: str, id: int, values: Mapping[str, object], by: str, clock: Clock
) -> int:
    """Insert where the id is 0, else update; the id."""
    now, before = clock.now(), None
    written = {**values, "by": by, "at": now}
    if id == 0:
        inserted = tx.execute(sa.insert(table).values(written)).inserted_primary_key
        assert inserted is not None
        id = inserted[0]
    else:
        before = _row(tx, table, id, values)
        if before is None:
            raise NoAidError(what, id)
        tx.execute(sa.update(table).where(table.c.id == id).values(written))
    verb = f"{table.name.removesuffix('s')}_saved"
    record(tx, verb, by, now, subject=f"{what} {id}", before=before, after=values)
    return id


def _remove(tx: Connection, table: sa.Table, what: str, id: int, by: str, clock: Clock) -> bool:
    before = _row(tx, table, id, table.c.keys())
    if before is None:
        return False
    tx.execute(sa.delete(table).where(table.c.id == id))
    verb = f"{table.name.removesuffix('s')}_removed"
    record(tx, verb, by, clock.now(), subject=f"{what} {id}", before=before)
    return True


def _row(
    tx: Connection, table: sa.Table, id: int, names: Mapping[str, object] | list[str]
) -> JsonObject | None:
    row = tx.execute(sa.select(table).where(table.c.id == id)).mappings().first()
    return None if row is None else {name: row[name] for name in names}
