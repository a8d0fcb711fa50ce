"""What rules and stories see of a conversation: one State before each action.

Source of the features: Rasa Open Source 3.6, `Domain.get_active_state` and `slots.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from bot.dialogue.assistant import Domain, Slot
from bot.folding import NOT_SET, Json, Moment

# A slot's value is seen as numbers: (1.0,) is "it is set"; NOT_SET stands in rules for "it must not be".
Feature = tuple[float, ...] | str
OTHER = "__other__"


class State(NamedTuple):
    """One moment. entities and slots are ordered by name; action is the one before this moment."""

    intent: str | None = None
    entities: tuple[str, ...] = ()
    slots: tuple[tuple[str, Feature], ...] = ()
    action: str | None = None
    loop: str | None = None

    def written(self) -> dict[str, dict[str, Any]]:
        """The state as Rasa writes it; empty parts are left out."""
        user: dict[str, Any] = {"intent": self.intent, "entities": self.entities}
        parts: dict[str, dict[str, Any]] = {
            "user": {name: value for name, value in user.items() if value},
            "slots": dict(self.slots),
            "prev_action": {"action_name": self.action} if self.action else {},
            "active_loop": {"name": self.loop} if self.loop else {},
        }
        return {name: part for name, part in parts.items() if part}


def key(states: Iterable[State]) -> str:
    """The text that Rasa knows a rule by: of two rules that fit, the one with the longer text decides."""
    return json.dumps([state.written() for state in states], sort_keys=True)


def fits(wanted: State, state: State) -> bool:
    """Whether a conversation is where a rule wants it: all that the rule speaks of is as it says."""
    if wanted.action is None or state.action is None:
        # Only the start of a conversation has nothing before it, and one start fits another.
        return wanted.action is None and state.action is None
    if wanted.action != state.action:
        return False
    if wanted.intent is not None and wanted.intent != state.intent:
        return False
    if wanted.entities and wanted.entities != state.entities:
        return False
    if wanted.loop is not None and not _same(wanted.loop, state.loop):
        return False
    if wanted.slots:
        slots = dict(state.slots)
        return all(_same(feature, slots.get(name)) for name, feature in wanted.slots)
    return True


def _same(wanted: Feature, found: Feature | None) -> bool:
    return not found or found == NOT_SET if wanted == NOT_SET else found == wanted


class Senses:
    """One domain's eyes: what of messages and slots influences the conversation."""

    def __init__(self, domain: Domain) -> None:
        self._slots = tuple(
            (slot.name, _feature_of(slot))
            for slot in sorted(domain.slots.values(), key=lambda slot: slot.name)
            if slot.influences and slot.type != "any"
        )
        self._entities = domain.used_entities
        self.slot_names = frozenset(name for name, _ in self._slots)

    def state(
        self,
        user: Json | None,
        slots: Mapping[str, Any],
        action: str | None,
        loop: str | None,
    ) -> State:
        """The state made of the last message, the slots, the last action and the running loop."""
        intent, entities = self.message(user)
        return State(intent, entities, self.features(slots), action, loop)

    def at(self, moment: Moment) -> State:
        """What rules see."""
        return self.state(moment.heard, moment.slots, moment.action, moment.loop.get("name"))

    def story_at(self, moment: Moment, rule_slots: Collection[str], rule_loops: Collection[str]) -> State:
        """What stories see: nothing of the slots and the loops that only rules know."""
        intent, entities = self.message(moment.story_heard)
        slots = self.features(moment.slots)
        if rule_slots:
            slots = tuple(each for each in slots if each[0] not in rule_slots)
        loop = moment.loop.get("name")
        return State(
            intent,
            entities,
            slots,
            moment.story_action or moment.action,
            None if loop in rule_loops else loop,
        )

    def message(self, user: Json | None) -> tuple[str | None, tuple[str, ...]]:
        """A message's intent, and the names of its entities that matter for this intent."""
        if user is None:
            return None, ()
        parse = user.get("parse_data") or {}
        intent = (parse.get("intent") or {}).get("name") or None
        entities = parse.get("entities")
        if not entities:
            return intent, ()
        names = set()
        for entity in entities:
            name = entity.get("entity")
            if name is not None:
                names.add(name)
                names.update(f"{name}#{entity[each]}" for each in ("role", "group") if entity.get(each))
        if intent is not None and intent in self._entities:
            names &= self._entities[intent]
        return intent, tuple(sorted(names))

    def features(self, values: Mapping[str, Any]) -> tuple[tuple[str, Feature], ...]:
        """The slots that are seen to be set, by name."""
        found: list[tuple[str, Feature]] = []
        for name, feature in self._slots:
            value = values.get(name)
            if value is None:
                continue
            seen: Feature = NOT_SET if isinstance(value, str) and value == NOT_SET else feature(value)
            if seen == NOT_SET or any(seen):
                found.append((name, seen))
        return tuple(found)


def _feature_of(slot: Slot) -> Callable[[Any], tuple[float, ...]]:
    """How a slot of this type is seen; the value given is never None."""
    if slot.type == "bool":
        return _truth
    if slot.type == "list":
        return lambda value: (1.0 if hasattr(value, "__len__") and len(value) else 0.0,)
    if slot.type == "float":
        return lambda value: _amount(value, slot.least, slot.most)
    if slot.type == "categorical":
        values = [each.lower() for each in slot.values]
        if OTHER not in values:
            values.append(OTHER)
        return lambda value: _choice(value, values)
    return lambda _: (1.0,)


def _truth(value: Any) -> tuple[float, ...]:
    if isinstance(value, int | float):
        return (1.0, float(value == 1))
    text = value.strip().lower() if isinstance(value, str) else ""
    if text.isnumeric():
        return (1.0, float(float(text) == 1))
    return (1.0, float(text == "true")) if text in ("true", "false") else (0.0, 0.0)


def _amount(value: Any, least: float, most: float) -> tuple[float, ...]:
    try:
        within = max(least, min(most, float(value)))
    except (TypeError, ValueError):
        return (0.0, 0.0)
    return (1.0, (within - least) / (abs(most - least) or 1))


def _choice(value: Any, values: list[str]) -> tuple[float, ...]:
    text = str(value).lower()
    chosen = text if text in values else OTHER
    index = values.index(chosen)
    return tuple(float(each == index) for each in range(len(values)))
