"""The dialogue part: rules and stories as steps."""

from __future__ import annotations

from bot.dialogue.assistant import (
    ActionStep,
    BotTextStep,
    CheckpointStep,
    EntityCondition,
    LoopStep,
    OrStep,
    Place,
    Rule,
    SlotCondition,
    SlotStep,
    Step,
    Story,
    UserStep,
)
from bot.dialogue.documents import Node, nearest

STEP_KEYS = ("intent", "user", "action", "bot", "slot_was_set", "active_loop", "checkpoint", "or")
RULE_KEYS = ("rule", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata")
STORY_KEYS = ("story", "steps", "metadata")


def read_rules(node: Node) -> list[Rule]:
    """The rules of one file; raises AssistantError for a step or a key that does not exist."""
    return [_rule(each) for each in node.items()]


def read_stories(node: Node) -> list[Story]:
    """The stories of one file; raises AssistantError for a step or a key that does not exist."""
    return [_story(each) for each in node.items()]


def _rule(node: Node) -> Rule:
    fields = node.fields(RULE_KEYS)
    if "rule" not in fields or "steps" not in fields:
        raise node.wrong("a rule needs `rule` (its name) and `steps`")
    steps = tuple(map(_step, fields["steps"].items()))
    if sum(isinstance(step, UserStep | OrStep) for step in steps) > 1:
        raise fields["steps"].wrong("a rule may hold one user turn only; write a story instead")
    conditions: list[SlotStep | LoopStep] = []
    for each in fields["condition"].items() if "condition" in fields else ():
        step = _step(each)
        if not isinstance(step, SlotStep | LoopStep):
            raise each.wrong("a condition is `slot_was_set` or `active_loop`")
        conditions.append(step)
    return Rule(
        name=fields["rule"].text(),
        steps=steps,
        conditions=tuple(conditions),
        at_start="conversation_start" in fields and fields["conversation_start"].flag(),
        waits=fields["wait_for_user_input"].flag() if "wait_for_user_input" in fields else True,
        place=Place(node.file, node.line, node.key),
    )


def _story(node: Node) -> Story:
    fields = node.fields(STORY_KEYS)
    if "story" not in fields or "steps" not in fields:
        raise node.wrong("a story needs `story` (its name) and `steps`")
    steps = tuple(map(_step, fields["steps"].items()))
    return Story(fields["story"].text(), steps, Place(node.file, node.line, node.key))


def _step(node: Node) -> Step:
    if node.value == "...":
        # Rasa's own mark in rules: whatever came before.
        return SlotStep(())
    fields = node.fields()
    if "checkpoint" in fields:
        slots = _slots(fields["slot_was_set"]) if "slot_was_set" in fields else ()
        return CheckpointStep(fields["checkpoint"].text(), slots)
    if "intent" in fields or "user" in fields:
        return _user(node)
    if "action" in fields:
        return ActionStep(fields["action"].text())
    if "bot" in fields:
        return BotTextStep(fields["bot"].text())
    if "slot_was_set" in fields:
        return SlotStep(_slots(fields["slot_was_set"]))
    if "active_loop" in fields:
        loop = fields["active_loop"]
        return LoopStep(None if loop.is_nothing() or loop.value == "null" else loop.text())
    if "or" in fields:
        options = [_step(each) for each in fields["or"].items()]
        wrong = [each for each in options if not isinstance(each, UserStep | SlotStep)]
        if wrong or not options:
            raise fields["or"].wrong("`or` lists `intent` or `slot_was_set` steps")
        return OrStep(tuple(each for each in options if isinstance(each, UserStep | SlotStep)))
    given = next(iter(fields), "")
    raise node.wrong(f"unknown step {given!r}; {nearest(given, STEP_KEYS)}")


def _user(node: Node) -> UserStep:
    fields = node.fields()
    entities = fields["entities"].items() if "entities" in fields else ()
    return UserStep(
        intent=fields["intent"].text() if "intent" in fields else None,
        entities=tuple(map(_entity, entities)),
        text=fields["user"].text().strip() if "user" in fields else None,
    )


def _entity(node: Node) -> EntityCondition:
    if not node.is_map():
        return EntityCondition(node.text())
    fields = dict(node.fields())
    role, group = fields.pop("role", None), fields.pop("group", None)
    if len(fields) != 1:
        raise node.wrong("an entity is `name`, or `name: value` with `role` and `group` beside it")
    name, value = next(iter(fields.items()))
    return EntityCondition(name, value.json(), role.text() if role else None, group.text() if group else None)


def _slots(node: Node) -> tuple[SlotCondition, ...]:
    found = []
    for each in node.items():
        if each.is_map():
            found += [SlotCondition(name, value.json()) for name, value in each.fields().items()]
        else:
            found.append(SlotCondition(each.text(), bare=True))
    return tuple(found)
