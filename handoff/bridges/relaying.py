"""What becomes of something that happened at a helpdesk outside. Pure.

Nothing reaches a customer but what a person there has written to them in public, while the case is theirs.
Whatever else has words is kept as a note; the rest is let go of, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from handoff.bridges import Incoming
from handoff.bridges.deeds import (
    Assign,
    Claim,
    GoOn,
    Merge,
    Note,
    Plan,
    Release,
    Reopen,
    Reply,
    Resolve,
    Snooze,
    TakeOver,
    Tell,
    Wake,
)
from handoff.bridges.falling_back import takes_nothing
from handoff.bridges.owing import INCOMING, Mirrored, is_outside, outside_email
from handoff.bridges.relay_words import (
    CHANGED,
    CHANGED_FROM,
    CHANGED_READ,
    DELETED,
    DELETED_READ,
    NO_REASON,
    NOT_APPLIED,
    NOT_DELIVERED,
    NOT_SENT,
    NOT_TAKEN,
    OURS_NOW,
    OURS_THEN,
    REOPENED_THERE,
    RESOLVED_THERE,
    pieces,
)
from handoff.bridges.words import title
from handoff.case import Case, CaseStatus
from handoff.verbs.agent import Agent

_NAME = 100  # characters of what somebody is called
_AUTHOR = 120


@dataclass(frozen=True, slots=True)
class Seen:
    """How things stand when an event is applied.

    epoch: of the case's control when the event came in, None where that is not known. ours: whether the peer
    has the message from us. into: our case of an event that is `merged` into one. before: what we have of a
    message that is `edited` or `deleted`, and whether the customer has it. last_status: when the peer's
    status changed last, of what has been applied. house: what customers call the company.
    """

    case: Case
    mirrored: Mirrored
    epoch: int | None
    house: str
    ours: bool = False
    into: int | None = None
    before: str | None = None
    delivered: bool = False
    last_status: datetime | None = None

    @property
    def theirs(self) -> bool:
        """Whether the case is the helpdesk's, and was when the event came in."""
        return self.mirrored.controller == "peer" and (
            self.epoch is None or self.epoch >= self.mirrored.epoch
        )

    @property
    def peer(self) -> str:
        """What people call the helpdesk."""
        return title(self.mirrored.bridge)


def relayed(event: Incoming, seen: Seen) -> Plan:
    """What becomes of an event."""
    by = agent_of(event, seen.mirrored.bridge, seen.house)
    if event.author_kind == "bot" or seen.ours:
        return Plan(by, because="it is our own")
    if seen.case.forgotten:
        return Plan(by, because="its customer was forgotten")
    match event.type:
        case "agent_message" | "agent_note":
            return _said(event, seen, by)
        case "status":
            return _status(event, seen, by)
        case "assigned":
            return _assigned(event, seen, by)
        case "merged":
            return _merged(event, seen, by)
        case "edited":
            return _edited(event, seen, by)
        case "deleted":
            deleted = DELETED_READ if seen.delivered else DELETED
            return Plan(by, _notes(event, deleted.format(name=by.name, peer=seen.peer)))
        case "delivery_failed":
            return _not_delivered(event, seen, by)
    return Plan(by, because="nothing is done about such an event")


def not_taken(event: Incoming, seen: Seen, why: str) -> Plan:
    """Instead of what our desk has refused: it is kept as a note, and the helpdesk is told."""
    by = agent_of(event, seen.mirrored.bridge, seen.house)
    if event.type == "agent_message":
        return Plan(by, (*_notes(event, event.text, files=True), _told(event, NOT_SENT.format(refused=why))))
    return Plan(by, (_told(event, NOT_TAKEN.format(refused=why)),))


def without(plan: Plan, event: Incoming, problems: Sequence[str], files: int) -> Plan:
    """The same plan where some of an event's files can't be had: `files` could, and each problem is told.

    Where nothing is left that could be said, nobody joins to say it.
    """
    told = tuple(Tell(why, f"{_told_key(event)}.{i}") for i, why in enumerate(problems, 1))
    says = [deed for deed in plan.deeds if isinstance(deed, Reply | Note)]
    if files or any(deed.text for deed in says):
        return replace(plan, deeds=(*plan.deeds, *told))
    return replace(plan, deeds=told)


def given_up(event: Incoming, mirrored: Mirrored, house: str, why: str) -> Plan:
    """What is left to do about an event that can't be applied: both sides are told."""
    by = agent_of(event, mirrored.bridge, house)
    return Plan(by, (Tell(NOT_APPLIED.format(peer=title(mirrored.bridge), problem=why), _told_key(event)),))


def agent_of(event: Incoming, bridge: str, house: str) -> Agent:
    """Who did it, as our desk and the customer know them: they lead, as their helpdesk lets them."""
    called = " ".join(event.author_name.split())[:_NAME]
    named = called if event.author_kind == "agent" and called else house
    return outsider(bridge, event.author or "somebody", named)


def outsider(bridge: str, author: str, name: str) -> Agent:
    """Somebody who works at a helpdesk outside."""
    who = "".join(author.split())[:_AUTHOR]
    return Agent(outside_email(bridge, who), name, frozenset({"agent", "supervisor"}))


def key_of(event_id: str) -> str:
    """The `client_id` of what comes of an event, so that it comes of it once."""
    return f"{INCOMING}{short(event_id)}"


def short(event_id: str) -> str:
    """An event's id, short enough for a key: a long one by its hash."""
    return event_id if len(event_id) <= 120 else sha256(event_id.encode()).hexdigest()


def _said(event: Incoming, seen: Seen, by: Agent) -> Plan:
    if event.author_kind != "agent":
        return Plan(by, because=f"no person of the helpdesk has written it, but its {event.author_kind}")
    if not event.text.strip() and not event.files:
        return Plan(by, because="it is empty")
    if event.type == "agent_note" or event.visibility != "public":
        return Plan(by, _notes(event, event.text, files=True))
    if not seen.theirs:
        return not_taken(event, seen, OURS_NOW if seen.mirrored.controller == "desk" else OURS_THEN)
    if seen.case.status is CaseStatus.RESOLVED:
        # What was said before the case ended there and comes late does not open it again.
        late = seen.last_status is not None and event.occurred_at < seen.last_status
        return Plan(by, (Reopen(), *_replies(event), *((Resolve(),) if late else ())))
    joins = (Claim(by),) if seen.case.agent is None else ()
    return Plan(by, (*joins, *_replies(event)))


def _status(event: Incoming, seen: Seen, by: Agent) -> Plan:
    now, status = seen.case.status, event.status
    if status is None or status is now:
        return Plan(by, because="it is so already")
    if seen.last_status is not None and event.occurred_at < seen.last_status:
        return Plan(by, because="a later status is known")
    if not seen.theirs:
        if status is CaseStatus.SNOOZED:
            return Plan(by, because=OURS_NOW)
        there = RESOLVED_THERE if status is CaseStatus.RESOLVED else REOPENED_THERE
        return Plan(by, _notes(event, there.format(name=by.name, peer=seen.peer)))
    if status is CaseStatus.RESOLVED:
        return Plan(by, (Resolve(),))
    if now is CaseStatus.RESOLVED:
        return Plan(by, (Reopen(),)) if status is CaseStatus.OPEN else Plan(by, because="it is resolved here")
    return Plan(by, (Snooze(),) if status is CaseStatus.SNOOZED else (Wake(),))


def _assigned(event: Incoming, seen: Seen, by: Agent) -> Plan:
    case = seen.case
    name = " ".join((event.assignee or "").split())[:_NAME]
    if not seen.theirs:
        return Plan(by, because=OURS_NOW)
    if case.status is CaseStatus.RESOLVED:
        return Plan(by, because="it is resolved here")
    if not name:
        return Plan(by, (Release(),)) if is_outside(case.agent) else Plan(by, because="nobody has it")
    to = outsider(seen.mirrored.bridge, name, name)
    if case.agent is not None and (case.agent_name == name or case.agent == to.email):
        return Plan(by, because="it is so already")
    return Plan(by, (Claim(to) if case.agent is None else Assign(to),))


def _merged(event: Incoming, seen: Seen, by: Agent) -> Plan:
    if not event.into or event.into == event.case_key:
        return Plan(by, because="it does not say into what")
    if seen.into is None or seen.into == seen.case.number:
        return Plan(by, (GoOn(event.into),))
    if not seen.theirs or seen.case.status is CaseStatus.RESOLVED:
        return Plan(by, because="it is not theirs, or resolved here")
    return Plan(by, (Merge(seen.into),))


def _edited(event: Incoming, seen: Seen, by: Agent) -> Plan:
    old, new = seen.before, event.text
    if old is not None and old.strip() == new.strip():
        return Plan(by, because="nothing of it has changed")
    if old is None:
        said = CHANGED.format(name=by.name, peer=seen.peer, new=new)
    else:
        changed = CHANGED_READ if seen.delivered else CHANGED_FROM
        said = changed.format(name=by.name, peer=seen.peer, old=old, new=new)
    return Plan(by, _notes(event, said))


def _not_delivered(event: Incoming, seen: Seen, by: Agent) -> Plan:
    """Something of ours came back for good: nobody there knows of it, so whoever waits is our own desk's."""
    why = event.text.strip().removesuffix(".") or NO_REASON
    told = _notes(event, NOT_DELIVERED.format(peer=seen.peer, problem=why))
    waits = seen.theirs and seen.case.status is not CaseStatus.RESOLVED
    return Plan(by, (*told, *((TakeOver(takes_nothing(seen.mirrored.bridge)),) if waits else ())))


def _replies(event: Incoming) -> tuple[Reply, ...]:
    """A long one in parts; the files go with the first."""
    key = key_of(event.event_id)
    first, *more = pieces(event.text)
    return (
        Reply(first, key, bool(event.files)),
        *(Reply(part, f"{key}#{i}") for i, part in enumerate(more, 2)),
    )


def _notes(event: Incoming, text: str, *, files: bool = False) -> tuple[Note, ...]:
    key = key_of(event.event_id)
    first, *more = pieces(text)
    if not first and not (files and event.files):
        return ()
    return (
        Note(first, key, files and bool(event.files)),
        *(Note(part, f"{key}#{i}") for i, part in enumerate(more, 2)),
    )


def _told(event: Incoming, text: str) -> Tell:
    return Tell(text, _told_key(event))


def _told_key(event: Incoming) -> str:
    return f"told/{short(event.event_id)}"
