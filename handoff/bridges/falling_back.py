"""What becomes of a case that a helpdesk outside did not take: our own desk has it, and says so. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handoff.bridges.owing import Mirrored, is_outside
from handoff.bridges.words import title
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.entry import NewDispatch, NewEntry
from handoff.floor.rules import Rules
from handoff.verbs.agent import Agent, working_on
from handoff.verbs.change import Change

ACTOR = "bridge"
"""Who the audit says it was."""


def not_delivered(case: Case, mirrored: Mirrored, why: str, now: datetime) -> Change:
    """Something that the helpdesk was to be told is parked."""
    return Change(case, "peer_refused", ACTOR, now, (_not_delivered(mirrored, why, now),))


def refused(case: Case, mirrored: Mirrored, why: str, rules: Rules, now: datetime) -> Change:
    """What is parked is the case itself, or what its customer said: our desk has the case from now on."""
    told = _not_delivered(mirrored, why, now)
    if case.status is CaseStatus.RESOLVED or mirrored.controller == "desk":
        return Change(case, "peer_refused", ACTOR, now, (told,))
    change = taken_over(case, mirrored, takes_nothing(mirrored.bridge), rules, now)
    return replace(change, entries=(told, *change.entries))


def takes_nothing(bridge: str) -> str:
    """Why a case is taken over from a helpdesk that refuses it, or that it does not arrive at."""
    return f"{title(bridge)} does not take what is sent to it"


def away_for(bridge: str, limit: timedelta) -> str:
    """Why a case is taken over from a helpdesk that can't be reached."""
    minutes = round(limit.total_seconds() / 60)
    return f"{title(bridge)} could not be reached for {minutes} min"


def taken_over(case: Case, mirrored: Mirrored, because: str, rules: Rules, now: datetime) -> Change:
    """Our own desk has a case that is not resolved from now on, and its customer is told.

    Somebody there who had it has it no longer; the customer keeps their place, and is owed a first reply
    again where they wait for one.
    """
    theirs = is_outside(case.agent)
    mine = _in_queue(case, rules, now) if theirs else case
    says = f"Our own desk has taken over from {title(mirrored.bridge)}: {because}"
    team = rules.team(case.team).title(case.language)
    return Change(
        mine,
        "peer_lost",
        ACTOR,
        now,
        (NewEntry("event", "system", None, says, now),),
        NewDispatch("taken_over", team, holder="queue" if theirs else None),
        controller="desk",
        because=because,
    )


def given_back(case: Case, mirrored: Mirrored, by: Agent, now: datetime) -> Change | None:
    """The helpdesk has a case again that our own desk had; None where it has it already.

    One that an agent of ours holds leaves their hands.
    """
    if mirrored.controller == "peer" or case.status is CaseStatus.RESOLVED:
        return None
    freed, told = working_on(case, by).after(CaseEvent.NOTED), None
    if case.agent is not None and not is_outside(case.agent):
        freed = case.after(CaseEvent.RELEASED).in_queue(now)
        told = NewDispatch("released", case.agent_name or case.agent)
    what = f"gave the case back to {title(mirrored.bridge)}"
    entry = NewEntry("event", by.email, by.name, f"{by.name} {what}", now)
    return Change(freed, "given_back", by.email, now, (entry,), told, controller="peer")


def _in_queue(case: Case, rules: Rules, now: datetime) -> Case:
    queued = case.after(CaseEvent.REASSIGNED).in_queue(now)
    if case.first_reply_by is not None or case.waiting_since is None:
        return queued
    calendar, target = rules.team(case.team).calendar, rules.targets[case.priority]
    return replace(queued, first_reply_by=calendar.due(case.waiting_since, target.first_reply_within))


def _not_delivered(mirrored: Mirrored, why: str, now: datetime) -> NewEntry:
    return NewEntry("event", "system", None, f"Not delivered to {title(mirrored.bridge)}: {why}", now)
