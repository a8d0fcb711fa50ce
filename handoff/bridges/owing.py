"""What a helpdesk outside is owed after an event of a case that it mirrors, and who has it then. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handoff.bridges import CaseRef
from handoff.case import Case, CaseEvent, CaseStatus
from handoff.entry import Entry
from handoff.values import JsonObject
from handoff.verbs.change import Change, Controller

OUTSIDE = ".outside"
"""How the e-mail of somebody ends who works at a helpdesk outside, and not at our desk."""

INCOMING = "peer/"
"""How the `client_id` of an entry begins that came from a helpdesk outside."""

Op = Literal["open", "post", "update"]
State = Literal["new", "sending", "unsure", "done", "parked"]


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A case that a helpdesk mirrors; `ref` is None until it has opened it.

    controller: whose answers reach the customer. epoch: grows whenever that changes. why: what made the house
    take the case over, "" where a person did or nobody has. since: when that was, or when the case was new.
    """

    bridge: str
    handoff_id: str
    case: int
    ref: CaseRef | None
    controller: Controller
    epoch: int
    why: str
    since: datetime
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewItem:
    """One thing to be told; `key` is the same whenever it is told, and no other thing has it.

    seq: the entry to post; of an `open`, the last one that its transcript holds. payload: {"note": words} of
    a post that stands in no thread, {"status", "priority", "labels", "team", "assignee", "was_assignee"} of
    an update, as far as they have changed.
    """

    op: Op
    key: str
    seq: int | None = None
    payload: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Owing:
    """All that an event makes us owe, in order; `controller` where somebody else has the case from now on."""

    items: tuple[NewItem, ...] = ()
    controller: Controller | None = None


NOTHING = Owing()

_NEWS = ("undelivered",)
"""Events that whoever has answered must hear of: their words have not reached the customer."""


def outside_email(bridge: str, author: str) -> str:
    """Who somebody at a helpdesk is to our desk."""
    return f"{author}@{bridge}{OUTSIDE}"


def is_outside(email: str | None) -> bool:
    """Whether somebody works at a helpdesk outside."""
    return email is not None and email.endswith(OUTSIDE)


def opening(case: Case) -> Owing:
    """A new case: the helpdesk opens it, with what has been said so far."""
    return Owing((NewItem("open", f"{case.handoff_id}.open", case.last_seq),))


def told(handoff_id: str, seq: int) -> NewItem:
    """An entry of the thread, to be posted."""
    return NewItem("post", f"{handoff_id}.{seq}", seq)


def owing(mirrored: Mirrored, before: Case, after: Case, entries: Sequence[Entry], change: Change) -> Owing:
    """What an event makes us owe, but for what the helpdesk itself has said and done."""
    if after.forgotten:
        return NOTHING
    key = mirrored.handoff_id
    posts = [told(key, entry.seq) for entry in entries if _is_told(entry, before, after, change)]
    updates = list(_updates(key, before, after, change))
    controller = _controller(mirrored, before, after, entries, change)
    notes: list[NewItem] = []
    if controller is not None:
        says = handed_over(controller, after, change)
        notes.append(NewItem("post", f"{key}.e{mirrored.epoch + 1}", payload={"note": says}))
    # What is said in a case that begins again finds it open; what is said as it ends comes before the end.
    reopened = before.status is CaseStatus.RESOLVED and after.status is not CaseStatus.RESOLVED
    items = (*updates, *notes, *posts) if reopened else (*notes, *posts, *updates)
    return Owing(items, controller)


def _is_told(entry: Entry, before: Case, after: Case, change: Change) -> bool:
    """Whether an entry is for the helpdesk: what was said, what colleagues noted, how the case ended, and
    what has not reached its customer."""
    if is_outside(entry.author) or (entry.client_id or "").startswith(INCOMING):
        return False
    if entry.kind == "event":
        ends = after.status is CaseStatus.RESOLVED and before.status is not CaseStatus.RESOLVED
        return change.what in _NEWS or (ends and not is_outside(change.actor))
    if entry.kind == "line":
        # What is said once the case has ended is the bot's to answer, and would open it again there.
        over = before.status is CaseStatus.RESOLVED and after.status is CaseStatus.RESOLVED
        return entry.author in ("customer", "bot") and not over
    return True


def _updates(key: str, before: Case, after: Case, change: Change) -> Iterator[NewItem]:
    if is_outside(change.actor):
        return
    changed: JsonObject = {}
    if before.status is not after.status:
        changed["status"] = after.status.value
    if before.priority is not after.priority:
        changed["priority"] = after.priority.value
    if before.labels != after.labels:
        changed["labels"] = list(after.labels)
    if before.team != after.team:
        changed["team"] = after.team
    if before.agent != after.agent and not (is_outside(before.agent) or is_outside(after.agent)):
        changed["assignee"], changed["was_assignee"] = after.agent, before.agent
    if changed:
        yield NewItem("update", f"{key}.v{after.version}", payload=changed)


def _controller(
    mirrored: Mirrored, before: Case, after: Case, entries: Sequence[Entry], change: Change
) -> Controller | None:
    """Who has the case from now on, where that is somebody else than before.

    Whoever of our own people takes it, or answers in it, has it; and who puts it back gives it back, unless
    the house itself had to take it over.
    """
    if change.controller is not None:
        return None if change.controller == mirrored.controller else change.controller
    if mirrored.controller == "peer":
        taken = after.agent is not None and after.agent != before.agent and not is_outside(after.agent)
        answered = any(entry.kind == "reply" and not is_outside(entry.author) for entry in entries)
        return "desk" if taken or answered else None
    put_back = change.what == CaseEvent.RELEASED and not is_outside(before.agent) and not mirrored.why
    return "peer" if put_back else None


def handed_over(controller: Controller, after: Case, change: Change) -> str:
    """What the helpdesk's people read when somebody else has the case."""
    if controller == "peer":
        return "This case is yours again: what is answered here reaches the customer."
    if change.because:
        return (
            f"Our own desk has taken this case over: {change.because}. What is answered here does not reach "
            "the customer any more."
        )
    name = after.agent_name or "Somebody"
    return (
        f"{name} answers this case at our own desk. What is answered here does not reach the customer any "
        "more."
    )
