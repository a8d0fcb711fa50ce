"""What comes next, decided as Rasa decides: by rules and by stories remembered word for word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.dialogue.assistant import Assistant
from bot.folding import NOT_SET, action_name
from bot.policies.contradictions import agreed, check_complete, check_size
from bot.policies.ensemble import Memory, Prediction, action_names, predict
from bot.policies.memoization import Stories, endings, learnt_stories
from bot.policies.rule import Example, Rules, indexed, learnt_rules, learnt_unhappy
from bot.policies.states import Senses, State
from bot.policies.training import Trail, begun, trails

__all__ = ["Memory", "Prediction", "learn", "predict"]


def learn(assistant: Assistant) -> Memory:
    """All that rules and stories teach.

    Raises AssistantError for rules that contradict each other or a story, or are incomplete, and for
    checkpoints that multiply beyond measure; each with the rule's name, file, line and the way out.
    """
    policies = assistant.policies
    senses = Senses(assistant.domain)
    of_rules, of_stories = trails(assistant, senses)
    rule_examples, rule_names = _examples(
        of_rules, (_rule_states(each, assistant, senses) for each in of_rules)
    )
    story_examples, story_names = _examples(of_stories, (_story_states(each, senses) for each in of_stories))
    rules: Rules | None = None
    if policies.rule is not None:
        if policies.rule.restrict:
            check_size(assistant)
        if policies.rule.check_contradictions:
            check_complete(of_rules, senses)
        learnt, _ = learnt_rules(rule_examples, rule_names)
        unhappy = learnt_unhappy((*rule_examples, *story_examples))
        lengths = [len(rule.states) for rule in learnt.values()]
        lengths += [len(each.states) for found in unhappy.values() for each in found]
        rules = Rules(policies.rule, senses, indexed(learnt.values()), unhappy, max(lengths, default=1))
        if policies.rule.check_contradictions:
            rules = agreed(assistant, rules, learnt, (*of_stories, *of_rules))
    slots, loops = _only_in_rules(rule_examples, story_examples, rules)
    stories = tuple(
        Stories(
            settings=settings,
            senses=senses,
            found=(found := learnt_stories(story_examples, story_names, settings)),
            rule_slots=slots,
            rule_loops=loops,
            longest=max(map(len, found), default=0),
            ends=endings(found),
        )
        for settings in policies.memoization
    )
    return Memory(assistant, rules, stories, action_names(assistant))


def _examples(of: Sequence[Trail], states: Iterable[Sequence[State]]) -> tuple[list[Example], list[str]]:
    """The states before each action that can be learnt, with the action and the rule's or story's name."""
    examples: list[Example] = []
    names: list[str] = []
    for trail, seen in zip(of, states, strict=True):
        actions = (event for event in trail.tracker.applied if event["event"] == "action")
        for index, event in enumerate(actions, start=1):
            # What a story lets the bot say in so many words is no action of the domain.
            if not event.get("unpredictable") and event["name"] is not None:
                examples.append((seen[:index], action_name(event)))
                names.append(trail.name)
    return examples, names


def _rule_states(trail: Trail, assistant: Assistant, senses: Senses) -> list[State]:
    """A rule's states: of the slots it sees those that it sets itself, never the values they start with."""
    tracker = begun(assistant.domain, unset=True).after(trail.tracker.events)
    return [*map(senses.at, tracker.moments), senses.at(tracker.now)]


def _story_states(trail: Trail, senses: Senses) -> Sequence[State]:
    return (*trail.seen, senses.at(trail.tracker.now))


def _only_in_rules(
    rules: Iterable[Example], stories: Iterable[Example], learnt: Rules | None
) -> tuple[frozenset[str], frozenset[str]]:
    """The slots and the loops that rules speak of and stories do not."""
    if learnt is None or not learnt.settings.check_contradictions:
        return frozenset(), frozenset()
    rule_slots, rule_loops = _spoken_of(rules)
    story_slots, story_loops = _spoken_of(stories)
    return frozenset(rule_slots - story_slots), frozenset(rule_loops - story_loops)


def _spoken_of(examples: Iterable[Example]) -> tuple[set[str], set[str]]:
    slots: set[str] = set()
    loops: set[str] = set()
    for states, _ in examples:
        # Each example holds the one before it, but for the one action that can't be learnt.
        for state in states[-2:]:
            slots.update(name for name, _ in state.slots)
            if state.loop not in (None, NOT_SET):
                loops.add(state.loop or "")
    return slots, loops
