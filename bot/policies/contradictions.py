"""Whether rules and stories agree: every one of them is played, and the rules must predict what it says.

Source: Rasa Open Source 3.6, `rule_policy.py` and `training.py` (what an incomplete rule is).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.dialogue.assistant import Assistant, UserStep
from bot.dialogue.errors import AssistantError, Problem
from bot.folding import ACTION_LISTEN, NOT_SET, action_name
from bot.policies.rule import (
    DEFAULT_ACTIONS,
    LearntRule,
    Rules,
    after_anything,
    default_source,
    indexed,
    loop_source,
)
from bot.policies.states import Senses, key
from bot.policies.training import ANYTHING, Trail, begun
from bot.tracker import Tracker

WAY_OUT = "change one of them, or make both say the same"


@dataclass(frozen=True, slots=True)
class _Played:
    """One action of a trail: what it says, what the rules predict, and what the prediction comes from."""

    gold: str
    predicted: str | None
    source: str | None


def check_size(assistant: Assistant) -> None:
    """Raise AssistantError for a rule with more than one message: that is a story."""
    problems = [
        Problem(
            rule.place.file,
            rule.place.line,
            rule.place.key,
            f"rule {rule.name!r} has more than one message; write a story instead, or set `restrict_rules: "
            "false` in config.yml",
        )
        for rule in assistant.rules
        if sum(isinstance(step, UserStep) for step in rule.steps) > 1
    ]
    if problems:
        raise AssistantError(problems)


def check_complete(rules: Sequence[Trail], senses: Senses) -> None:
    """Raise AssistantError for rules whose actions don't set what the same actions set in other rules."""
    slots: dict[str, set[str]] = {}
    loops: dict[str, dict[str, None]] = {}
    for trail in rules:
        action: str | None = None
        for event in trail.tracker.events:
            if event["event"] == "action":
                action = action_name(event)
            elif event["event"] == "user":
                action = None
            elif action is not None and event["event"] == "slot" and event["name"] in senses.slot_names:
                slots.setdefault(action, set()).add(event["name"])
            elif action is not None and event["event"] == "active_loop":
                loops.setdefault(action, {})[event["name"]] = None
    problems = [problem for trail in rules for problem in _gaps(trail, slots, loops)]
    if problems:
        raise AssistantError(problems)


def _gaps(
    trail: Trail, slots: Mapping[str, set[str]], loops: Mapping[str, dict[str, None]]
) -> Iterable[Problem]:
    following = [*(state.action for state in trail.seen[1:]), trail.tracker.latest_action, ACTION_LISTEN]
    for state, then in zip(trail.seen, following, strict=False):
        if state.action is None or ANYTHING in (state.action, then):
            continue
        missing = slots.get(state.action, set()) - {name for name, _ in state.slots}
        if missing:
            yield _problem(
                trail,
                f"the action {state.action!r} does not set {', '.join(sorted(missing))} as it does in other "
                "rules; add `slot_was_set` after it (`null` where it must stay unset), or, if it comes last, "
                "`wait_for_user_input: false`",
            )
        wanted = loops.get(state.action, {})
        if wanted and state.loop not in wanted:
            names = ", ".join("null" if name == NOT_SET else name for name in wanted)
            yield _problem(
                trail,
                f"the action {state.action!r} is not followed by the `active_loop` of other rules ({names}); "
                "add it, or, if the action comes last, `wait_for_user_input: false`",
            )


def agreed(
    assistant: Assistant, rules: Rules, learnt: Mapping[str, LearntRule], trails: Sequence[Trail]
) -> Rules:
    """The rules without those that a story makes void, knowing which turns stories must not see.

    trails: those of rules and of stories. Raises AssistantError where a rule predicts something else than a
    rule or a story says, with the names of both.
    """
    learnt = dict(learnt)
    sources: dict[str | None, list[tuple[str, str | None]]] = {}
    for trail in trails:
        if trail.is_rule:
            for each in _play(assistant, trail, rules):
                if each.source:
                    own = each.source in _OWN or each.source.startswith(_LOOPS)
                    named = (each.source, each.predicted) if own else (trail.name, each.gold)
                    sources.setdefault(each.source, []).append(named)
    used: set[str | None] = set()
    problems: list[Problem] = []
    for trail in trails:
        for each in _play(assistant, trail, rules):
            if not trail.is_rule and each.predicted == each.gold:
                used.add(each.source)
            if not each.predicted or not each.source or each.predicted == each.gold:
                continue
            if not trail.is_rule and each.predicted == ACTION_LISTEN and _is_void(each.source, learnt):
                del learnt[each.source]
                rules = replace(rules, found=indexed(learnt.values()))
                continue
            against = {name: action for name, action in sources.get(each.source, ()) if action != each.gold}
            if against:
                problems.append(_contradiction(trail, each, against))
    if problems:
        raise AssistantError(problems)
    loops = {
        loop_source(form, listens=listens) for form in assistant.domain.forms for listens in (True, False)
    }
    everything = {*sources, *_OWN, *loops}
    return replace(rules, hidden=frozenset(each for each in everything if each and each not in used))


_OWN = frozenset(map(default_source, DEFAULT_ACTIONS))
_LOOPS = loop_source("")


def _play(assistant: Assistant, trail: Trail, rules: Rules) -> Iterable[_Played]:
    """What the rules predict at each action of a trail that can be predicted at all."""
    tracker = begun(assistant.domain)
    unpredictable = True
    for event in trail.tracker.applied:
        if event["event"] == "action":
            name = action_name(event)
            if name == ANYTHING:
                unpredictable = True
            elif unpredictable or event.get("unpredictable"):
                unpredictable = False
            else:
                each = _predicted(trail, tracker, rules, name)
                loop = tracker.loop
                if loop and each.predicted == loop != name:
                    # A story that leaves its form says so by doing something else.
                    tracker = tracker.after([{"event": "action_execution_rejected", "name": loop}])
                    each = _predicted(trail, tracker, rules, name)
                yield each
        tracker = tracker.after([event])


def _predicted(trail: Trail, tracker: Tracker, rules: Rules, gold: str) -> _Played:
    ruled = rules.predict(tracker)
    if ruled.action is not None or not trail.is_rule:
        return _Played(gold, ruled.action, ruled.source)
    # A rule that its own twin has cancelled is not predicted at all.
    settings = rules.settings
    states = [*map(rules.senses.at, tracker.moments), rules.senses.at(tracker.now)]
    last = settings.fallback_action if settings.fallback_enabled else ACTION_LISTEN
    return _Played(gold, last, ruled.source or key(after_anything(states)))


def _is_void(source: str, learnt: Mapping[str, LearntRule]) -> bool:
    """A rule that only says that nothing follows, and another that goes on from the same action."""
    if source not in learnt or source.count("prev_action") > 1:
        return False
    return any(other.startswith(source[:-2]) and other != source for other in learnt)


def _contradiction(trail: Trail, played: _Played, against: Mapping[str, str | None]) -> Problem:
    others = " and ".join(f"{name!r} says {action!r}" for name, action in sorted(against.items()))
    kind = "rule" if trail.is_rule else "story"
    return _problem(
        trail, f"{kind} {trail.name!r} says {played.gold!r} where {others}; {WAY_OUT}", named=False
    )


def _problem(trail: Trail, message: str, *, named: bool = True) -> Problem:
    place = trail.place
    return Problem(place.file, place.line, place.key, f"rule {trail.name!r}: {message}" if named else message)
