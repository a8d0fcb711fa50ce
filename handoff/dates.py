"""Dates as customers write them, in English and Bokmål, resolved against the day of their message. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handoff.lexicon import lower

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8}
_MONTHS |= {"sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "des": 12}
_MONTH = (
    r"(?P<month>jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|apr(?:il)?|may|mai|june?|juni|july?|juli"
    r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?)\b\.?"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UKEDAGER = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_NUMBERS |= {
    "to": 2,
    "tre": 3,
    "fire": 4,
    "fem": 5,
    "seks": 6,
    "sju": 7,
    "syv": 7,
    "åtte": 8,
    "ni": 9,
    "ti": 10,
}
_NUMBERS |= {"a": 1, "an": 1, "en": 1, "ei": 1, "én": 1, "et": 1}
_NUMBER = rf"(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_DAYS_AWAY = {
    "day before yesterday": -2, "i forgårs": -2, "yesterday": -1, "last night": -1, "i går": -1, "igår": -1,
    "today": 0, "tonight": 0, "this morning": 0, "i dag": 0, "idag": 0, "i kveld": 0, "i morges": 0,
    "tomorrow": 1, "i morgen": 1, "imorgen": 1,
}  # fmt: skip
_LEADS = r"(?:on|since|by|before|until|from|dated|den|fra|siden|innen|før|til|the)"
_PAST = frozenset(["last", "past", "since", "sist", "siste", "forrige", "siden"])
_COMING = frozenset(["next", "by", "before", "until", "neste", "innen", "før", "til", "på", "nå"])


@dataclass(frozen=True, slots=True)
class Dated:
    """A span of a text that names one day."""

    start: int
    end: int
    day: date


def dates(text: str, said_on: date) -> tuple[Dated, ...]:
    """The days a text names, in order; `said_on` is the day it was said, in the customer's zone.

    A date without a year is the nearest one; a weekday alone is the last one, with "by", "next" or "på" the
    coming one. What names no single day ("last month") is left out.
    """
    found: list[Dated] = []
    lowered = lower(text)
    for pattern, resolve in _FORMS:
        for match in pattern.finditer(lowered):
            day = resolve(match, said_on)
            if day is not None and all(match.end() <= d.start or d.end <= match.start() for d in found):
                found.append(Dated(*match.span("span" if "span" in pattern.groupindex else 0), day))
    return tuple(sorted(found, key=lambda dated: dated.start))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(month: int, day: int, said_on: date) -> date | None:
    years = (said_on.year - 1, said_on.year, said_on.year + 1)
    candidates = [found for year in years if (found := _day(year, month, day))]
    return min(candidates, key=lambda found: abs(found - said_on), default=None)


def _numbers(match: re.Match[str], said_on: date) -> date | None:
    year, month, day = match["year"], int(match["m"]), int(match["d"])
    if year is None:
        return _nearest(month, day, said_on)
    return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)


def _named(match: re.Match[str], said_on: date) -> date | None:
    month, day = _MONTHS[match["month"][:3]], int(match["d"])
    return _day(int(match["year"]), month, day) if match["year"] else _nearest(month, day, said_on)


def _relative(match: re.Match[str], said_on: date) -> date | None:
    return said_on + timedelta(days=_DAYS_AWAY[re.sub(r"\s+", " ", match.group())])


def _counted(match: re.Match[str], said_on: date) -> date | None:
    word = match["n"]
    count = int(word) if word.isdigit() else _NUMBERS[word]
    days = count * (7 if match["unit"][0] in "wu" else 1)
    return said_on + timedelta(days=-days if match["ago"] else days)


def _weekday(match: re.Match[str], said_on: date) -> date | None:
    name, lead = match["weekday"], match["lead"]
    wanted = (_WEEKDAYS if name in _WEEKDAYS else _UKEDAGER).index(name)
    if lead in _COMING:
        return said_on + timedelta(days=(wanted - said_on.weekday() - 1) % 7 + 1)
    back = (said_on.weekday() - wanted) % 7
    return said_on - timedelta(days=7 if back == 0 and lead in _PAST else back)


_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?:,?\s+(?P<year>20\d\d)\b)?"
_UNIT = r"(?P<unit>days?|weeks?|dag(?:er)?|uker?)"
_NEVER = r"(?P<{}>(?!))?"  # a group that a form does not have

_Resolve = Callable[[re.Match[str], date], "date | None"]
_FORMS: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (re.compile(r"\b(?P<year>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"), _numbers),
    (re.compile(rf"(?<![\d./]){_DAY}[./](?P<m>\d{{1,2}})[./](?P<year>\d{{4}}|\d\d)(?![\d./]\d)\b"), _numbers),
    (
        re.compile(rf"\b{_LEADS}\s+(?P<span>{_DAY}[./](?P<m>\d{{1,2}}){_NEVER.format('year')}\b\.?(?!\d))"),
        _numbers,
    ),
    (re.compile(rf"\b{_DAY}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}{_YEAR}"), _named),
    (re.compile(rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?\b{_YEAR}"), _named),
    (re.compile(r"\b(?:" + "|".join(_DAYS_AWAY).replace(" ", r"\s+") + r")\b"), _relative),
    (re.compile(rf"\b(?:for\s+)?{_NUMBER}\s+{_UNIT}\s+(?P<ago>ago|siden)\b"), _counted),
    (re.compile(rf"\b(?:in|om)\s+{_NUMBER}\s+{_UNIT}{_NEVER.format('ago')}\b"), _counted),
    (
        re.compile(
            rf"\b(?:(?P<lead>{'|'.join(sorted(_PAST | _COMING | {'this'}))})\s+)?"
            rf"(?P<weekday>{'|'.join(_WEEKDAYS + _UKEDAGER)})\b"
        ),
        _weekday,
    ),
)
