"""Takes what points to a person out of a text: names, addresses, and the numbers that lead to them. Pure.

More is taken than strictly need be: what is left is kept and read long after the case is forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from handoff.finding.finders import (
    FactRules,
    Finder,
    Found,
    Said,
    find_accounts,
    find_addresses,
    find_emails,
    find_invoices,
    find_names,
    find_orders,
    find_parcels,
    find_phones,
    find_secrets,
)

PERSONAL: tuple[Finder, ...] = (
    find_secrets,
    find_emails,
    find_invoices,
    find_orders,
    find_parcels,
    find_accounts,
    find_phones,
    find_names,
    find_addresses,
)
"""What finds personal data, the surest first."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "email": "[e-mail]",
        "invoice": "[invoice number]",
        "order": "[order number]",
        "tracking": "[tracking number]",
        "account": "[customer number]",
        "phone": "[phone number]",
        "name": "[name]",
        "address": "[address]",
    },
    "nb": {
        "email": "[e-post]",
        "invoice": "[fakturanummer]",
        "order": "[ordrenummer]",
        "tracking": "[sporingsnummer]",
        "account": "[kundenummer]",
        "phone": "[telefonnummer]",
        "name": "[navn]",
        "address": "[adresse]",
    },
}
_GREETED = re.compile(
    r"\b(?:hello|hi|hey|dear|thanks|thank you|sorry|hei|heisann|hallo|kjære|takk|beklager),?\s+"
    r"(?P<name>(?-i:[A-ZÆØÅ])[\w'’-]+)(?=[\s,.!:;]|$)",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    (
        *("again", "all", "and", "but", "everyone", "for", "from", "i", "if", "in", "it", "it's", "team"),
        *("that", "the", "there", "this", "to", "we", "you", "your"),
        *("alle", "dere", "det", "du", "igjen", "og", "på", "til", "vi"),
    )
)
"""What is written with a capital after a greeting and names nobody."""


def impersonal(
    text: str, *, language: str = "en", rules: FactRules | None = None, names: Iterable[str] = ()
) -> str:
    """The text with each such thing replaced by what it was, as in "[order number]".

    names: the customer's, wherever they stand. Secrets leave at most their last four characters. Doing it
    twice is doing it once.
    """
    words = _WORDS.get(language, _WORDS["en"])
    said = Said(text, date.min)
    kept: list[Found] = []
    found = (each for finder in PERSONAL for each in finder(said, rules or FactRules()))
    for each in (*found, *_named(text, names)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    for each in sorted(kept, key=lambda each: -each.start):
        instead = each.value if each.masked else words.get(each.name, words["name"])
        text = text[: each.start] + instead + text[each.end :]
    return text


def _named(text: str, names: Iterable[str]) -> Iterable[Found]:
    for match in _GREETED.finditer(text):
        if match["name"].casefold() not in _NOBODY:
            yield Found("name", *match.span("name"), match["name"], False)
    for name in {part for whole in names for part in (whole, *whole.split()) if len(part) > 1}:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            yield Found("name", *match.span(), name, False)
