"""Customers' files in SQL: their bytes in the same database, so that a backup of it has them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import ConversationId, Message
from bot.errors import FileSentError, FilesFullError
from bot.files import CustomerFile
from bot.store.statements import row_of
from bot.store.tables import FILES
from config.database import Database
from handoff.file import FileRef

MOST_FILES = 100
"""Of one conversation."""

_KNOWN = [column for column in FILES.c if column.name != "content"]


class FileStore:
    """Reads and writes of files. Every method is one transaction."""

    def __init__(self, database: Database, most_bytes: int) -> None:
        """most_bytes: of all files of one conversation."""
        self._database, self._most_bytes = database, most_bytes

    def add(self, file: CustomerFile, content: bytes) -> None:
        """Keep a file; raises FilesFullError and NoConversationError."""

        def work(tx: Connection) -> None:
            row_of(tx, file.conversation, lock=True)
            count, size = tx.execute(
                sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(FILES.c.size), 0)).where(
                    FILES.c.conversation == file.conversation
                )
            ).one()
            if count >= MOST_FILES or size + file.ref.size > self._most_bytes:
                raise FilesFullError(MOST_FILES, self._most_bytes)
            tx.execute(
                sa.insert(FILES).values(
                    capability=file.ref.id,
                    conversation=file.conversation,
                    message=file.message,
                    name=file.ref.name,
                    type=file.ref.type,
                    size=file.ref.size,
                    at=file.at,
                    content=content,
                )
            )

        self._database.write(work)

    def find(self, capability: str) -> CustomerFile | None:
        with self._database.read() as tx:
            row = tx.execute(sa.select(*_KNOWN).where(FILES.c.capability == capability)).mappings().first()
        return None if row is None else _file_of(row)

    def of(self, conversation: ConversationId) -> tuple[CustomerFile, ...]:
        """Those that a message carries, oldest first."""
        query = (
            sa.select(*_KNOWN)
            .where(FILES.c.conversation == conversation, FILES.c.message.is_not(None))
            .order_by(FILES.c.message, FILES.c.at, FILES.c.capability)
        )
        with self._database.read() as tx:
            return tuple(_file_of(row) for row in tx.execute(query).mappings())

    def content(self, capability: str) -> bytes | None:
        """None where it is not there any more."""
        query = sa.select(FILES.c.content).where(FILES.c.capability == capability)
        with self._database.read() as tx:
            found = tx.execute(query).scalar()
        return None if found is None else bytes(found)

    def drop_unsent(self, before: datetime) -> int:
        """Delete files from before then that no message carries; how many there were."""
        unsent = sa.and_(FILES.c.message.is_(None), FILES.c.at < before)
        with self._database.read() as tx:  # an idle worker must not take the write lock
            if tx.execute(sa.select(FILES.c.capability).where(unsent).limit(1)).first() is None:
                return 0
        return self._database.write(lambda tx: tx.execute(sa.delete(FILES).where(unsent)).rowcount)


def send_along(tx: Connection, conversation: ConversationId, message: Message) -> None:
    """The message's files are part of it from now on; raises FileSentError where one is of another."""
    ids = [file.id for file in message.files]
    unsent = (FILES.c.conversation == conversation, FILES.c.message.is_(None))
    carried = sa.update(FILES).where(FILES.c.capability.in_(ids), *unsent)
    if tx.execute(carried.values(message=message.number)).rowcount != len(ids):
        raise FileSentError


def _file_of(row: RowMapping) -> CustomerFile:
    return CustomerFile(
        ref=FileRef(row["capability"], row["name"], row["type"], row["size"]),
        conversation=ConversationId(row["conversation"]),
        message=row["message"],
        at=row["at"],
    )
