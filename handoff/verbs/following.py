"""Promises that stay visible until they are kept, and who takes part in a case. Pure decisions."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from handoff.case import Case, CaseEvent
from handoff.errors import PhoneError
from handoff.verbs.agent import Agent, working_on
from handoff.verbs.change import Change, Follower, FollowUp, FollowUpKind, NewFollowUp
from handoff.verbs.sentences import happened
from handoff.verbs.sleeping import ahead

_PHONE = re.compile(r"\+?[\d\s()./-]{3,39}")


def promised(
    case: Case,
    by: Agent,
    due: datetime,
    text: str,
    kind: FollowUpKind,
    phone: str | None,
    now: datetime,
) -> Change:
    """A call-back needs a number to call: the one given, or the case's contact. Raises PhoneError."""
    noted = working_on(case, by).after(CaseEvent.FOLLOW_UP_SET)
    ahead(due, now, "due")
    number = phone_of(phone) if phone is not None and phone.strip() else None
    if kind == "call_back" and number is None:
        if case.contact is None or not _PHONE.fullmatch(case.contact.strip()):
            raise PhoneError("no number to call is known")
        number = case.contact.strip()
    what = "promised to call back by" if kind == "call_back" else "set a follow-up for"
    change = happened(noted, CaseEvent.FOLLOW_UP_SET, by, now, f"{what} {_stamp(due)}: {text}")
    return replace(change, follow_up=NewFollowUp(kind, text, number, due, by.email, by.name))


def kept(case: Case, by: Agent, promise: FollowUp, now: datetime) -> Change | None:
    """Whoever has kept it may say so; a second time changes nothing."""
    noted = working_on(case, by).after(CaseEvent.FOLLOW_UP_DONE)
    if promise.done_at is not None:
        return None
    what = "called back" if promise.kind == "call_back" else "followed up"
    change = happened(noted, CaseEvent.FOLLOW_UP_DONE, by, now, f"{what}: {promise.text}")
    return replace(change, done=promise.id)


def followed(case: Case, by: Agent, follows: bool, now: datetime) -> Change:
    """Anybody may listen in on a case; the thread says so, and when they no longer do."""
    noted = working_on(case, by).after(CaseEvent.FOLLOWED)
    what = "follows the case" if follows else "no longer follows the case"
    change = happened(noted, CaseEvent.FOLLOWED, by, now, what)
    if follows:
        return replace(change, follows=(Follower(by.email, by.name),))
    return replace(change, unfollows=(by.email,))


def phone_of(given: str) -> str:
    """As it was written; raises PhoneError for what is no number."""
    number = " ".join(given.split())
    if not _PHONE.fullmatch(number) or sum(sign.isdigit() for sign in number) < 3:
        raise PhoneError(f"{number[:20]!r} is not a phone number")
    return number


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")
