"""An agent's figures, and the meter of what was asked again, read from the audit and the cases."""

from __future__ import annotations

from datetime import datetime
from statistics import median

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.aids.figures import Figures, Reasked
from handoff.case import CaseEvent, CaseStatus
from handoff.store.aids_tables import REASKS
from handoff.store.tables import AUDIT, CASES, RATINGS

_ENDINGS = (CaseEvent.RESOLVED, CaseEvent.RETURNED, CaseEvent.SPAM, CaseEvent.MERGED)
_GIVEN = {
    CaseEvent.ROUTED: "routed",
    CaseEvent.ASSIGNED: "handed_over",
    CaseEvent.HANDED_OVER: "handed_over",
    CaseEvent.ESCALATED: "handed_over",
    CaseEvent.REASSIGNED: "routed",
}


class FigureStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, email: str, since: datetime) -> Figures:
        """What an agent did since a moment."""
        with self._database.read() as tx:
            did = _did(tx, email, since)
            taken = {"claimed": did.get(CaseEvent.CLAIMED, 0), "routed": 0, "handed_over": 0}
            for how, count in _given(tx, email, since).items():
                taken[how] += count
            waited = [
                replied - opened
                for opened, replied in tx.execute(
                    sa.select(CASES.c.opened_at, CASES.c.first_replied_at).where(
                        CASES.c.number.in_(_answered(email, since)), CASES.c.first_replied_at >= since
                    )
                )
            ]
            asked = tx.execute(
                sa.select(sa.func.count()).where(REASKS.c.agent == email, REASKS.c.at >= since)
            ).scalar_one()
            given = (RATINGS.c.agent == email, RATINGS.c.at >= since)
            scores = list(tx.execute(sa.select(RATINGS.c.score).where(*given)).scalars())
            holds = tx.execute(
                sa.select(sa.func.count()).where(
                    CASES.c.status.in_((CaseStatus.OPEN, CaseStatus.SNOOZED)), CASES.c.agent == email
                )
            ).scalar_one()
        return Figures(
            since=since,
            taken=taken,
            replied=did.get(CaseEvent.REPLIED, 0),
            noted=did.get(CaseEvent.NOTED, 0),
            resolved=sum(did.get(ending, 0) for ending in _ENDINGS),
            first_reply=median(waited) if waited else None,
            reasks=asked,
            open_now=holds,
            rated=len(scores),
            score=median(scores) if scores else None,
        )

    def reasked(self, since: datetime, until: datetime) -> Reasked:
        """What agents asked again from a moment to another."""
        within = (REASKS.c.at >= since, REASKS.c.at < until)
        replies = sa.select(sa.func.count()).where(
            AUDIT.c.verb == CaseEvent.REPLIED, AUDIT.c.at >= since, AUDIT.c.at < until
        )
        with self._database.read() as tx:
            by_agent = _counted(tx, REASKS.c.agent, *within)
            by_fact = _counted(tx, REASKS.c.fact, *within)
            return Reasked(sum(by_agent.values()), tx.execute(replies).scalar_one(), by_agent, by_fact)


def _did(tx: Connection, email: str, since: datetime) -> dict[str, int]:
    return _counted(tx, AUDIT.c.verb, AUDIT.c.actor == email, AUDIT.c.at >= since)


def _given(tx: Connection, email: str, since: datetime) -> dict[str, int]:
    """Cases that others, or the routing, put into the agent's hands, by how."""
    rows = tx.execute(
        sa.select(AUDIT.c.verb, AUDIT.c.before, AUDIT.c.after).where(
            AUDIT.c.at >= since, AUDIT.c.verb.in_(list(_GIVEN))
        )
    )
    counts: dict[str, int] = {}
    for verb, before, after in rows:
        if (after or {}).get("agent") == email and (before or {}).get("agent") != email:
            how = _GIVEN[CaseEvent(verb)]
            counts[how] = counts.get(how, 0) + 1
    return counts


def _answered(email: str, since: datetime) -> sa.Select[tuple[int]]:
    """Cases whose first reply since then, if it was the first at all, was this agent's: the audit knows it,
    also of a customer who was forgotten."""
    other = AUDIT.alias()
    earlier = sa.exists().where(
        other.c.case_number == AUDIT.c.case_number,
        other.c.verb == CaseEvent.REPLIED,
        other.c.id < AUDIT.c.id,
    )
    return sa.select(AUDIT.c.case_number).where(
        AUDIT.c.actor == email, AUDIT.c.at >= since, AUDIT.c.verb == CaseEvent.REPLIED, ~earlier
    )


def _counted(
    tx: Connection, column: sa.ColumnElement[str], *wanted: sa.ColumnElement[bool]
) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*wanted).group_by(column)
    return {str(name): count for name, count in tx.execute(query)}
