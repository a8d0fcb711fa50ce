"""What comes next: all policies are asked, and the surest of them is followed.

Source: Rasa Open Source 3.6, `ensemble.py` and `MessageProcessor._predict_next_with_tracker`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.dialogue.assistant import DEFAULT_ACTIONS, Assistant
from bot.folding import ACTION_LISTEN, Json
from bot.policies.memoization import Stories
from bot.policies.rule import Rules
from bot.tracker import Tracker

FOLLOWUP = "followup_action"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prediction:
    """The next action, who says so and how surely.

    events: what is to happen before the action's own event; no_user: a running loop decided, not what the
    customer said; fallback: nothing in the assistant's files fits, this is its last resort.
    """

    action: str
    policy: str
    confidence: float
    because: str = ""
    events: tuple[Json, ...] = ()
    hide_rule_turn: bool = False
    no_user: bool = False
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What an assistant's rules and stories have taught its policies, in the order of its config.yml."""

    assistant: Assistant
    rules: Rules | None
    stories: tuple[Stories, ...]
    actions: frozenset[str]


def action_names(assistant: Assistant) -> frozenset[str]:
    """Every action that can come next."""
    domain = assistant.domain
    retrieval = (f"utter_{name}" for name, intent in domain.intents.items() if intent.retrieval)
    return frozenset((*DEFAULT_ACTIONS, *domain.actions, *domain.responses, *domain.forms, *retrieval))


def predict(memory: Memory, tracker: Tracker) -> Prediction:
    """The next action; pure. A followup that was asked for comes first."""
    if tracker.followup:
        if tracker.followup in memory.actions:
            last = tracker.latest_action or "a new conversation"
            return Prediction(tracker.followup, FOLLOWUP, 1.0, f"{last} asked for it next")
        _log.error("unknown followup action %r; it is passed over", tracker.followup)
    rejected = _rejected(tracker)
    best: tuple[tuple[float, int], Prediction] | None = None
    events: list[Json] = []
    for priority, prediction in _predictions(memory, tracker, rejected):
        events += prediction.events
        if best is None or (prediction.confidence, priority) > best[0] or prediction.no_user:
            best = (prediction.confidence, priority), prediction
            if prediction.no_user:
                break
    chosen = best[1] if best is not None else _nothing("")
    if tracker.latest_action == ACTION_LISTEN:
        events.append({"event": "user_featurization", "use_text_for_featurization": False})
    return replace(chosen, events=tuple(events)) if events else chosen


def _predictions(memory: Memory, tracker: Tracker, rejected: str | None) -> Iterator[tuple[int, Prediction]]:
    """Each policy's prediction with its priority. Stories that can't win against a rule are not asked."""
    ruled: Prediction | None = None
    priority = 0
    if memory.rules is not None:
        priority = memory.rules.settings.priority
        ruled = _ruled(memory.rules, tracker, rejected)
        if ruled.no_user:
            yield priority, ruled
            return
    waiting = ruled
    for policy in memory.assistant.policies.order:
        if policy == "RulePolicy":
            if waiting is not None:
                yield priority, waiting
                waiting = None
            continue
        for stories in memory.stories:
            if stories.policy == policy and (
                ruled is None or (1.0, stories.settings.priority) >= (ruled.confidence, priority)
            ):
                yield stories.settings.priority, _remembered(stories, tracker, rejected)
    if waiting is not None:
        yield priority, waiting


def _ruled(rules: Rules, tracker: Tracker, rejected: str | None) -> Prediction:
    ruled = rules.predict(tracker)
    settings = rules.settings
    events: tuple[Json, ...] = ()
    if ruled.interrupted:
        events = ({"event": "loop_interrupted", "is_interrupted": True},)
    hidden = ruled.source in rules.hidden
    if ruled.action is not None and ruled.action != rejected:
        return Prediction(
            ruled.action, "RulePolicy", 1.0, ruled.because, events, hidden, no_user=ruled.no_user
        )
    if settings.fallback_enabled and settings.fallback_action != rejected:
        because = "no rule fits"
        return Prediction(
            settings.fallback_action,
            "RulePolicy",
            settings.fallback_threshold,
            because,
            events,
            hidden,
            no_user=ruled.no_user,
            fallback=True,
        )
    return replace(_nothing("RulePolicy"), events=events, hide_rule_turn=hidden, no_user=ruled.no_user)


def _remembered(stories: Stories, tracker: Tracker, rejected: str | None) -> Prediction:
    found = stories.predict(tracker)
    if found is None or found.action == rejected:
        return _nothing(stories.policy)
    return Prediction(found.action, stories.policy, 1.0, f"the story '{found.story}' goes on like that")


def _nothing(policy: str) -> Prediction:
    """A policy that knows nothing: listening, with no confidence at all."""
    return Prediction(ACTION_LISTEN, policy, 0.0, "nothing in rules or stories fits", fallback=True)


def _rejected(tracker: Tracker) -> str | None:
    """The action that has just refused to run, which must not be tried again at once."""
    for event in reversed(tracker.events):
        if event["event"] == "action_execution_rejected":
            return str(event["name"])
        if event["event"] == "action":
            return None
    return None
