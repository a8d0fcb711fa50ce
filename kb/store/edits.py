"""Who changed what the bot says or how it reads, with what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import sqlalchemy as sa

from config.database import Database, UtcDateTime

Told: TypeAlias = Mapping[str, object] | Sequence[Mapping[str, object]] | None


@dataclass(frozen=True, slots=True)
class Edit:
    """A line of the audit."""

    at: datetime
    actor: str
    verb: str
    about: str
    before: Told
    after: Told


_edits = sa.Table(
    "bot_edits",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("actor", sa.String),
    sa.Column("verb", sa.String),
    sa.Column("about", sa.String),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
)


def note(
    connection: sa.Connection, at: datetime, by: str, verb: str, about: str, before: Told, after: Told
) -> None:
    """One line of the audit, in the transaction of what it tells of."""
    values = {"at": at, "actor": by, "verb": verb, "about": about, "before": before, "after": after}
    connection.execute(_edits.insert().values(**values))


def edits(database: Database, limit: int) -> tuple[Edit, ...]:
    """The last lines of the audit, newest first."""
    query = sa.select(_edits).order_by(_edits.c.id.desc()).limit(limit)
    with database.read() as connection:
        rows = connection.execute(query).mappings().all()
    return tuple(
        Edit(row["at"], row["actor"], row["verb"], row["about"], row["before"], row["after"]) for row in rows
    )


def unname(connection: sa.Connection, conversation: str) -> None:
    """Leave of the lines about a conversation's messages who did what and when, not in which conversation."""
    here = _edits.c.about.startswith(f"message {conversation}/", autoescape=True)
    connection.execute(_edits.update().where(here).values(about="message"))


def redact(connection: sa.Connection, about: Sequence[str]) -> None:
    """Leave of these lines who did what and when: a customer's words are to be forgotten."""
    here = _edits.c.about.in_(about)
    connection.execute(_edits.update().where(here).values(before=sa.null(), after=sa.null()))
