"""The definitions of custom fields in SQL."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.clock import Clock
from config.database import Database
from handoff.store import audit
from handoff.store.tables import CUSTOM_FIELDS
from handoff.verbs.custom_fields import FieldDefinition


class CustomFieldStore:
    """Reads and writes of the definitions. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[FieldDefinition, ...]:
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(CUSTOM_FIELDS).order_by(CUSTOM_FIELDS.c.position, CUSTOM_FIELDS.c.name)
            ).mappings()
            return tuple(
                FieldDefinition(
                    name=row["name"],
                    kind=row["kind"],
                    titles=row["titles"],
                    choices=tuple(row["choices"]),
                    position=row["position"],
                )
                for row in rows
            )

    def save(self, definition: FieldDefinition, by: str, clock: Clock) -> None:
        row = {
            "titles": dict(definition.titles),
            "kind": definition.kind,
            "choices": list(definition.choices),
            "position": definition.position,
        }

        def work(tx: Connection) -> None:
            known = CUSTOM_FIELDS.c.name == definition.name
            if tx.execute(sa.update(CUSTOM_FIELDS).where(known).values(**row)).rowcount == 0:
                tx.execute(sa.insert(CUSTOM_FIELDS).values(name=definition.name, **row))
            subject = f"field {definition.name}"
            audit.record(tx, "field_saved", by, clock.now(), subject=subject, after=row)

        self._database.write(work, wakes=("desk",))

    def remove(self, name: str, by: str, clock: Clock) -> bool:
        def work(tx: Connection) -> bool:
            gone = tx.execute(sa.delete(CUSTOM_FIELDS).where(CUSTOM_FIELDS.c.name == name)).rowcount > 0
            if gone:
                audit.record(tx, "field_removed", by, clock.now(), subject=f"field {name}")
            return gone

        return self._database.write(work, wakes=("desk",))
