"""Takes the words of a conversation out of every table of the room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.case import Case
from handoff.casefile.forgetting import NOTHING
from handoff.store.aids_tables import DRAFTS, FILES, MENTIONS, PRESENCE
from handoff.store.bridge_tables import TOPIC
from handoff.store.bridges import forget_mirrored
from handoff.store.inbox import forget_events
from handoff.store.mail import LETTERS
from handoff.store.reading import cases
from handoff.store.rows import topic
from handoff.store.search import index_anew, sweep
from handoff.store.seat_tables import WATCHES
from handoff.store.tables import (
    BLOCKS,
    CASES,
    DISPATCHES,
    ENTRIES,
    FOLLOW_UPS,
    FOLLOWERS,
    RATINGS,
    SUMMARIES,
)
from handoff.store.writing import key_of, write
from handoff.values import JsonObject
from handoff.verbs.change import Change

_OF_A_CASE = (
    ENTRIES,
    DISPATCHES,
    LETTERS,
    FILES,
    DRAFTS,
    PRESENCE,
    MENTIONS,
    FOLLOWERS,
    FOLLOW_UPS,
    WATCHES,
)
"""What goes altogether. Counts of what was asked again stay, as do the log and the audit: no words there."""


class ForgettingStore:
    """Erases; `Database.erase` then overwrites the bytes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(
        self,
        conversation_id: str,
        decide: Callable[[Case, JsonObject], Change],
        *,
        by: str,
        at: datetime,
    ) -> int:
        """Erase a conversation's cases, which become what `decide` makes of each; how many there were.

        A helpdesk outside that mirrors one is owed a request to erase it too.
        """

        def work(tx: Connection) -> tuple[int, ...]:
            theirs = cases(tx, CASES.c.conversation_id == conversation_id, order=(CASES.c.number,))
            _forget_elsewhere(tx, conversation_id, theirs)
            for case in theirs:
                forget_events(tx, case.number)
                forget_mirrored(tx, case, by, at)
                _forget(tx, case, decide)
            if theirs:
                sweep(tx)
            return tuple(case.number for case in theirs)

        return len(self._database.write(work, wakes=lambda numbers: ("desk", TOPIC, *map(topic, numbers))))


def _forget(tx: Connection, case: Case, decide: Callable[[Case, JsonObject], Change]) -> None:
    number = case.number
    document: JsonObject = tx.execute(
        sa.select(SUMMARIES.c.document).where(SUMMARIES.c.case_number == number)
    ).scalar_one()
    for table in _OF_A_CASE:
        tx.execute(sa.delete(table).where(table.c.case_number == number))
    # A score counts on; what was said along with it goes.
    tx.execute(sa.update(RATINGS).where(RATINGS.c.case_number == number).values(comment=None))
    # Whoever is kept away stays so, by their id alone.
    tx.execute(sa.update(BLOCKS).where(BLOCKS.c.case_number == number).values(customer_name=None, because=""))
    tx.execute(sa.delete(BLOCKS).where(BLOCKS.c.case_number == number, BLOCKS.c.lifted_at.is_not(None)))
    write(tx, case, decide(case, document))
    tx.execute(sa.update(SUMMARIES).where(SUMMARIES.c.case_number == number).values(escalation={}))
    index_anew(tx, number)


def _forget_elsewhere(tx: Connection, conversation_id: str, theirs: Sequence[Case]) -> None:
    """What other conversations' cases hold of this one, since its own was merged into theirs."""
    heard = ENTRIES.c.client_id.startswith(key_of(conversation_id, ""), autoescape=True)
    lines = sa.and_(ENTRIES.c.kind == "line", heard)
    changed = set(tx.execute(sa.select(ENTRIES.c.case_number).where(lines)).scalars())
    tx.execute(sa.delete(ENTRIES).where(lines))
    for case in theirs:
        if case.merged_into is not None:
            _forget_merging(tx, case.number, case.merged_into)
            _forget_promises(tx, case.number, case.merged_into)
            changed.add(case.merged_into)
    for number in changed - {case.number for case in theirs}:
        index_anew(tx, number)


def _forget_merging(tx: Connection, source: int, target: int) -> None:
    """The event of a merging quotes the case that was merged."""
    said = f" merged case #{source} into this one: "
    quoting = (ENTRIES.c.case_number == target, ENTRIES.c.kind == "event", ENTRIES.c.text.contains(said))
    for seq, text in tx.execute(sa.select(ENTRIES.c.seq, ENTRIES.c.text).where(*quoting)).all():
        who = str(text).partition(said)[0]
        this = (ENTRIES.c.case_number == target, ENTRIES.c.seq == seq)
        tx.execute(sa.update(ENTRIES).where(*this).values(text=f"{who}{said}{NOTHING}"))


def _forget_promises(tx: Connection, source: int, target: int) -> None:
    """Those that moved along with a merging: the thread of the case they come from tells of them."""
    told = tx.execute(
        sa.select(ENTRIES.c.text).where(ENTRIES.c.case_number == source, ENTRIES.c.kind == "event")
    ).scalars()
    events = [str(text) for text in told]
    promised = sa.select(FOLLOW_UPS.c.id, FOLLOW_UPS.c.text).where(FOLLOW_UPS.c.case_number == target)
    for promise, text in tx.execute(promised).all():
        if any(event.endswith(f": {text}") for event in events):
            tx.execute(sa.delete(FOLLOW_UPS).where(FOLLOW_UPS.c.id == promise))
