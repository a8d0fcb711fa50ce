"""Which wording of a response is said, and its blanks filled from the slots."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random

from bot.dialogue.assistant import Assistant, ResponseButton, ResponseCondition, ResponseVariant
from bot.dialogue.documents import JsonValue

# `{{` and `}}` are literal braces, `{name}` is a slot.
BLANK = re.compile(r"\{\{|\}\}|\{(?P<name>[^\n{}]+?)\}")


def choose(
    assistant: Assistant,
    name: str,
    slots: Mapping[str, JsonValue],
    channel: str,
    rng: Random,
    said: Collection[str] = (),
) -> ResponseVariant | None:
    """One variant of response `name`, filled; None where there is no such response or no variant fits.

    The first of these groups that is not empty: condition holds and channel matches; no condition and channel
    matches; condition holds and any channel; neither. Inside it `rng` picks, among those whose text is not in
    `said` while there are such, so that the bot does not repeat itself word for word.
    """
    groups: dict[tuple[bool, bool], list[ResponseVariant]] = {}
    for variant in assistant.domain.responses.get(name, ()):
        fits = variant.channel in (None, channel)
        if fits and all(_holds(each, slots) for each in variant.condition):
            groups.setdefault((variant.channel is not None, bool(variant.condition)), []).append(variant)
    if not groups:
        return None
    # True sorts above False: the channel counts first, then the condition.
    fitting = [fill(variant, slots) for variant in groups[max(groups)]]
    return rng.choice([each for each in fitting if each.text not in said] or fitting)


def fill(variant: ResponseVariant, values: Mapping[str, JsonValue]) -> ResponseVariant:
    """The variant with every `{slot}` of its text, buttons, picture and payloads replaced."""
    return replace(
        variant,
        text=None if variant.text is None else filled(variant.text, values),
        image=None if variant.image is None else filled(variant.image, values),
        buttons=tuple(
            ResponseButton(filled(each.title, values), filled(each.payload, values), each.more)
            for each in variant.buttons
        ),
        quick_replies=_fill_all(variant.quick_replies, values),
        attachment=_fill_all(variant.attachment, values),
        custom=_fill_all(variant.custom, values),
    )


def filled(text: str, values: Mapping[str, JsonValue]) -> str:
    """The text with its blanks filled; an unset slot reads `None`; one unknown name leaves all as written.

    That is Rasa's way. Only whole names are looked up: no attribute or index of a value can be reached.
    """
    names = {match["name"] for match in BLANK.finditer(text) if match["name"]}
    if not names <= values.keys():
        return text

    def put(match: re.Match[str]) -> str:
        return str(values[match["name"]]) if match["name"] else match[0][0]

    return BLANK.sub(put, text)


def _fill_all(value: JsonValue, values: Mapping[str, JsonValue]) -> JsonValue:
    if isinstance(value, str):
        return filled(value, values)
    if isinstance(value, list):
        return [_fill_all(each, values) for each in value]
    if isinstance(value, dict):
        return {name: _fill_all(each, values) for name, each in value.items()}
    return value


def _holds(condition: ResponseCondition, slots: Mapping[str, JsonValue]) -> bool:
    actual, wanted = slots.get(condition.slot), condition.value
    if isinstance(actual, str) and isinstance(wanted, str):
        return actual.casefold() == wanted.casefold()
    return actual == wanted
