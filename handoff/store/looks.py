"""Who looked at what the desk hides, in the audit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from config.database import Database
from handoff.store.audit import record


class Looks:
    """One row of the audit for each look; it says which fact and message, never the words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def looked(self, case: int, by: str, at: datetime, *, fact: str, message: int) -> None:
        """Keep it, before anything is shown."""

        def work(tx: Connection) -> None:
            record(tx, "revealed", by, at, case=case, after={"fact": fact, "message": message})

        self._database.write(work)
