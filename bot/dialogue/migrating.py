"""Slots and forms as Rasa 2 wrote them, rewritten as Rasa 3 wants them: what `rasa data migrate` does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.dialogue.documents import JsonValue, Node

# These mappings fill their slot whenever the form runs, the others only when it asks for the slot.
UNASKED = ("from_entity", "from_trigger_intent")


@dataclass(frozen=True, slots=True)
class Migrated:
    """Slots and forms in the format of Rasa 3; `actions` are forms that an action server runs as a whole."""

    slots: Mapping[str, Node]
    forms: Mapping[str, Node]
    actions: tuple[str, ...] = ()


def migrate(slots: Mapping[str, Node], forms: Node | None, entities: Iterable[Node]) -> Migrated:
    """Rasa 2's slots and forms moved into the format of Rasa 3; what is in it already stays.

    Each mapping of a form's slot becomes one of the slot, under the condition that the form runs. Where any
    slot still lacks `mappings`, the domain is an old one, and every slot that is named like an entity is
    filled from it unless `auto_fill: false`. A slot left without a mapping is filled by custom actions.
    """
    listed = () if forms is None or not forms.is_list() else forms.items()
    if forms is not None and listed:
        forms.warn("a list of forms is Rasa 1's way: each is run as an action by the action server")
        named = {each.text(): each.become({}) for each in listed}
        return Migrated(_filled(slots, entities), named, tuple(named))
    found = dict(slots)
    old = any("mappings" not in _fields(slot) or "auto_fill" in _fields(slot) for slot in slots.values())
    kept: dict[str, Node] = {}
    for name, form in ({} if forms is None else forms.fields()).items():
        inside = _slots_inside(form)
        if inside is None:
            kept[name] = form
            continue
        if inside:
            old = True
            form.warn("converted from Rasa 2: the form's mappings are now those of its slots")
        for slot, mappings in inside.items():
            unlisted = mappings.become({"type": mappings.become("any")})
            found[slot] = _with_form(found.get(slot, unlisted), slot, name, mappings)
        kept[name] = _form(form, inside)
    return Migrated(_filled(found, entities) if old else found, kept)


def _fields(node: Node) -> Mapping[str, Node]:
    return node.value if isinstance(node.value, Mapping) else {}


def _slots_inside(form: Node) -> Mapping[str, Node] | None:
    """The form's slots with their mappings as Rasa 2 wrote them, None for a form of Rasa 3."""
    fields = _fields(form)
    required = fields.get("required_slots")
    if required is not None:
        return required.fields() if required.is_map() else None
    return {name: node for name, node in fields.items() if name != "ignored_intents"}


def _form(form: Node, inside: Mapping[str, Node]) -> Node:
    names = tuple(node.become(name) for name, node in inside.items())
    fields: dict[str, Node] = {"required_slots": form.become(names)}
    if "ignored_intents" in _fields(form):
        fields["ignored_intents"] = _fields(form)["ignored_intents"]
    return form.become(fields)


def _with_form(slot: Node, name: str, form: str, written: Node) -> Node:
    """The slot with a form's mappings; one that it has already gets the form as one more condition."""
    fields = _fields(slot)
    existing = list(fields["mappings"].items()) if "mappings" in fields else []
    fresh = list(written.items()) if not written.is_map() else [written]
    merged: list[Node] = []
    for mapping in existing:
        same = next((each for each in fresh if each.json() == _bare(mapping)), None)
        if same is not None:
            fresh = [each for each in fresh if each is not same]
            merged.append(_conditioned(mapping, name, form))
        else:
            merged.append(mapping)
    merged += [_conditioned(mapping, name, form) for mapping in fresh]
    return slot.become({**fields, "mappings": written.become(tuple(merged))})


def _bare(mapping: Node) -> JsonValue:
    return {key: node.json() for key, node in mapping.fields().items() if key != "conditions"}


def _conditioned(mapping: Node, slot: str, form: str) -> Node:
    fields = mapping.fields()
    condition: dict[str, Node] = {"active_loop": mapping.become(form)}
    if "type" not in fields or fields["type"].value not in UNASKED:
        condition["requested_slot"] = mapping.become(slot)
    before = fields["conditions"].items() if "conditions" in fields else ()
    return mapping.become({**fields, "conditions": mapping.become((*before, mapping.become(condition)))})


def _filled(slots: Mapping[str, Node], entities: Iterable[Node]) -> dict[str, Node]:
    # An entity with roles or groups was never filled in by its name alone.
    plain = {each.value for each in entities if isinstance(each.value, str)}
    return {name: _auto_filled(name, slot, name in plain) for name, slot in slots.items()}


def _auto_filled(name: str, slot: Node, is_entity: bool) -> Node:
    fields = dict(slot.fields())
    auto = fields.pop("auto_fill", None)
    mappings = list(fields["mappings"].items()) if "mappings" in fields else []
    if is_entity and (auto is None or auto.value is True):
        mapping = slot.become({"type": slot.become("from_entity"), "entity": slot.become(name)})
        if all(each.json() != mapping.json() for each in mappings):
            mappings.append(mapping)
    if not mappings:
        slot.warn("converted from Rasa 2: a slot without mappings is set by custom actions")
        mappings.append(slot.become({"type": slot.become("custom")}))
    elif "mappings" not in fields:
        slot.warn("converted from Rasa 2: the slot is filled from the entity of its name")
    return slot.become({**fields, "mappings": slot.become(tuple(mappings))})
