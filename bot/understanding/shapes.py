"""What is known by its shape in any assistant: e-mail addresses, phones, links, dates, money and the like."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from bot.dialogue.documents import JsonValue
from bot.understanding.amounts import find_money, find_numbers
from bot.understanding.dates import find_dates, find_times


@dataclass(frozen=True, slots=True)
class Shaped:
    """A span of a text and its value in one form: `+4791234567`, `2026-11-03`, `1299.00 NOK`, 4."""

    start: int
    end: int
    value: JsonValue


@dataclass(frozen=True, slots=True)
class Said:
    """What a shape is looked for in: the text, its language, and the day it was said on."""

    text: str
    language: str
    today: date


Shape: TypeAlias = Callable[[Said], Iterator[Shaped]]

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w-])")
URL = re.compile(
    r"(?<![\w@.])(?:https?://[^\s<>\"']{3,2000}|(?:www\.)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?:/[^\s<>\"']*)?"
    r"|(?:[\w-]{1,63}\.){1,4}(?:com|net|org|io|no|se|dk|eu|co\.uk|de|app|dev)\b(?:/[^\s<>\"']*)?)(?!@)",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.,/#-])(?:\+|00)?(?:\(\d{1,5}\)[ -]?)?\d(?:[ -]?\d){6,14}(?![\w/]|[.,-]\d)")
POSTCODE = re.compile(
    r"(?<![\w-])(?:(?P<named>post(?:al)?[ -]?(?:code|nummer|kode|nr\.?)|zip(?: code)?)(?: is| er|:)?\s*)?"
    r"(?P<code>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4,5}(?:-\d{4})?)(?![\w-])"
)
TOWN = re.compile(r"\s+[A-ZÆØÅ][a-zæøå]")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ORDER = re.compile(
    r"(?<![\w-])(?:#\s?(?P<hash>[A-Z]{0,4}-?\d{3,12})|(?P<code>[A-Z]{1,4}-\d{3,12}|[A-Z]{2,4}\d{4,12})"
    r"|(?:order|ordre(?:n)?|bestilling(?:en)?)(?:\s?(?:number|nummer|no|nr|id))?\.?(?:\s(?:is|er))?[\s:]*#?"
    r"(?P<named>[A-Z]{0,4}-?\d{3,12}))(?![\w-])",
    re.IGNORECASE,
)
LEAST_PHONE, MOST_PHONE = 7, 15  # digits


def _emails(said: Said) -> Iterator[Shaped]:
    for match in EMAIL.finditer(said.text):
        yield Shaped(*match.span(), match[0])


def _urls(said: Said) -> Iterator[Shaped]:
    for match in URL.finditer(said.text):
        kept = match[0].rstrip(".,;:!?)]}")
        yield Shaped(match.start(), match.start() + len(kept), kept)


def _phones(said: Said) -> Iterator[Shaped]:
    for match in PHONE.finditer(said.text):
        digits = re.sub(r"\D", "", match[0])
        if ISO_DATE.match(match[0]):
            continue
        # Digits in one piece may be any number; a telephone number has eight or more.
        if not (8 if match[0].isdigit() else LEAST_PHONE) <= len(digits) <= MOST_PHONE + 2:
            continue
        international = match[0].startswith(("+", "00"))
        yield Shaped(*match.span(), f"+{digits.removeprefix('00')}" if international else digits)


def _postcodes(said: Said) -> Iterator[Shaped]:
    for match in POSTCODE.finditer(said.text):
        code = match["code"]
        alone = said.text.strip(" .!") == code
        if code.isdigit() and not (match["named"] or alone or TOWN.match(said.text, match.end())):
            continue
        yield Shaped(*match.span("code"), code)


def _orders(said: Said) -> Iterator[Shaped]:
    for match in ORDER.finditer(said.text):
        group = next(name for name in ("hash", "code", "named") if match[name])
        yield Shaped(*match.span(group), match[group])
    if not said.text.strip(" .!#").isdigit():
        return
    alone = re.search(r"\d{4,12}", said.text)
    if alone is not None:
        yield Shaped(*alone.span(), alone[0])


def _dates(said: Said) -> Iterator[Shaped]:
    for found in find_dates(said.text, said.today):
        yield Shaped(found.start, found.end, found.value)


def _times(said: Said) -> Iterator[Shaped]:
    yield from _dates(said)
    for found in find_times(said.text):
        yield Shaped(found.start, found.end, found.value)


def _money(said: Said) -> Iterator[Shaped]:
    for found in find_money(said.text):
        yield Shaped(found.start, found.end, f"{found.number:.2f} {found.currency}")


def _amounts(said: Said) -> Iterator[Shaped]:
    for found in find_money(said.text):
        yield Shaped(found.start, found.end, found.number)


def _numbers(said: Said) -> Iterator[Shaped]:
    for found in find_numbers(said.text, said.language):
        yield Shaped(found.start, found.end, found.number)


# By the names that assistants give such entities, Duckling's among them. Where two overlap the earlier stays.
SHAPES: Mapping[str, Shape] = {
    **dict.fromkeys(("email", "email_address", "e_mail"), _emails),
    **dict.fromkeys(("url", "website", "link"), _urls),
    **dict.fromkeys(("date", "day"), _dates),
    "time": _times,
    **dict.fromkeys(("money", "price"), _money),
    "amount-of-money": _amounts,
    **dict.fromkeys(("phone", "phone_number", "phone-number", "telephone"), _phones),
    **dict.fromkeys(("order_number", "order_id", "order_no"), _orders),
    **dict.fromkeys(("postcode", "postal_code", "zip", "zip_code", "postnummer"), _postcodes),
    "number": _numbers,
}
