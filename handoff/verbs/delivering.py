"""How what was said to a customer fares where their channel has trouble with it. Pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from handoff.case import Case, CaseEvent, CaseStatus
from handoff.entry import NewEntry
from handoff.verbs.change import Change

Delivered = Literal["late", "arrived", "failed", "deleted"]
"""`late`: not there yet, and tried again. `arrived`: after all. `failed`: it never will. `deleted`: it is
the customer's own, who has taken it back."""

_TELLS: dict[Delivered, str] = {
    "late": "Has not reached the customer yet, and is tried again: “{said}” ({why})",
    "arrived": "Has reached the customer after all: “{said}”",
    "deleted": "The customer deleted what they had written: “{said}”",
    "failed": "Did not reach the customer: “{said}” ({why})",
}


def undelivered(
    case: Case, what: Delivered, said: str, why: str, key: str, now: datetime, *, by_agent: bool
) -> Change | None:
    """The case whose thread says so; None once its customer is forgotten.

    A person's words that never arrive are news to whoever has the case: it counts as unread, and wakes.
    """
    if case.forgotten:
        return None
    text = sentence(what, said, why)
    entry = NewEntry("event", "system", None, text, now, client_id=key)
    if what == "failed" and by_agent and case.status is not CaseStatus.RESOLVED:
        woken = case.after(CaseEvent.WOKEN) if case.status is CaseStatus.SNOOZED else case
        case = replace(woken, unread=case.unread + 1)
    return Change(case, "undelivered", "system", now, (entry,))


def sentence(what: Delivered, said: str, why: str) -> str:
    """What the thread says. said: how the message begins; why: a sentence without its full stop."""
    return _TELLS[what].format(said=said, why=why)
