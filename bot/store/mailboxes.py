"""E-mail with customers in SQL: threads, every mail that came or went, and how far mailboxes are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import ConversationId
from bot.mail.threads import Thread, mail_key
from config.database import Database, UtcDateTime

MailWay = Literal["in", "out"]
MailState = Literal["heard", "left_out", "sent", "came_back"]
"""`left_out`: nobody's words, such as an automatic answer. `came_back`: a mail of ours that nobody got."""

LONGEST_CHAIN = 20
"""Mails that a References header names: the thread's first and its latest."""

_meta = sa.MetaData()
THREADS = sa.Table(
    "mail_threads",
    _meta,
    sa.Column("conversation", sa.String, primary_key=True),
    sa.Column("token", sa.String),
    sa.Column("key", sa.String),
    sa.Column("customer", sa.String),
    sa.Column("name", sa.String),
    sa.Column("subject", sa.Text),
    sa.Column("started_at", UtcDateTime),
)
MAILS = sa.Table(
    "mails",
    _meta,
    sa.Column("number", sa.Integer, primary_key=True),
    # The Message-ID's hash.
    sa.Column("key", sa.String),
    sa.Column("message_id", sa.Text),
    sa.Column("way", sa.String),
    sa.Column("conversation", sa.String),
    sa.Column("message", sa.Integer),
    # The other side's.
    sa.Column("address", sa.String),
    sa.Column("state", sa.String),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
)
MAILBOXES = sa.Table(
    "mailboxes",
    _meta,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("cursor", sa.String),
    sa.Column("at", UtcDateTime),
)


@dataclass(frozen=True, slots=True)
class KnownMail:
    """A mail that came or went. message: the number of the one in the conversation; of a letter with several,
    the first. address: the other side's."""

    message_id: str
    way: MailWay
    conversation: ConversationId | None
    message: int | None
    address: str
    state: MailState
    why: str | None
    at: datetime


class MailboxStore:
    """Reads and writes of mails with customers. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, thread: Thread) -> Thread:
        """Write a thread; the one that is there, where its conversation has one."""

        def work(tx: Connection) -> Thread:
            known = tx.execute(sa.select(THREADS).where(THREADS.c.conversation == thread.conversation))
            if (row := known.mappings().first()) is not None:
                return _thread(row)
            tx.execute(
                sa.insert(THREADS).values(
                    conversation=thread.conversation,
                    token=thread.token,
                    key=thread.key,
                    customer=thread.customer,
                    name=thread.name,
                    subject=thread.subject,
                    started_at=thread.started_at,
                )
            )
            return thread

        return self._database.write(work)

    def thread(self, conversation: ConversationId) -> Thread | None:
        return self._one(THREADS.c.conversation == conversation)

    def thread_at(self, token: str) -> Thread | None:
        """The thread whose address has this token."""
        return self._one(THREADS.c.token == token)

    def mail(self, message_id: str) -> KnownMail | None:
        with self._database.read() as tx:
            row = tx.execute(sa.select(MAILS).where(MAILS.c.key == mail_key(message_id))).mappings().first()
        return None if row is None else _mail(row)

    def mails(self, message_ids: Sequence[str]) -> tuple[KnownMail, ...]:
        """Those of these that are known, the latest first."""
        keys = [mail_key(each) for each in message_ids]
        query = sa.select(MAILS).where(MAILS.c.key.in_(keys)).order_by(MAILS.c.number.desc())
        with self._database.read() as tx:
            return tuple(map(_mail, tx.execute(query).mappings()))

    def note(self, mail: KnownMail) -> None:
        """Write that a mail came or went; a second time changes nothing."""

        def work(tx: Connection) -> None:
            key = mail_key(mail.message_id)
            if tx.execute(sa.select(MAILS.c.number).where(MAILS.c.key == key)).first() is not None:
                return
            tx.execute(
                sa.insert(MAILS).values(
                    key=key,
                    message_id=mail.message_id,
                    way=mail.way,
                    conversation=mail.conversation,
                    message=mail.message,
                    address=mail.address,
                    state=mail.state,
                    why=mail.why,
                    at=mail.at,
                )
            )

        self._database.write(work)

    def came_back(self, message_id: str, why: str) -> None:
        """A mail of ours that nobody got."""
        here = sa.and_(MAILS.c.key == mail_key(message_id), MAILS.c.way == "out")
        self._database.write(
            lambda tx: tx.execute(sa.update(MAILS).where(here).values(state="came_back", why=why)).rowcount
        )

    def chain(self, conversation: ConversationId) -> tuple[str, ...]:
        """The Message-IDs of a thread as the next mail refers to them: its first and its latest, in order."""
        here = (MAILS.c.conversation == conversation, MAILS.c.state != "left_out")
        query = sa.select(MAILS.c.number, MAILS.c.message_id).where(*here)
        with self._database.read() as tx:
            first = tx.execute(query.order_by(MAILS.c.number).limit(1)).all()
            latest = tx.execute(query.order_by(MAILS.c.number.desc()).limit(LONGEST_CHAIN - 1)).all()
        return tuple(message_id for _, message_id in sorted({*map(tuple, first), *map(tuple, latest)}))

    def has_had_mail(self, address: str) -> bool:
        """Whether a mail of ours has gone to an address before."""
        here = (MAILS.c.way == "out", MAILS.c.address == address)
        with self._database.read() as tx:
            return tx.execute(sa.select(MAILS.c.number).where(*here).limit(1)).first() is not None

    def sent_since(self, address: str, since: datetime) -> tuple[datetime, ...]:
        """When mails went to an address, oldest first."""
        here = (MAILS.c.way == "out", MAILS.c.address == address, MAILS.c.at > since)
        with self._database.read() as tx:
            return tuple(tx.execute(sa.select(MAILS.c.at).where(*here).order_by(MAILS.c.at)).scalars())

    def drop_left_out(self, before: datetime) -> int:
        """Forget mails of before then that were no customer's words; how many there were."""
        old = sa.and_(MAILS.c.conversation.is_(None), MAILS.c.at < before)
        with self._database.read() as tx:  # an idle worker must not take the write lock
            if tx.execute(sa.select(MAILS.c.number).where(old).limit(1)).first() is None:
                return 0
        return self._database.write(lambda tx: tx.execute(sa.delete(MAILS).where(old)).rowcount)

    def cursor(self, mailbox: str) -> str:
        """How far a mailbox has been read; "" for not at all."""
        with self._database.read() as tx:
            query = sa.select(MAILBOXES.c.cursor).where(MAILBOXES.c.name == mailbox)
            return tx.execute(query).scalar() or ""

    def read_up_to(self, mailbox: str, cursor: str, now: datetime) -> None:
        """What comes before this is taken in."""

        def work(tx: Connection) -> None:
            here = MAILBOXES.c.name == mailbox
            if tx.execute(sa.update(MAILBOXES).where(here).values(cursor=cursor, at=now)).rowcount == 0:
                tx.execute(sa.insert(MAILBOXES).values(name=mailbox, cursor=cursor, at=now))

        self._database.write(work)

    def _one(self, wanted: sa.ColumnElement[bool]) -> Thread | None:
        with self._database.read() as tx:
            row = tx.execute(sa.select(THREADS).where(wanted)).mappings().first()
        return None if row is None else _thread(row)


def _thread(row: RowMapping) -> Thread:
    return Thread(
        conversation=ConversationId(row["conversation"]),
        token=row["token"],
        key=row["key"],
        customer=row["customer"],
        name=row["name"],
        subject=row["subject"],
        started_at=row["started_at"],
    )


def _mail(row: RowMapping) -> KnownMail:
    return KnownMail(
        message_id=row["message_id"],
        way=row["way"],
        conversation=row["conversation"],
        message=row["message"],
        address=row["address"],
        state=row["state"],
        why=row["why"],
        at=row["at"],
    )
