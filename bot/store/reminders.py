"""What actions have asked the bot to come back with, in SQL.

Source: Rasa Open Source 3.6, `ReminderScheduled` and `ReminderCancelled` in `rasa.shared.core.events`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import ConversationId
from bot.store.tables import REMINDERS, JsonObject, Reminder
from config.database import Database

_KINDS = frozenset(("reminder", "cancel_reminder"))
_NAME_CHARACTERS = 200


class ReminderStore:
    """Reads of what is due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime, limit: int) -> tuple[Reminder, ...]:
        """The reminders whose moment has come, the longest overdue first, at most `limit`."""
        query = (
            sa.select(REMINDERS)
            .where(REMINDERS.c.due_at <= now)
            .order_by(REMINDERS.c.due_at, REMINDERS.c.conversation, REMINDERS.c.name)
            .limit(limit)
        )
        with self._database.read() as tx:
            rows = tx.execute(query).mappings()
            return tuple(
                Reminder(
                    conversation=ConversationId(row["conversation"]),
                    name=row["name"],
                    event=row["event"],
                    intent=row["intent"],
                    entities=tuple(row["entities"]),
                    unless_heard=row["unless_heard"],
                    due_at=row["due_at"],
                )
                for row in rows
            )

    def drop(self, reminder: Reminder) -> None:
        """It is over, and nothing came of it."""
        self._database.write(lambda tx: over(tx, reminder))


def schedule(tx: Connection, conversation: ConversationId, count: int, events: Sequence[JsonObject]) -> None:
    """Keep what events behind the `count` that are there ask for, and forget what they cancel.

    Of one name there is one in a conversation: the last. A time without a zone is UTC, as Rasa's scheduler
    has it; that it is a time was checked where the event came in.
    """
    for number, event in enumerate(events, start=count + 1):
        if event["event"] not in _KINDS:
            continue
        if event["event"] == "cancel_reminder":
            _cancel(tx, conversation, event)
            continue
        name = str(event.get("name") or f"reminder {number}")[:_NAME_CHARACTERS]
        _drop(tx, conversation, name)
        tx.execute(
            sa.insert(REMINDERS).values(
                conversation=conversation,
                name=name,
                event=number,
                intent=str(event["intent"]),
                entities=_listed(event.get("entities")),
                unless_heard=event.get("kill_on_user_msg", True) is not False,
                due_at=_moment(str(event["date_time"])),
            )
        )


def unschedule(tx: Connection, conversation: ConversationId) -> None:
    """Forget all reminders of a conversation whose events are put right."""
    tx.execute(sa.delete(REMINDERS).where(REMINDERS.c.conversation == conversation))


def over(tx: Connection, reminder: Reminder) -> None:
    """Forget a reminder, but not one of its name that was asked for since."""
    _drop(tx, reminder.conversation, reminder.name, REMINDERS.c.event == reminder.event)


def _drop(tx: Connection, conversation: ConversationId, name: str, *more: sa.ColumnElement[bool]) -> None:
    here = (REMINDERS.c.conversation == conversation, REMINDERS.c.name == name)
    tx.execute(sa.delete(REMINDERS).where(*here, *more))


def _cancel(tx: Connection, conversation: ConversationId, event: JsonObject) -> None:
    """Those with the name, the intent and the entities that the event gives; all where it gives none."""
    name, intent, entities = event.get("name"), event.get("intent"), _listed(event.get("entities"))
    here = [REMINDERS.c.conversation == conversation]
    here += [REMINDERS.c.name == str(name)[:_NAME_CHARACTERS]] if name else []
    here += [REMINDERS.c.intent == str(intent)] if intent else []
    known = tx.execute(sa.select(REMINDERS.c.name, REMINDERS.c.entities).where(*here)).all()
    for each, with_entities in known:
        if not entities or _plain(with_entities) == _plain(entities):
            _drop(tx, conversation, each)


def _listed(entities: object) -> list[JsonObject]:
    """Entities as a list, which an action may also give as `{name: value}`."""
    if isinstance(entities, Mapping):
        return [{"entity": str(name), "value": value} for name, value in entities.items()]
    return [each for each in entities if isinstance(each, dict)] if isinstance(entities, list) else []


def _plain(entities: Sequence[JsonObject]) -> list[tuple[str, str]]:
    return sorted((str(each.get("entity")), str(each.get("value"))) for each in entities)


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
