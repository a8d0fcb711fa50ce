"""Whose a case is: claimed, released, assigned, handed over, escalated to a lead. Pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handoff.case import Case, CaseEvent
from handoff.entry import NewDispatch
from handoff.errors import NoLeadError, NotYoursError, TakenError
from handoff.floor.rules import Team
from handoff.verbs.agent import Agent, held, holding, steered, working_on
from handoff.verbs.change import Change, Follower
from handoff.verbs.sentences import happened

ESCALATION = "Problem: {problem}\n\nSteps taken: {steps}"
"""The note that goes to a lead; handoff/wording.py says it in the reader's language."""


def claimed(case: Case, by: Agent, now: datetime) -> Change | None:
    """Nothing changes for its holder; raises TakenError naming who was faster."""
    taken = working_on(case, by).after(CaseEvent.CLAIMED)
    if case.agent == by.email:
        return None
    if case.agent is not None:
        raise TakenError(case.number, case.agent, case.agent_name or case.agent)
    mine = taken.held_by(by.email, by.name, "claimed", now)
    change = happened(mine, CaseEvent.CLAIMED, by, now, "claimed the case", NewDispatch("joined", by.name))
    return replace(change, unfollows=(by.email,))


def released(case: Case, by: Agent, now: datetime) -> Change:
    if case.agent is None:
        raise NotYoursError(case.number, "release", None)
    back = held(case, by, "release").after(CaseEvent.RELEASED).in_queue(now)
    told = NewDispatch("released", case.agent_name or by.name)
    return happened(back, CaseEvent.RELEASED, by, now, "put the case back into the queue", told)


def assigned(case: Case, by: Agent, to: Agent, now: datetime) -> Change | None:
    """By its holder or a supervisor, who may take it over so; nobody's case, by anybody to themselves."""
    if case.agent is None and to.email == by.email:
        return claimed(case, by, now)
    given = held(case, by, "assign").after(CaseEvent.ASSIGNED)
    if case.agent == to.email:
        return None
    if to.email == by.email:
        what = f"took the case over from {case.agent_name or case.agent}"
    else:
        what = f"assigned the case to {to.name}"
    return _given(given, case, CaseEvent.ASSIGNED, by, to, now, what, stays=to.email == by.email)


def handed_to(case: Case, by: Agent, to: Agent, note: str | None, now: datetime) -> Change | None:
    """To a colleague, whose it is at once."""
    given = held(case, by, "hand over").after(CaseEvent.HANDED_OVER)
    if case.agent == to.email:
        return None
    what = f"handed the case over to {to.name}"
    return _given(given, case, CaseEvent.HANDED_OVER, by, to, now, what, note=note)


def handed_to_team(case: Case, by: Agent, team: Team, note: str | None, now: datetime) -> Change | None:
    """Into another team's queue; its deadlines stay, as the customer waits since when they did.

    Anybody may, while nobody holds it: a case that came to the wrong team.
    """
    passed = steered(case, by, "hand over").after(CaseEvent.HANDED_OVER)
    if case.agent is None and case.team == team.name:
        return None
    language = tuple(skill for skill in case.skills if skill == case.language)
    queued = replace(passed.in_queue(now), team=team.name, skills=(*language, *team.skills))
    told = NewDispatch("transferred", team.title(case.language), holder="queue")
    what = f"handed the case over to the team {team.title('en')}"
    return happened(queued, CaseEvent.HANDED_OVER, by, now, what, told, note=note)


def escalated(case: Case, by: Agent, lead: Agent, problem: str, steps: str, now: datetime) -> Change:
    """To a lead in four steps, all of one moment.

    The problem and the steps are written down; the lead is told of them, as the case is theirs; the customer
    is told whom they are transferred to; and who had the case goes on taking part in its notes.
    """
    given = held(case, by, "escalate").after(CaseEvent.ESCALATED)
    note = ESCALATION.format(problem=problem, steps=steps)
    what = f"escalated the case to {lead.name}"
    return _given(given, case, CaseEvent.ESCALATED, by, lead, now, what, note=note, stays=True)


def lead_for(case: Case, by: Agent, leads: Sequence[Agent]) -> Agent:
    """The first who leads, works, and is neither asking nor has the case; raises NoLeadError."""
    for lead in leads:
        if lead.leads and lead.email not in (by.email, case.agent):
            return lead
    raise NoLeadError


def _given(
    case: Case,
    before: Case,
    event: CaseEvent,
    by: Agent,
    to: Agent,
    now: datetime,
    what: str,
    *,
    note: str | None = None,
    stays: bool = False,
) -> Change:
    """The case in other hands; `stays`: who had it, and who gave it, go on taking part."""
    theirs = case.held_by(holding(to).email, to.name, "handed_over", now)
    told = NewDispatch("joined" if before.agent is None else "transferred", to.name)
    change = happened(theirs, event, by, now, what, told, note=note)
    return replace(change, follows=_stay(before, by, to) if stays else (), unfollows=(to.email,))


def _stay(before: Case, by: Agent, to: Agent) -> tuple[Follower, ...]:
    taking_part = {by.email: by.name}
    if before.agent is not None:
        taking_part[before.agent] = before.agent_name or before.agent
    return tuple(Follower(email, name) for email, name in taking_part.items() if email != to.email)
