"""What the agents' room keeps of a person, in SQL: found by what they are known by, and read to be shown."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from config.database import Database
from handoff.case import Case
from handoff.entry import Entry
from handoff.store.following import promised
from handoff.store.mail import LETTERS
from handoff.store.reading import Wanted, cases
from handoff.store.rows import entry_of
from handoff.store.tables import CASES, ENTRIES, FOLLOW_UPS, SUMMARIES
from handoff.values import JsonObject
from handoff.verbs.change import FollowUp

_DIGITS = 9  # of a number that any engine's integer holds


class PersonalStore:
    """Reads only; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, words: str, limit: int) -> tuple[Case, ...]:
        """The cases of whoever is known by these words, the latest first.

        By a case's number, an e-mail address or a phone number as it was left, a name, a customer's id, a
        conversation's.
        """
        known = words.strip()
        low = known.casefold()
        wanted: list[Wanted] = [
            CASES.c.conversation_id == known,
            CASES.c.customer_id == known,
            sa.func.lower(CASES.c.contact) == low,
            sa.func.lower(CASES.c.customer_name) == low,
        ]
        number = known.lstrip("#")
        if number.isascii() and number.isdecimal() and len(number) <= _DIGITS:
            wanted.append(CASES.c.number == int(number))
        return self._cases(sa.or_(*wanted), limit=limit)

    def of(self, conversation: str) -> tuple[Case, ...]:
        """A conversation's cases, the first one first."""
        return tuple(reversed(self._cases(CASES.c.conversation_id == conversation)))

    def document(self, number: int) -> JsonObject:
        """A case's summary."""
        with self._database.read() as tx:
            found: JsonObject = tx.execute(
                sa.select(SUMMARIES.c.document).where(SUMMARIES.c.case_number == number)
            ).scalar_one()
        return found

    def thread(self, number: int, kinds: Sequence[str]) -> tuple[Entry, ...]:
        """What a case's thread holds of these kinds, in order."""
        here = (ENTRIES.c.case_number == number, ENTRIES.c.kind.in_(kinds))
        with self._database.read() as tx:
            rows = tx.execute(sa.select(ENTRIES).where(*here).order_by(ENTRIES.c.seq)).mappings()
            return tuple(entry_of(row) for row in rows)

    def follow_ups(self, number: int) -> tuple[FollowUp, ...]:
        """What was promised in a case, done or not."""
        with self._database.read() as tx:
            return promised(tx, FOLLOW_UPS.c.case_number == number)

    def mails(self, number: int) -> tuple[JsonObject, ...]:
        """The mails of a case: what kind, to whom, what became of it, when."""
        columns = (LETTERS.c.kind, LETTERS.c.receiver, LETTERS.c.state, LETTERS.c.at)
        query = sa.select(*columns).where(LETTERS.c.case_number == number).order_by(LETTERS.c.id)
        with self._database.read() as tx:
            return tuple(dict(row) for row in tx.execute(query).mappings())

    def _cases(self, wanted: Wanted, limit: int | None = None) -> tuple[Case, ...]:
        with self._database.read() as tx:
            order = (CASES.c.number.desc(),)
            return tuple(each for each in cases(tx, wanted, order=order, limit=limit) if not each.forgotten)
