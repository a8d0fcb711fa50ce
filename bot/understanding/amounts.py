"""Numbers and sums of money as customers write them, in digits or in English and Bokmål words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

WORDS: Mapping[str, int] = {
    "zero": 0, "null": 0, "one": 1, "two": 2, "to": 2, "three": 3, "tre": 3, "four": 4, "fire": 4, "five": 5,
    "fem": 5, "six": 6, "seks": 6, "seven": 7, "sju": 7, "syv": 7, "eight": 8, "åtte": 8, "nine": 9, "ni": 9,
    "ten": 10, "ti": 10, "eleven": 11, "elleve": 11, "twelve": 12, "tolv": 12, "thirteen": 13, "tretten": 13,
    "fourteen": 14, "fjorten": 14, "fifteen": 15, "femten": 15, "sixteen": 16, "seksten": 16, "seventeen": 17,
    "sytten": 17, "eighteen": 18, "atten": 18, "nineteen": 19, "nitten": 19, "twenty": 20, "tjue": 20,
    "thirty": 30, "tretti": 30, "forty": 40, "førti": 40, "fifty": 50, "femti": 50, "sixty": 60, "seksti": 60,
    "seventy": 70, "sytti": 70, "eighty": 80, "åtti": 80, "ninety": 90, "nitti": 90,
}  # fmt: skip
# Numbers in one language and everyday words in the other: "to" is the English preposition.
ENGLISH_ALSO = frozenset(("to", "fire", "null", "ti", "fem", "ni"))
CURRENCIES: Mapping[str, str] = {
    "kr": "NOK", "kr.": "NOK", "kroner": "NOK", "krone": "NOK", "nok": "NOK", "sek": "SEK", "dkk": "DKK",
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "€": "EUR", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
}  # fmt: skip
DIGITS = r"\d{1,3}(?:[ \u00a0\u202f.,']\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
NUMBER = re.compile(rf"(?<![\w.,/:#@-])-?(?:{DIGITS})(?![\w/:@]|[.,-]\d)")
WORD = re.compile(r"[^\W\d_]+")
_NAMES = "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True))
MONEY = re.compile(
    rf"(?<![\w.,])(?:(?P<before>{_NAMES})\s?(?P<first>{DIGITS})(?:,?-+|,--)?"
    rf"|(?P<second>{DIGITS})(?:(?:,?-+)?\s?(?P<after>{_NAMES})(?![^\W\d_])|(?P<dash>,-)))(?!\d)",
    re.IGNORECASE,
)
NOT_COUNTED = frozenset(("this", "that", "which", "another", "other", "no", "any", "the", "every", "last"))


@dataclass(frozen=True, slots=True)
class Amount:
    """A span of a text and the number it names; `currency` by ISO 4217, None for a plain number."""

    start: int
    end: int
    number: int | float
    currency: str | None = None


def find_money(text: str) -> Iterator[Amount]:
    """The sums of money in `text`; a price that ends in `,-` is in Norwegian kroner."""
    for match in MONEY.finditer(text):
        name = match["before"] or match["after"]
        currency = CURRENCIES[name.lower()] if name else "NOK"
        yield Amount(*match.span(), _value(match["first"] or match["second"]), currency)


def find_numbers(text: str, language: str) -> Iterator[Amount]:
    """The numbers of `text`, in digits or in one word."""
    for match in NUMBER.finditer(text):
        negative = match[0].startswith("-")
        value = _value(match[0].lstrip("-"))
        yield Amount(*match.span(), -value if negative else value)
    before = ""
    for match in WORD.finditer(text):
        word = match[0].lower()
        if word in WORDS and not (language == "en" and word in ENGLISH_ALSO) and before not in NOT_COUNTED:
            yield Amount(*match.span(), WORDS[word])
        before = word


def _value(written: str) -> int | float:
    """`1 299,50` and `1,299.50` alike: one or two digits behind the last mark are a fraction."""
    whole, mark, fraction = re.fullmatch(r"(.*?)(?:([.,])(\d{1,2}))?", written).groups()  # type: ignore[union-attr]
    digits = re.sub(r"\D", "", whole)
    return float(f"{digits}.{fraction}") if mark else int(digits)
