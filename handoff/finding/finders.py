"""Every finder of facts, in the order in which they are asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handoff.finding.addresses import find_addresses
from handoff.finding.contacts import find_emails, find_links, find_phone_answers, find_phones
from handoff.finding.dates import dates
from handoff.finding.details import find_details
from handoff.finding.failures import find_errors
from handoff.finding.found import ANY_COMPANY, FactRules, Finder, Found, Product, Said, words
from handoff.finding.masking import HIDDEN, secrets
from handoff.finding.money import find_amounts, find_sums
from handoff.finding.people import find_names
from handoff.finding.references import (
    find_accounts,
    find_answers,
    find_invoices,
    find_labelled,
    find_orders,
    find_parcels,
)
from handoff.finding.things import find_asked_things, find_brands, find_products, find_versions

__all__ = [
    "ANY_COMPANY",
    "FINDERS",
    "FactRules",
    "Finder",
    "Found",
    "Product",
    "Said",
    "find_accounts",
    "find_addresses",
    "find_all",
    "find_emails",
    "find_invoices",
    "find_names",
    "find_orders",
    "find_parcels",
    "find_phones",
    "find_secrets",
]


_ENDING = words(
    r"\b(?:ending(?: in| with| on)?|ends? (?:in|with|on)|last (?:four|4)(?: digits)?(?: are"
    r"| is)?|slutter på|ender på|som slutter med"
    r"|siste fire(?: sifre(?:ne)?)?(?: er)?)\s*:?\s*(\d{4})(?!\w|[.,]\d)"
)


def find_secrets(said: Said, rules: FactRules) -> Iterator[Found]:
    """Cards, bank accounts and passwords, already masked."""
    for secret in secrets(said.text):
        name = "detail:national id" if secret.name == "national id" else secret.name
        yield Found(name, secret.start, secret.end, secret.masked, secret.validated, masked=True)
    for match in _ENDING.finditer(said.text):
        yield Found("card", *match.span(1), f"{HIDDEN} {match[1]}", False)


def find_dates(said: Said, rules: FactRules) -> Iterator[Found]:
    """Dates in ISO 8601, resolved against the day of the message."""
    for dated in dates(said.text, said.day, asked="date" in said.asked, ahead=said.ahead):
        yield Found("date", dated.start, dated.end, dated.day.isoformat(), True)


FINDERS: Sequence[Finder] = (
    find_secrets,
    find_links,
    find_emails,
    find_amounts,
    find_products,
    find_addresses,
    find_invoices,
    find_orders,
    find_parcels,
    find_accounts,
    find_dates,
    find_brands,
    find_labelled,
    find_versions,
    find_errors,
    find_phones,
    find_phone_answers,
    find_names,
    find_asked_things,
    find_details,
    find_answers,
    find_sums,
)
"""Every finder, the surest first: what one has found, a later one leaves alone."""

_OF_DIGITS = frozenset(
    [
        find_amounts,
        find_addresses,
        find_invoices,
        find_orders,
        find_parcels,
        find_accounts,
        find_versions,
        find_phones,
        find_phone_answers,
        find_asked_things,
        find_sums,
    ]
)


def find_all(said: Said, rules: FactRules) -> list[Found]:
    """What every finder finds, the surest first. Half of them need a digit, which most messages have not."""
    digits = re.search(r"\d", said.text) is not None
    return [
        found for finder in FINDERS if digits or finder not in _OF_DIGITS for found in finder(said, rules)
    ]
