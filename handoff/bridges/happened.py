"""What helpdesks tell without words: a status, who has a case, and a merge. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from handoff.bridges import Incoming
from handoff.case import CaseStatus

EPOCH = datetime.fromtimestamp(0, UTC)
"""When something happened of which nobody has said it."""


def status_set(case: str, status: CaseStatus, said: str, at: datetime | None, stamp: str) -> Incoming:
    """That a case has a status. said: in the peer's word; stamp: tells this time from another."""
    return Incoming(
        event_id=f"status:{case}:{said}:{stamp}",
        case_key=case,
        type="status",
        author="",
        author_name="",
        author_kind="agent",
        visibility="private",
        occurred_at=at or EPOCH,
        status=status,
    )


def assigned(
    case: str, who: str, name: str, at: datetime | None, stamp: str, *, thin: bool = False
) -> Incoming:
    """That somebody has a case, or nobody. thin: the name is still to be asked for."""
    return Incoming(
        event_id=f"assigned:{case}:{who}:{stamp}",
        case_key=case,
        type="assigned",
        author=who,
        author_name=name,
        author_kind="agent",
        visibility="private",
        occurred_at=at or EPOCH,
        assignee=name,
        thin=thin and bool(who),
    )


def merged(case: str, into: str, at: datetime | None, *, thin: bool = False) -> Incoming:
    """That a case goes on in another. thin: that is still to be asked for."""
    return Incoming(
        event_id=f"merged:{case}",
        case_key=case,
        type="merged",
        author="",
        author_name="",
        author_kind="agent",
        visibility="private",
        occurred_at=at or EPOCH,
        into=into or None,
        thin=thin,
    )
