"""The statements of every turn, built once.

Building an expression anew takes longer than SQLite needs to run it; one that is kept is looked up compiled.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from bot.conversation import ConversationId
from bot.errors import NoConversationError
from bot.store.tables import CONVERSATIONS, ESCALATIONS, EVENTS, MESSAGES, TOKENS, TURNS

_ID: sa.BindParameter[str] = sa.bindparam("conversation")
_AFTER: sa.BindParameter[int] = sa.bindparam("after")

CONVERSATION = sa.select(CONVERSATIONS).where(CONVERSATIONS.c.id == _ID)
CONVERSATION_HELD = CONVERSATION.with_for_update()
"""Nobody else writes the row meanwhile."""

CONVERSATION_AT = sa.select(CONVERSATIONS).where(
    CONVERSATIONS.c.channel == sa.bindparam("channel"), CONVERSATIONS.c.address == sa.bindparam("address")
)
CONVERSATION_AT_HELD = CONVERSATION_AT.with_for_update()

CHANGE = sa.update(CONVERSATIONS).where(CONVERSATIONS.c.id == _ID)
"""Sets the columns that are named beside `conversation`."""

TOKEN_HASHES = sa.union_all(
    sa.select(CONVERSATIONS.c.token_hash).where(CONVERSATIONS.c.id == _ID),
    sa.select(TOKENS.c.hash).where(TOKENS.c.conversation == _ID),
)
"""Of every token that opens it; NULL where its first customer was given none."""

MESSAGE_BY_CLIENT_ID = sa.select(MESSAGES).where(
    MESSAGES.c.conversation == _ID, MESSAGES.c.client_id == sa.bindparam("client_id")
)
MESSAGES_AFTER = (
    sa.select(MESSAGES)
    .where(MESSAGES.c.conversation == _ID, MESSAGES.c.number > _AFTER)
    .order_by(MESSAGES.c.number)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
WAITING = (
    sa.select(MESSAGES)
    .where(MESSAGES.c.conversation == _ID, MESSAGES.c.number > _AFTER, MESSAGES.c.author == "customer")
    .order_by(MESSAGES.c.number)
)
SAID = (
    sa.select(MESSAGES)
    .where(
        MESSAGES.c.conversation == _ID,
        MESSAGES.c.number > _AFTER,
        MESSAGES.c.number <= sa.bindparam("up_to"),
        MESSAGES.c.author != "customer",
    )
    .order_by(MESSAGES.c.number)
)
"""What others than the customer said."""

HANDED_OUT = (
    sa.select(MESSAGES)
    .join(CONVERSATIONS, CONVERSATIONS.c.id == MESSAGES.c.conversation)
    .where(
        MESSAGES.c.conversation == _ID,
        MESSAGES.c.number > _AFTER,
        MESSAGES.c.number <= CONVERSATIONS.c.delivered,
        MESSAGES.c.author != "customer",
    )
    .order_by(MESSAGES.c.number)
)
"""The same, as far as it has been handed out."""

EVENTS_AFTER = (
    sa.select(EVENTS.c.body)
    .where(EVENTS.c.conversation == _ID, EVENTS.c.number > _AFTER)
    .order_by(EVENTS.c.number)
)

_ESCALATED = sa.select(ESCALATIONS, CONVERSATIONS.c.last).join(
    CONVERSATIONS, CONVERSATIONS.c.id == ESCALATIONS.c.conversation
)
PROMISE = _ESCALATED.where(ESCALATIONS.c.conversation == _ID, ~ESCALATIONS.c.closed).order_by(
    ESCALATIONS.c.at.desc()
)
# Looks at the messages behind the last one forwarded, however long the conversation is.
_UNHEARD = sa.exists().where(
    MESSAGES.c.conversation == ESCALATIONS.c.conversation,
    MESSAGES.c.number > ESCALATIONS.c.forwarded,
    MESSAGES.c.author.in_(("customer", "bot")),
)
PROMISES = _ESCALATED.where(
    sa.or_(
        ESCALATIONS.c.left_by.is_not(None),
        sa.and_(~ESCALATIONS.c.closed, sa.or_(ESCALATIONS.c.case_number.is_(None), _UNHEARD)),
    )
).order_by(ESCALATIONS.c.at)
"""Escalations without a case, those whose conversation has gone on, and those whose customer has left."""

ADD_CONVERSATION = sa.insert(CONVERSATIONS)
ADD_MESSAGES = sa.insert(MESSAGES)
ADD_EVENTS = sa.insert(EVENTS)
ADD_TURN = sa.insert(TURNS)


def row_of(tx: Connection, conversation: ConversationId, *, lock: bool = False) -> RowMapping:
    """A conversation's row; raises NoConversationError. With `lock` nobody else writes it meanwhile."""
    wanted = CONVERSATION_HELD if lock else CONVERSATION
    row = tx.execute(wanted, {"conversation": conversation}).mappings().first()
    if row is None:
        raise NoConversationError
    return row
