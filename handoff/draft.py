"""A first reply for the agent to start from, in the customer's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handoff.escalation import Escalation
from handoff.facts import Fact
from handoff.needs import Completeness

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "hello": "Hello{name}, I've read what you wrote to our assistant, so you needn't repeat it.",
        "have": "I have your {facts} here.",
        "ask": "To help you I also need {facts}. Could you send me that?",
        "now": "I'm looking into it now.",
        "and": "and",
        "order": "order {}", "invoice": "invoice {}", "product": "{}", "email": "e-mail address {}",
    },
    "nb": {
        "hello": "Hei{name}, jeg har lest det du skrev til assistenten vår, så du slipper å gjenta det.",
        "have": "Jeg har {facts} foran meg.",
        "ask": "For å hjelpe deg trenger jeg også {facts}. Kan du sende meg det?",
        "now": "Jeg ser på det nå.",
        "and": "og",
        "order": "ordre {}", "invoice": "faktura {}", "product": "{}", "email": "e-postadressen {}",
    },
}  # fmt: skip
_NAMES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "order": "your order number", "invoice": "your invoice number", "email": "your e-mail address",
        "product": "the product's name", "device": "your device's name", "amount": "the amount",
        "date": "the date",
    },
    "nb": {
        "order": "ordrenummeret", "invoice": "fakturanummeret", "email": "e-postadressen",
        "product": "navnet på produktet", "device": "navnet på enheten", "amount": "beløpet",
        "date": "datoen",
    },
}  # fmt: skip


def draft_reply(escalation: Escalation, facts: Sequence[Fact], complete: Completeness) -> str:
    """A reply that greets, shows what is known, and asks only for what is missing."""
    language = escalation.language if escalation.language in _WORDS else "en"
    words, names = _WORDS[language], _NAMES[language]
    name = (escalation.customer.name or "").split(" ")[0]
    told = {fact.name: fact.value for fact in facts if not fact.superseded and not fact.masked}
    have = [words[key].format(told[key]) for key in ("order", "invoice", "email") if key in told]
    lines = [words["hello"].format(name=f" {name}" if name else "")]
    if have:
        lines.append(words["have"].format(facts=_listed(have, words["and"])))
    if complete.missing:
        need = [names.get(key, key) for key in complete.missing]
        lines.append(words["ask"].format(facts=_listed(need, words["and"])))
    else:
        lines.append(words["now"])
    return " ".join(lines)


def _listed(items: Sequence[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"
