"""How each event moves a conversation on: Rasa's table of effects, folded without going over the past again.

Source: Rasa Open Source 3.6, `events.py` (what an event does) and `trackers.py` (which events still count).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

ACTION_LISTEN = "action_listen"
ACTION_SESSION_START = "action_session_start"
# Actions under this policy are the house's own: rules and stories don't see them.
OVERLAY = "Overlay"
# In rules: a slot or a loop that must not be set, as against one that the rule does not speak of.
NOT_SET = "should_not_be_set"

# What a form's repeated run takes back: one run that went well is all that rules and stories see of it.
_TAKEN_BACK = frozenset(("action", "user", "user_featurization"))


@dataclass(frozen=True, slots=True)
class Moment:
    """A conversation just before an action, made of the events that count.

    at: how many of those events came before; did: the action that followed, None for the moment that is now.
    hidden: stories pass over it, for a rule that no story knows decided here; story_heard and story_action
    are the message and the last action as stories see them; kept: the moments before it that stories see.
    """

    at: int
    heard: Json | None
    slots: Mapping[str, Any]
    action: str | None
    loop: Mapping[str, Any]
    followup: str | None
    paused: bool
    did: str | None
    hidden: bool
    story_heard: Json | None
    story_action: str | None
    kept: int


def loop_name(loop: Mapping[str, Any]) -> str | None:
    """The name of the running loop; None where none runs."""
    name = loop.get("name")
    return None if name == NOT_SET else name


def action_name(event: Mapping[str, Any]) -> str:
    """What an action event's action is called; an end-to-end one by its text."""
    return str(event.get("name") or event.get("action_text"))


def leaves_trace(event: Mapping[str, Any]) -> bool:
    """Whether rules and stories see this action."""
    return event.get("policy") != OVERLAY or event.get("name") == ACTION_LISTEN


@dataclass(slots=True)
class Fold:
    """A conversation while events are being added to it; `Tracker` is the value before and after.

    user is the last message, heard the last one that still counts (a form that ran well takes back the
    message that it ran for); followup and pending are the like. loops: the names of all loops there ever
    were; lists: the slots that hold lists.
    """

    initial: Mapping[str, Any]
    lists: frozenset[str]
    slots: Mapping[str, Any]
    user: Json | None
    heard: Json | None
    channel: str | None
    action: str | None
    loop: Mapping[str, Any]
    followup: str | None
    pending: str | None
    paused: bool
    loops: set[str]
    applied: list[Json]
    moments: list[Moment]

    def take(self, event: Json) -> None:
        """Let one event happen; an unknown kind is kept and changes nothing."""
        kind = event["event"]
        if kind == "action":
            self._act(event)
            return
        if kind in ("rewind", "undo", "session_started", "restart"):
            self._go_back(kind)
            return
        self.applied.append(event)
        if kind == "user":
            self.user = self.heard = event
            self.channel = event.get("input_channel")
            self.followup = self.pending = None
        elif kind == "slot":
            self._set(event["name"], event.get("value"))
        elif kind in ("active_loop", "form"):
            self._change_loop(event.get("name"))
        elif kind == "followup":
            self.followup = self.pending = event["name"]
        elif kind == "action_execution_rejected":
            if event.get("name") == loop_name(self.loop):
                self.loop = {**self.loop, "rejected": True}
        elif kind in ("loop_interrupted", "form_validation"):
            if self.loop:
                self.loop = {**self.loop, "is_interrupted": _interrupted(event)}
        elif kind == "reset_slots":
            self.slots = dict(self.initial)
        elif kind in ("pause", "resume"):
            self.paused = kind == "pause"
        elif kind == "entities" and self.user and self.action == ACTION_LISTEN:
            self.user = self.heard = _with_entities(self.user, event.get("entities") or [])

    def _act(self, event: Json) -> None:
        if not leaves_trace(event):
            self.applied.append(event)
            return
        name = action_name(event)
        if name not in self.loops or not self._join_runs(name):
            self.moments.append(self._moment(name, hides=bool(event.get("hide_rule_turn"))))
            self.applied.append(event)
            self.pending = None
        self.action, self.followup = name, None
        running = loop_name(self.loop)
        if running and (self.loop["is_interrupted"] or (self.loop["rejected"] and running == name)):
            rejected = self.loop["rejected"] and running != name
            self.loop = {**self.loop, "is_interrupted": False, "rejected": rejected}

    def _moment(self, did: str, *, hides: bool) -> Moment:
        return moment(
            self.moments[-1] if self.moments else None,
            at=len(self.applied),
            heard=self.heard,
            slots=self.slots,
            action=self.action,
            loop=self.loop,
            followup=self.pending,
            paused=self.paused,
            did=did,
            hides=hides,
        )

    def _set(self, name: str, value: Any) -> None:
        if name in self.initial:
            if name in self.lists and value and not isinstance(value, list):
                value = [value]
            self.slots = {**self.slots, name: value}

    def _change_loop(self, name: str | None) -> None:
        self.loop = {}
        if name:
            self.loops.add(name)
            trigger = (self.user or {}).get("parse_data")
            self.loop = {"name": name, "is_interrupted": False, "rejected": False, "trigger_message": trigger}

    def _join_runs(self, loop: str) -> bool:
        """Count this run of a loop and the one before as one, unless it is its first or ends another path."""
        following: str | None = None
        for index in range(len(self.applied) - 1, -1, -1):
            event = self.applied[index]
            kind = event["event"]
            if kind in ("active_loop", "form") and not event.get("name"):
                return False
            if kind == "action_execution_rejected" and event.get("name") == loop:
                return False
            if kind == "user" and following not in (None, loop):
                return False
            if kind == "action" and leaves_trace(event):
                following = action_name(event)
                if following == loop:
                    self._take_back(index)
                    return True
        return False

    def _take_back(self, index: int) -> None:
        """Forget what was said and done since the run at `index`, and keep what it led to."""
        since = [event for event in self.applied[index + 1 :] if event["event"] not in _TAKEN_BACK]
        self.applied[index + 1 :] = since
        while self.moments[-1].at > index:
            self.moments.pop()
        self.heard = self.moments[-1].heard
        self.pending = next(
            (event["name"] for event in reversed(since) if event["event"] == "followup"), None
        )

    def _go_back(self, kind: str) -> None:
        if kind in ("session_started", "restart"):
            self._begin()
            self.followup = self.pending = ACTION_SESSION_START if kind == "restart" else ACTION_LISTEN
            return
        # Rewind takes back the last message and the action before it, undo the last action alone.
        until = self._last_said() if kind == "rewind" else len(self.applied)
        while self.moments and self.moments[-1].at >= until:
            self.moments.pop()
        if not self.moments:
            self._begin()
            return
        moment = self.moments.pop()
        del self.applied[moment.at :]
        self.user = self.heard = moment.heard
        self.slots, self.action, self.loop = moment.slots, moment.action, moment.loop
        self.followup = self.pending = moment.followup
        self.paused = moment.paused

    def _last_said(self) -> int:
        for index in range(len(self.applied) - 1, -1, -1):
            if self.applied[index]["event"] == "user":
                return index
        return 0

    def _begin(self) -> None:
        self.applied.clear()
        self.moments.clear()
        self.slots, self.user, self.heard = dict(self.initial), None, None
        self.followup = self.pending = ACTION_LISTEN
        self.action, self.loop, self.paused = None, {}, False


def moment(
    last: Moment | None,
    *,
    at: int,
    heard: Json | None,
    slots: Mapping[str, Any],
    action: str | None,
    loop: Mapping[str, Any],
    followup: str | None,
    paused: bool,
    did: str | None = None,
    hides: bool = False,
) -> Moment:
    """The moment after `last`; `hides` is what the action that follows says of the turn."""
    after_hidden = last is not None and last.hidden
    # A followup, and listening after a form that ran well, are hidden where the turn before them was.
    hidden = after_hidden if followup or action == loop_name(loop) else hides
    kept = 0 if last is None else last.kept + (not last.hidden)
    story_heard = heard
    if last is not None and (hidden or (kept and action != ACTION_LISTEN)):
        story_heard = last.story_heard
    return Moment(
        at=at,
        heard=heard,
        slots=slots,
        action=action,
        loop=loop,
        followup=followup,
        paused=paused,
        did=did,
        hidden=hidden,
        story_heard=story_heard,
        story_action=last.story_action if last is not None and after_hidden else action,
        kept=kept,
    )


def _interrupted(event: Mapping[str, Any]) -> bool:
    """Rasa 1 wrote the same event as `form_validation` with `validate: false`."""
    return bool(event.get("is_interrupted", not event.get("validate", True)))


def _with_entities(user: Json, entities: list[Json]) -> Json:
    parse = dict(user.get("parse_data") or {})
    known = list(parse.get("entities") or [])
    parse["entities"] = known + [each for each in entities if each not in known]
    return {**user, "parse_data": parse}
