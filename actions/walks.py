"""Whether a customer asks to be taken through an article's steps, in English and Bokmål. Pure."""

from __future__ import annotations

import re

LONGEST = 14
"""Words; a longer message is about more than how it should be answered."""

_WALK = re.compile(
    r"\b(?:step by step|one (?:step )?at a time|(?:walk|take|talk|guide|lead) me through|guide me"
    r"|steg for steg|ett? (?:steg )?(?:om|av) gangen|(?:ta|led|guide|før) meg (?:gjennom|igjennom)|guide meg"
    r"|veiled meg)\b",
    re.IGNORECASE,
)
_GO_ON = re.compile(
    r"(?:ok |okay |yes |ja |please |can we |let's |la oss |kan vi )*"
    r"(?:continue|go on|carry on|resume|keep going|where (?:were|was) (?:we|i)|next step|the next step"
    r"|fortsett(?:e)?|gå videre|videre|hvor var vi|neste steg)"
    r"(?: (?:with|from|where|the|steps?|guide|we|left|off|please|med|stegene|steget|der|vi|slapp|var|takk))*"
    r"[\s.!?]*",
    re.IGNORECASE,
)


def wants_walk(text: str) -> bool:
    """True for "take me through it" and "go on", not where a question of its own says what about."""
    if len(text.split()) > LONGEST:
        return False
    return _GO_ON.fullmatch(text.strip()) is not None or (
        _WALK.search(text) is not None and not _names_something(text)
    )


def _names_something(text: str) -> bool:
    """Whether more is said than how: "set up my hub step by step" is to be searched for."""
    rest = _WALK.sub(" ", text)
    return len(re.findall(r"\w+", _POLITE.sub(" ", rest))) > 0


_POLITE = re.compile(
    r"\b(?:can|could|would|will|you|please|yes|ok|okay|i|i'd|like|want|to|do|it|this|that|these|them|the|steps?|all"
    r"|of|go|be|have|me|we|let's|by|in|kan|kunne|du|vi|vil|gjerne|ja|takk|ta|det|dette|den|de|stegene|alle|la|oss"
    r"|jeg|ha|få|vær|så|snill|for|meg)\b",
    re.IGNORECASE,
)
