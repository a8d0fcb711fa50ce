"""Quick replies and `/intent{"entity": "value"}`: messages that say outright what they mean."""

from __future__ import annotations

import json
import re

from bot.dialogue.assistant import Domain
from bot.understanding.reading import Entity, Intent

LITERAL = re.compile(r"/(?P<name>[^{@]+)(?P<conf>@[0-9.]+)?(?P<ents>\{.+\})?(?P<rest>.*)")


def read_literal(text: str, domain: Domain) -> tuple[Intent, tuple[Entity, ...]] | None:
    """The intent and entities that a literal message names; None for an ordinary text.

    As in Rasa: an intent that the domain does not list makes it an ordinary text (`/faq/opening` too, whose
    intent is `faq`), entities that it does not list are dropped, each entity stands where the JSON stands, a
    confidence that is no number counts as 0, and what follows the JSON is ignored.
    """
    match = LITERAL.match(text.strip())
    name = match["name"].strip() if match else ""
    if match is None or not domain.knows_intent(name):
        return None
    intent = Intent(name, _probability(match["conf"]))
    start, end = match.span("ents")
    return intent, tuple(_entities(match["ents"], start, end, domain)) if match["ents"] else ()


def _probability(written: str | None) -> float:
    if written is None:
        return 1.0
    try:
        return min(float(written[1:]), 1.0)
    except ValueError:
        return 0.0


def _entities(written: str, start: int, end: int, domain: Domain) -> list[Entity]:
    try:
        values = json.loads(written)
    except (ValueError, RecursionError):
        return []
    found = []
    for name, value in values.items() if isinstance(values, dict) else ():
        if name in domain.entities:
            for each in value if isinstance(value, list) else [value]:
                words = each if isinstance(each, str) else json.dumps(each, ensure_ascii=False)
                found.append(Entity(name, each, words, start, end, source="literal"))
    return found
