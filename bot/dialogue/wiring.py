"""What an assistant's config.yml, endpoints.yml and credentials.yml say, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """RulePolicy's part of config.yml; `fallback_threshold` is the confidence of the fallback action."""

    priority: int = 4
    fallback_threshold: float = 0.3
    fallback_action: str = "action_default_fallback"
    fallback_enabled: bool = True
    restrict: bool = True
    check_contradictions: bool = True


@dataclass(frozen=True, slots=True)
class MemoizationSettings:
    """A memoization policy; `max_history` counts states, None remembers the whole conversation."""

    augmented: bool = False
    max_history: int | None = None
    priority: int = 3


@dataclass(frozen=True, slots=True)
class Policies:
    """Who decides what comes next. `order` names the policies in the file's order, without those ignored."""

    rule: RuleSettings | None = RuleSettings()
    memoization: tuple[MemoizationSettings, ...] = (MemoizationSettings(),)
    order: tuple[str, ...] = ("MemoizationPolicy", "RulePolicy")


@dataclass(frozen=True, slots=True)
class Fallback:
    """When a reading is `nlu_fallback`: below `threshold`, or with the second closer than `ambiguity`."""

    threshold: float = 0.3
    ambiguity: float = 0.1


@dataclass(frozen=True, slots=True)
class RegexSettings:
    """Whether patterns and lookups extract entities by themselves, and how they match."""

    case_sensitive: bool = False
    word_boundaries: bool = True
    lookups: bool = True
    regexes: bool = True


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What of config.yml's pipeline matters here.

    selectors: retrieval intents, None is one over all; learns_entities: whether annotated examples teach any.
    """

    fallback: Fallback | None = Fallback()
    regex: RegexSettings | None = None
    synonyms: bool = True
    selectors: tuple[str | None, ...] = (None,)
    learns_entities: bool = True


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that the bot calls; secrets stay out of its `repr`."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str | None = field(default=None, repr=False)
    token_name: str = "token"
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    cafile: str | None = None
    selective_domain: bool = False


@dataclass(frozen=True, slots=True)
class Endpoints:
    """endpoints.yml; `actions_module` names the package whose actions run in this process."""

    actions: Endpoint | None = None
    nlg: Endpoint | None = None
    nlu: Endpoint | None = None
    actions_module: str | None = None
