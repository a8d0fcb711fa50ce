"""How a case ends, and how one that has ended begins again. Pure decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from handoff.case import Case, CaseEvent, CaseStatus, Outcome
from handoff.entry import NewDispatch, NewEntry
from handoff.errors import MergeError, OpenElsewhereError
from handoff.floor.rules import Rules
from handoff.verbs.agent import Agent, held, steered, working_on
from handoff.verbs.change import Change, NewBlock, Opening
from handoff.verbs.sentences import happened


def resolved(case: Case, by: Agent, outcome: Outcome, line: str | None, now: datetime) -> Change:
    """With an outcome; of spam, the customer is told nothing but that it has ended."""
    if outcome is Outcome.SPAM:
        return spam(case, by, line, now)
    ended = _ended(held(case, by, "resolve").after(CaseEvent.RESOLVED), outcome, now)
    told = NewDispatch("resolved", by.name, line or "", outcome=outcome)
    return happened(ended, CaseEvent.RESOLVED, by, now, f"resolved the case: {outcome}", told, note=line)


def returned(case: Case, by: Agent, note: str | None, now: datetime) -> Change:
    """To the bot, which goes on."""
    ended = _ended(held(case, by, "return").after(CaseEvent.RETURNED), Outcome.RETURNED, now)
    told = NewDispatch("returned", by.name, note or "", outcome=Outcome.RETURNED)
    what = "returned the conversation to the bot"
    return happened(ended, CaseEvent.RETURNED, by, now, what, told, note=note)


CustomerLeft = Literal["queue", "conversation"]
"""What a customer has left: the queue, to go on with the bot, or all of the conversation."""

_LEFT: Mapping[CustomerLeft, str] = {
    "queue": "The customer left the queue and went on with the bot",
    "conversation": "The customer ended the conversation",
}


def customer_left(case: Case, conversation_id: str, what: CustomerLeft, now: datetime) -> Change | None:
    """Nobody waits any more, whoever has the case; they have told themselves, so no dispatch goes out.

    Where another conversation was merged into the case, only that one is left. None for a case that has ended
    before.
    """
    if case.status is CaseStatus.RESOLVED:
        return None
    says = (NewEntry("event", "system", None, _LEFT[what], now),)
    if case.conversation_id != conversation_id:
        return Change(case, CaseEvent.CUSTOMER_LEFT, "customer", now, says)
    ended = _ended(case.after(CaseEvent.CUSTOMER_LEFT), Outcome.CUSTOMER_LEFT, now)
    return Change(ended, CaseEvent.CUSTOMER_LEFT, "customer", now, says)


def spam(case: Case, by: Agent, line: str | None, now: datetime) -> Change:
    """Nobody's work any more; anybody may say so while nobody holds it."""
    ended = _ended(steered(case, by, "resolve").after(CaseEvent.SPAM), Outcome.SPAM, now)
    told = NewDispatch("ended", by.name, outcome=Outcome.SPAM)
    return happened(ended, CaseEvent.SPAM, by, now, "marked the case as spam", told, note=line)


def blocked(case: Case, by: Agent, because: str, until: datetime | None, now: datetime) -> Change:
    """Spam, and its customer is kept away from now on; that is all a resolved case is changed by."""
    ended = steered(case, by, "block the customer of").after(CaseEvent.BLOCKED)
    told = None
    if case.status is not CaseStatus.RESOLVED:
        ended = _ended(ended, Outcome.SPAM, now)
        told = NewDispatch("ended", by.name, outcome=Outcome.SPAM)
    change = happened(ended, CaseEvent.BLOCKED, by, now, "blocked the customer", told, note=because)
    return replace(
        change,
        block=NewBlock(case.customer_id, case.customer_name, because, by.email, by.name, until),
    )


def ended_with(case: Case, by: Agent, number: int, now: datetime) -> Change:
    """Another open case of a customer who was blocked for case `number`."""
    ended = _ended(case.after(CaseEvent.SPAM), Outcome.SPAM, now)
    told = NewDispatch("ended", by.name, outcome=Outcome.SPAM)
    what = f"blocked the customer for case #{number}"
    return happened(ended, CaseEvent.SPAM, by, now, what, told)


def unblocked(case: Case, by: Agent, now: datetime) -> Change:
    """Who works at the desk may let a customer in again; what has ended stays so."""
    let_in = working_on(case, by).after(CaseEvent.UNBLOCKED)
    change = happened(let_in, CaseEvent.UNBLOCKED, by, now, "let the customer in again")
    return replace(change, lifts=case.customer_id)


def turned_away(opening: Opening, now: datetime) -> Opening:
    """The case of a blocked customer: it has ended before anybody sees it, and they are told only that."""
    why = NewEntry("event", "system", None, "Turned away, as the customer is blocked", now)
    ended = _ended(opening.case.after(CaseEvent.SPAM), Outcome.SPAM, now)
    told = NewDispatch("ended", "", outcome=Outcome.SPAM)
    return replace(opening, case=ended, entry=why, dispatch=told)


def reopened(
    case: Case, by: Agent, note: str | None, rules: Rules, elsewhere: Case | None, now: datetime
) -> Change:
    """In the hands of who reopens it, with deadlines from now on.

    elsewhere: the case that has the customer's conversation meanwhile. Raises OpenElsewhereError, which names
    it, and NotAllowedError.
    """
    begun = working_on(case, by).after(CaseEvent.REOPENED)
    if elsewhere is not None:
        raise OpenElsewhereError(case.number, elsewhere.number, elsewhere.agent_name)
    target, calendar = rules.targets[case.priority], rules.team(case.team).calendar
    reply_by = None if case.first_replied_at else calendar.due(now, target.first_reply_within)
    again = replace(
        begun.held_by(by.email, by.name, "claimed", now),
        outcome=None,
        resolved_at=None,
        merged_into=None,
        first_reply_by=reply_by,
        resolve_by=calendar.due(now, target.resolve_within),
        due_warned=False,
    )
    told = NewDispatch("reopened", by.name)
    change = happened(again, CaseEvent.REOPENED, by, now, "reopened the case", told, note=note)
    return replace(change, unfollows=(by.email,))


def merged(case: Case, into: Case, by: Agent, *, same_person: bool, now: datetime) -> tuple[Change, Change]:
    """A duplicate ends, and the case it duplicates goes on for both conversations, in one agent's hands.

    Whatever the agent of `into` does is told in both from then on, so that each has the holder that `into`
    has: its agent; the duplicate's, where nobody had it; or the queue. As replies are read in both, the
    customer must be the same: known by id or contact, or by the agent's word (`same_person`). Raises
    MergeError, NotYoursError and NotAllowedError.
    """
    ended = steered(case, by, "merge").after(CaseEvent.MERGED)
    if into.number == case.number:
        raise MergeError(f"case #{case.number} can't be merged into itself; name the case that goes on")
    if into.status is CaseStatus.RESOLVED:
        raise MergeError(f"case #{into.number} is resolved; reopen it first, or name one that is open")
    if not (same_person or _same_customer(case, into)):
        raise MergeError(
            f"cases #{case.number} and #{into.number} seem to be of two customers, and each would read what "
            "is written to the other; merge them only if you know that it is one person"
        )
    grown = into.after(CaseEvent.ABSORBED)
    joins = None
    if into.agent is None and case.agent is not None:
        grown = grown.held_by(case.agent, case.agent_name or case.agent, "handed_over", now)
        joins = NewDispatch("joined", case.agent_name or case.agent)
    waits = [since for since in (case.waiting_since, into.waiting_since) if since is not None]
    grown = replace(
        grown,
        unread=into.unread + case.unread,
        waiting_since=min(waits, default=None),
        resolve_by=min(case.resolve_by, into.resolve_by),
    )
    duplicate = replace(_ended(ended, Outcome.DUPLICATE, now), merged_into=into.number)
    source = happened(
        duplicate,
        CaseEvent.MERGED,
        by,
        now,
        f"merged the case into case #{into.number}",
        _moves(case, grown, into, now),
    )
    target = happened(
        grown,
        CaseEvent.ABSORBED,
        by,
        now,
        f"merged case #{case.number} into this one: {case.headline}",
        joins,
    )
    return source, target


def _moves(case: Case, grown: Case, into: Case, now: datetime) -> NewDispatch | None:
    """What a merged case's customer is told: whose they are now, if that is another than before."""
    if case.agent == grown.agent:
        return None
    name = grown.agent_name or grown.agent or ""
    return NewDispatch("joined" if case.agent is None else "transferred", name)


def _same_customer(case: Case, into: Case) -> bool:
    if case.customer_id == into.customer_id:
        return True
    return case.contact is not None and into.contact is not None and _folded(case) == _folded(into)


def _folded(case: Case) -> str:
    return (case.contact or "").strip().casefold()


def _ended(case: Case, outcome: Outcome, now: datetime) -> Case:
    return replace(case, outcome=outcome, resolved_at=now, waiting_since=None, unread=0)
