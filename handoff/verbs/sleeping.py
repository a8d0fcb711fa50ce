"""A case that is put away until a moment or the customer's next word. Pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handoff.case import Case, CaseEvent
from handoff.errors import MomentError
from handoff.verbs.agent import Agent, held
from handoff.verbs.change import Change
from handoff.verbs.sentences import happened

FAR = timedelta(days=366)
"""How far ahead something may be put off."""


def snoozed(case: Case, by: Agent, until: datetime | None, until_reply: bool, now: datetime) -> Change:
    """Until a moment, or until the customer writes, which wakes it in any case. Raises MomentError."""
    asleep = held(case, by, "snooze").after(CaseEvent.SNOOZED)
    if until is None and not until_reply:
        raise MomentError("until", "say until when, or until the customer writes")
    if until is not None:
        ahead(until, now, "until")
    asleep = replace(asleep, snoozed_until=until, wakes_on_reply=until_reply)
    if until is None:
        what = "snoozed the case until the customer writes"
    else:
        what = f"snoozed the case until {until.isoformat(timespec='minutes')}"
    return happened(asleep, CaseEvent.SNOOZED, by, now, what)


def woken(case: Case, by: Agent, now: datetime) -> Change:
    awake = held(case, by, "wake").after(CaseEvent.WOKEN)
    return happened(awake, CaseEvent.WOKEN, by, now, "woke the case")


def ahead(moment: datetime, now: datetime, what: str) -> datetime:
    """A moment to come, within FAR; raises MomentError."""
    if moment <= now:
        raise MomentError(what, "that moment has passed; choose a later one")
    if moment > now + FAR:
        raise MomentError(what, "that is more than a year ahead; choose an earlier one")
    return moment
