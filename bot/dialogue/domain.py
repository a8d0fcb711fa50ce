"""The domain part of an assistant's files, merged: intents, entities, slots, forms, responses, actions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.dialogue.assistant import DEFAULT_INTENTS, Domain, DomainEntity, DomainIntent, Session
from bot.dialogue.documents import JsonValue, Node
from bot.dialogue.forms import default_slots, read_form, read_slot
from bot.dialogue.migrating import Migrated, migrate
from bot.dialogue.translating import translated
from bot.dialogue.utterances import read_response

INTENT_KEYS = ("use_entities", "ignore_entities", "is_retrieval_intent", "used_entities")
ENTITY_KEYS = ("roles", "groups", "influence_conversation")
SESSION_KEYS = ("session_expiration_time", "carry_over_slots_to_new_session", "start_session_after_expiry")
DEFAULT_MINUTES = 60.0
MOST_MINUTES = 10 * 366 * 24 * 60


@dataclass(slots=True)
class DomainParts:
    """The domain while its files are being merged: what two files define otherwise counts as in the first."""

    intents: dict[str, Node] = field(default_factory=dict)
    entities: dict[str, Node] = field(default_factory=dict)
    actions: dict[str, Node] = field(default_factory=dict)
    e2e_actions: dict[str, Node] = field(default_factory=dict)
    slots: dict[str, Node] = field(default_factory=dict)
    responses: dict[str, Node] = field(default_factory=dict)
    forms: dict[str, Node] = field(default_factory=dict)
    listed_forms: Node | None = None
    session: Node | None = None
    config: Node | None = None
    translations: list[tuple[Node, str]] = field(default_factory=list)

    def translate(self, document: Node, language: str) -> None:
        """Have the responses said in a further language, too."""
        self.translations.append((document, language))

    def add(self, document: Node) -> None:
        """Merge one file's domain keys; raises AssistantError for a value of the wrong shape."""
        fields = document.fields()
        if "templates" in fields:
            raise fields["templates"].wrong("Rasa 1's way; call it `responses`, as Rasa 2 and 3 do")
        lists = {
            "intents": self.intents,
            "entities": self.entities,
            "actions": self.actions,
            "e2e_actions": self.e2e_actions,
        }
        for key, kept in lists.items():
            for node in fields[key].items() if key in fields else ():
                for name, each in _named(node):
                    _keep(kept, name, each)
        for key, mapping in {"slots": self.slots, "responses": self.responses}.items():
            for name, node in (fields[key].fields() if key in fields else {}).items():
                _keep(mapping, name, node)
        if "forms" in fields and fields["forms"].is_list():
            self.listed_forms = fields["forms"]
        elif "forms" in fields:
            for name, node in fields["forms"].fields().items():
                _keep(self.forms, name, node)
        if "session_config" in fields and (self.session is None or _session(self.session) == Session()):
            self.session = fields["session_config"]
        if "config" in fields and fields["config"].is_map():
            self.config = self.config or fields["config"]

    def domain(self, retrieval: Collection[str] = ()) -> Domain:
        """All files as one value; `retrieval` are the intents that the examples write as `faq/ask_name`."""
        forms = self.listed_forms or (_under(self.forms) if self.forms else None)
        migrated = migrate(self.slots, forms, self.entities.values())
        intents = {name: _intent(name, node) for name, node in self.intents.items()}
        for name in sorted(retrieval):
            intents[name] = replace(intents.get(name, DomainIntent(name)), retrieval=True)
        entities = {name: _entity(name, node) for name, node in self.entities.items()}
        own = {name: read_slot(name, node) for name, node in migrated.slots.items()}
        actions = tuple(dict.fromkeys((*self.actions, *migrated.actions)))
        extra = {slot.name: slot for slot in default_slots(actions, migrated.forms) if slot.name not in own}
        responses = {_response_name(name, node): node for name, node in self.responses.items()}
        for document, language in self.translations:
            responses = translated(responses, document, language)
        used = {
            name: _used(intents.get(name, DomainIntent(name)), self._ignores(name), entities)
            for name in (*DEFAULT_INTENTS, *intents)
        }
        return Domain(
            intents=intents,
            entities=entities,
            slots=own | extra,
            forms={name: read_form(name, node) for name, node in migrated.forms.items()},
            responses={name: read_response(name, node) for name, node in responses.items()},
            actions=actions,
            session=Session() if self.session is None else _session(self.session),
            used_entities=used,
            written=self._written(migrated, responses, retrieval, used),
        )

    def _written(
        self,
        migrated: Migrated,
        responses: Mapping[str, Node],
        retrieval: Collection[str],
        used: Mapping[str, frozenset[str]],
    ) -> dict[str, JsonValue]:
        answers: list[JsonValue] = [
            f"utter_{name}" for name in sorted(retrieval) if f"utter_{name}" not in self.actions
        ]
        written: dict[str, JsonValue] = {
            "version": "3.1",
            "intents": self._written_intents(retrieval, used),
            "entities": [node.json() for node in self.entities.values()],
            "slots": _json(migrated.slots),
            "forms": _json(migrated.forms),
            "responses": _json(responses),
            "actions": [node.json() for node in self.actions.values()] + [*answers],
            "session_config": _written_session(self.session),
        }
        if self.e2e_actions:
            written["e2e_actions"] = [node.json() for node in self.e2e_actions.values()]
        if not self._keeps_entities():
            written["config"] = {"store_entities_as_slots": False}
        return written

    def _ignores(self, intent: str) -> bool:
        """Whether an intent says itself which entities it ignores."""
        return intent in self.intents and "ignore_entities" in _inner(self.intents[intent])

    def _keeps_entities(self) -> bool:
        kept = self.config.fields().get("store_entities_as_slots") if self.config else None
        return kept is None or kept.value is not False

    def _written_intents(
        self, retrieval: Collection[str], used: Mapping[str, frozenset[str]]
    ) -> list[JsonValue]:
        written: dict[str, JsonValue] = {}
        for name, node in self.intents.items():
            fields = _inner(node)
            plain: dict[str, JsonValue] = {key: each.json() for key, each in fields.items()}
            for key in ("use_entities", "ignore_entities"):
                if key in plain and not plain[key]:
                    plain[key] = []
            written[name] = {name: plain} if node.is_map() else name
        for name in retrieval:
            written[name] = {name: {"used_entities": [*sorted(used[name])], "is_retrieval_intent": True}}
        return [written[name] for name in sorted(written)]


def _named(node: Node) -> Iterable[tuple[str, Node]]:
    """`name` or `name: {…}`, the two ways Rasa writes an entry of a list."""
    if node.is_nothing():
        node.warn("an empty entry is passed over")
        return ()
    if not node.is_map():
        return ((node.text(), node),)
    return tuple((name, node.become({name: inner})) for name, inner in node.fields().items())


def _keep(kept: dict[str, Node], name: str, node: Node) -> None:
    before = kept.setdefault(name, node)
    if before is not node and before.json() != node.json():
        node.warn(f"{name!r} is defined otherwise in {before.file}:{before.line}, which counts; keep one")


def _under(nodes: Mapping[str, Node]) -> Node:
    return next(iter(nodes.values())).become(dict(nodes))


def _inner(node: Node) -> Mapping[str, Node]:
    """What `name: {…}` says beyond the name; nothing where the name stands alone."""
    if not node.is_map():
        return {}
    return next(iter(node.fields().values())).fields()


def _intent(name: str, node: Node) -> DomainIntent:
    fields = _inner(node)
    _note_unknown(fields, INTENT_KEYS)
    use, ignore = fields.get("use_entities"), fields.get("ignore_entities")
    # `use_entities: true` is the default written out; `false`, nothing and `[]` all mean none.
    used: tuple[str, ...] | None = None
    if use is not None and use.value is not True:
        used = () if use.value in (False, None) else use.texts()
    return DomainIntent(
        name=name,
        retrieval="is_retrieval_intent" in fields and fields["is_retrieval_intent"].flag(),
        use_entities=used,
        ignore_entities=() if ignore is None or ignore.value is False else ignore.texts(),
    )


def _entity(name: str, node: Node) -> DomainEntity:
    fields = _inner(node)
    _note_unknown(fields, ENTITY_KEYS)
    return DomainEntity(
        name=name,
        roles=fields["roles"].texts() if "roles" in fields else (),
        groups=fields["groups"].texts() if "groups" in fields else (),
        influences=fields["influence_conversation"].flag() if "influence_conversation" in fields else True,
    )


def _note_unknown(fields: Mapping[str, Node], known: Collection[str]) -> None:
    for name, node in fields.items():
        if name == "triggers":
            node.warn("MappingPolicy is Rasa 1's way and not read; write a rule for the intent")
        elif name not in known:
            node.warn(f"unknown key {name!r} is not read; known are {', '.join(known)}")


def _used(intent: DomainIntent, ignores: bool, entities: Mapping[str, DomainEntity]) -> frozenset[str]:
    """The entities, and their `name#role` and `name#group`, that the conversation's state may tell of."""

    def labels(names: Iterable[str]) -> set[str]:
        known = [entities[name] for name in names if name in entities]
        return {f"{each.name}#{label}" for each in known for label in (*each.roles, *each.groups)}

    silent = {name for name, entity in entities.items() if not entity.influences}
    if intent.use_entities is None:
        included = (entities.keys() - silent) | labels(entities)
    else:
        included = set(intent.use_entities) | labels(intent.use_entities)
    excluded = set(intent.ignore_entities) if ignores else silent
    return frozenset(included - excluded - labels(excluded))


def _response_name(name: str, node: Node) -> str:
    if "/" in name and not name.startswith("utter_"):
        node.warn(f"converted from Rasa 1: the response is called utter_{name}")
        return f"utter_{name}"
    return name


def _session(node: Node) -> Session:
    given = {name: each for name, each in node.fields(SESSION_KEYS).items() if not each.is_nothing()}
    expires, carries = given.get("session_expiration_time"), given.get("carry_over_slots_to_new_session")
    minutes = DEFAULT_MINUTES if expires is None else expires.number()
    if not 0 <= minutes <= MOST_MINUTES:
        raise node.wrong("session_expiration_time must be a number of minutes up to ten years; 0 means never")
    return Session(timedelta(minutes=minutes) if minutes else None, carries is None or carries.flag())


def _written_session(node: Node | None) -> JsonValue:
    default: JsonValue = {"session_expiration_time": 60, "carry_over_slots_to_new_session": True}
    return default if node is None or node.is_nothing() else node.json()


def _json(nodes: Mapping[str, Node]) -> dict[str, JsonValue]:
    return {name: node.json() for name, node in nodes.items()}
