"""The files of cases in SQL: their bytes in the same database, so that a backup of it has them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.aids.files import KeptFile
from handoff.entry import Entry
from handoff.store.aids_tables import FILES

_KNOWN = [column for column in FILES.c if column.name != "content"]


class FileStore:
    """Reads and writes of files. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, file: KeptFile, content: bytes) -> None:
        values = {
            "capability": file.capability,
            "case_number": file.case,
            "seq": file.seq,
            "shared": file.shared,
            "name": file.name,
            "type": file.type,
            "picture": file.picture,
            "size": file.size,
            "content": content,
            "by": file.by,
            "at": file.at,
        }
        self._database.write(lambda tx: tx.execute(sa.insert(FILES).values(values)).rowcount)

    def find(self, capability: str) -> KeptFile | None:
        query = sa.select(*_KNOWN).where(FILES.c.capability == capability)
        with self._database.read() as tx:
            row = tx.execute(query).mappings().first()
        if row is None:
            return None
        return KeptFile(
            capability=row["capability"],
            case=row["case_number"],
            name=row["name"],
            type=row["type"],
            size=row["size"],
            picture=row["picture"],
            shared=row["shared"],
            seq=row["seq"],
            by=row["by"],
            at=row["at"],
        )

    def content(self, capability: str) -> bytes:
        query = sa.select(FILES.c.content).where(FILES.c.capability == capability)
        with self._database.read() as tx:
            return bytes(tx.execute(query).scalar_one())


def send_along(tx: Connection, case: int, entries: Sequence[Entry]) -> None:
    """The files that these entries carry are part of them now; those of a reply are the customer's too."""
    for entry in entries:
        if entry.files:
            carried = FILES.c.capability.in_([file.id for file in entry.files])
            tx.execute(
                sa.update(FILES)
                .where(carried, FILES.c.case_number == case)
                .values(seq=entry.seq, shared=sa.or_(FILES.c.shared, sa.literal(entry.kind == "reply")))
            )
