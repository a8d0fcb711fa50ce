"""What a finder is told, what it knows of the company, and what it gives back. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Product:
    """Something the company sells: its full name and the other words customers use for it."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRules:
    """What differs from one company to the next.

    `order` and `invoice` hold one group for each part of the number, put together again by `order_form` and
    `invoice_form`; an empty pattern means that the company has no shape of its own. A bare number of
    `order_digits` digits is an order; 0 if none is. `zone` is the customers' time zone, empty for the
    one that each message's own time is in; `country` the one
    whose phone numbers are written without a code (ISO 3166), empty if unknown; `currency` the one that a
    sum is in which was asked for and is given bare.
    """

    order: str = r"\bNT[- ]?(\d{5})\b"
    order_form: str = "NT-{}"
    order_digits: int = 5
    invoice: str = r"\bINV[- ]?(\d{4})[- ]?(\d{5})\b"
    invoice_form: str = "INV-{}-{}"
    products: tuple[Product, ...] = ()
    zone: str = "UTC"
    country: str = "NO"
    currency: str = "NOK"


ANY_COMPANY = FactRules(order="", order_form="{}", order_digits=0, invoice="", invoice_form="{}", zone="")
"""For conversations of a company that nothing is known of."""


@dataclass(frozen=True, slots=True)
class Found:
    """A fact in one text: its span, its normal form, and whether a format or a check digit proves it."""

    name: str
    start: int
    end: int
    value: str
    validated: bool
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One customer's message as finders see it: the day it was said, and the facts it was asked for.

    `ahead` says whether the question was about a day to come, None if it does not tell; `shapes` are those of
    the numbers known by now, with what they name. `bought` says that the conversation is about something
    ordered; `country` is the one the customer says they are in (ISO 3166), empty if they have not.
    """

    text: str
    day: date
    asked: frozenset[str] = frozenset()
    ahead: bool | None = None
    shapes: Mapping[str, str] = field(default_factory=dict)
    bought: bool = False
    country: str = ""


Finder = Callable[[Said, FactRules], Iterator[Found]]


def shape(value: str) -> str:
    """Which characters a number is made of: that of "KL-20931" is "aa-99999"."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "a", value))


def words(pattern: str) -> re.Pattern[str]:
    """A pattern for which small and capital letters are one."""
    return re.compile(pattern, re.IGNORECASE)


def listed(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())
