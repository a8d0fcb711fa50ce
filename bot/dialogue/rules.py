"""What rules and stories say comes next; pure lookups, no guessing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.dialogue.assistant import (
    ActionStep,
    Assistant,
    EntityCondition,
    LoopStep,
    OrStep,
    Rule,
    SlotCondition,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from bot.dialogue.documents import JsonValue
from bot.understanding.reading import Entity

LISTEN = "action_listen"


@dataclass(frozen=True, slots=True)
class PastTurn:
    """A finished turn as stories see it: what was understood and what the bot did, without action_listen."""

    intent: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """What rules and stories look at: `done` this turn's actions so far, `past` the turns before it."""

    intent: str
    entities: Sequence[Entity]
    slots: Mapping[str, JsonValue]
    active_loop: str | None
    done: tuple[str, ...]
    past: tuple[PastTurn, ...] = ()


@dataclass(frozen=True, slots=True)
class NextAction:
    """The action, the rule or story that asks for it, and all that it still asks for, this action first."""

    action: str
    kind: str
    name: str
    ahead: tuple[str, ...] = ()


def next_action(assistant: Assistant, situation: Situation) -> NextAction | None:
    """The next action that a rule, else a story, asks for; None where neither speaks.

    Of several rules the one with the most conditions and entities wins. Once a rule's first action is done it
    is followed to its end though an action may have changed the slots its condition looks at; a rule whose
    condition holds still goes first.
    """
    best: tuple[int, NextAction] | None = None
    for rule in assistant.rules:
        step = _by_rule(rule, situation)
        if step is not None and (best is None or step[0] > best[0]):
            best = step
    return best[1] if best is not None else _by_stories(assistant.stories, situation)


def _by_rule(rule: Rule, situation: Situation) -> tuple[int, NextAction] | None:
    """(how well the rule fits, what it asks for next), None where it does not."""
    held = all(_condition(each, situation) for each in rule.conditions)
    if not (held or situation.done) or (rule.at_start and situation.past):
        return None
    users = [step for step in rule.steps if isinstance(step, UserStep | OrStep)]
    entities = _said(users[0], situation) if users else None
    if entities is None:
        return None
    actions = [step.action for step in rule.steps if isinstance(step, ActionStep)]
    ahead = _after(actions, situation.done)
    if ahead is None:
        return None
    weight = 1_000 * held + len(rule.conditions) + entities
    return weight, NextAction(ahead[0], "rule", rule.name, ahead)


def _after(actions: Sequence[str], done: tuple[str, ...]) -> tuple[str, ...] | None:
    """What follows `done` when the actions begin with it: never empty, for action_listen comes last."""
    wanted = tuple(action for action in actions if action != LISTEN)
    if wanted[: len(done)] != done or not wanted:
        return None
    return (*wanted[len(done) :], LISTEN)


def _said(step: UserStep | OrStep, situation: Situation) -> int | None:
    """How many entities the step asked for, None where it means another message."""
    options: Iterable[UserStep | SlotStep] = step.options if isinstance(step, OrStep) else (step,)
    for option in options:
        if not isinstance(option, UserStep) or option.intent != situation.intent:
            continue
        if all(_has(each, situation.entities) for each in option.entities):
            return len(option.entities)
    return None


def _has(condition: EntityCondition, entities: Sequence[Entity]) -> bool:
    return any(
        entity.name == condition.name
        and condition.role in (None, entity.role)
        and condition.group in (None, entity.group)
        and condition.value in (None, entity.value)
        for entity in entities
    )


def _condition(step: SlotStep | LoopStep, situation: Situation) -> bool:
    if isinstance(step, LoopStep):
        return step.loop == situation.active_loop
    return all(_slot(each, situation.slots) for each in step.slots)


def _slot(condition: SlotCondition, slots: Mapping[str, JsonValue]) -> bool:
    """A bare name asks for any value; `name: null` for none; else the values must be equal."""
    value = slots.get(condition.name)
    if condition.bare:
        return value not in (None, False, [], "")
    return value == condition.value


def _by_stories(stories: Sequence[Story], situation: Situation) -> NextAction | None:
    """The one action that all matching stories with the longest shared past agree on."""
    best_length = -1
    found: dict[str, NextAction] = {}
    for story in stories:
        turns = _turns(story.steps)
        for number, turn in enumerate(turns):
            past = tuple(PastTurn(each.user.intent or "", each.actions) for each in turns[:number])
            if (not past and situation.past) or len(past) > len(situation.past):
                continue
            recent = situation.past[len(situation.past) - len(past) :]
            if recent != past or _said(turn.user, situation) is None:
                continue
            ahead = _after(turn.actions, situation.done)
            if ahead is None or len(past) < best_length:
                continue
            if len(past) > best_length:
                best_length, found = len(past), {}
            found[ahead[0]] = NextAction(ahead[0], "story", story.name, ahead)
    return next(iter(found.values())) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _StoryTurn:
    user: UserStep
    actions: tuple[str, ...]


def _turns(steps: Sequence[Step]) -> list[_StoryTurn]:
    """A story as turns; one with checkpoints, `or` or end-to-end text is left to the complete engine."""
    turns: list[_StoryTurn] = []
    for step in steps:
        if isinstance(step, UserStep) and step.intent is not None:
            turns.append(_StoryTurn(step, ()))
        elif isinstance(step, ActionStep) and turns:
            last = turns[-1]
            done = last.actions if step.action == LISTEN else (*last.actions, step.action)
            turns[-1] = _StoryTurn(last.user, done)
        elif not isinstance(step, SlotStep | LoopStep):
            return []
    return turns
