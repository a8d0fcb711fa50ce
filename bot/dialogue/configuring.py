"""config.yml: which policies decide, and what of the pipeline matters to the dialogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.dialogue.documents import JsonValue, Node, nearest, text_of
from bot.dialogue.wiring import Fallback, MemoizationSettings, Pipeline, Policies, RegexSettings, RuleSettings

CONFIG_KEYS = (
    "recipe",
    "assistant_id",
    "language",
    "pipeline",
    "policies",
    "importers",
    "version",
    "spaces",
    "firstline",
)
FIRSTLINE_KEYS = ("sensitive",)
RULE_KEYS = (
    "name",
    "priority",
    "core_fallback_threshold",
    "core_fallback_action_name",
    "enable_fallback_prediction",
    "restrict_rules",
    "check_for_contradictions",
    "max_history",
    "use_nlu_confidence_as_score",
    "featurizer",
)
MEMOIZATION = {"MemoizationPolicy": False, "AugmentedMemoizationPolicy": True}
# Policies that learn; Firstline decides by rules and stories alone.
LEARNT = ("TEDPolicy", "UnexpecTEDIntentPolicy")
OLD = {
    "FormPolicy": "RulePolicy runs forms",
    "MappingPolicy": "write a rule for the intent",
    "FallbackPolicy": "use FallbackClassifier and RulePolicy's core_fallback_threshold",
    "TwoStageFallbackPolicy": "write a rule from nlu_fallback to action_two_stage_fallback",
    "KerasPolicy": "its place is taken by rules and stories",
    "EmbeddingPolicy": "its place is taken by rules and stories",
    "SklearnPolicy": "its place is taken by rules and stories",
}
# Extractors of Rasa's that run as a program of their own, and what takes their place.
REPLACED = {
    "DucklingEntityExtractor": "Firstline's own patterns find dates, numbers and money",
    "MitieNLP": "its vectors are not used; Firstline has an encoder of its own",
    "KeywordIntentClassifier": "Firstline's classifier reads the intents",
}


@dataclass(frozen=True, slots=True)
class Config:
    """What config.yml says; `written` is all of it."""

    language: str = "en"
    assistant_id: str | None = None
    policies: Policies = field(default_factory=Policies)
    pipeline: Pipeline = field(default_factory=Pipeline)
    sensitive: Mapping[str, tuple[str, ...]] | None = None
    written: Mapping[str, JsonValue] | None = None


def read_config(root: Node | None) -> Config:
    """The settings of a config.yml; a missing file, policies or pipeline mean Rasa's defaults.

    Keys that nobody knows are warned of, and those under `firstline:` are errors, for they are ours.
    """
    if root is None:
        return Config()
    fields = root.fields(CONFIG_KEYS)
    recipe = text_of(fields, "recipe")
    if recipe not in (None, "default.v1"):
        fields["recipe"].warn("only the recipe default.v1 is known; the graph is not read")
    return Config(
        language=text_of(fields, "language") or "en",
        assistant_id=text_of(fields, "assistant_id"),
        policies=_policies(fields.get("policies")),
        pipeline=_pipeline(fields.get("pipeline")),
        sensitive=_sensitive(fields.get("firstline")),
        written={name: node.json() for name, node in fields.items()},
    )


def _components(node: Node) -> Iterator[tuple[str, Node]]:
    """Each entry of a pipeline or of the policies, with its class name without the path."""
    for each in node.items():
        name = text_of(each.fields(), "name") if each.is_map() else each.text()
        if name is None:
            raise each.wrong("an entry needs a `name`")
        yield name.rpartition(".")[2], each


def _policies(node: Node | None) -> Policies:
    if node is None or node.is_nothing() or node.value == ():
        return Policies()
    rule: RuleSettings | None = None
    memoization: list[MemoizationSettings] = []
    order: list[str] = []
    for name, each in _components(node):
        if name == "RulePolicy":
            rule = _rule(each)
        elif name in MEMOIZATION:
            memoization.append(_memoization(each, MEMOIZATION[name]))
        else:
            _ignored(name, each)
            continue
        order.append(name)
    if not order:
        node.warn("none of these policies runs here; MemoizationPolicy and RulePolicy stand in for them")
        return Policies()
    return Policies(rule, tuple(memoization), tuple(order))


def _ignored(name: str, node: Node) -> None:
    if name in LEARNT:
        node.warn(f"{name} is ignored: rules and stories decide here, exactly as they are written")
    elif name in OLD:
        node.warn(f"{name} of Rasa 1 is not read: {OLD[name]}")
    else:
        known = ("RulePolicy", *MEMOIZATION)
        node.warn(f"the policy {name!r} is not run; {nearest(name, known)}")


def _rule(node: Node) -> RuleSettings:
    fields = _given(node, RULE_KEYS)
    default = RuleSettings()
    return RuleSettings(
        priority=_whole(fields, "priority", default.priority),
        fallback_threshold=_share(fields, "core_fallback_threshold", default.fallback_threshold),
        fallback_action=text_of(fields, "core_fallback_action_name") or default.fallback_action,
        fallback_enabled=_flag(fields, "enable_fallback_prediction", True),
        restrict=_flag(fields, "restrict_rules", True),
        check_contradictions=_flag(fields, "check_for_contradictions", True),
    )


def _memoization(node: Node, augmented: bool) -> MemoizationSettings:
    fields = _given(node, ("name", "priority", "max_history", "featurizer", "use_nlu_confidence_as_score"))
    most = _whole(fields, "max_history", 0)
    return MemoizationSettings(augmented, most or None, _whole(fields, "priority", 3))


def _pipeline(node: Node | None) -> Pipeline:
    if node is None or node.is_nothing() or node.value == ():
        return Pipeline()
    if isinstance(node.value, str):
        node.warn("a pipeline's name is Rasa 1's way; read as Rasa's default pipeline")
        return Pipeline()
    fallback: Fallback | None = None
    regex: RegexSettings | None = None
    synonyms = learns_entities = False
    selectors: list[str | None] = []
    for name, each in _components(node):
        fields = _given(each, None)
        if name == "FallbackClassifier":
            fallback = Fallback(
                _share(fields, "threshold", 0.3), _share(fields, "ambiguity_threshold", Fallback().ambiguity)
            )
        elif name == "RegexEntityExtractor":
            regex = RegexSettings(
                case_sensitive=_flag(fields, "case_sensitive", False),
                word_boundaries=_flag(fields, "use_word_boundaries", True),
                lookups=_flag(fields, "use_lookup_tables", True),
                regexes=_flag(fields, "use_regexes", True),
            )
        elif name == "EntitySynonymMapper":
            synonyms = True
        elif name in ("DIETClassifier", "CRFEntityExtractor"):
            learns_entities = learns_entities or _flag(fields, "entity_recognition", True)
        elif name == "ResponseSelector":
            selectors.append(text_of(fields, "retrieval_intent"))
        elif name in REPLACED:
            each.warn(f"{name} is not run: {REPLACED[name]}")
    return Pipeline(fallback, regex, synonyms, tuple(dict.fromkeys(selectors)), learns_entities)


def _sensitive(node: Node | None) -> Mapping[str, tuple[str, ...]] | None:
    """`firstline: sensitive:`, topics with the intents that mean them; None where nothing is said."""
    if node is None or node.is_nothing():
        return None
    for name, each in node.fields().items():
        if name not in FIRSTLINE_KEYS:
            raise each.wrong(f"unknown key {name!r}; {nearest(name, FIRSTLINE_KEYS)}")
    topics = node.fields().get("sensitive")
    return None if topics is None else {topic: each.texts() for topic, each in topics.fields().items()}


def _given(node: Node, known: tuple[str, ...] | None) -> Mapping[str, Node]:
    """The keys that have a value; a component may be a bare name."""
    if not node.is_map():
        return {}
    return {name: each for name, each in node.fields(known).items() if not each.is_nothing()}


def _flag(fields: Mapping[str, Node], key: str, default: bool) -> bool:
    return fields[key].flag() if key in fields else default


def _whole(fields: Mapping[str, Node], key: str, default: int) -> int:
    if key not in fields:
        return default
    number = fields[key].number()
    if number != int(number) or not 0 <= number <= 1_000_000:
        raise fields[key].wrong("must be a whole number, 0 or more")
    return int(number)


def _share(fields: Mapping[str, Node], key: str, default: float) -> float:
    if key not in fields:
        return default
    number = fields[key].number()
    if not 0 <= number <= 1:
        raise fields[key].wrong("must lie between 0 and 1")
    return number
