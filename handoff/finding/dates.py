"""Dates as customers write them, in English and Bokmål, resolved against the day of their message. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from handoff.casefile.lexicon import lower
from handoff.finding.day_words import (
    BEEN,
    COMING,
    DAYS_AWAY,
    EACH,
    FEASTS,
    HAPPENED,
    LEADS,
    MONTH,
    MONTHS,
    NUMBER,
    NUMBERS,
    PAST,
    PLAIN,
    SHORT,
    SKJEDDE,
    THE_DAY,
    UKEDAGER,
    WEEKDAYS,
    WILL,
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


def _nearest(month: int, day: int, said_on: date, ahead: bool | None = None) -> date | None:
    """The nearest such day; where that is months away, the one on the side that the words around it tell."""
    years = (said_on.year - 1, said_on.year, said_on.year + 1)
    candidates = [found for year in years if (found := _day(year, month, day))]
    nearest = min(candidates, key=lambda found: abs(found - said_on), default=None)
    if nearest is None or ahead is None or abs(nearest - said_on) < _FAR or (nearest > said_on) is ahead:
        return nearest
    there = [found for found in candidates if (found > said_on) is ahead]
    return min(there, key=lambda found: abs(found - said_on), default=nearest)


_FAR = timedelta(days=60)


def _numbers(match: re.Match[str], said_on: date) -> date | None:
    """Day first, as most of the world writes; month first where only that is a date."""
    year, first, second = match["year"], int(match["d"]), int(match["m"])
    if (first, second) == (24, 7) and year is None:
        return None
    for day, month in ((first, second), (second, first)):
        if year is None:
            found = _nearest(month, day, said_on, _side(match))
        else:
            found = _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
        if found is not None or "-" in match.group():
            return found
    return None


def _named(match: re.Match[str], said_on: date) -> date | None:
    month, day = MONTHS[match["month"][:3]], int(match["d"])
    year = match["year"]
    if year is None:
        return _nearest(month, day, said_on, _side(match))
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
    return said_on + timedelta(days=DAYS_AWAY[re.sub(r"\s+", " ", match.group())])


def _feast(match: re.Match[str], said_on: date) -> date | None:
    return _nearest(*FEASTS[match.group()], said_on)


def _counted(match: re.Match[str], said_on: date) -> date | None:
    word = match["n"]
    count = int(word) if word.isdigit() else NUMBERS[word]
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
    if lead in EACH or (name in SHORT and lead is None):
        return None
    wanted = SHORT[name] if name in SHORT else (WEEKDAYS if name in WEEKDAYS else UKEDAGER).index(name)
    told = _looks_ahead(match)
    told = hint if told is None else told
    ahead = lead in COMING or (lead not in PAST and (told is True or (told is None and lead in THE_DAY)))
    if ahead:
        return said_on + timedelta(days=(wanted - said_on.weekday() - 1) % 7 + 1)
    back = (said_on.weekday() - wanted) % 7
    return said_on - timedelta(days=7 if back == 0 and lead in PAST else back)


_ANY_DAY = "|".join(WEEKDAYS + UKEDAGER)
_SPAN = re.compile(rf"(?:{_ANY_DAY})\s?(?:to|-|–|til|through|thru)\s?(?:{_ANY_DAY})")


def looks_ahead(text: str) -> bool | None:
    """Whether a question asks for a day to come; None if it does not tell."""
    lowered = lower(text).replace("’", "'")
    been, will = BEEN.search(lowered), WILL.search(lowered)
    return None if not been and not will else not been


def _looks_ahead(match: re.Match[str]) -> bool | None:
    """Whether the sentence around a date speaks of what is to come; None if it does not tell."""
    before = re.split(r"[.!?\n;]", _before(match))[-1]
    after = re.split(r"[.!?\n;]", match.string[match.end() : match.end() + _AROUND])[0]
    for part in (before, after):
        been, will = [m.start() for m in BEEN.finditer(part)], [m.start() for m in WILL.finditer(part)]
        if been or will:
            nearest = max if part is before else min
            return not been or (bool(will) and nearest([*been, *will], default=0) in will)
    return None


def _before(match: re.Match[str]) -> str:
    """What stands before a date, as far as it may have to do with it."""
    return match.string[max(0, match.start() - _AROUND) : match.start()]


_AROUND = 300  # characters of a long sentence
_PAPER = re.compile(
    r"\b(?:receipt|invoice|order|bill|statement|payment|purchase|letter|e-?mail|message"
    r"|kvittering(?:en)?|faktura(?:en)?"
    r"|ordre(?:n)?|regning(?:en)?|betaling(?:en)?|brevet|kjøpet|meldingen)\s(?:from|of|on"
    r"|dated|fra|av|datert)\s(?:the\s|den\s)?$"
)


def _side(match: re.Match[str]) -> bool | None:
    """Whether a date without a year is to come; "from 3 May" is over where nothing looks ahead."""
    if _PAPER.search(_before(match)):
        return False
    told = _looks_ahead(match)
    if told is None and re.search(
        r"\b(?:from|since|dated|fra|siden|datert)\s(?:the\s|den\s)?$", _before(match)
    ):
        return False
    return told


_DAY = r"(?P<d>\d{1,2})"
_YEAR = r"(?:,?\s*(?P<year>(?:19|20)\d\d)\b)?"
_UNIT = r"(?P<unit>days?|weeks?|dag(?:er|a)?|uke(?:r|n)?|d)"
_NEVER = r"(?P<{}>(?!))?"  # a group that a form does not have
_DAYNAME = (
    rf"(?:(?:{'|'.join(WEEKDAYS + UKEDAGER)}|{'|'.join(SHORT)}|(?:man|tir|ons|tor|fre|lør"
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
            rf"(?:\b{LEADS}\s+|(?P<named>(?:{'|'.join(WEEKDAYS + UKEDAGER)}|man|tir|ons|tor|fre|lør"
            rf"|søn)\.?\s+(?:den\s+)?))(?P<span>{_DAY}[./]"
            rf"(?P<m>\d{{1,2}}){_NEVER.format('year')}\b\.?{_NO_UNIT}(?!\d|[./]\d))"
        ),
        _numbers,
    ),
    (
        re.compile(
            rf"\b{HAPPENED}:?\s+(?:\w+\s)?(?P<span>{_DAY}/"
            rf"(?P<m>\d{{1,2}}){_NEVER.format('year')}\b{_NO_UNIT}(?![\d/-]|\.\d))"
        ),
        _numbers,
    ),
    (
        re.compile(
            rf"\b{SKJEDDE}\s+(?:\w+\s)?(?P<span>{_DAY}\.(?P<m>1[0-2]"
            rf"|0?[1-9]){_NEVER.format('year')}\b{_NO_UNIT}(?![\d/-]|\.\d))"
        ),
        _numbers,
    ),
    (
        # "time 2/12": no fraction, which is less than one and has a small number below.
        re.compile(
            rf"(?<![\w./,€$£-])(?P<span>{_DAY}/(?P<m>1[12]){_NEVER.format('year')}{_NO_UNIT}(?!\s?(?:of"
            rf"|av|stars|stjerner)\b)(?![\d/.-]))"
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
    (re.compile(rf"\b{_DAYNAME}{_DAY}(?:st|nd|rd|th|\.)?\s?(?:of\s+)?{MONTH}{_YEAR}"), _named),
    (
        re.compile(rf"\b{_DAYNAME}{MONTH}\s?{_DAY}(?:st|nd|rd|th)?\b(?!\s?(?:%|kr|gb|€)|[.,]\d){_YEAR}"),
        _named,
    ),
    (
        re.compile(
            rf"\b(?P<span>{_DAY})(?:st|nd|rd|th|\.)?(?=\s?(?:-|–|and|og|to|til|eller"
            rf"|or)\s?(?:the\s)?\d{{1,2}}(?:st|nd|rd|th|\.)?\s+{MONTH}{_YEAR})"
        ),
        _named,
    ),
    (
        re.compile(
            r"\b(?:" + "|".join(sorted(DAYS_AWAY, key=len, reverse=True)).replace(" ", r"\s+") + r")\b"
        ),
        _relative,
    ),
    (re.compile(r"\b(?:" + "|".join(FEASTS) + r")\b"), _feast),
    (re.compile(rf"\b(?:for\s+)?{NUMBER}\s?{_UNIT}\s+(?P<ago>ago|siden)\b"), _counted),
    (re.compile(rf"\b(?:in|om)\s+{NUMBER}\s+{_UNIT}{_NEVER.format('ago')}\b"), _counted),
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
            rf"\b(?:(?P<lead>{'|'.join(sorted(PAST | COMING | THE_DAY | EACH | PLAIN))})\s+)?"
            rf"(?P<weekday>{'|'.join(WEEKDAYS + UKEDAGER)}|{'|'.join(SHORT)})(?:\s+(?:morning"
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
