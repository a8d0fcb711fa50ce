"""The customers' room in SQL: conversations, messages, tracker events, traces, promised escalations.

One event is one transaction: a message with its number, or a turn with all it changes. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import WITH_PEOPLE, Conversation, ConversationId, Draft, Holder, Message, held_after
from bot.errors import NotHeldError
from bot.store import statements
from bot.store.endings import end
from bot.store.reminders import over, unschedule
from bot.store.statements import row_of
from bot.store.tables import (
    CONVERSATIONS,
    ESCALATIONS,
    EVENTS,
    TURNS,
    JsonObject,
    Outcome,
    Promise,
    conversation_of,
    message_of,
    numbered,
    promise_in,
    topic,
)
from bot.store.visitors import add_token, drop_token
from bot.store.writing import (
    append,
    close,
    insert_events,
    known_by_client_id,
    note,
    open_row,
    promise,
    take_in,
)
from config.clock import Clock
from config.database import Database

__all__ = ["JsonObject", "Outcome", "Promise", "Store", "numbered", "topic"]


class Store:
    """Reads and writes of the customers' room. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock, delivered: Collection[str] = ()) -> None:
        """delivered: the channels whose messages a worker carries to the customer's side."""
        self._database, self._clock = database, clock
        self._delivered = frozenset(delivered)

    def begin(
        self,
        conversation: ConversationId,
        *,
        channel: str,
        address: str,
        language: str,
        page: str | None = None,
        token_hash: str | None = None,
    ) -> Conversation:
        """Open a conversation held by the bot; the same channel and address again gives the one there is."""

        def work(tx: Connection) -> Conversation:
            found = tx.execute(statements.CONVERSATION_AT, {"channel": channel, "address": address})
            known = found.mappings().first()
            now = self._clock.now()
            return conversation_of(
                known or open_row(tx, conversation, channel, address, language, now, page, token_hash)
            )

        return self._database.write(work)

    def find(self, channel: str, address: str) -> Conversation | None:
        """The conversation of an address on a channel that names its customers itself."""
        with self._database.read() as tx:
            found = tx.execute(statements.CONVERSATION_AT, {"channel": channel, "address": address})
            row = found.mappings().first()
        return None if row is None else conversation_of(row)

    def find_on(self, channels: Collection[str], address: str) -> Conversation | None:
        """The newest conversation of an address on any of these channels."""
        with self._database.read() as tx:
            row = (
                tx.execute(
                    sa.select(CONVERSATIONS)
                    .where(CONVERSATIONS.c.channel.in_(channels), CONVERSATIONS.c.address == address)
                    .order_by(CONVERSATIONS.c.started_at.desc())
                )
                .mappings()
                .first()
            )
        return None if row is None else conversation_of(row)

    def get(self, conversation: ConversationId) -> Conversation:
        """The conversation; raises NoConversationError."""
        with self._database.read() as tx:
            return conversation_of(row_of(tx, conversation))

    def waiting(self, conversation: ConversationId) -> tuple[Conversation, tuple[Message, ...]]:
        """The conversation, and the customer's messages that no turn has dealt with; NoConversationError."""
        with self._database.read() as tx:
            known = conversation_of(row_of(tx, conversation))
            rows = tx.execute(statements.WAITING, {"conversation": conversation, "after": known.handled})
            return known, tuple(message_of(row) for row in rows.mappings())

    def token_hashes(self, conversation: ConversationId) -> tuple[str, ...]:
        """The hashes of the tokens that open a conversation; none where there is no such conversation."""
        with self._database.read() as tx:
            found = tx.execute(statements.TOKEN_HASHES, {"conversation": conversation}).scalars()
            return tuple(each for each in found if each is not None)

    def admit(self, conversation: ConversationId, token_hash: str) -> None:
        """Let one more token open the conversation; raises NoConversationError."""

        def work(tx: Connection) -> None:
            row_of(tx, conversation, lock=True)
            add_token(tx, conversation, token_hash, self._clock.now())

        self._database.write(work)

    def revoke(self, conversation: ConversationId, token_hash: str) -> None:
        """Let a token open the conversation no more; the others still do."""
        self._database.write(lambda tx: drop_token(tx, conversation, token_hash))

    def receive(
        self, conversation: ConversationId, draft: Draft, *, held_by: Collection[Holder] = tuple(Holder)
    ) -> tuple[Message, bool]:
        """Store what a customer said, before anything else happens to it; True if it was not there yet.

        The same `client_id` with the same text gives the message stored the first time. Raises NotHeldError
        where nobody of `held_by` has the conversation.
        """

        def work(tx: Connection) -> tuple[Message, bool]:
            row = row_of(tx, conversation, lock=True)
            if row["holder"] not in held_by:
                raise NotHeldError(row["holder"])
            return take_in(tx, row, draft, self._clock.now())

        return self._database.write(work, wakes=(topic(conversation),))

    def hear(
        self, channel: str, address: str, draft: Draft, *, begin: ConversationId, language: str
    ) -> tuple[Conversation, Message, bool]:
        """`receive` from an address of a channel, whose first message begins a conversation.

        One transaction, so one wait for the disk. begin, language: of a conversation that begins. Returns
        the conversation as it stood before.
        """

        def work(tx: Connection) -> tuple[Conversation, Message, bool]:
            now = self._clock.now()
            found = tx.execute(statements.CONVERSATION_AT_HELD, {"channel": channel, "address": address})
            row = found.mappings().first() or open_row(tx, begin, channel, address, language, now)
            return conversation_of(row), *take_in(tx, row, draft, now)

        return self._database.write(work, wakes=lambda heard: (topic(heard[0].id),))

    def messages(
        self, conversation: ConversationId, after: int = 0, limit: int = 1_000
    ) -> tuple[Message, ...]:
        """The messages with a number above `after`, in order, at most `limit`."""
        with self._database.read() as tx:
            rows = tx.execute(
                statements.MESSAGES_AFTER, {"conversation": conversation, "after": after, "most": limit}
            )
            return tuple(message_of(row) for row in rows.mappings())

    def events(self, conversation: ConversationId, after: int = 0) -> tuple[JsonObject, ...]:
        """The conversation's tracker events, oldest first, without the first `after` of them."""
        with self._database.read() as tx:
            rows = tx.execute(statements.EVENTS_AFTER, {"conversation": conversation, "after": after})
            return tuple(row[0] for row in rows)

    def replace_events(self, conversation: ConversationId, events: Sequence[JsonObject]) -> None:
        """Put other events in the place of all the conversation's; what was said stays as it was."""

        def work(tx: Connection) -> None:
            row_of(tx, conversation, lock=True)
            tx.execute(sa.delete(EVENTS).where(EVENTS.c.conversation == conversation))
            unschedule(tx, conversation)
            insert_events(tx, conversation, 0, events)
            tx.execute(statements.CHANGE, {"conversation": conversation, "events": len(events)})

        self._database.write(work, wakes=(topic(conversation),))

    def unhandled(self) -> tuple[ConversationId, ...]:
        """Conversations with a message nobody has dealt with: a crash cut their turn short."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(CONVERSATIONS.c.id).where(CONVERSATIONS.c.waiting > CONVERSATIONS.c.handled)
            )
            return tuple(ConversationId(row[0]) for row in rows)

    def write(
        self,
        conversation: ConversationId,
        outcome: Outcome,
        *,
        held_by: Holder | None = None,
        events: int | None = None,
    ) -> tuple[Message, ...] | None:
        """Everything one outcome changes, in one transaction; returns the messages as stored.

        With `held_by`, None and nothing written if somebody else holds the conversation by now, or another
        turn has dealt with the message: a late answer of the bot never lands on top of a person's, or of its
        own. With `events`, neither is it if the conversation has another number of events by now. A draft
        whose `client_id` is already there is not written again, and neither is the rest of its outcome: the
        same instruction twice does nothing.
        """

        def work(tx: Connection) -> tuple[Message, ...] | None:
            row = row_of(tx, conversation, lock=True)
            holder = Holder(row["holder"])
            if held_by is not None and holder is not held_by:
                return None
            if events is not None and events != row["events"]:
                return None
            if held_by is not None and outcome.handled is not None and outcome.handled <= row["handled"]:
                return None
            said = [d.client_id for d in outcome.drafts if d.client_id is not None]
            if said and (known := known_by_client_id(tx, conversation, said)):
                return known
            now = self._clock.now()
            written = append(tx, row, outcome.drafts, now, owed=row["channel"] in self._delivered)
            last = written[-1].number if written else row["last"]
            changes: dict[str, object] = {"last": last, "events": row["events"] + len(outcome.events)}
            if outcome.event is not None:
                after = held_after(holder, outcome.event)
                changes |= {"holder": after, "agent": outcome.agent if after is Holder.AGENT else None}
                note(tx, conversation, outcome.actor, outcome.event, holder, after, now)
                if after in (Holder.BOT, Holder.NONE):
                    close(tx, row, outcome.leaves)
                goes_on = after in WITH_PEOPLE
                changes["ended"] = None if goes_on else row["ended"]
            if outcome.ended_by is not None:
                changes["ended"] = end(tx, row, outcome.ended_by, last, now, rates=outcome.rates)
            if outcome.reopens is not None:
                tx.execute(
                    sa.update(ESCALATIONS)
                    .where(ESCALATIONS.c.handoff_id == outcome.reopens)
                    .values(closed=False, acknowledged=False)
                )
            if outcome.language is not None:
                changes["language"] = outcome.language
            if outcome.handled is not None:
                changes["handled"] = outcome.handled
            if outcome.promise is not None:
                changes["episode"] = row["episode"] + 1
                promise(tx, outcome.promise, now)
            if outcome.acknowledged:
                tx.execute(
                    sa.update(ESCALATIONS)
                    .where(ESCALATIONS.c.conversation == conversation, ~ESCALATIONS.c.closed)
                    .values(acknowledged=True)
                )
            if outcome.reminds is not None:
                over(tx, outcome.reminds)
            if outcome.handed_out:
                changes["delivered"] = last
            tx.execute(statements.CHANGE, {"conversation": conversation, **changes})
            insert_events(tx, conversation, row["events"], [numbered(e, written) for e in outcome.events])
            if outcome.trace is not None and outcome.handled is not None:
                tx.execute(
                    statements.ADD_TURN,
                    {
                        "conversation": conversation,
                        "message": outcome.handled,
                        "at": now,
                        "trace": outcome.trace,
                        "answered_after": row["delivered"] if outcome.handed_out else None,
                        "answered_to": last if outcome.handed_out else None,
                    },
                )
            return written

        # A case must be opened, or one that is open must hear what was said, or that its customer has left.
        hand_over = outcome.promise or outcome.reopens or outcome.leaves
        told = bool(hand_over) or held_by in WITH_PEOPLE
        owed = bool(self._delivered) and bool(outcome.drafts)
        wakes = (topic(conversation), *(["escalations"] if told else []), *(["deliveries"] if owed else []))
        return self._database.write(work, wakes=wakes)

    def between(self, conversation: ConversationId, after: int) -> tuple[Message, ...]:
        """What others said after message `after`, as far as it is handed out: the answer to the customer."""
        with self._database.read() as tx:
            rows = tx.execute(statements.HANDED_OUT, {"conversation": conversation, "after": after})
            return tuple(message_of(row) for row in rows.mappings())

    def answer_to(self, conversation: ConversationId, message: int) -> tuple[Message, ...]:
        """What went back in the response to this message of the customer's, for who asks again."""
        with self._database.read() as tx:
            bounds = tx.execute(
                sa.select(TURNS.c.answered_after, TURNS.c.answered_to)
                .where(TURNS.c.conversation == conversation, TURNS.c.message >= message)
                .order_by(TURNS.c.message)
            ).first()
            if bounds is None or bounds[1] is None:
                return ()
            rows = tx.execute(
                statements.SAID, {"conversation": conversation, "after": bounds[0], "up_to": bounds[1]}
            )
            return tuple(message_of(row) for row in rows.mappings())

    def hand_out(self, conversation: ConversationId, number: int) -> None:
        """The customer has been brought every message up to this one."""

        def work(tx: Connection) -> None:
            tx.execute(
                sa.update(CONVERSATIONS)
                .where(CONVERSATIONS.c.id == conversation, CONVERSATIONS.c.delivered < number)
                .values(delivered=number)
            )

        self._database.write(work)

    def trace(self, conversation: ConversationId, message: int) -> Mapping[str, object] | None:
        """How the bot came to its words after a message: its reading, and each decision with its because."""
        with self._database.read() as tx:
            found: Mapping[str, object] | None = tx.execute(
                sa.select(TURNS.c.trace).where(
                    TURNS.c.conversation == conversation, TURNS.c.message == message
                )
            ).scalar()
        return found

    def traces(self, conversation: ConversationId) -> tuple[tuple[int, Mapping[str, object]], ...]:
        """Every turn's trace with the number of the message that it answered, oldest first."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(TURNS.c.message, TURNS.c.trace)
                .where(TURNS.c.conversation == conversation)
                .order_by(TURNS.c.message)
            )
            return tuple((row[0], row[1]) for row in rows)

    def promises(self) -> tuple[Promise, ...]:
        """Escalations still open: those without a case, and those whose conversation has gone on."""
        with self._database.read() as tx:
            return tuple(promise_in(row) for row in tx.execute(statements.PROMISES).mappings())

    def promise_of(self, conversation: ConversationId) -> Promise | None:
        """The escalation the conversation is in now, if it is in one."""
        with self._database.read() as tx:
            row = tx.execute(statements.PROMISE, {"conversation": conversation}).mappings().first()
        return None if row is None else promise_in(row)

    def keep(self, handoff_id: str, *, case: int | None, forwarded: int, left: bool = False) -> None:
        """The promise is kept: this case exists and has heard every message up to `forwarded`.

        left: it knows that its customer has left; there may be no case then.
        """
        known = {"left_by": None, "left_after": None} if left else {}

        def work(tx: Connection) -> None:
            tx.execute(
                sa.update(ESCALATIONS)
                .where(ESCALATIONS.c.handoff_id == handoff_id)
                .values(
                    case_number=case,
                    forwarded=sa.case(
                        (ESCALATIONS.c.forwarded > forwarded, ESCALATIONS.c.forwarded), else_=forwarded
                    ),
                    **known,
                )
            )

        self._database.write(work)
