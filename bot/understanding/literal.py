"""Quick replies and `/intent{"entity": "value"}`: messages that say outright what they mean."""

from __future__ import annotations

import json
import re

from bot.dialogue.assistant import Domain
from bot.understanding.reading import Entity, Intent

LITERAL = re.compile(r"/(?P<name>[^{@]+)(?P<conf>@[0-9.]+)?(?P<ents>\{.+\})?(?P<rest>.*)", re.DOTALL)


def read_literal(text: str, domain: Domain) -> tuple[Intent, tuple[Entity, ...]] | None:
    """The intent and entities that a literal message names; None for an ordinary text.

    As in Rasa: an intent that the domain does not list makes it an ordinary text, entities that it does not
    list are dropped, and each entity stands where the JSON stands.
    """
    match = LITERAL.fullmatch(text.strip())
    name = match["name"].strip() if match else ""
    if match is None or not domain.knows_intent(name):
        return None
    try:
        probability = float(match["conf"][1:]) if match["conf"] else 1.0
    except ValueError:
        return None
    intent = Intent(name, min(max(probability, 0.0), 1.0))
    start, end = match.span("ents")
    return intent, tuple(_entities(match["ents"], start, end, domain)) if match["ents"] else ()


def _entities(written: str, start: int, end: int, domain: Domain) -> list[Entity]:
    try:
        values = json.loads(written)
    except ValueError:
        return []
    found = []
    for name, value in values.items() if isinstance(values, dict) else ():
        if name in domain.entities:
            for each in value if isinstance(value, list) else [value]:
                found.append(Entity(name, str(each), str(each), start, end, source="literal"))
    return found
