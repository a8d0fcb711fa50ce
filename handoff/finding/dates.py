"""Dates as customers write them, in English and Bokmål, resolved against the day of their message. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handoff.casefile.lexicon import lower

_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7, "aug": 8}
_MONTHS |= {"sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "des": 12}
_MONTH = (
    r"(?P<month>jan(?:uary|uar)?|feb(?:ruary|ruar)?|mar(?:ch|s)?|apr(?:il)?|may|mai|june?|juni|july?|juli"
    r"|aug(?:ust)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cs](?:ember)?)\b\.?"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UKEDAGER = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_SHORT = {
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "weds": 2,
    "thu": 3,
    "thur": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
}
_NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "en": 1,
    "ei": 1,
    "én": 1,
    "et": 1,
    "two": 2,
    "to": 2,
    "three": 3,
    "tre": 3,
    "four": 4,
}
_NUMBERS |= {
    "fire": 4,
    "five": 5,
    "fem": 5,
    "six": 6,
    "seks": 6,
    "seven": 7,
    "sju": 7,
    "syv": 7,
    "eight": 8,
    "åtte": 8,
}
_NUMBERS |= {"nine": 9, "ni": 9, "ten": 10, "ti": 10, "eleven": 11, "elleve": 11, "twelve": 12, "tolv": 12}
_NUMBERS |= {"couple of": 2, "a couple of": 2, "et par": 2}
_NUMBER = rf"(?P<n>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_DAYS_AWAY = {
    "the day before yesterday": -2, "day before yesterday": -2, "i forgårs": -2, "iforgårs": -2,
    "forgårs": -2, "yesterday morning": -1, "yesterday afternoon": -1, "yesterday evening": -1,
    "yesterday": -1, "yday": -1, "last night": -1, "i går kveld": -1, "i går": -1, "igår": -1,
    "earlier today": 0, "later today": 0, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0,
    "this evening": 0, "i dag": 0, "idag": 0, "i kveld": 0, "ikveld": 0, "i morges": 0, "i ettermiddag": 0,
    "i natt": 0, "i formiddag": 0, "the day after tomorrow": 2, "day after tomorrow": 2, "i overmorgen": 2,
    "overmorgen": 2, "tomorrow morning": 1, "tomorrow": 1, "tmrw": 1, "tomorow": 1, "i morgen": 1,
    "imorgen": 1, "i morra": 1,
}  # fmt: skip
_FEASTS = {
    "new year's eve": (12, 31), "nyttårsaften": (12, 31), "new year's day": (1, 1),
    "christmas eve": (12, 24), "julaften": (12, 24), "christmas day": (12, 25), "boxing day": (12, 26),
    "halloween": (10, 31), "valentine's day": (2, 14),
}  # fmt: skip
_LEADS = (
    r"(?:on|since|by|before|until|from|dated|den|fra|siden|innen|før|til|the|of|for|mellom"
    r"|between|and|og|after|etter|due|forfall)"
)
_PAST = frozenset(["last", "past", "since", "sist", "siste", "forrige", "siden", "this past"])
_COMING = frozenset(
    ["next", "by", "before", "until", "till", "neste", "innen", "før", "til", "nå", "coming", "førstkommende"]
)
_THE_DAY = frozenset(["på"])
_PLAIN = frozenset(["this", "on", "from", "of"])
_EACH = frozenset(["every", "each", "hver", "hvert"])
# What the words around a bare weekday say of whether it is over.
_BEEN = re.compile(
    r"\b(?:was|were|did|came|got|went|sent|paid|bought|\w{3,}ed|ago|been|broke|took|told|said"
    r"|made|lost|found|left|had|var|ble|blei|fikk|kom|sendte|betalte|kjøpte|bestilte"
    r"|begynte|startet|sluttet|ringte|skjedde|gikk|skulle|mottok|leverte|hentet|mistet|glemte"
    r"|sjekket|overførte|trukket|kjøpt|bestilt|sendt|betalt|levert|mottatt|fått|vært|siden"
    r"|ødelagt)\b"
)
_WILL = re.compile(
    r"\b(?:will|going to|['’]ll|arriv(?:e|es|ing)|leav(?:e|es|ing)|fly(?:ing)?"
    r"|travel(?:l?ing)?|need|want|would like|can you|could you|can i|could i|possible"
    r"|appointment|"
    r"reschedule|move|moving|deadline|due|meeting|come|coming|should|must|have to|get here"
    r"|deliver|book|skal|vil|kan|må|kommer|ønsker|trenger|reiser|flyr|drar|timen?|avtalen?"
    r"|flytte|frist\w*|heller|helst|bord|passer)\b"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A span of a text that names one day."""

    start: int
    end: int
    day: date


def dates(text: str, said_on: date, *, asked: bool = False, ahead: bool | None = None) -> tuple[Dated, ...]:
    """The days a text names, in order; `said_on` is the day it was said, in the customer's zone.

    A date without a year is the nearest one; a weekday alone is the last one, or the coming one where the
    words around it look ahead. What names no single day ("last month", "every Friday", "about a week ago") is
    left out. asked: the text answers a question for a date, so that "3.11" is one;
    ahead: whether that question was about a day to come.
    """
    found: list[Dated] = []
    lowered = lower(text).replace("’", "'")
    for pattern, resolve in (*_FORMS, *(_ASKED_FORMS if asked else ())):
        for match in pattern.finditer(lowered):
            if resolve is _weekday:
                near = [d for d in found if 0 <= match.start() - d.end <= 40]
                hint = near[-1].day > said_on if near else ahead
                day = _weekday(match, said_on, hint)
            else:
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
    """Day first, as most of the world writes; month first where only that is a date."""
    year, first, second = match["year"], int(match["d"]), int(match["m"])
    if (first, second) == (24, 7) and year is None:
        return None
    for day, month in ((first, second), (second, first)):
        if year is None:
            found = _nearest(month, day, said_on)
        else:
            found = _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        if found is not None or "-" in match.group():
            return found
    return None


def _named(match: re.Match[str], said_on: date) -> date | None:
    month, day = _MONTHS[match["month"][:3]], int(match["d"])
    year = match["year"]
    if year is None:
        return _nearest(month, day, said_on)
    return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)


def _of_month(match: re.Match[str], said_on: date) -> date | None:
    """ "the 15th": the nearest one, or the last one where it is over and the next one where it is to come."""
    day = int(match["d"])
    months = [
        (said_on.year + (said_on.month - 1 + i) // 12, (said_on.month - 1 + i) % 12 + 1) for i in (-1, 0, 1)
    ]
    days = [found for year, month in months if (found := _day(year, month, day))]
    ahead = _looks_ahead(match)
    if ahead is not None:
        days = [found for found in days if (found >= said_on if ahead else found <= said_on)] or days
    return min(days, key=lambda found: abs(found - said_on), default=None)


def _relative(match: re.Match[str], said_on: date) -> date | None:
    return said_on + timedelta(days=_DAYS_AWAY[re.sub(r"\s+", " ", match.group())])


def _feast(match: re.Match[str], said_on: date) -> date | None:
    return _nearest(*_FEASTS[match.group()], said_on)


def _counted(match: re.Match[str], said_on: date) -> date | None:
    word = match["n"]
    count = int(word) if word.isdigit() else _NUMBERS[word]
    if re.search(
        r"\b(?:about|around|over|almost|nearly|more than|less than|at least|some|ca\.?|cirka"
        r"|omtrent|nesten|minst|snart|rundt)\s(?:for\s)?$",
        match.string[: match.start()],
    ):
        return None
    days = count * (7 if match["unit"][0] in "wu" else 1)
    return said_on + timedelta(days=-days if match["ago"] else days)


def _weekday(match: re.Match[str], said_on: date, hint: bool | None = None) -> date | None:
    name, lead = match["weekday"], match["lead"]
    if _SPAN.search(match.string[max(0, match.start() - 14) : match.end() + 14]):
        return None
    if lead in _EACH or (name in _SHORT and lead is None):
        return None
    wanted = _SHORT[name] if name in _SHORT else (_WEEKDAYS if name in _WEEKDAYS else _UKEDAGER).index(name)
    told = _looks_ahead(match)
    told = hint if told is None else told
    ahead = lead in _COMING or (lead not in _PAST and (told is True or (told is None and lead in _THE_DAY)))
    if ahead:
        return said_on + timedelta(days=(wanted - said_on.weekday() - 1) % 7 + 1)
    back = (said_on.weekday() - wanted) % 7
    return said_on - timedelta(days=7 if back == 0 and lead in _PAST else back)


_ANY_DAY = "|".join(_WEEKDAYS + _UKEDAGER)
_SPAN = re.compile(rf"(?:{_ANY_DAY})\s?(?:to|-|–|til|through|thru)\s?(?:{_ANY_DAY})")


def looks_ahead(text: str) -> bool | None:
    """Whether a question asks for a day to come; None if it does not tell."""
    lowered = lower(text).replace("’", "'")
    been, will = _BEEN.search(lowered), _WILL.search(lowered)
    return None if not been and not will else not been


def _looks_ahead(match: re.Match[str]) -> bool | None:
    """Whether the sentence around a date speaks of what is to come; None if it does not tell."""
    before = re.split(r"[.!?\n;]", match.string[: match.start()])[-1]
    after = re.split(r"[.!?\n;]", match.string[match.end() :])[0]
    for part in (before, after):
        been, will = [m.start() for m in _BEEN.finditer(part)], [m.start() for m in _WILL.finditer(part)]
        if been or will:
            nearest = max if part is before else min
            return not been or (bool(will) and nearest([*been, *will], default=0) in will)
    return None


_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?:,?\s*(?P<year>(?:19|20)\d\d)\b)?"
_UNIT = r"(?P<unit>days?|weeks?|dag(?:er|a)?|uke(?:r|n)?|d)"
_NEVER = r"(?P<{}>(?!))?"  # a group that a form does not have
_DAYNAME = (
    rf"(?:(?:{'|'.join(_WEEKDAYS + _UKEDAGER)}|{'|'.join(_SHORT)}|(?:man|tir|ons|tor|fre|lør"
    rf"|søn)\.?)\s*(?:,|den|the)?\s*)?"
)
_NO_UNIT = r"(?!\s?(?:ghz|kr\b|nok|eur|usd|€|%|gb|mb|kg|m\b|am\b|pm\b|years|år|stjerner|stars))"

_Resolve = Callable[[re.Match[str], date], "date | None"]
_FORMS: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (re.compile(r"\b(?P<year>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})\b(?![-/]?\d)"), _numbers),
    (
        re.compile(
            rf"(?<![\w./-]){_DAYNAME}{_DAY}(?P<sep>[./-])\s?(?P<m>\d{{1,2}})(?P=sep)\s?(?P<year>(?:19"
            rf"|20)\d\d|\d\d)(?![\d/]|\.\d|-\d)\b"
        ),
        _numbers,
    ),
    (
        re.compile(
            rf"(?:\b{_LEADS}\s+|(?P<named>(?:{'|'.join(_WEEKDAYS + _UKEDAGER)}|man|tir|ons|tor|fre|lør"
            rf"|søn)\.?\s+(?:den\s+)?))(?P<span>{_DAY}[./]"
            rf"(?P<m>\d{{1,2}}){_NEVER.format('year')}\b\.?{_NO_UNIT}(?!\d|[./]\d))"
        ),
        _numbers,
    ),
    (
        re.compile(
            rf"(?<![\d./,€$£-])(?P<d>1[3-9]|2\d|3[01])[/](?P<m>1[0-2]"
            rf"|0?[1-9]){_NEVER.format('year')}{_NO_UNIT}(?![\d/.-])"
        ),
        _numbers,
    ),
    (re.compile(rf"\b{_DAYNAME}{_DAY}(?:st|nd|rd|th|\.)?\s?(?:of\s+)?{_MONTH}{_YEAR}"), _named),
    (
        re.compile(rf"\b{_DAYNAME}{_MONTH}\s?{_DAY}(?:st|nd|rd|th)?\b(?!\s?(?:%|kr|gb|€)|[.,]\d){_YEAR}"),
        _named,
    ),
    (
        re.compile(
            rf"\b(?P<span>{_DAY})(?:st|nd|rd|th|\.)?(?=\s?(?:-|–|and|og|to|til|eller"
            rf"|or)\s?(?:the\s)?\d{{1,2}}(?:st|nd|rd|th|\.)?\s+{_MONTH}{_YEAR})"
        ),
        _named,
    ),
    (
        re.compile(
            r"\b(?:" + "|".join(sorted(_DAYS_AWAY, key=len, reverse=True)).replace(" ", r"\s+") + r")\b"
        ),
        _relative,
    ),
    (re.compile(r"\b(?:" + "|".join(_FEASTS) + r")\b"), _feast),
    (re.compile(rf"\b(?:for\s+)?{_NUMBER}\s?{_UNIT}\s+(?P<ago>ago|siden)\b"), _counted),
    (re.compile(rf"\b(?:in|om)\s+{_NUMBER}\s+{_UNIT}{_NEVER.format('ago')}\b"), _counted),
    (
        re.compile(
            r"\b(?:on\s+the|by\s+the|since\s+the|until\s+the|before\s+the|from\s+the|for\s+the"
            r"|the)\s+(?P<span>(?P<d>\d{1,2})(?:st|nd|rd|th))\b(?=\s*(?:[.,!?;)\n]|$|\s(?:and|at|but"
            r"|so|to|in|of this|because|which|when|i|we|my|for)\b))"
        ),
        _of_month,
    ),
    (
        re.compile(
            r"\b(?:(?:på|til|innen|før|fra"
            r"|siden)\s+)?(?P<span>den\s+(?P<d>\d{1,2})\.)(?=\s*(?:[,!?;)\n]|$|\s?(?:og|kl|men|så"
            r"|i denne|denne|for|fordi|da|er|var)\b))"
        ),
        _of_month,
    ),
    (
        re.compile(
            rf"\b(?:(?P<lead>{'|'.join(sorted(_PAST | _COMING | _THE_DAY | _EACH | _PLAIN))})\s+)?"
            rf"(?P<weekday>{'|'.join(_WEEKDAYS + _UKEDAGER)}|{'|'.join(_SHORT)})(?:\s+(?:morning"
            rf"|afternoon|evening|night|morgen|kveld|ettermiddag|formiddag))?\b"
        ),
        _weekday,
    ),
)
_ASKED_FORMS: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (
        re.compile(
            rf"(?<![\w./-]){_DAY}[./](?P<m>\d{{1,2}}){_NEVER.format('year')}\b\.?{_NO_UNIT}(?![\d./])"
        ),
        _numbers,
    ),
    (re.compile(r"\bden\s(?P<d>\d{1,2})(?=\W*$)"), _of_month),
    (re.compile(r"(?<![\w./-])(?:the\s|den\s)?(?P<d>\d{1,2})(?:st|nd|rd|th|\.)(?=\W*$)"), _of_month),
)
