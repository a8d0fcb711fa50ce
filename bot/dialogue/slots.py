"""What a message puts into the slots, by the domain's mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dialogue.assistant import Domain, LoopCondition, Slot, SlotMapping
from bot.dialogue.documents import JsonValue
from bot.understanding.reading import Entity, Reading


@dataclass(frozen=True, slots=True)
class Loop:
    """The form that is running and the slot it asks for."""

    name: str | None = None
    requested_slot: str | None = None


def filled_slots(
    domain: Domain,
    reading: Reading,
    slots: Mapping[str, JsonValue],
    *,
    sure: float = 0.55,
    loop: Loop | None = None,
) -> dict[str, JsonValue]:
    """The slots that this message changes; for each the first mapping that yields a value wins.

    sure: least certainty in [0, 1] at which a mapping may rely on the intent.
    """
    found: dict[str, JsonValue] = {}
    intent = reading.intents[0].name if reading.certainty >= sure else None
    for slot in domain.slots.values():
        for mapping in slot.mappings:
            if _applies(mapping, intent, loop or Loop()):
                value = _value(mapping, reading, intent)
                if value is not None:
                    found[slot.name] = _shaped(slot, value)
                    break
    return {name: value for name, value in found.items() if slots.get(name) != value}


def _applies(mapping: SlotMapping, intent: str | None, loop: Loop) -> bool:
    if mapping.intents and intent not in mapping.intents:
        return False
    if intent is not None and intent in mapping.not_intents:
        return False
    return not mapping.conditions or any(_holds(each, loop) for each in mapping.conditions)


def _holds(condition: LoopCondition, loop: Loop) -> bool:
    asked = condition.requested_slot in (None, loop.requested_slot)
    return condition.active_loop == loop.name and asked


def _value(mapping: SlotMapping, reading: Reading, intent: str | None) -> JsonValue:
    if mapping.kind == "from_entity":
        values = [each.value for each in reading.entities if _fits(mapping, each)]
        return list(values) if values else None
    if mapping.kind == "from_text" and not reading.literal:
        return reading.text
    if mapping.kind == "from_intent" and intent is not None:
        return mapping.value
    return None


def _fits(mapping: SlotMapping, entity: Entity) -> bool:
    if entity.name != mapping.entity:
        return False
    return mapping.role in (None, entity.role) and mapping.group in (None, entity.group)


def _shaped(slot: Slot, value: JsonValue) -> JsonValue:
    """The value as the slot's type keeps it."""
    if slot.type == "list":
        return value if isinstance(value, list) else [value]
    if isinstance(value, list) and (len(value) == 1 or slot.type != "any"):
        # Who names two means the last one: "not 10427, I mean 10472".
        value = value[-1]
    if slot.type == "bool" and isinstance(value, str):
        return value.casefold() in ("true", "1", "yes")
    if slot.type == "float" and isinstance(value, str):
        try:
            return min(max(float(value), slot.least), slot.most)
        except ValueError:
            return None
    if slot.type == "categorical":
        same = [each for each in slot.values if each.casefold() == str(value).casefold()]
        return same[0] if same else "__other__"
    return value
