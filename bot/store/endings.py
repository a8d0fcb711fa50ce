"""How conversations ended and what their customers thought of it, in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.conversation import ConversationId, EndedBy, Helper
from bot.errors import NotRatedError
from bot.store.statements import row_of
from bot.store.tables import ENDINGS, ESCALATIONS, MESSAGES, RATINGS, Row, topic
from config.clock import Clock
from config.database import Database

_MOST = 100  # ratings told at once


@dataclass(frozen=True, slots=True)
class Ended:
    """How a conversation ended, and which helpers its customer may still rate."""

    by: EndedBy
    rate: tuple[Helper, ...]


@dataclass(frozen=True, slots=True)
class Rating:
    """A score from 1 to 5 at an ending; `handoff_id` is of the hand-over in it, None where there was none."""

    conversation: ConversationId
    ending: int
    helper: Helper
    score: int
    comment: str | None
    handoff_id: str | None


class EndingStore:
    """Reads and writes of endings and ratings. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def ended(self, conversation: ConversationId, ending: int) -> Ended | None:
        """An ending by its number, with the helpers who were there and are not rated yet."""
        with self._database.read() as tx:
            row = _ending(tx, conversation, ending)
            rated = _rated(tx, conversation, ending)
        if row is None:
            return None
        return Ended(row["ended_by"], tuple(each for each in row["helpers"] if each not in rated))

    def rate(self, conversation: ConversationId, helper: Helper, score: int, comment: str | None) -> None:
        """Keep a rating of the ending that the conversation is in; raises NotRatedError."""

        def work(tx: Connection) -> None:
            number = row_of(tx, conversation, lock=True)["ended"]
            row = None if number is None else _ending(tx, conversation, number)
            if row is None:
                raise NotRatedError("the conversation goes on; rate it once it has ended")
            if helper in _rated(tx, conversation, number):
                raise NotRatedError("you have said that already, and it counts; thank you")
            if helper not in row["helpers"]:
                raise NotRatedError("they had no part in this conversation")
            tx.execute(
                sa.insert(RATINGS).values(
                    conversation=conversation,
                    ending=number,
                    helper=helper,
                    score=score,
                    comment=comment,
                    at=self._clock.now(),
                    told=False,
                )
            )

        self._database.write(work, wakes=(topic(conversation), "ratings"))

    def untold(self) -> tuple[Rating, ...]:
        """Ratings that the people's room does not know of yet, oldest first."""
        with self._database.read() as tx:
            rows = tx.execute(
                sa.select(RATINGS, ENDINGS.c.handoff_id)
                .join(
                    ENDINGS,
                    sa.and_(
                        ENDINGS.c.conversation == RATINGS.c.conversation,
                        ENDINGS.c.number == RATINGS.c.ending,
                    ),
                )
                .where(~RATINGS.c.told)
                .order_by(RATINGS.c.at)
                .limit(_MOST)
            ).mappings()
            return tuple(
                Rating(
                    ConversationId(row["conversation"]),
                    row["ending"],
                    row["helper"],
                    row["score"],
                    row["comment"],
                    row["handoff_id"],
                )
                for row in rows
            )

    def told(self, rating: Rating) -> None:
        """The people's room knows of it, or has no case for it."""
        one = (
            RATINGS.c.conversation == rating.conversation,
            RATINGS.c.ending == rating.ending,
            RATINGS.c.helper == rating.helper,
        )
        self._database.write(lambda tx: tx.execute(sa.update(RATINGS).where(*one).values(told=True)))


def end(tx: Connection, row: Row, by: EndedBy, last: int, now: datetime, *, rates: bool) -> int:
    """Write that a conversation has ended with message `last`; the ending's number.

    One that has ended already, and in which nobody has said anything since, keeps its ending. rates: whether
    its customer is asked what they think.
    """
    if row["ended"] is not None:
        return int(row["ended"])
    conversation = row["id"]
    before = (
        tx.execute(
            sa.select(ENDINGS).where(ENDINGS.c.conversation == conversation).order_by(ENDINGS.c.number.desc())
        )
        .mappings()
        .first()
    )
    since, number = (0, 1) if before is None else (before["last"], before["number"] + 1)
    helpers = _helpers(tx, conversation, since)
    handed_over = (
        tx.execute(
            sa.select(ESCALATIONS.c.handoff_id, ESCALATIONS.c.at)
            .where(ESCALATIONS.c.conversation == conversation)
            .order_by(ESCALATIONS.c.at.desc())
        )
        .mappings()
        .first()
    )
    # A person who took an older hand-over up again has helped in it.
    ours = handed_over is not None and (
        "agent" in helpers or before is None or handed_over["at"] > before["at"]
    )
    tx.execute(
        sa.insert(ENDINGS).values(
            conversation=conversation,
            number=number,
            at=now,
            ended_by=by,
            last=last,
            handoff_id=handed_over["handoff_id"] if handed_over is not None and ours else None,
            helpers=helpers if rates else [],
        )
    )
    return number


def _helpers(tx: Connection, conversation: str, since: int) -> list[Helper]:
    """Who answered the customer after a message: a greeting is no answer."""
    said = sa.select(sa.func.min(MESSAGES.c.number)).where(
        MESSAGES.c.conversation == conversation, MESSAGES.c.number > since
    )
    asked = tx.execute(said.where(MESSAGES.c.author == "customer")).scalar()
    if asked is None:
        return []
    spoke = (
        sa.select(MESSAGES.c.author)
        .distinct()
        .where(MESSAGES.c.conversation == conversation, MESSAGES.c.number > asked)
    )
    authors = set(tx.execute(spoke).scalars())
    helpers: tuple[Helper, ...] = ("bot", "agent")
    return [helper for helper in helpers if helper in authors]


def _ending(tx: Connection, conversation: str, number: int) -> Row | None:
    wanted = (ENDINGS.c.conversation == conversation, ENDINGS.c.number == number)
    return tx.execute(sa.select(ENDINGS).where(*wanted)).mappings().first()


def _rated(tx: Connection, conversation: str, ending: int) -> set[str]:
    wanted = (RATINGS.c.conversation == conversation, RATINGS.c.ending == ending)
    return set(tx.execute(sa.select(RATINGS.c.helper).where(*wanted)).scalars())
