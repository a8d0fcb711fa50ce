"""What else is kept of whatever joins a case's thread, in the transaction that writes it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handoff.aids.reasks import known_facts, reasks
from handoff.case import Case
from handoff.casefile.case_summary import CaseSummary
from handoff.entry import Entry
from handoff.store.aids_tables import DRAFTS, REASKS
from handoff.store.files import send_along
from handoff.store.mentions import call_in
from handoff.store.search import index
from handoff.store.tables import SUMMARIES
from handoff.values import JsonObject


def join(
    tx: Connection, before: Case | None, case: Case, entries: Sequence[Entry], document: JsonObject | None
) -> None:
    """The words by which the case is found, its files, who is mentioned, and what was asked again.

    document: the summary, where it is new. A draft that became an entry is forgotten.
    """
    if document is None and before is None:
        document = _document(tx, case.number)
    index(tx, case, entries, document)
    send_along(tx, case.number, entries)
    call_in(tx, case.number, entries)
    for entry in entries:
        if entry.kind in ("reply", "note"):
            _forget_draft(tx, case.number, entry)
        if entry.kind == "reply":
            _count_reasks(tx, case.number, entry)


def _count_reasks(tx: Connection, case: int, reply: Entry) -> None:
    """Those of a reply that was sent, whatever was shown before."""
    if (document := _document(tx, case)) is None:
        return
    for again in reasks(reply.text, known_facts(CaseSummary.stored(document))):
        tx.execute(
            sa.insert(REASKS).values(
                case_number=case, seq=reply.seq, agent=reply.author, fact=again.fact, at=reply.at
            )
        )


def _forget_draft(tx: Connection, case: int, entry: Entry) -> None:
    """The one that this entry was sent from; what was written since then stays."""
    its = (DRAFTS.c.agent == entry.author, DRAFTS.c.case_number == case, DRAFTS.c.kind == entry.kind)
    draft = tx.execute(sa.select(DRAFTS.c.text).where(*its)).scalar()
    if draft is not None and draft.strip() == entry.text:
        tx.execute(sa.delete(DRAFTS).where(*its))


def _document(tx: Connection, case: int) -> JsonObject | None:
    found: JsonObject | None = tx.execute(
        sa.select(SUMMARIES.c.document).where(SUMMARIES.c.case_number == case)
    ).scalar()
    return found
