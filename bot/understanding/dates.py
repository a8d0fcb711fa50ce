"""Dates and times of day in English and Bokmål, as ISO 8601; relative ones by the day they are said on."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    "jan(?:uary|uar)?", "feb(?:ruary|ruar)?", "mar(?:ch|s)?", "apr(?:il)?", "may|mai", "june?|juni",
    "july?|juli", "aug(?:ust)?", "sep(?:t|tember)?", "o[ck]t(?:ober)?", "nov(?:ember)?", "de[cs](?:ember)?",
)  # fmt: skip
WEEKDAYS = (
    "monday|mandag", "tuesday|tirsdag", "wednesday|onsdag", "thursday|torsdag", "friday|fredag",
    "saturday|lørdag", "sunday|søndag",
)  # fmt: skip
COUNTS: Mapping[str, int] = {
    "a": 1, "an": 1, "one": 1, "en": 1, "et": 1, "ett": 1, "two": 2, "to": 2, "three": 3, "tre": 3, "four": 4,
    "fire": 4, "five": 5, "fem": 5, "six": 6, "seks": 6, "seven": 7, "sju": 7, "syv": 7, "eight": 8,
    "åtte": 8, "nine": 9, "ni": 9, "ten": 10, "ti": 10, "a couple of": 2, "et par": 2,
}  # fmt: skip
DAYS_AWAY: Mapping[str, int] = {
    "the day before yesterday": -2, "day before yesterday": -2, "i forgårs": -2, "forgårs": -2,
    "yesterday": -1, "i går": -1, "igår": -1,
    "today": 0, "tonight": 0, "i dag": 0, "idag": 0, "i kveld": 0,
    "tomorrow": 1, "i morgen": 1, "imorgen": 1,
    "the day after tomorrow": 2, "day after tomorrow": 2, "i overmorgen": 2, "overmorgen": 2,
}  # fmt: skip
MONTH = "|".join(MONTHS)
WEEKDAY = "|".join(WEEKDAYS)
COUNT = "|".join(sorted(map(re.escape, COUNTS), key=len, reverse=True))
UNIT = r"(?P<unit>days?|dag(?:er)?|weeks?|uker?|months?|måned(?:er)?|years?|år)"
LAST = r"last|past|previous|forrige|siste?"
COMING = r"next|this|coming|on|neste|denne|førstkommende|på|til"


@dataclass(frozen=True, slots=True)
class Dated:
    """A span of a text and what it means: `2026-11-03`, `2026-W45`, `2026-11`, `14:30`."""

    start: int
    end: int
    value: str


def find_dates(text: str, today: date) -> Iterator[Dated]:
    """The dates of `text`, in no order and without overlaps. In 3/11 the day stands first if it can."""
    taken: list[tuple[int, int]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            value = read(match, today)
            if value is not None:
                taken.append((start, end))
                yield Dated(start, end, value)


def find_times(text: str) -> Iterator[Dated]:
    """The times of day in `text`: `14:30`, `kl. 9`, `5 pm`."""
    for match in _CLOCK.finditer(text):
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        half = (match["half"] or "").lower().replace(".", "")
        if not (match["at"] or half or ":" in match[0]):
            continue
        if half and not 1 <= hour <= 12:
            continue
        hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
        if hour < 24 and minute < 60:
            yield Dated(*match.span(), f"{hour:02}:{minute:02}")


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _iso(match: re.Match[str], today: date) -> str | None:
    return _day(int(match["year"]), int(match["month"]), int(match["day"]))


def _numeric(match: re.Match[str], today: date) -> str | None:
    day, month = int(match["day"]), int(match["month"])
    if month > 12 >= day:
        day, month = month, day
    year = int(match["year"])
    return _day(year + 2000 if year < 100 else year, month, day)


def _named(match: re.Match[str], today: date) -> str | None:
    month = _number(match["month"], MONTHS)
    if match["year"]:
        return _day(int(match["year"]), month, int(match["day"]))
    # Without a year the date that is nearest to today is meant.
    near = (_day(today.year + step, month, int(match["day"])) for step in (0, -1, 1))
    dates = [date.fromisoformat(each) for each in near if each]
    return min(dates, key=lambda each: abs(each - today)).isoformat() if dates else None


def _away(match: re.Match[str], today: date) -> str | None:
    words = " ".join(match[0].lower().split())
    return (today + timedelta(days=DAYS_AWAY[words])).isoformat()


def _weekday(match: re.Match[str], today: date) -> str | None:
    wanted = _number(match["weekday"], WEEKDAYS) - 1
    if match["past"]:
        return (today - timedelta(days=(today.weekday() - wanted) % 7 or 7)).isoformat()
    return (today + timedelta(days=(wanted - today.weekday()) % 7 or 7)).isoformat()


def _counted(match: re.Match[str], today: date) -> str | None:
    written = " ".join(match["count"].lower().split())
    count = COUNTS[written] if written in COUNTS else int(written)
    return _moved(today, match["unit"], count if match[0][:2].lower() in ("in", "om") else -count)


def _moved(today: date, unit: str, count: int) -> str | None:
    kind = unit[0].lower()
    try:
        if kind in "duw":
            return (today + timedelta(days=count * (1 if kind == "d" else 7))).isoformat()
        months = today.year * 12 + today.month - 1 + count * (1 if kind == "m" else 12)
        year, month = months // 12, months % 12 + 1
        return date(year, month, min(today.day, monthrange(year, month)[1])).isoformat()
    except (ValueError, OverflowError):
        return None


def _period(match: re.Match[str], today: date) -> str | None:
    step = -1 if match["last"] else 0 if match["this"] else 1
    if match["unit"][0].lower() in "wu":
        return "{}-W{:02}".format(*(today + timedelta(weeks=step)).isocalendar()[:2])
    moved = _moved(today.replace(day=1), match["unit"], step)
    return moved and (moved[:7] if match["unit"][0].lower() == "m" else moved[:4])


def _number(name: str, patterns: tuple[str, ...]) -> int:
    """Which of the names it is, from 1."""
    return next(at for at, each in enumerate(patterns, 1) if re.fullmatch(each, name, re.IGNORECASE))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-])(?:{pattern})(?![\w-])", re.IGNORECASE)


_AWAY = "|".join(
    each.replace(" ", r"\s+") for each in sorted(map(str, DAYS_AWAY), key=lambda words: -len(words))
)
_DAY = r"(?P<day>[0-3]?\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], str | None]], ...] = (
    (_compiled(rf"{_YEAR}-(?P<month>[01]\d)-(?P<day>[0-3]\d)"), _iso),
    (_compiled(rf"{_DAY}[./-](?P<month>[0-3]?\d)[./-](?P<year>(?:(?:19|20)\d\d|\d\d))"), _numeric),
    (
        _compiled(rf"{_DAY}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<month>{MONTH})\b\.?(?:,?\s+{_YEAR})?"),
        _named,
    ),
    (_compiled(rf"(?P<month>{MONTH})\.?\s+{_DAY}(?:st|nd|rd|th|\.)?(?:,?\s+{_YEAR})?"), _named),
    (_compiled(_AWAY), _away),
    (
        _compiled(rf"(?:(?:(?P<past>{LAST}|since|siden)|(?:{COMING}))\s+)?(?P<weekday>{WEEKDAY})"),
        _weekday,
    ),
    (_compiled(rf"(?:in|om)\s+(?P<count>\d{{1,3}}|{COUNT})\s+{UNIT}"), _counted),
    (
        _compiled(rf"(?:for\s+)?(?P<count>\d{{1,3}}|{COUNT})\s+{UNIT}\s+(?:ago|siden)"),
        _counted,
    ),
    (
        _compiled(
            r"(?:(?P<last>last|forrige)|(?P<this>this|denne)|next|neste)\s+"
            r"(?P<unit>week|uken?|month|måned(?:en)?|year|året?)"
        ),
        _period,
    ),
)
_CLOCK = re.compile(
    r"(?<![\w:.,/$€£-])(?P<at>(?:at|kl\.?|klokka|klokken)\s*)?(?P<hour>[012]?\d)(?:[:.](?P<minute>[0-5]\d))?"
    r"(?:\s*(?P<half>[ap]\.?m\b\.?))?(?![\w:/-]|[.,]\d)",
    re.IGNORECASE,
)
