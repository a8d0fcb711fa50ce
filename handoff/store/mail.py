"""The mails to customers in SQL: owed along with the event they are about, worked off under a lease."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from config.database import Database, UtcDateTime
from config.mail import NotAnAddressError, address_of
from config.posting import Owed
from handoff.case import Case
from handoff.entry import Entry
from handoff.mail.errors import NoLetterError
from handoff.mail.letters import Letter, LetterKind
from handoff.store import audit
from handoff.store.rows import row_of_entry, topic
from handoff.store.tables import CASES, DESK_LOG, ENTRIES, META

TOPIC = "mails"

GATHERED_WITHIN = timedelta(minutes=1)
"""Replies that follow each other this closely go into one mail, and a customer who is there needs none."""

GATHERED_AT_MOST = timedelta(minutes=5)

LETTERS = sa.Table(
    "mails",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_number", sa.Integer),
    sa.Column("kind", sa.String),
    sa.Column("key", sa.String),
    sa.Column("receiver", sa.String),
    sa.Column("language", sa.String),
    sa.Column("entries", sa.JSON),
    sa.Column("state", sa.String),
    sa.Column("attempts", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)

_REACHED_BY_MAIL = ("web",)  # channels whose customer may have closed the page; others deliver by themselves


def owe_letters(
    tx: Connection, before: Case | None, case: Case, entries: Sequence[Entry], at: datetime
) -> bool:
    """What an event makes us owe a customer who left an e-mail address; whether that is anything.

    Whether they need it is decided when it is due: somebody who sits in the chat has read it there.
    """
    receiver = mail_address(case.contact)
    if receiver is None or case.channel not in _REACHED_BY_MAIL:
        return False
    replies = [entry for entry in entries if entry.kind == "reply"]
    if replies:
        _owe_reply(tx, case, receiver, replies, at)
    first_heard_of = before is None or mail_address(before.contact) is None
    if first_heard_of:
        owe(tx, case, "receipt", f"receipt-{receiver}", receiver, at, author="system")
    return bool(replies) or first_heard_of


def owe(
    tx: Connection,
    case: Case,
    kind: LetterKind,
    key: str,
    receiver: str,
    at: datetime,
    *,
    author: str,
    entries: Sequence[int] = (),
    not_before: datetime | None = None,
) -> bool:
    """Owe one mail; False if the case has one of this key."""
    known = sa.select(LETTERS.c.id).where(LETTERS.c.case_number == case.number, LETTERS.c.key == key)
    if tx.execute(known).first() is not None:
        return False
    tx.execute(
        sa.insert(LETTERS).values(
            case_number=case.number,
            kind=kind,
            key=key,
            receiver=receiver,
            language=case.language,
            entries=list(entries),
            state="new",
            attempts=0,
            not_before=not_before or at,
            author=author,
            at=at,
        )
    )
    return True


def mail_address(contact: str | None) -> str | None:
    """The contact if it is an e-mail address."""
    try:
        return address_of(contact) if contact else None
    except NotAnAddressError:
        return None


class MailStore:
    """Reads and writes of the mails. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owe(
        self, case: Case, kind: LetterKind, key: str, receiver: str, at: datetime, *, author: str
    ) -> None:
        """Owe one mail that no event of a case brings along."""

        def work(tx: Connection) -> None:
            if owe(tx, case, kind, key, receiver, at, author=author):
                audit.record(tx, f"{kind}_asked", author, at, case=case.number)

        self._database.write(work, wakes=(TOPIC,))

    def lease(self, limit: int, now: datetime, until: datetime) -> tuple[Owed, ...]:
        """Those due now; a case's in their order, so that a thread of mails reads from its top."""
        with self._database.read() as tx:
            if not _due(tx, limit, now):  # an idle worker must not take the write lock
                return ()

        def work(tx: Connection) -> tuple[Owed, ...]:
            due = _due(tx, limit, now)
            tx.execute(
                sa.update(LETTERS)
                .where(LETTERS.c.id.in_([row["id"] for row in due]))
                .values(not_before=until, attempts=LETTERS.c.attempts + 1)
            )
            return tuple(Owed(row["id"], row["attempts"] + 1, row["at"]) for row in due)

        return self._database.write(work)

    def letter(self, mail: int) -> Letter:
        """Raises NoLetterError."""
        with self._database.read() as tx:
            return _letter(_row(tx, mail))

    def sent_before(self, letter: Letter) -> tuple[int, ...]:
        """The ids of the case's mails that went to the same address before, oldest first."""
        query = (
            sa.select(LETTERS.c.id)
            .where(
                LETTERS.c.case_number == letter.case,
                LETTERS.c.receiver == letter.receiver,
                LETTERS.c.state == "sent",
                LETTERS.c.id < letter.id,
            )
            .order_by(LETTERS.c.id)
        )
        with self._database.read() as tx:
            return tuple(tx.execute(query).scalars())

    def last_case(self, conversation_id: str) -> int | None:
        """The number of a conversation's last case; None if it never had one."""
        query = sa.select(sa.func.max(CASES.c.number)).where(CASES.c.conversation_id == conversation_id)
        with self._database.read() as tx:
            return tx.execute(query).scalar()

    def asked_since(self, receiver: str, since: datetime) -> int:
        """How many transcripts an address was sent, or is to be."""
        query = sa.select(sa.func.count()).where(
            LETTERS.c.receiver == receiver, LETTERS.c.kind == "transcript", LETTERS.c.at >= since
        )
        with self._database.read() as tx:
            return tx.execute(query).scalar_one()

    def open(self, limit: int) -> tuple[Letter, ...]:
        """Those that wait or are parked, the newest first."""
        query = (
            sa.select(LETTERS)
            .where(LETTERS.c.state.in_(("new", "parked")))
            .order_by(LETTERS.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as tx:
            return tuple(_letter(row) for row in tx.execute(query).mappings())

    def sent(self, mail: int, now: datetime) -> None:
        """The thread says so, once."""

        def work(tx: Connection) -> int | None:
            row = _row(tx, mail)
            if not _settle(tx, mail, "sent", now):
                return None
            what = {
                "reply": "The reply went out by e-mail to",
                "receipt": "A receipt with the promised time went out by e-mail to",
                "transcript": "The transcript went out by e-mail to",
            }[row["kind"]]
            return _tell(tx, row, f"{what} {row['receiver']}", "mailed", now)

        self._ring(self._database.write(work, wakes=("desk",)))

    def unneeded(self, mail: int, now: datetime) -> None:
        self._database.write(lambda tx: _settle(tx, mail, "unneeded", now))

    def failed(self, mail: int, why: str, retry_at: datetime) -> None:
        self._database.write(
            lambda tx: (
                tx.execute(
                    sa.update(LETTERS)
                    .where(LETTERS.c.id == mail, LETTERS.c.state == "new")
                    .values(not_before=retry_at, why=why)
                ).rowcount
            )
        )

    def parked(self, mail: int, why: str, now: datetime) -> None:
        """Given up: the thread says so, and later mails of the case go ahead."""

        def work(tx: Connection) -> int | None:
            row = _row(tx, mail)
            if not _settle(tx, mail, "parked", now, why):
                return None
            audit.record(tx, "mail_parked", "system", now, case=row["case_number"], after={"mail": mail})
            return _tell(tx, row, f"Not sent by e-mail to the customer: {why}", "mail_parked", now)

        self._ring(self._database.write(work, wakes=("desk",)))

    def replay(self, mail: int, by: str, now: datetime) -> None:
        """Owe a parked mail anew. Raises NoLetterError if it is parked no more."""

        def work(tx: Connection) -> None:
            row = _row(tx, mail)
            if row["state"] != "parked":
                raise NoLetterError(mail)
            anew = {"state": "new", "why": None, "attempts": 0, "not_before": now, "at": now, "done_at": None}
            tx.execute(sa.update(LETTERS).where(LETTERS.c.id == mail).values(anew))
            audit.record(tx, "mail_again", by, now, case=row["case_number"], after={"mail": mail})

        self._database.write(work, wakes=(TOPIC,))

    def _ring(self, case: int | None) -> None:
        if case is not None:
            self._database.doorbell.ring(topic(case))


def _owe_reply(tx: Connection, case: Case, receiver: str, replies: Sequence[Entry], at: datetime) -> None:
    """One mail for replies that follow each other; one that is being sent is left alone."""
    gathering = (
        tx.execute(
            sa.select(LETTERS).where(
                LETTERS.c.case_number == case.number,
                LETTERS.c.kind == "reply",
                LETTERS.c.receiver == receiver,
                LETTERS.c.state == "new",
                LETTERS.c.attempts == 0,
            )
        )
        .mappings()
        .first()
    )
    seqs = [entry.seq for entry in replies]
    due = at + GATHERED_WITHIN
    if gathering is None:
        key, author = f"reply-{seqs[0]}", replies[0].author
        owe(tx, case, "reply", key, receiver, at, author=author, entries=seqs, not_before=due)
    else:
        later = min(due, gathering["at"] + GATHERED_AT_MOST)
        more = sa.update(LETTERS).where(LETTERS.c.id == gathering["id"])
        tx.execute(more.values(entries=[*gathering["entries"], *seqs], not_before=later))


def _due(tx: Connection, limit: int, now: datetime) -> list[RowMapping]:
    earlier = LETTERS.alias("earlier")
    held_up = sa.exists().where(
        earlier.c.case_number == LETTERS.c.case_number,
        earlier.c.state == "new",
        earlier.c.id < LETTERS.c.id,
        earlier.c.not_before > now,
    )
    query = (
        sa.select(LETTERS)
        .where(LETTERS.c.state == "new", LETTERS.c.not_before <= now, ~held_up)
        .order_by(LETTERS.c.id)
        .limit(limit)
    )
    return list(tx.execute(query).mappings())


def _settle(tx: Connection, mail: int, state: str, now: datetime, why: str | None = None) -> bool:
    waiting = sa.update(LETTERS).where(LETTERS.c.id == mail, LETTERS.c.state == "new")
    return tx.execute(waiting.values(state=state, why=why, done_at=now)).rowcount == 1


def _tell(tx: Connection, row: RowMapping, text: str, what: str, now: datetime) -> int:
    """An event in the thread of the case, or of the one it was merged into; that case's number."""
    into = sa.func.coalesce(CASES.c.merged_into, CASES.c.number)
    number: int = tx.execute(sa.select(into).where(CASES.c.number == row["case_number"])).scalar_one()
    seq = tx.execute(
        sa.update(CASES)
        .where(CASES.c.number == number)
        .values(last_seq=CASES.c.last_seq + 1, version=CASES.c.version + 1)
        .returning(CASES.c.last_seq)
    ).scalar_one()
    entry = Entry(seq, "event", "system", None, text, now)
    tx.execute(sa.insert(ENTRIES).values(row_of_entry(number, entry)))
    tx.execute(sa.insert(DESK_LOG).values(case_number=number, what=what, at=now))
    return number


def _row(tx: Connection, mail: int) -> RowMapping:
    row = tx.execute(sa.select(LETTERS).where(LETTERS.c.id == mail)).mappings().first()
    if row is None:
        raise NoLetterError(mail)
    return row


def _letter(row: RowMapping) -> Letter:
    return Letter(
        id=row["id"],
        case=row["case_number"],
        kind=row["kind"],
        receiver=row["receiver"],
        language=row["language"],
        entries=tuple(row["entries"]),
        state=row["state"],
        attempts=row["attempts"],
        not_before=row["not_before"],
        why=row["why"],
        author=row["author"],
        at=row["at"],
    )
