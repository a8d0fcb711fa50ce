"""RulePolicy: what must come next, whatever was said before.

In this order: Rasa's default intents, a running loop, the rules, and the fallback action.
Source: Rasa Open Source 3.6, `rule_policy.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.dialogue.wiring import RuleSettings
from bot.folding import ACTION_LISTEN, ACTION_SESSION_START, NOT_SET
from bot.policies.states import Senses, State, fits, key
from bot.policies.training import ANYTHING
from bot.tracker import Tracker

DEFAULT_ACTIONS = {
    "restart": "action_restart",
    "back": "action_back",
    "session_start": ACTION_SESSION_START,
}

# An example: the states of a conversation and the action that comes next.
Example = tuple[Sequence[State], str]


@dataclass(frozen=True, slots=True)
class LearntRule:
    """States, the last one first, that lead to an action; `key` is their text, `name` the rule's own."""

    states: tuple[State, ...]
    action: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Unhappy:
    """What is known of a loop that was left for a moment.

    returns: the loop is run again without a look at the message; otherwise it must not be run here.
    """

    states: tuple[State, ...]
    returns: bool


@dataclass(frozen=True, slots=True)
class Ruled:
    """What RulePolicy says: `action` None where no rule fits. `source` is what decided, for hiding turns.

    no_user: a running loop decided, not what the customer said; interrupted: the loop is told that it was.
    """

    action: str | None
    source: str | None
    because: str = ""
    no_user: bool = False
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """All learnt rules, found by the action and the intent of their last state; the longest text first.

    hidden: the sources of predictions that no story shows, whose turns stories must not see.
    """

    settings: RuleSettings
    senses: Senses
    found: Mapping[tuple[str | None, str | None], tuple[LearntRule, ...]]
    unhappy: Mapping[str, tuple[Unhappy, ...]]
    longest: int
    hidden: frozenset[str] = field(default=frozenset())

    def predict(self, tracker: Tracker) -> Ruled:
        """What comes next by the rules; pure."""
        intent, loop = tracker.intent, tracker.loop
        if tracker.latest_action == ACTION_LISTEN and intent in DEFAULT_ACTIONS:
            action = DEFAULT_ACTIONS[intent]
            return Ruled(action, default_source(intent), f"the intent {intent!r} always leads to {action}")
        if loop is not None and tracker.latest_action and not tracker.active_loop.get("rejected"):
            if tracker.latest_action != loop:
                return Ruled(loop, loop_source(loop), f"{loop} is running", no_user=True)
            because = f"{loop} has asked"
            return Ruled(ACTION_LISTEN, loop_source(loop, listens=True), because, no_user=True)
        return self._by_rules(self._recent(tracker), loop)

    def _recent(self, tracker: Tracker) -> list[State]:
        """As many states as the longest rule has, the current one first."""
        states = [self.senses.at(tracker.now)]
        for moment in reversed(tracker.moments[len(tracker.moments) - self.longest + 1 :]):
            states.append(self.senses.at(moment))
        return states

    def _by_rules(self, states: Sequence[State], loop: str | None) -> Ruled:
        rule = self._longest_fitting(states)
        if rule is None and loop is None:
            return Ruled(None, None)
        action = rule.action if rule is not None else None
        source = rule.key if rule is not None else None
        because = f"the rule '{rule.name}' says so" if rule is not None else ""
        if loop is None:
            return Ruled(action, source, because)
        unhappy = [each for each in self.unhappy.get(loop, ()) if _fit(each.states, states)]
        if rule is not None and action == ACTION_LISTEN and rule.states[0].loop in (None, NOT_SET):
            # A rule that knows nothing of the loop is done: the loop goes on, unless a story says otherwise.
            if all(each.returns for each in unhappy):
                return Ruled(loop, source, f"the rule '{rule.name}' is done, so {loop} goes on")
            action = None
        return Ruled(action, source, because, interrupted=any(each.returns for each in unhappy))

    def _longest_fitting(self, states: Sequence[State]) -> LearntRule | None:
        last = states[0]
        best: LearntRule | None = None
        for intent in (last.intent, None) if last.intent is not None else (None,):
            for rule in self.found.get((last.action, intent), ()):
                if best is not None and len(rule.key) <= len(best.key):
                    break
                if _fit(rule.states, states):
                    best = rule
                    break
        return best


def _fit(wanted: Sequence[State], states: Sequence[State]) -> bool:
    """Both last state first; a rule longer than the conversation need only fit what there is."""
    return all(fits(want, state) for want, state in zip(wanted, states, strict=False))


def default_source(intent: str) -> str:
    return f"predicting default action with intent {intent}"


def loop_source(loop: str, *, listens: bool = False) -> str:
    return f"handling active loops and forms - {loop}{f' - {ACTION_LISTEN}' if listens else ''}"


def learnt_rules(
    examples: Iterable[Example], names: Iterable[str]
) -> tuple[dict[str, LearntRule], dict[str, str]]:
    """Rules by their text, and the texts of those that contradict each other, each with one such rule's name.

    What comes before `...` does not count; two rules that agree on everything but the action cancel out.
    """
    rules: dict[str, LearntRule] = {}
    contradicting: dict[str, str] = {}
    for (states, action), name in zip(examples, names, strict=True):
        states = after_anything(states)
        if not states:
            continue
        text = key(states)
        if text in contradicting:
            continue
        known = rules.get(text)
        if known is None:
            rules[text] = LearntRule(tuple(reversed(states)), action, text, name)
        elif known.action != action:
            contradicting[text] = known.name
            del rules[text]
    return {text: rule for text, rule in rules.items() if rule.action != ANYTHING}, contradicting


def learnt_unhappy(examples: Iterable[Example]) -> dict[str, tuple[Unhappy, ...]]:
    """What rules and stories show of loops that were left, by the loop's name."""
    found: dict[str, tuple[str, Unhappy]] = {}
    for states, action in examples:
        loop = states[-1].loop
        if loop in (None, NOT_SET):
            continue
        before = [State(action=states[-2].action)] if len(states) > 1 and states[-2].action else []
        recent = after_anything([*before, states[-1]])
        if not recent:
            continue
        listened = states[-1].action == ACTION_LISTEN
        if listened == (action == loop):
            found[key(recent)] = (loop or "", Unhappy(tuple(reversed(recent)), returns=listened))
    by_loop: dict[str, tuple[Unhappy, ...]] = {}
    for name, each in found.values():
        by_loop[name] = (*by_loop.get(name, ()), each)
    return by_loop


def after_anything(states: Sequence[State]) -> Sequence[State]:
    """The states after the last `...`."""
    for index in range(len(states) - 1, -1, -1):
        if states[index].action == ANYTHING:
            return states[index + 1 :]
    return states


def indexed(rules: Iterable[LearntRule]) -> dict[tuple[str | None, str | None], tuple[LearntRule, ...]]:
    """Rules by the action and the intent of their last state, the longest text first."""
    found: dict[tuple[str | None, str | None], list[LearntRule]] = {}
    for rule in rules:
        found.setdefault((rule.states[0].action, rule.states[0].intent), []).append(rule)
    return {where: tuple(sorted(each, key=lambda rule: -len(rule.key))) for where, each in found.items()}
