"""What a customer thought of those who helped. Pure decisions."""

from __future__ import annotations

from datetime import datetime

from handoff.case import Case, CaseEvent
from handoff.entry import NewEntry
from handoff.finding.masking import mask
from handoff.verbs.change import Change, Helper, NewRating


def rated(
    case: Case, helper: Helper, ending: int, score: int, comment: str | None, now: datetime
) -> Change | None:
    """Of an agent, the one who has the case, or had it last. None once its customer is forgotten."""
    if case.forgotten:
        return None
    by_agent = helper == "agent"
    kept = NewRating(
        helper,
        ending,
        score,
        None if comment is None else mask(comment),
        case.agent if by_agent else None,
        case.agent_name if by_agent else None,
    )
    whom = (case.agent_name or "the people who helped") if by_agent else "the bot"
    words = f": {kept.comment}" if kept.comment else ""
    says = NewEntry("event", "system", None, f"The customer gave {whom} {score} of 5{words}", now)
    return Change(case.after(CaseEvent.RATED), CaseEvent.RATED, "customer", now, (says,), rating=kept)
