"""An assistant as frozen values: what Rasa's domain, NLU, rules and stories say, without their YAML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from bot.dialogue.documents import JsonValue, Node
from bot.dialogue.errors import Problem
from bot.dialogue.translating import Translation
from bot.dialogue.wiring import Endpoint as Endpoint
from bot.dialogue.wiring import Endpoints as Endpoints
from bot.dialogue.wiring import Fallback as Fallback
from bot.dialogue.wiring import MemoizationSettings as MemoizationSettings
from bot.dialogue.wiring import Pipeline as Pipeline
from bot.dialogue.wiring import Policies as Policies
from bot.dialogue.wiring import RegexSettings as RegexSettings
from bot.dialogue.wiring import RuleSettings as RuleSettings

SlotType = Literal["text", "bool", "categorical", "float", "list", "any"]
MappingKind = Literal["from_entity", "from_text", "from_intent", "from_trigger_intent", "custom"]

# What every Rasa assistant has without listing it.
DEFAULT_INTENTS = ("restart", "back", "out_of_scope", "session_start", "nlu_fallback")
DEFAULT_ACTIONS = (
    "action_listen",
    "action_restart",
    "action_session_start",
    "action_default_fallback",
    "action_deactivate_loop",
    "action_revert_fallback_events",
    "action_default_ask_affirmation",
    "action_default_ask_rephrase",
    "action_two_stage_fallback",
    "action_unlikely_intent",
    "action_back",
    "action_extract_slots",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value was written; `line` counts from 1."""

    file: str
    line: int
    key: str

    @classmethod
    def of(cls, node: Node) -> Place:
        return cls(node.file, node.line, node.key)


NOWHERE = Place("", 0, "")


@dataclass(frozen=True, slots=True)
class DomainIntent:
    """An intent of the domain; `use_entities` None means all of them (see `Domain.used_entities`)."""

    name: str
    retrieval: bool = False
    use_entities: tuple[str, ...] | None = None
    ignore_entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DomainEntity:
    name: str
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    influences: bool = True


@dataclass(frozen=True, slots=True)
class LoopCondition:
    """A mapping applies only while this loop runs (and, when named, asks for this slot)."""

    active_loop: str | None
    requested_slot: str | None = None


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way a slot gets its value; empty `intents` means any intent but those of `not_intents`."""

    kind: MappingKind
    entity: str | None = None
    role: str | None = None
    group: str | None = None
    intents: tuple[str, ...] = ()
    not_intents: tuple[str, ...] = ()
    value: JsonValue = None
    action: str | None = None
    conditions: tuple[LoopCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot; `values` are those of a categorical one, `least` and `most` bound a float."""

    name: str
    type: SlotType
    initial: JsonValue = None
    influences: bool = True
    values: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1.0
    mappings: tuple[SlotMapping, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Form:
    name: str
    required_slots: tuple[str, ...]
    ignored_intents: tuple[str, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ResponseCondition:
    """Holds while the slot has this value; texts are compared without regard to case."""

    slot: str
    value: JsonValue


@dataclass(frozen=True, slots=True)
class ResponseButton:
    title: str
    payload: str
    more: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResponseVariant:
    """One wording of a response. `channel` names the output channel it is meant for, None for any."""

    text: str | None = None
    condition: tuple[ResponseCondition, ...] = ()
    channel: str | None = None
    buttons: tuple[ResponseButton, ...] = ()
    quick_replies: JsonValue = None
    image: str | None = None
    attachment: JsonValue = None
    elements: JsonValue = None
    custom: JsonValue = None
    metadata: JsonValue = None
    id: str | None = None
    button_type: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Session:
    """When a conversation's session ends; `expires_within` None means never."""

    expires_within: timedelta | None = timedelta(minutes=60)
    carries_slots: bool = True


@dataclass(frozen=True, slots=True)
class Domain:
    """All the domain files, merged."""

    intents: Mapping[str, DomainIntent]
    entities: Mapping[str, DomainEntity]
    slots: Mapping[str, Slot]
    forms: Mapping[str, Form]
    responses: Mapping[str, tuple[ResponseVariant, ...]]
    actions: tuple[str, ...]
    session: Session
    # The merged YAML as written: what an action server is sent.
    written: Mapping[str, JsonValue]
    # By intent, the entities (and `name#role`, `name#group`) that a state may tell of; of an intent that is
    # not listed here, all.
    used_entities: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def knows_intent(self, name: str) -> bool:
        return name in self.intents or name in DEFAULT_INTENTS

    def knows_action(self, name: str) -> bool:
        return (
            name in self.actions or name in self.responses or name in self.forms or name in DEFAULT_ACTIONS
        ) or (name.startswith("utter_") and self.retrieves(name.removeprefix("utter_")))

    def retrieves(self, name: str) -> bool:
        """Whether `name` is a retrieval intent: its action `utter_<name>` exists without being listed."""
        return name in self.intents and self.intents[name].retrieval


@dataclass(frozen=True, slots=True)
class Annotation:
    """A marked span of an example: characters `start` to `end` of its text without the markup."""

    start: int
    end: int
    text: str
    entity: str
    value: str
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence that means `intent`; `response_key` is `faq/ask_name` under the retrieval intent `faq`."""

    intent: str
    text: str
    language: str
    annotations: tuple[Annotation, ...] = ()
    response_key: str | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Nlu:
    """Training examples and word lists. `synonyms` maps lower-cased surface forms to the value meant."""

    examples: tuple[Example, ...] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)
    lookups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    regexes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EntityCondition:
    """An entity a user step asks for; `value` None means any value."""

    name: str
    value: JsonValue = None
    role: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class UserStep:
    """The customer says something: an intent, or (end to end) a text.

    A test conversation gives both, the text with its `annotations`, and may name a retrieval intent in full
    (`response_key`).
    """

    intent: str | None
    entities: tuple[EntityCondition, ...] = ()
    text: str | None = None
    response_key: str | None = None
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionStep:
    action: str


@dataclass(frozen=True, slots=True)
class BotTextStep:
    text: str


@dataclass(frozen=True, slots=True)
class SlotCondition:
    """A slot's value in a story; `bare` when only its name was given, which means that it is filled."""

    name: str
    value: JsonValue = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class SlotStep:
    slots: tuple[SlotCondition, ...]


@dataclass(frozen=True, slots=True)
class LoopStep:
    """The active loop from here on; None when it has ended."""

    loop: str | None


@dataclass(frozen=True, slots=True)
class CheckpointStep:
    name: str
    slots: tuple[SlotCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class OrStep:
    options: tuple[UserStep | SlotStep, ...]


Step = UserStep | ActionStep | BotTextStep | SlotStep | LoopStep | CheckpointStep | OrStep


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do whenever the conditions hold, whatever was said before."""

    name: str
    steps: tuple[Step, ...]
    conditions: tuple[SlotStep | LoopStep, ...] = ()
    at_start: bool = False
    waits: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Story:
    """An example conversation; it predicts only where the conversation so far is the same."""

    name: str
    steps: tuple[Step, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything the files say. `fingerprint` is the SHA-256 of the NLU files, to tell a stale model by."""

    folder: Path
    language: str
    domain: Domain
    nlu: Nlu
    rules: tuple[Rule, ...]
    stories: tuple[Story, ...]
    # Topics that a person must handle, each with the intents that mean it.
    sensitive: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, JsonValue]
    fingerprint: str
    policies: Policies = field(default_factory=Policies)
    pipeline: Pipeline = field(default_factory=Pipeline)
    endpoints: Endpoints = field(default_factory=Endpoints)
    # credentials.yml: what each channel is told, by the channel's name.
    credentials: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict, repr=False)
    assistant_id: str | None = None
    # Its own language first, then the others that it has examples in.
    languages: tuple[str, ...] = ()
    # What was added in further languages, for whoever reads the files again.
    translations: tuple[Translation, ...] = ()
    # What Rasa would warn about: it does no harm, but was hardly meant.
    warnings: tuple[Problem, ...] = ()
