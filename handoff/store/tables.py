"""The tables of the agents' room, and how their rows become values."""

from __future__ import annotations

from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from config.database import UtcDateTime
from handoff.case import Case, CaseStatus, Outcome
from handoff.entry import Dispatch, Entry, LogRow
from handoff.escalation import Reason
from handoff.triage import Priority

META = sa.MetaData()
CASES = sa.Table(
    "cases",
    META,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("handoff_id", sa.String),
    sa.Column("conversation_id", sa.String),
    sa.Column("episode", sa.Integer),
    sa.Column("status", sa.String),
    sa.Column("team", sa.String),
    sa.Column("priority", sa.String),
    sa.Column("priority_because", sa.Text),
    sa.Column("skills", sa.JSON),
    sa.Column("language", sa.String),
    sa.Column("headline", sa.String),
    sa.Column("reason", sa.String),
    sa.Column("channel", sa.String),
    sa.Column("customer_id", sa.String),
    sa.Column("customer_name", sa.String),
    sa.Column("agent", sa.String),
    sa.Column("agent_name", sa.String),
    sa.Column("opened_at", UtcDateTime),
    sa.Column("waiting_since", UtcDateTime),
    sa.Column("first_reply_by", UtcDateTime),
    sa.Column("resolve_by", UtcDateTime),
    sa.Column("claimed_at", UtcDateTime),
    sa.Column("first_replied_at", UtcDateTime),
    sa.Column("resolved_at", UtcDateTime),
    sa.Column("outcome", sa.String),
    sa.Column("unread", sa.Integer),
    sa.Column("last_seq", sa.Integer),
    sa.Column("version", sa.Integer),
    # What the queue is ordered by, so that an index can do it.
    sa.Column("due_by", UtcDateTime),
    sa.Column("rank", sa.Integer),
)
SUMMARIES = sa.Table(
    "summaries",
    META,
    sa.Column("case_number", sa.Integer, primary_key=True),
    sa.Column("document", sa.JSON),
    sa.Column("escalation", sa.JSON),
    sa.Column("at", UtcDateTime),
)
ENTRIES = sa.Table(
    "entries",
    META,
    sa.Column("case_number", sa.Integer, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String),
    sa.Column("author", sa.String),
    sa.Column("name", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("number", sa.Integer),
    sa.Column("client_id", sa.String),
)
DISPATCHES = sa.Table(
    "dispatches",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_number", sa.Integer),
    sa.Column("handoff_id", sa.String),
    sa.Column("conversation_id", sa.String),
    sa.Column("kind", sa.String),
    sa.Column("author_name", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("client_id", sa.String),
    sa.Column("outcome", sa.String),
    sa.Column("seq", sa.Integer),
    sa.Column("state", sa.String),
    sa.Column("attempts", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)
DESK_LOG = sa.Table(
    "desk_log",
    META,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("case_number", sa.Integer),
    sa.Column("what", sa.String),
    sa.Column("at", UtcDateTime),
)
AUDIT = sa.Table(
    "audit",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("actor", sa.String),
    sa.Column("verb", sa.String),
    sa.Column("case_number", sa.Integer),
    sa.Column("before", sa.JSON),
    sa.Column("after", sa.JSON),
)

_FIELDS = tuple(field.name for field in fields(Case))


def case_of(row: RowMapping) -> Case:
    given = {name: row[name] for name in _FIELDS}
    outcome = row["outcome"]
    return Case(
        **given
        | {
            "status": CaseStatus(row["status"]),
            "priority": Priority(row["priority"]),
            "reason": Reason(row["reason"]),
            "outcome": None if outcome is None else Outcome(outcome),
            "skills": tuple(row["skills"]),
        }
    )


def row_of(case: Case) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(case, name) for name in _FIELDS}
    return row | {"skills": list(case.skills), "due_by": case.due_by, "rank": case.priority.rank}


def entry_of(row: RowMapping) -> Entry:
    return Entry(**{field.name: row[field.name] for field in fields(Entry)})


def dispatch_of(row: RowMapping) -> Dispatch:
    outcome = row["outcome"]
    return Dispatch(
        id=row["id"],
        case=row["case_number"],
        handoff_id=row["handoff_id"],
        conversation_id=row["conversation_id"],
        kind=row["kind"],
        author_name=row["author_name"],
        text=row["text"],
        client_id=row["client_id"],
        outcome=None if outcome is None else Outcome(outcome),
        attempts=row["attempts"],
    )


def log_of(row: RowMapping) -> LogRow:
    return LogRow(seq=row["seq"], case=row["case_number"], what=row["what"])


def topic(number: int) -> str:
    """What the doorbell rings when something in a case changes."""
    return f"case:{number}"
