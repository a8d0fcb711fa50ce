"""Slots, the mappings that fill them, and forms."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast, get_args

from bot.dialogue.assistant import Form, LoopCondition, MappingKind, Place, Slot, SlotMapping, SlotType
from bot.dialogue.documents import Node, json_of, nearest, text_of

SLOT_TYPES: tuple[str, ...] = get_args(SlotType)
MAPPING_KINDS: tuple[str, ...] = get_args(MappingKind)
SLOT_KEYS = (
    "type",
    "influence_conversation",
    "initial_value",
    "value_reset_delay",
    "values",
    "min_value",
    "max_value",
    "mappings",
)
MAPPING_KEYS = ("type", "entity", "role", "group", "intent", "not_intent", "value", "action", "conditions")
KNOWLEDGE_BASE_ACTION = "action_query_knowledge_base"
KNOWLEDGE_BASE_SLOTS = (
    "knowledge_base_listed_objects",
    "knowledge_base_last_object",
    "knowledge_base_last_object_type",
)


def default_slots(actions: Collection[str], forms: Collection[str]) -> tuple[Slot, ...]:
    """The slots that Rasa adds by itself; a domain that lists one of them has its own instead."""
    names: tuple[str, ...] = ("requested_slot",) if forms else ()
    if KNOWLEDGE_BASE_ACTION in actions:
        names += KNOWLEDGE_BASE_SLOTS
    hidden = tuple(Slot(name, "text", influences=False) for name in names)
    return (*hidden, Slot("session_started_metadata", "any", influences=False))


def read_slot(name: str, node: Node) -> Slot:
    """One entry of `slots`; raises AssistantError for a type or a mapping that does not exist."""
    fields = node.fields(SLOT_KEYS)
    if "type" not in fields:
        raise node.wrong(f"a slot needs a `type`; known types are {', '.join(SLOT_TYPES)}")
    kind = _type(fields["type"])
    least = fields["min_value"].number() if "min_value" in fields else 0.0
    most = fields["max_value"].number() if "max_value" in fields else 1.0
    if kind == "float" and least >= most:
        raise node.wrong(f"min_value {least:g} must lie below max_value {most:g}")
    values = fields["values"].items() if "values" in fields else ()
    if kind == "categorical" and not values:
        node.warn("a categorical slot without `values` never influences the conversation")
    influences = fields["influence_conversation"].flag() if "influence_conversation" in fields else True
    return Slot(
        name=name,
        type=kind,
        initial=json_of(fields, "initial_value"),
        influences=influences and kind != "any",
        values=tuple(str(each.json()) for each in values),
        least=least,
        most=most,
        mappings=tuple(map(_mapping, fields["mappings"].items())) if "mappings" in fields else (),
        place=Place.of(node),
    )


def read_form(name: str, node: Node) -> Form:
    """One entry of `forms`; raises AssistantError where its slots are no list."""
    fields = node.fields(("required_slots", "ignored_intents"))
    return Form(
        name,
        fields["required_slots"].texts() if "required_slots" in fields else (),
        fields["ignored_intents"].texts() if "ignored_intents" in fields else (),
        Place.of(node),
    )


def _type(node: Node) -> SlotType:
    written = node.text()
    # Seen in the wild: the class path, such as rasa.shared.core.slots.TextSlot.
    kind = written.rpartition(".")[2].removesuffix("Slot").lower() if "." in written else written
    if kind == "unfeaturized":
        node.warn("converted from Rasa 2: `unfeaturized` is read as `any`")
        kind = "any"
    kind = "bool" if kind == "boolean" else kind
    if kind in SLOT_TYPES:
        return cast(SlotType, kind)
    if "." in written:
        node.warn(f"the slot class {written} is not run; its slot is read as `any`")
        return "any"
    raise node.wrong(f"unknown slot type {written!r}; {nearest(kind, SLOT_TYPES)}")


def _mapping(node: Node) -> SlotMapping:
    fields = node.fields(MAPPING_KEYS)
    if "type" not in fields:
        raise node.wrong(f"a mapping needs a `type`; {nearest('', MAPPING_KINDS)}")
    kind = fields["type"].text()
    if kind not in MAPPING_KINDS:
        raise fields["type"].wrong(f"unknown mapping type {kind!r}; {nearest(kind, MAPPING_KINDS)}")
    if kind == "from_entity" and "entity" not in fields:
        raise node.wrong("a from_entity mapping needs an `entity`")
    if kind in ("from_intent", "from_trigger_intent") and "value" not in fields:
        raise node.wrong(f"a {kind} mapping needs a `value`")
    conditions = fields["conditions"].items() if "conditions" in fields else ()
    return SlotMapping(
        kind=cast(MappingKind, kind),
        entity=text_of(fields, "entity"),
        role=text_of(fields, "role"),
        group=text_of(fields, "group"),
        intents=fields["intent"].texts() if "intent" in fields else (),
        not_intents=fields["not_intent"].texts() if "not_intent" in fields else (),
        value=json_of(fields, "value"),
        action=text_of(fields, "action"),
        conditions=tuple(map(_loop_condition, conditions)),
    )


def _loop_condition(node: Node) -> LoopCondition:
    fields = node.fields(("active_loop", "requested_slot"))
    loop = text_of(fields, "active_loop")
    return LoopCondition(None if loop == "null" else loop, text_of(fields, "requested_slot"))
