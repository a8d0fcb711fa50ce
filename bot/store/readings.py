"""What customers wrote and how it was read, for those who look at readings afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.store.tables import CONVERSATIONS, ESCALATIONS, MESSAGES, TURNS
from config.database import Database

AT_ONCE = 400  # values in one IN (…); every database takes that many


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a customer's: its number, words, and what the button stood for that said it."""

    number: int
    text: str
    payload: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """One turn: what was said in it, how that was read, what the bot did, and what the customer said next.

    message: the number of the last message; ranking: intents with their certainty, best first; why: the
    reason of an escalation in this turn.
    """

    conversation: str
    message: int
    at: datetime
    language: str
    said: tuple[Heard, ...]
    ranking: tuple[tuple[str, float], ...]
    actions: tuple[str, ...]
    following: Heard | None
    why: str | None


class ReadingStore:
    """Reads only; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recent(self, limit: int) -> tuple[Read, ...]:
        """The last turns, newest first."""
        query = (
            sa.select(
                TURNS.c.conversation, TURNS.c.message, TURNS.c.at, TURNS.c.trace, CONVERSATIONS.c.language
            )
            .join(CONVERSATIONS, CONVERSATIONS.c.id == TURNS.c.conversation)
            .order_by(TURNS.c.at.desc(), TURNS.c.message.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
            among = tuple(dict.fromkeys(row["conversation"] for row in rows))
            heard = _heard(connection, among)
            turns = _turns(connection, among)
            escalated = _escalated(connection, among)
        return tuple(
            _read(row, heard[row["conversation"]], turns[row["conversation"]], escalated) for row in rows
        )


def _read(
    row: sa.RowMapping,
    heard: Sequence[Heard],
    turns: Sequence[int],
    escalated: Mapping[tuple[str, datetime], str],
) -> Read:
    place = bisect_right(turns, row["message"]) - 1
    before = turns[place - 1] if place else 0
    trace = row["trace"] or {}
    return Read(
        conversation=row["conversation"],
        message=row["message"],
        at=row["at"],
        language=row["language"],
        said=tuple(each for each in heard if before < each.number <= row["message"]),
        ranking=tuple((str(e["name"]), float(e["confidence"])) for e in trace.get("reading") or ()),
        actions=tuple(str(each["action"]) for each in trace.get("decisions") or ()),
        following=next((each for each in heard if each.number > row["message"]), None),
        # A turn and the escalation that came of it are written with one stroke.
        why=escalated.get((row["conversation"], row["at"])),
    )


def _heard(connection: Connection, conversations: Sequence[str]) -> dict[str, list[Heard]]:
    found: dict[str, list[Heard]] = {each: [] for each in conversations}
    columns = (MESSAGES.c.conversation, MESSAGES.c.number, MESSAGES.c.text, MESSAGES.c.payload)
    for some in _parts(conversations):
        query = (
            sa.select(*columns)
            .where(MESSAGES.c.conversation.in_(some), MESSAGES.c.author == "customer")
            .order_by(MESSAGES.c.number)
        )
        for row in connection.execute(query):
            found[row[0]].append(Heard(row[1], row[2], row[3]))
    return found


def _turns(connection: Connection, conversations: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {each: [] for each in conversations}
    for some in _parts(conversations):
        query = (
            sa.select(TURNS.c.conversation, TURNS.c.message)
            .where(TURNS.c.conversation.in_(some))
            .order_by(TURNS.c.message)
        )
        for row in connection.execute(query):
            found[row[0]].append(row[1])
    return found


def _escalated(connection: Connection, conversations: Sequence[str]) -> dict[tuple[str, datetime], str]:
    found: dict[tuple[str, datetime], str] = {}
    for some in _parts(conversations):
        query = sa.select(ESCALATIONS.c.conversation, ESCALATIONS.c.at, ESCALATIONS.c.reason)
        for row in connection.execute(query.where(ESCALATIONS.c.conversation.in_(some))):
            found[row[0], row[1]] = row[2]
    return found


def _parts(conversations: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(conversations), AT_ONCE):
        yield conversations[start : start + AT_ONCE]
