"""The agents' room in SQL: cases, summaries, threads, dispatches, the desk's log and the audit.

One event is one transaction: a case with its summary and thread; a reply with its dispatch; each with its log
and audit rows. Nothing here decides: a verb hands down how a case changes, and it is asked inside the
transaction, with the case as it is then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from config.database import Database
from handoff.case import Case, CaseStatus
from handoff.entry import Entry, LogRow
from handoff.errors import ClientIdReusedError
from handoff.escalation import Line
from handoff.store import queue
from handoff.store.bridge_tables import TOPIC
from handoff.store.following import blocks, move
from handoff.store.reading import case_by, cases, entry_by, open_case
from handoff.store.rows import entry_of, log_of, topic
from handoff.store.tables import CASES, DESK_LOG, ENTRIES, RATINGS, SUMMARIES
from handoff.store.writing import Overtaken, Written, hear, last_heard, open_one, write
from handoff.values import JsonObject
from handoff.verbs.change import Change, Decide, DecideBoth, Hear, Opening
from handoff.verbs.queue import UNFILTERED, Filters, Mark, View

__all__ = ["Change", "Decide", "DecideBoth", "Hear", "Opening", "Store", "topic"]

_THREAD = (
    sa.select(ENTRIES)
    .where(ENTRIES.c.case_number == sa.bindparam("number"), ENTRIES.c.seq > sa.bindparam("after"))
    .order_by(ENTRIES.c.seq)
)
_LOG = (
    sa.select(DESK_LOG)
    .where(DESK_LOG.c.seq > sa.bindparam("after"))
    .order_by(DESK_LOG.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_TRIES = 5  # of a write that another process got ahead of

T = TypeVar("T")


class Store:
    """Reads and writes of the agents' room. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def case(self, ref: int | str) -> Case:
        """The case of a number or a handoff id; raises NoCaseError."""
        with self._database.read() as tx:
            return case_by(tx, ref)

    def open_case(self, conversation_id: str) -> Case | None:
        """The case that hears the conversation and is not resolved; there is one at most."""
        with self._database.read() as tx:
            return open_case(tx, conversation_id)

    def open(self, opening: Opening, escalated_again: Hear) -> Case:
        """Write a case and all that belongs to it; the one that is there if its handoff id is known.

        Where the conversation already has an open case, that one takes the escalation by `escalated_again`.
        """

        def work(tx: Connection) -> Written:
            known = cases(tx, CASES.c.handoff_id == opening.case.handoff_id)
            if known:
                return Written(known[0], changed=False)
            conversation = opening.case.conversation_id
            held = open_case(tx, conversation)
            if held is not None:
                return hear(tx, held, opening.lines, conversation, escalated_again)
            return open_one(tx, opening)

        return self._changing(work).case

    def change(
        self, ref: int | str, decide: Decide, *, client_id: str | None = None, text: str = ""
    ) -> tuple[Case, Entry | None]:
        """Change a case as `decide` says; the case and the first entry written.

        With a `client_id` the thread already holds, nothing is changed and that entry is given; raises
        ClientIdReusedError if its text is another.
        """

        def work(tx: Connection) -> Written:
            before = case_by(tx, ref)
            if client_id is not None and (known := entry_by(tx, before.number, client_id)):
                if known.text != text:
                    raise ClientIdReusedError(client_id)
                return Written(before, known, changed=False)
            change = decide(before)
            return Written(before, changed=False) if change is None else write(tx, before, change)

        written = self._changing(work)
        return written.case, written.entry

    def change_with_others(self, ref: int | str, decide: Decide) -> Case:
        """Change a case and, as `decide` says, each other open case of its customer, in one transaction."""

        def work(tx: Connection) -> list[Written]:
            first = case_by(tx, ref)
            theirs = (CASES.c.customer_id == first.customer_id, CASES.c.number != first.number)
            others = cases(tx, *theirs, CASES.c.status != CaseStatus.RESOLVED, order=(CASES.c.number,))
            changes = [(case, decide(case)) for case in (first, *others)]
            return [
                Written(case, changed=False) if change is None else write(tx, case, change)
                for case, change in changes
            ]

        return self._retried(work, lambda written: written)[0].case

    def merge(self, ref: int | str, into: int | str, decide: DecideBoth) -> Case:
        """Change a case and the one it is merged into; the latter. Participants and promises move along."""

        def work(tx: Connection) -> tuple[Written, Written]:
            source, target = case_by(tx, ref), case_by(tx, into)
            ended, grown = decide(source, target)
            # What the other case's customer is told of its new holder is not told to the one who comes along.
            kept = write(tx, target, grown)
            merged = write(tx, source, ended)
            move(tx, source.number, target.number, ended.at)
            return merged, kept

        return self._retried(work, lambda written: written)[1].case

    def hear(self, ref: int | str, conversation_id: str, lines: Sequence[Line], decide: Hear) -> Case:
        """Add the lines of a conversation that the thread does not hold yet; `decide` says what they change.

        The thread is that of the case that is open for the conversation, else of `ref`; so is the case given.
        """
        return self._changing(lambda tx: hear(tx, case_by(tx, ref), lines, conversation_id, decide)).case

    def summary(self, ref: int | str) -> JsonObject:
        """The summary's document; raises NoCaseError."""
        with self._database.read() as tx:
            number = case_by(tx, ref).number
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

    def told_at(self, number: int) -> datetime:
        """When a case's summary was written last."""
        with self._database.read() as tx:
            at: datetime = tx.execute(
                sa.select(SUMMARIES.c.at).where(SUMMARIES.c.case_number == number)
            ).scalar_one()
        return at

    def heard_up_to(self, number: int, conversation_id: str) -> int:
        """The number of the customer's last message of a conversation that a case has heard; 0 for none."""
        with self._database.read() as tx:
            return last_heard(tx, number, conversation_id)

    def is_rated(self, number: int, helper: str, ending: int) -> bool:
        """Whether the customer's rating at an ending is known."""
        one = (RATINGS.c.case_number == number, RATINGS.c.helper == helper, RATINGS.c.ending == ending)
        with self._database.read() as tx:
            return tx.execute(sa.select(RATINGS.c.score).where(*one)).first() is not None

    def thread(self, ref: int | str, after: int = 0) -> tuple[Entry, ...]:
        """The entries of a case after a place in its thread, in order."""
        with self._database.read() as tx:
            rows = tx.execute(_THREAD, {"number": case_by(tx, ref).number, "after": after}).mappings()
            return tuple(entry_of(row) for row in rows)

    def queue(
        self,
        view: View,
        filters: Filters = UNFILTERED,
        *,
        agent: str = "",
        now: datetime,
        after: Mark | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """A view's cases by deadline, priority and age; those resolved by their end, the last first."""
        with self._database.read() as tx:
            found = queue.page(tx, view, filters, agent=agent, now=now, after=after, limit=limit)
        return tuple(found)

    def previous(self, customer_id: str, conversation_id: str) -> tuple[int, str | None]:
        """How many other conversations of the customer had a case, and how the last one ended."""
        theirs = (CASES.c.customer_id == customer_id, CASES.c.conversation_id != conversation_id)
        counted = sa.select(sa.func.count(sa.distinct(CASES.c.conversation_id))).where(*theirs)
        with self._database.read() as tx:
            last = cases(tx, *theirs, order=(CASES.c.number.desc(),), limit=1)
            return tx.execute(counted).scalar_one(), last[0].outcome if last else None

    def of_conversation(self, conversation_id: str) -> tuple[Case, ...]:
        """Every case that the conversation ever had, oldest first."""
        with self._database.read() as tx:
            return tuple(cases(tx, CASES.c.conversation_id == conversation_id, order=(CASES.c.number,)))

    def others(self, case: Case, limit: int) -> tuple[Case, ...]:
        """The customer's other cases, the latest first."""
        theirs = (CASES.c.customer_id == case.customer_id, CASES.c.number != case.number)
        with self._database.read() as tx:
            return tuple(cases(tx, *theirs, order=(CASES.c.number.desc(),), limit=limit))

    def blocked(self, customer_id: str, now: datetime) -> bool:
        """Whether a customer is kept away now."""
        with self._database.read() as tx:
            return bool(blocks(tx, now, customer_id=customer_id))

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

    def log(self, after: int, limit: int) -> tuple[LogRow, ...]:
        """What changed at the desk after a place in its log, in order."""
        with self._database.read() as tx:
            rows = tx.execute(_LOG, {"after": after, "most": limit}).mappings()
            return tuple(log_of(row) for row in rows)

    def log_end(self) -> int:
        """The last place in the desk's log; 0 while it is empty."""
        with self._database.read() as tx:
            return tx.execute(sa.select(sa.func.max(DESK_LOG.c.seq))).scalar() or 0

    def _changing(self, work: Callable[[Connection], Written]) -> Written:
        return self._retried(work, lambda written: (written,))

    def _retried(self, work: Callable[[Connection], T], written: Callable[[T], Sequence[Written]]) -> T:
        """Run a write again, from its reading on, if another process was faster; `written` is all it wrote.

        Only who has something new to read is woken.
        """

        def wakes(done: T) -> Sequence[str]:
            changed = [each for each in written(done) if each.changed]
            if not changed:
                return ()
            told = ["dispatches"] if any(each.dispatched for each in changed) else []
            return ("desk", TOPIC, *told, *(topic(each.case.number) for each in changed))

        for _ in range(_TRIES - 1):
            try:
                return self._database.write(work, wakes=wakes)
            except (Overtaken, IntegrityError):
                continue
        return self._database.write(work, wakes=wakes)
