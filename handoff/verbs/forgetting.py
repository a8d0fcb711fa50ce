"""What becomes of a case whose customer asked to be forgotten. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handoff.case import Case, CaseEvent, Outcome
from handoff.casefile.case_summary import CaseSummary
from handoff.casefile.forgetting import NOTHING, emptied
from handoff.entry import NewEntry
from handoff.values import JsonObject
from handoff.verbs.change import Change


def forgotten(case: Case, document: JsonObject, by: str, now: datetime) -> Change:
    """Its number, its times, its team, who worked on it and how it ended are left, for figures.

    One that is not resolved ends; nobody is told, as there is nobody any more. by: who erases, for the audit.
    """
    name = f"forgotten-{case.number}"
    ended = case.after(CaseEvent.FORGOTTEN)
    left = replace(
        ended,
        handoff_id=name,
        conversation_id="",
        customer_id=name,
        customer_name=None,
        customer_verified=False,
        contact=None,
        headline=NOTHING,
        priority_because=f"{case.priority.capitalize()}: the customer was forgotten.",
        labels=(),
        fields={},
        merged_into=None,
        waiting_since=None,
        unread=0,
        outcome=case.outcome or Outcome.CUSTOMER_LEFT,
        resolved_at=case.resolved_at or now,
    )
    says = NewEntry("event", "system", None, "The customer was forgotten, with all that was said", now)
    return Change(
        left,
        CaseEvent.FORGOTTEN,
        by,
        now,
        (says,),
        document=emptied(CaseSummary.stored(document), name).to_json(),
    )
