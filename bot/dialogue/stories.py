"""The dialogue part: rules, stories and test conversations as steps."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

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
from bot.dialogue.documents import Node, nearest, text_of
from bot.dialogue.nlu import read_annotations

STEP_KEYS = (
    "intent",
    "user",
    "or",
    "action",
    "bot",
    "checkpoint",
    "slot_was_set",
    "active_loop",
    "entities",
    "metadata",
)
RULE_KEYS = ("rule", "steps", "condition", "conversation_start", "wait_for_user_input", "metadata")
STORY_KEYS = ("story", "steps", "metadata")
# Steps as text were the Markdown of Rasa 1.
OLD_STEP = re.compile(r"^(\*|form\s*\{|slot\s*\{|active_loop\s*\{|utter_|action_|>)")
LITERAL = re.compile(r"^/[^{@]+(?:@[0-9.]+)?(?P<entities>\{.+\})?", re.DOTALL)


def read_rules(node: Node) -> list[Rule]:
    """The rules of one file. What Rasa skips is skipped with a warning, the rest raises AssistantError."""
    return [_rule(each, steps) for each, steps in _parts(node, "rule", RULE_KEYS)]


def read_stories(node: Node, *, tests: bool = False) -> list[Story]:
    """The stories of one file. What Rasa skips is skipped with a warning, the rest raises AssistantError.

    tests: the stories are test conversations, whose intents may name a retrieval intent in full.
    """
    return [
        Story(each.fields()["story"].text(), _steps(steps, tests), Place.of(each))
        for each, steps in _parts(node, "story", STORY_KEYS)
    ]


def _parts(node: Node, kind: str, known: tuple[str, ...]) -> list[tuple[Node, Node]]:
    """Each rule or story with its steps."""
    found = []
    for each in node.items():
        if not each.is_map() or kind not in each.fields():
            each.warn(f"skipped: a {kind} needs `{kind}` (its name) and `steps`")
            continue
        fields = each.fields(known)
        if fields[kind].is_nothing() or "steps" not in fields or not fields["steps"].items():
            each.warn(f"skipped: the {kind} has no {'name' if fields[kind].is_nothing() else 'steps'}")
            continue
        found.append((each, fields["steps"]))
    return found


def _rule(node: Node, steps: Node) -> Rule:
    fields = node.fields()
    conditions: list[SlotStep | LoopStep] = []
    condition = fields.get("condition", node.become(()))
    for each in (condition,) if condition.is_map() else condition.items():
        step = _step(each, tests=False)
        if isinstance(step, SlotStep | LoopStep):
            conditions.append(step)
        elif step is not None:
            raise each.wrong("a condition is `slot_was_set` or `active_loop`")
    return Rule(
        name=fields["rule"].text(),
        steps=_steps(steps, tests=False),
        conditions=tuple(conditions),
        at_start="conversation_start" in fields and fields["conversation_start"].flag(),
        waits=fields["wait_for_user_input"].flag() if "wait_for_user_input" in fields else True,
        place=Place.of(node),
    )


def _steps(node: Node, tests: bool) -> tuple[Step, ...]:
    return tuple(step for each in node.items() if (step := _step(each, tests)) is not None)


def _step(node: Node, tests: bool) -> Step | None:
    """The step, None for one that Rasa skips; the keys are looked for in Rasa's order."""
    if isinstance(node.value, str):
        if OLD_STEP.match(node.value):
            raise node.wrong("Rasa 1's way; write `- intent: …`, `- action: …` or `- slot_was_set: …`")
        if node.value != "...":
            node.warn(f"the step {node.value!r} is skipped; a step is `intent: …` or `action: …`")
        return None
    fields = node.fields()
    if "intent" in fields or "user" in fields:
        return _user(node, tests)
    if "or" in fields:
        return _or(fields["or"], tests)
    if "action" in fields:
        action = text_of(fields, "action")
        if not action:
            node.warn("the step is skipped, for its action has no name")
        return ActionStep(action) if action else None
    if "bot" in fields:
        return BotTextStep(text_of(fields, "bot") or "")
    if "checkpoint" in fields:
        slots = _slots(fields["slot_was_set"]) if "slot_was_set" in fields else ()
        return CheckpointStep(fields["checkpoint"].text(), slots)
    if "slot_was_set" in fields or "slot" in fields:
        return SlotStep(_slots(fields.get("slot_was_set", fields.get("slot", node))))
    if "active_loop" in fields or "form" in fields:
        return _loop(fields.get("active_loop", fields.get("form", node)))
    given = next(iter(fields), "")
    if given != "metadata":
        node.warn(f"unknown step {given!r} is skipped; {nearest(given, STEP_KEYS)}")
    return None


def _loop(node: Node) -> LoopStep:
    if node.is_map():
        # Rasa 2 also wrote `active_loop: {name: a_form}`.
        return _loop(node.fields().get("name", node.become(None)))
    return LoopStep(None if node.is_nothing() or node.value == "null" else node.text())


def _or(node: Node, tests: bool) -> OrStep:
    options: list[UserStep | SlotStep] = []
    for each in node.items():
        step = _step(each, tests)
        if isinstance(step, UserStep):
            options.append(step)
        elif isinstance(step, SlotStep):
            # Several slots of one step are alternatives, too.
            options += [SlotStep((slot,)) for slot in step.slots]
        else:
            raise each.wrong("`or` lists `intent` or `slot_was_set` steps")
    if not options:
        raise node.wrong("`or` lists `intent` or `slot_was_set` steps")
    return OrStep(tuple(options))


def _user(node: Node, tests: bool) -> UserStep | None:
    fields = node.fields()
    intent = (text_of(fields, "intent") or "").strip().removeprefix("/")
    base, _, key = intent.partition("/")
    if key and not tests:
        node.warn(f"a story asks for the intent {base!r}, not for one of its answers")
    said = text_of(fields, "user")
    if said is None:
        if not intent:
            node.warn("the step is skipped, for the customer says nothing; name an intent")
            return None
        return UserStep(base, _entities(fields.get("entities")), response_key=intent if key else None)
    text, annotations = read_annotations(said.strip(), fields["user"])
    literal = LITERAL.match(text)
    entities = tuple(EntityCondition(mark.entity, mark.value, mark.role, mark.group) for mark in annotations)
    return UserStep(
        intent=base or None,
        entities=entities if literal is None else _literal_entities(literal["entities"], fields["user"]),
        text=text,
        response_key=intent if key else None,
        annotations=annotations,
    )


def _literal_entities(written: str | None, node: Node) -> tuple[EntityCondition, ...]:
    """The entities of `/intent{"entity": "value", "other": ["a", "b"]}`."""
    if written is None:
        return ()
    try:
        read = json.loads(written)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        node.warn('the entities after the intent are not JSON and not read; write {"entity": "value"}')
        return ()
    return tuple(
        EntityCondition(name, value)
        for name, given in read.items()
        for value in (given if isinstance(given, list) else [given])
    )


def _entities(node: Node | None) -> tuple[EntityCondition, ...]:
    """`entities` as a list of names and mappings, or one mapping of names to values."""
    if node is not None and node.is_map():
        return tuple(EntityCondition(name, value.json()) for name, value in node.fields().items())
    return () if node is None else tuple(map(_entity, node.items()))


def _entity(node: Node) -> EntityCondition:
    if not node.is_map():
        return EntityCondition(node.text())
    fields: Mapping[str, Node] = node.fields()
    named = [(name, value) for name, value in fields.items() if name not in ("role", "group")]
    if not named:
        raise node.wrong("an entity is `name`, or `name: value` with `role` and `group` beside it")
    # Of several the last one counts, as in Rasa.
    name, value = named[-1]
    return EntityCondition(name, value.json(), text_of(fields, "role"), text_of(fields, "group"))


def _slots(node: Node) -> tuple[SlotCondition, ...]:
    """`slot_was_set` as a list of names and mappings, one mapping, or one name."""
    if node.is_list():
        return tuple(slot for each in node.items() for slot in _slots(each))
    if node.is_map():
        return tuple(SlotCondition(name, value.json()) for name, value in node.fields().items())
    return () if node.is_nothing() else (SlotCondition(node.text(), bare=True),)
