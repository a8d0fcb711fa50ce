"""The domain part of an assistant's files: intents, entities, slots, forms, responses, actions, session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast, get_args

from bot.dialogue.assistant import (
    Domain,
    DomainEntity,
    DomainIntent,
    Form,
    LoopCondition,
    MappingKind,
    Place,
    ResponseButton,
    ResponseCondition,
    ResponseVariant,
    Session,
    Slot,
    SlotMapping,
    SlotType,
)
from bot.dialogue.documents import JsonValue, Node, nearest

DOMAIN_KEYS = frozenset(
    (
        "intents",
        "entities",
        "slots",
        "forms",
        "responses",
        "actions",
        "e2e_actions",
        "session_config",
        "config",
    )
)
SLOT_TYPES: tuple[str, ...] = get_args(SlotType)
MAPPING_KINDS: tuple[str, ...] = get_args(MappingKind)
VARIANT_KEYS = frozenset(
    (
        "text",
        "condition",
        "channel",
        "buttons",
        "quick_replies",
        "image",
        "attachment",
        "elements",
        "custom",
        "metadata",
        "id",
        "button_type",
        "template",
    )
)


@dataclass(slots=True)
class DomainParts:
    """The domain while its files are being merged: lists are united, mappings joined."""

    intents: dict[str, DomainIntent] = field(default_factory=dict)
    entities: dict[str, DomainEntity] = field(default_factory=dict)
    slots: dict[str, Slot] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    responses: dict[str, tuple[ResponseVariant, ...]] = field(default_factory=dict)
    actions: dict[str, None] = field(default_factory=dict)
    session: Session = field(default_factory=Session)
    written: dict[str, JsonValue] = field(default_factory=dict)

    def add(self, document: Node) -> None:
        """Merge one file's domain keys; raises AssistantError for a value of the wrong shape."""
        fields = document.fields()
        for key in sorted(DOMAIN_KEYS & fields.keys()):
            node = fields[key]
            self._keep(key, node.json())
            if key == "intents":
                self.intents.update((intent.name, intent) for intent in map(_intent, node.items()))
            elif key == "entities":
                self.entities.update((entity.name, entity) for entity in map(_entity, node.items()))
            elif key == "slots":
                self.slots.update((name, _slot(name, each)) for name, each in node.fields().items())
            elif key == "forms":
                self.forms.update((name, _form(name, each)) for name, each in node.fields().items())
            elif key == "responses":
                self.responses.update((name, _response(name, each)) for name, each in node.fields().items())
            elif key == "actions":
                self.actions.update((_action(each), None) for each in node.items())
            elif key == "session_config":
                self.session = _session(node)

    def _keep(self, key: str, value: JsonValue) -> None:
        before = self.written.get(key)
        if isinstance(before, list) and isinstance(value, list):
            self.written[key] = before + [each for each in value if each not in before]
        elif isinstance(before, dict) and isinstance(value, dict):
            self.written[key] = before | value
        else:
            self.written[key] = value

    def make_retrieval(self, name: str) -> None:
        """Mark an intent whose answers are `utter_<name>/<key>`, as the examples say that it is."""
        self.intents[name] = replace(self.intents.get(name, DomainIntent(name)), retrieval=True)

    def domain(self) -> Domain:
        return Domain(
            intents=self.intents,
            entities=self.entities,
            slots=self.slots,
            forms=self.forms,
            responses=self.responses,
            actions=tuple(self.actions),
            session=self.session,
            written=self.written,
        )


def _named(node: Node) -> tuple[str, Mapping[str, Node]]:
    """`name` or `name: {…}`, the two ways Rasa writes an entry of a list."""
    if not node.is_map():
        return node.text(), {}
    entries = list(node.fields().items())
    if len(entries) != 1:
        raise node.wrong("must be one name, or one `name: {…}`; start a new '- ' for each")
    name, inner = entries[0]
    return name, inner.fields()


def _intent(node: Node) -> DomainIntent:
    name, fields = _named(node)
    use = fields.get("use_entities")
    # `use_entities: true` is the default written out; `false` and `[]` both mean none.
    used: tuple[str, ...] | None = None
    if use is not None and use.value is not True:
        used = () if use.value is False else use.texts()
    return DomainIntent(
        name=name,
        retrieval="is_retrieval_intent" in fields and fields["is_retrieval_intent"].flag(),
        use_entities=used,
        ignore_entities=fields["ignore_entities"].texts() if "ignore_entities" in fields else (),
    )


def _entity(node: Node) -> DomainEntity:
    name, fields = _named(node)
    return DomainEntity(
        name=name,
        roles=fields["roles"].texts() if "roles" in fields else (),
        groups=fields["groups"].texts() if "groups" in fields else (),
        influences=fields["influence_conversation"].flag() if "influence_conversation" in fields else True,
    )


def _action(node: Node) -> str:
    return _named(node)[0]


def _slot(name: str, node: Node) -> Slot:
    fields = node.fields(
        ("type", "influence_conversation", "initial_value", "values", "min_value", "max_value", "mappings")
    )
    if "type" not in fields:
        raise node.wrong(f"a slot needs a `type`; known types are {', '.join(SLOT_TYPES)}")
    # Seen in the wild: the class path, such as rasa.shared.core.slots.TextSlot.
    written = fields["type"].text()
    kind = written.rpartition(".")[2].removesuffix("Slot").lower() if "." in written else written
    kind = {"boolean": "bool", "unfeaturized": "any"}.get(kind, kind)
    if kind not in SLOT_TYPES:
        raise fields["type"].wrong(f"unknown slot type {written!r}; {nearest(kind, SLOT_TYPES)}")
    if kind == "categorical" and not ("values" in fields and fields["values"].items()):
        raise node.wrong("a categorical slot needs `values`, a list of texts")
    return Slot(
        name=name,
        type=cast(SlotType, kind),
        initial=fields["initial_value"].json() if "initial_value" in fields else None,
        influences=kind != "any"
        and (fields["influence_conversation"].flag() if "influence_conversation" in fields else True),
        values=tuple(str(each.json()) for each in fields["values"].items()) if "values" in fields else (),
        least=fields["min_value"].number() if "min_value" in fields else 0.0,
        most=fields["max_value"].number() if "max_value" in fields else 1.0,
        mappings=tuple(map(_mapping, fields["mappings"].items())) if "mappings" in fields else (),
        place=_place(node),
    )


def _mapping(node: Node) -> SlotMapping:
    fields = node.fields(
        ("type", "entity", "role", "group", "intent", "not_intent", "value", "action", "conditions")
    )
    if "type" not in fields:
        raise node.wrong(f"a mapping needs a `type`; {nearest('', MAPPING_KINDS)}")
    kind = fields["type"].text()
    if kind not in MAPPING_KINDS:
        raise fields["type"].wrong(f"unknown mapping type {kind!r}; {nearest(kind, MAPPING_KINDS)}")
    if kind == "from_entity" and "entity" not in fields:
        raise node.wrong("a from_entity mapping needs an `entity`")
    if kind in ("from_intent", "from_trigger_intent") and "value" not in fields:
        raise node.wrong(f"a {kind} mapping needs a `value`")
    return SlotMapping(
        kind=cast(MappingKind, kind),
        entity=_optional(fields, "entity"),
        role=_optional(fields, "role"),
        group=_optional(fields, "group"),
        intents=fields["intent"].texts() if "intent" in fields else (),
        not_intents=fields["not_intent"].texts() if "not_intent" in fields else (),
        value=fields["value"].json() if "value" in fields else None,
        action=_optional(fields, "action"),
        conditions=tuple(map(_loop_condition, fields["conditions"].items()))
        if "conditions" in fields
        else (),
    )


def _loop_condition(node: Node) -> LoopCondition:
    fields = node.fields(("active_loop", "requested_slot"))
    return LoopCondition(_optional(fields, "active_loop"), _optional(fields, "requested_slot"))


def _form(name: str, node: Node) -> Form:
    fields = node.fields()
    if "required_slots" not in fields:
        raise node.wrong("a form needs `required_slots`, a list of slots")
    return Form(
        name,
        fields["required_slots"].texts(),
        fields["ignored_intents"].texts() if "ignored_intents" in fields else (),
        _place(node),
    )


def _response(name: str, node: Node) -> tuple[ResponseVariant, ...]:
    if not name.startswith("utter_"):
        raise node.wrong("a response's name must start with `utter_`")
    variants = tuple(map(_variant, node.items()))
    if not variants:
        raise node.wrong("a response needs at least one variant (`- text: …`)")
    return variants


def _variant(node: Node) -> ResponseVariant:
    fields = node.fields(VARIANT_KEYS)
    if not fields.keys() & {"text", "custom", "image", "buttons", "attachment", "elements", "quick_replies"}:
        raise node.wrong("a variant needs a `text`, or `custom`, `image`, `attachment`, …")
    return ResponseVariant(
        text=_optional(fields, "text"),
        condition=tuple(map(_condition, fields["condition"].items())) if "condition" in fields else (),
        channel=_optional(fields, "channel"),
        buttons=tuple(map(_button, fields["buttons"].items())) if "buttons" in fields else (),
        quick_replies=_json(fields, "quick_replies"),
        image=_optional(fields, "image"),
        attachment=_json(fields, "attachment"),
        elements=_json(fields, "elements"),
        custom=_json(fields, "custom"),
        metadata=_json(fields, "metadata"),
        id=_optional(fields, "id"),
        button_type=_optional(fields, "button_type"),
        place=_place(node),
    )


def _condition(node: Node) -> ResponseCondition:
    fields = node.fields(("type", "name", "value"))
    if "type" in fields and fields["type"].text() != "slot":
        raise fields["type"].wrong("only `type: slot` conditions exist")
    if "name" not in fields or "value" not in fields:
        raise node.wrong("a condition needs `name` (a slot) and `value`")
    return ResponseCondition(fields["name"].text(), fields["value"].json())


def _button(node: Node) -> ResponseButton:
    fields = node.fields()
    if "title" not in fields:
        raise node.wrong("a button needs a `title`")
    title = fields["title"].text()
    payload = fields["payload"].text() if "payload" in fields else title
    more = {name: each.json() for name, each in fields.items() if name not in ("title", "payload")}
    return ResponseButton(title, payload, more)


def _session(node: Node) -> Session:
    fields = node.fields(
        ("session_expiration_time", "carry_over_slots_to_new_session", "start_session_after_expiry")
    )
    minutes = fields["session_expiration_time"].number() if "session_expiration_time" in fields else 60.0
    if minutes < 0:
        raise fields["session_expiration_time"].wrong("must be a number of minutes; 0 means never")
    carries = fields.get("carry_over_slots_to_new_session")
    return Session(timedelta(minutes=minutes) if minutes else None, carries.flag() if carries else True)


def _place(node: Node) -> Place:
    return Place(node.file, node.line, node.key)


def _optional(fields: Mapping[str, Node], key: str) -> str | None:
    node = fields.get(key)
    return None if node is None or node.is_nothing() else node.text()


def _json(fields: Mapping[str, Node], key: str) -> JsonValue:
    node = fields.get(key)
    return None if node is None else node.json()
