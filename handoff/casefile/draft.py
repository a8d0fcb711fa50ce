"""A first reply for the agent to start from, in the customer's language. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from handoff.casefile.ask import Wish
from handoff.casefile.needs import Completeness
from handoff.escalation import Escalation
from handoff.finding.facts import Fact

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


def suggested_macro(names: Sequence[str], wishes: Sequence[Wish], escalation: Escalation) -> str | None:
    """The macro whose name shares most words with the likeliest intent and the wishes; None if none does."""
    intent = escalation.intents[0].name.replace("_", " ") if escalation.intents else ""
    said = _stems(" ".join((intent, *(wish.claim.text for wish in wishes))))
    shared = {name: len(_stems(name) & said) / max(1, len(_stems(name))) for name in names}
    best = max(names, key=lambda name: shared[name], default=None)
    return best if best is not None and shared[best] >= _ALIKE else None


_ALIKE = 0.5  # share of a macro's words that must have been said


def _stems(text: str) -> frozenset[str]:
    """The beginnings of words: "refunds" and "refund" are one."""
    return frozenset(word[:5] for word in re.findall(r"\w{4,}", text.casefold()))


def _listed(items: Sequence[str], last: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"
