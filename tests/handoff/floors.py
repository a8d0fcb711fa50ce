"""Desks at one moment, in few words: cases, members, and rules to decide by."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.case import Case, CaseStatus
from handoff.escalation import Reason
from handoff.floor.floor import Floor, Member
from handoff.floor.hours import ALWAYS
from handoff.floor.rules import Priority, RaiseRule, Rules, Target, Team
from tests.handoff.conversations import MONDAY

MINUTE = timedelta(minutes=1)
RULES = Rules(
    teams=(
        Team("support", {"en": "Support"}, ("support",)),
        Team("billing", {"en": "Billing"}, ("billing",), overflow="support"),
    ),
    fallback="support",
    targets={
        Priority.URGENT: Target(5 * MINUTE, 120 * MINUTE),
        Priority.HIGH: Target(15 * MINUTE, 240 * MINUTE),
        Priority.NORMAL: Target(60 * MINUTE, 480 * MINUTE),
        Priority.LOW: Target(240 * MINUTE, 960 * MINUTE),
    },
    raises=(RaiseRule("waiting", "nobody has taken it for long", Priority.HIGH, waited=30 * MINUTE),),
)


def case(number: int = 1, *, at: datetime = MONDAY, **given: object) -> Case:
    """One that nobody holds, of a customer who waits since `at`; anything may be said otherwise."""
    team = str(given.get("team", "support"))
    language = str(given.get("language", "en"))
    usual: dict[str, object] = {
        "number": number,
        "handoff_id": f"c{number}-1",
        "conversation_id": f"c{number}",
        "episode": 1,
        "status": CaseStatus.OPEN,
        "team": team,
        "priority": Priority.NORMAL,
        "priority_because": "Normal: nothing in the conversation raises or lowers it.",
        "skills": (language, team),
        "language": language,
        "headline": "Where is it?",
        "reason": Reason.ASKED_FOR_PERSON,
        "channel": "web",
        "customer_id": f"customer {number}",
        "customer_name": None,
        "agent": None,
        "agent_name": None,
        "opened_at": at,
        "waiting_since": at,
        "first_reply_by": ALWAYS.due(at, 60 * MINUTE),
        "resolve_by": ALWAYS.due(at, 480 * MINUTE),
        "claimed_at": None,
        "first_replied_at": None,
        "resolved_at": None,
        "outcome": None,
        "unread": 1,
        "last_seq": 1,
        "version": 1,
    }
    return Case(**usual | given)  # type: ignore[arg-type]


def held(number: int, by: str, *, since: datetime = MONDAY, **given: object) -> Case:
    """A case in the hands of a member, by their first name."""
    hands = {"agent": email(by), "agent_name": by, "held_since": since, "held_how": "routed"}
    return case(number, **{"at": since, **hands, **given})  # type: ignore[arg-type]


def member(name: str, *, at: datetime = MONDAY, **given: object) -> Member:
    """Somebody who is online at the moment."""
    usual: dict[str, object] = {"status": "online", "status_at": at, "last_seen": at}
    return Member(email(name), name, **usual | given)  # type: ignore[arg-type]


def floor(*there: Case | Member, **more: object) -> Floor:
    """The cases in the order given, and the members."""
    cases = tuple(each for each in there if isinstance(each, Case))
    members = tuple(each for each in there if isinstance(each, Member))
    return Floor(cases, members, **more)  # type: ignore[arg-type]


def email(name: str) -> str:
    return f"{name.lower()}@nettly.example"
