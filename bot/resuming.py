"""The tracker's events when the bot makes room for a person, and when it begins afresh. Pure."""

from __future__ import annotations

from datetime import datetime

from actions.forms import ANSWERS
from bot.store import JsonObject
from bot.tracker import ACTION_LISTEN, REQUESTED_SLOT, action_event, bare_event, slot_event

_WALKS: dict[str, object] = {"guide": None, "guide_open": None}
_ASKED: dict[str, object] = dict.fromkeys((REQUESTED_SLOT, *ANSWERS, "form_tries", "form_stuck"))


def paused_again(now: datetime) -> JsonObject:
    """A person takes up what was resolved: no new hand-over, so it does not count as one."""
    return {"event": "pause", "timestamp": now.timestamp(), "metadata": {"reopened": True}}


def resumed(now: datetime, *, solved_by: str | None = None) -> tuple[JsonObject, ...]:
    """The bot starts afresh: a wish from before a person came is not read again as a new one.

    solved_by: who has solved it; the steps that were being walked are not gone on with, either.
    """
    walks = _WALKS if solved_by is not None else {}
    because = "a person gave the conversation back"
    return _afresh(now, {"solved_by": solved_by, **walks}, because)


def over(now: datetime) -> tuple[JsonObject, ...]:
    """The conversation has ended, and whatever the bot was at with it: a form, the steps of an article."""
    left: JsonObject = {"event": "active_loop", "timestamp": now.timestamp(), "name": None}
    return left, *_afresh(now, {"solved_by": None, **_WALKS, **_ASKED}, "the conversation has ended")


def _afresh(now: datetime, more: dict[str, object], because: str) -> tuple[JsonObject, ...]:
    fresh: dict[str, object] = {
        "handoff": None,
        "handoff_reason": None,
        "handoff_because": None,
        "handoff_topic": None,
        "handoff_says": None,
        "contact": None,
        "misses": 0,
        "rejected": [],
        "last_article": None,
        "question": None,
        "apologised": False,
        **more,
    }
    return (
        bare_event("resume", at=now),
        *(slot_event(name, value, at=now) for name, value in fresh.items()),
        action_event(ACTION_LISTEN, because, at=now),
    )
