"""The assistant as editors want it: its files with the published words and examples over them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.dialogue.assistant import (
    Assistant,
    Domain,
    Example,
    ResponseButton,
    ResponseCondition,
    ResponseVariant,
)
from bot.dialogue.documents import JsonValue
from bot.dialogue.responses import BLANK
from bot.saying import OWN_LINES
from kb.coaching.training import Taught
from kb.coaching.wordings import Overrides, Variant

LANGUAGE = "language"
"""The slot that a response's condition names to be said in one language."""


def with_words(assistant: Assistant, words: Overrides) -> Assistant:
    """The assistant saying the published words; those that no longer fit its files are left out."""
    domain = assistant.domain
    responses, written = dict(domain.responses), _written(domain)
    for name, languages in words.items():
        shipped = variants_of(assistant, name)
        said = {language: variants for language, variants in languages.items() if fits(shipped, variants)}
        if not said:
            continue
        raw = raw_of(assistant, name)
        kept = [
            n for n, each in enumerate(shipped) if spoken_in(assistant, each) not in said or not worded(each)
        ]
        put = [(each, language) for language, variants in said.items() for each in variants]
        own = assistant.language
        responses[name] = (
            *(shipped[number] for number in kept),
            *(_reworded(shipped[each.base], each, language, own) for each, language in put),
        )
        written[name] = [
            *(raw[number] for number in kept),
            *(_rewritten(raw[each.base], shipped[each.base], each, language, own) for each, language in put),
        ]
    changed = replace(domain, responses=responses, written={**domain.written, "responses": written})
    return replace(assistant, domain=changed)


def with_taught(assistant: Assistant, taught: Taught) -> Assistant:
    """The assistant with what editors taught it; its fingerprint tells which examples that is.

    A sentence that the files have under another intent means what the editors say. An example that a customer
    had forgotten is gone, and the fingerprint stays: the model was trained on it.
    """
    if not taught.numbers:
        return assistant
    numbers = ",".join(map(str, sorted(taught.numbers)))
    fingerprint = hashlib.sha256(f"{assistant.fingerprint}+{numbers}".encode()).hexdigest()
    own = tuple(Example(each.intent, each.text, each.language) for each in taught.examples)
    meant = {(each.text.casefold(), each.language) for each in own}
    files = tuple(
        each for each in assistant.nlu.examples if (each.text.casefold(), each.language) not in meant
    )
    # Serving loads no examples, as the model carries what it needs of them.
    examples = (*files, *own) if assistant.nlu.examples else ()
    nlu = replace(assistant.nlu, examples=examples)
    return replace(assistant, nlu=nlu, fingerprint=fingerprint)


def variants_of(assistant: Assistant, name: str) -> tuple[ResponseVariant, ...]:
    """What ships of a response: of the files, or the house's own line that stands in for it."""
    own = (ResponseVariant(text=OWN_LINES[name]),) if name in OWN_LINES else ()
    return assistant.domain.responses.get(name, own)


def raw_of(assistant: Assistant, name: str) -> list[dict[str, JsonValue]]:
    """The same as the files write it, one mapping a variant."""
    found = _written(assistant.domain).get(name)
    if not isinstance(found, list):
        return [{"text": OWN_LINES[name]}] if name in OWN_LINES else []
    return [each if isinstance(each, dict) else {"text": each} for each in found]


def spoken_in(assistant: Assistant, variant: ResponseVariant) -> str:
    """The language that a variant is for: what its condition says, else the assistant's own."""
    named = (str(each.value) for each in variant.condition if each.slot == LANGUAGE)
    return next(named, assistant.language)


def worded(variant: ResponseVariant) -> bool:
    """Whether there is something in it for an editor to word."""
    return bool(variant.text or variant.buttons)


def blanks(variant: ResponseVariant) -> frozenset[str]:
    """The placeholders of its text and its buttons' titles."""
    words = (variant.text or "", *(each.title for each in variant.buttons))
    return frozenset(match["name"] for each in words for match in BLANK.finditer(each) if match["name"])


def fits(shipped: Sequence[ResponseVariant], variants: Sequence[Variant]) -> bool:
    """Whether the wordings still belong to what ships: the same buttons, and no placeholder it lacks."""
    known = frozenset().union(*map(blanks, shipped)) if shipped else frozenset()
    for each in variants:
        if not 0 <= each.base < len(shipped):
            return False
        base = shipped[each.base]
        if [button.payload for button in each.buttons] != [button.payload for button in base.buttons]:
            return False
        said = replace(base, text=each.text, buttons=_titled(base, each))
        if not blanks(said) <= known:
            return False
    return bool(variants)


def _titled(base: ResponseVariant, variant: Variant) -> tuple[ResponseButton, ...]:
    return tuple(
        replace(shown, title=button.title)
        for shown, button in zip(base.buttons, variant.buttons, strict=True)
    )


def _reworded(base: ResponseVariant, variant: Variant, language: str, own: str) -> ResponseVariant:
    return replace(
        base,
        text=variant.text or base.text,
        buttons=_titled(base, variant),
        condition=_conditions(base, language, own),
    )


def _conditions(base: ResponseVariant, language: str, own: str) -> tuple[ResponseCondition, ...]:
    """The base's conditions, with that of the language in the place of its own."""
    named = next((str(each.value) for each in base.condition if each.slot == LANGUAGE), own)
    if named == language:
        return base.condition
    others = tuple(each for each in base.condition if each.slot != LANGUAGE)
    return others if language == own else (*others, ResponseCondition(LANGUAGE, language))


def _rewritten(
    raw: Mapping[str, JsonValue], base: ResponseVariant, variant: Variant, language: str, own: str
) -> dict[str, JsonValue]:
    written = dict(raw)
    if variant.text:
        written["text"] = variant.text
    buttons = raw.get("buttons")
    if isinstance(buttons, list):
        written["buttons"] = [
            {**(each if isinstance(each, dict) else {}), "title": button.title}
            for each, button in zip(buttons, variant.buttons, strict=True)
        ]
    conditions = _conditions(base, language, own)
    if conditions != base.condition:
        written["condition"] = [{"type": "slot", "name": c.slot, "value": c.value} for c in conditions]
    if not written.get("condition"):
        written.pop("condition", None)
    return written


def _written(domain: Domain) -> dict[str, JsonValue]:
    found = domain.written.get("responses")
    return dict(found) if isinstance(found, dict) else {}
