"""Writes one event: the case's row, its thread, whom to tell, the log and the audit, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.failpoints import failpoint
from handoff.case import Case
from handoff.entry import HOLDS, Entry, NewEntry
from handoff.escalation import Line, conversation_of
from handoff.file import json_of
from handoff.store import audit
from handoff.store.bridges import owe_peer
from handoff.store.following import keep
from handoff.store.joining import join
from handoff.store.mail import owe_letters
from handoff.store.reading import merged_into, open_case
from handoff.store.rows import row_of, row_of_entry
from handoff.store.tables import CASE_LABELS, CASES, DESK_LOG, DISPATCHES, ENTRIES, RATINGS, SUMMARIES
from handoff.verbs.change import Change, Hear, NewRating, Opening

_FIRST_NUMBER = 1001
# What they set is given with them, so that they are put together once.
_CHANGE = sa.update(CASES).where(
    CASES.c.number == sa.bindparam("its_number"), CASES.c.version == sa.bindparam("its_version")
)
_SUMMARISE = sa.update(SUMMARIES).where(SUMMARIES.c.case_number == sa.bindparam("its_number"))
_ADD, _LOG = sa.insert(ENTRIES), sa.insert(DESK_LOG)
_NUMBERED = sa.select(ENTRIES.c.number).where(ENTRIES.c.number.is_not(None))
_OWN_NUMBERS = _NUMBERED.where(ENTRIES.c.case_number == sa.bindparam("number"))
_AUDITED = (
    "status",
    "agent",
    "outcome",
    "team",
    "priority",
    "snoozed_until",
    "merged_into",
)


@dataclass(frozen=True, slots=True)
class Written:
    """A case after its change, and the first entry that joined its thread.

    changed: whether anything was written; dispatched: whether somebody outside is to be told.
    """

    case: Case
    entry: Entry | None = None
    changed: bool = True
    dispatched: bool = False


class Overtaken(Exception):
    """Another process changed the case between our reading and our writing it."""


def open_one(tx: Connection, opening: Opening) -> Written:
    """A new case under the next number, with its summary and thread."""
    last = tx.execute(sa.select(sa.func.max(CASES.c.number))).scalar()
    number = _FIRST_NUMBER if last is None else last + 1
    case = replace(opening.case, number=number)
    tx.execute(sa.insert(CASES).values(row_of(case)))
    tx.execute(
        sa.insert(SUMMARIES).values(
            case_number=number,
            document={**opening.document, "case": number},
            escalation=opening.escalation,
            at=case.opened_at,
        )
    )
    entries = (*map(_entry_of_line, opening.lines), opening.entry)
    return write(tx, None, Change(case, "opened", "bot", case.opened_at, entries, opening.dispatch))


def hear(tx: Connection, case: Case, lines: Iterable[Line], conversation_id: str, decide: Hear) -> Written:
    """Add the lines of a conversation that the thread does not hold yet.

    A conversation goes on in whichever case is open for it. That may be the one its own was merged into: its
    messages are numbered apart from those there, so they come without a number and are told from each other
    by their `client_id`.
    """
    heard_in = open_case(tx, conversation_id) or case
    elsewhere = conversation_id != heard_in.conversation_id
    held = _held(tx, heard_in, conversation_id if elsewhere else None)
    fresh = tuple(line for line in lines if line.number not in held)
    change = decide(heard_in, fresh)
    if change is None:
        return Written(heard_in, changed=False)
    entries = tuple(map(_entry_of_line, fresh))
    if elsewhere:
        entries = tuple(
            replace(entry, number=None, client_id=key_of(conversation_id, entry.number)) for entry in entries
        )
    return write(tx, heard_in, replace(change, entries=(*entries, *change.entries)))


def _held(tx: Connection, case: Case, elsewhere: str | None) -> set[int]:
    """The numbers of messages that need not be written again, of another conversation where one is named."""
    if elsewhere is None:
        return set(tx.execute(_OWN_NUMBERS, {"number": case.number}).scalars())
    theirs = sa.select(CASES.c.number).where(CASES.c.conversation_id == elsewhere)
    before = tx.execute(_NUMBERED.where(ENTRIES.c.case_number.in_(theirs))).scalars()
    keyed = sa.select(ENTRIES.c.client_id).where(
        ENTRIES.c.case_number == case.number,
        ENTRIES.c.client_id.startswith(key_of(elsewhere, ""), autoescape=True),
    )
    return {*before, *(int(key.rpartition("/")[2]) for key in tx.execute(keyed).scalars())}


def last_heard(tx: Connection, number: int, conversation_id: str) -> int:
    """The number of the customer's last message of a conversation in a case's thread; 0 for none."""
    theirs = (ENTRIES.c.case_number == number, ENTRIES.c.author == "customer")
    own = tx.execute(sa.select(CASES.c.conversation_id).where(CASES.c.number == number)).scalar_one()
    if own == conversation_id:
        return tx.execute(sa.select(sa.func.max(ENTRIES.c.number)).where(*theirs)).scalar() or 0
    keyed = ENTRIES.c.client_id.startswith(key_of(conversation_id, ""), autoescape=True)
    keys = tx.execute(sa.select(ENTRIES.c.client_id).where(*theirs, keyed)).scalars()
    return max((int(key.rpartition("/")[2]) for key in keys), default=0)


def key_of(conversation_id: str, number: int | str | None) -> str:
    """The `client_id` of a message that is heard in another conversation's case."""
    return f"{conversation_id}/{number}"


def write(tx: Connection, before: Case | None, change: Change) -> Written:
    """All of one event; raises Overtaken."""
    case = change.case
    first = case.last_seq + 1
    entries = tuple(
        Entry(first + i, e.kind, e.author, e.name, e.text, e.at, e.number, e.client_id, e.files)
        for i, e in enumerate(change.entries)
    )
    after = replace(case, last_seq=case.last_seq + len(entries), version=case.version + 1)
    seen = {"its_number": case.number, "its_version": case.version}
    taken = tx.execute(_CHANGE, row_of(after) | seen)
    if taken.rowcount != 1:
        raise Overtaken
    failpoint("handoff.event.half")
    if entries:
        tx.execute(_ADD, [row_of_entry(case.number, entry) for entry in entries])
    if change.document is not None:
        rewritten = {"document": change.document, "at": change.at}
        tx.execute(_SUMMARISE, {"its_number": case.number, **rewritten})
    if change.escalation is not None:
        tx.execute(_SUMMARISE, {"its_number": case.number, "escalation": change.escalation})
    if before is not None and before.labels != after.labels:
        _relabel(tx, after)
    if change.dispatch is not None:
        reply = next((entry.seq for entry in entries if entry.kind == "reply"), None)
        _dispatch(tx, after, change, reply)
    keep(tx, change)
    if change.rating is not None:
        tx.execute(sa.insert(RATINGS).values(_rating(after, change.rating, change.at)))
    owe_letters(tx, before, after, entries, change.at)
    owe_peer(tx, before, after, entries, change)
    join(tx, before, after, entries, change.document)
    tx.execute(_LOG, {"case_number": case.number, "what": change.what, "at": change.at})
    audit.record(
        tx,
        change.what,
        change.actor,
        change.at,
        case=case.number,
        before=None if before is None else _audited(before),
        after=_audited(after) | _scored(change.rating),
    )
    return Written(after, entries[0] if entries else None, dispatched=change.dispatch is not None)


def _relabel(tx: Connection, case: Case) -> None:
    tx.execute(sa.delete(CASE_LABELS).where(CASE_LABELS.c.case_number == case.number))
    if case.labels:
        tx.execute(
            sa.insert(CASE_LABELS),
            [{"case_number": case.number, "label": label} for label in case.labels],
        )


def _dispatch(tx: Connection, case: Case, change: Change, seq: int | None) -> None:
    """One for the case's conversation, and one for each whose case was merged into it: they read along."""
    told = change.dispatch
    assert told is not None
    # A case that is being merged itself speaks for its own conversation only.
    along = merged_into(tx, case.number) if case.merged_into is None and told.handoff_id is None else []
    for each in (case, *along):
        answers = told.handoff_id
        tx.execute(
            sa.insert(DISPATCHES).values(
                case_number=each.number,
                handoff_id=each.handoff_id if answers is None else answers,
                conversation_id=each.conversation_id if answers is None else conversation_of(answers),
                kind=told.kind,
                author_name=told.author_name,
                text=told.text,
                client_id=told.client_id,
                outcome=told.outcome,
                holder=told.holder or HOLDS.get(told.kind),
                files=json_of(told.files) or None,
                seq=seq if each is case else None,
                state="new",
                attempts=0,
                not_before=change.at,
                at=change.at,
            )
        )


def _entry_of_line(line: Line) -> NewEntry:
    said = line.author, line.name, line.text, line.at
    return NewEntry("line", *said, number=line.number, files=line.files)


def _rating(case: Case, given: NewRating, at: datetime) -> dict[str, object]:
    return {"case_number": case.number, "team": case.team, "at": at, **asdict(given)}


def _scored(given: NewRating | None) -> dict[str, object]:
    """What of a rating the audit has: never the comment."""
    return {} if given is None else {"helper": given.helper, "score": given.score}


def _audited(case: Case) -> dict[str, object]:
    """No words about a customer, such as labels and custom fields: no row of the audit can be taken back."""
    return {name: getattr(case, name) for name in _AUDITED}
