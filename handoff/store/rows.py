"""How the rows of the agents' room become values, and values rows."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy.engine import RowMapping

from handoff.case import Case, CaseStatus, Outcome
from handoff.entry import Dispatch, Entry, LogRow
from handoff.escalation import Reason
from handoff.file import files_of, json_of
from handoff.floor.rules import Priority

_CASE = tuple(field.name for field in fields(Case))
_ENTRY = tuple(field.name for field in fields(Entry))


def case_of(row: RowMapping) -> Case:
    given = {name: row[name] for name in _CASE}
    outcome = row["outcome"]
    return Case(
        **given
        | {
            "status": CaseStatus(row["status"]),
            "priority": Priority(row["priority"]),
            "reason": Reason(row["reason"]),
            "outcome": None if outcome is None else Outcome(outcome),
            "skills": tuple(row["skills"]),
            "labels": tuple(row["labels"]),
        }
    )


def row_of(case: Case) -> dict[str, object]:
    """With what the queue is ordered by."""
    row: dict[str, object] = {name: getattr(case, name) for name in _CASE}
    return row | {
        "skills": list(case.skills),
        "labels": list(case.labels),
        "fields": dict(case.fields),
        "due_by": case.due_by,
        "rank": case.priority.rank,
    }


def entry_of(row: RowMapping) -> Entry:
    return Entry(**{name: row[name] for name in _ENTRY} | {"files": files_of(row["files"])})


def row_of_entry(number: int, entry: Entry) -> dict[str, object]:
    """`number` is the case's."""
    row = {name: getattr(entry, name) for name in _ENTRY}
    return {"case_number": number, **row, "files": json_of(entry.files) or None}


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
        holder=row["holder"],
        files=files_of(row["files"]),
    )


def log_of(row: RowMapping) -> LogRow:
    return LogRow(seq=row["seq"], case=row["case_number"], what=row["what"])


def topic(number: int) -> str:
    """What the doorbell rings when something in a case changes."""
    return f"case:{number}"
