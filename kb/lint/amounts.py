"""Values in a sentence that can disagree: prices, dates, times, durations, shares, measures and counts.

English and Bokmål are read alike, so that a translation can be held against its original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.retrieval.lexical import terms


@dataclass(frozen=True, slots=True)
class Amount:
    """One value, or a range of them, in its smallest usual unit."""

    unit: str  # `minute`, `working_day`, `NOK`, `%`, `clock`, `date`, `m` … or a count's own noun
    low: float
    high: float  # as low, unless a range is written
    text: str  # as it is written

    @property
    def counted(self) -> bool:
        """Whether the unit is a word of the sentence rather than one that is known."""
        return self.unit.startswith("#")


_SPELT: dict[str, dict[str, float]] = {
    language: {
        "half a": 0.5,
        "en halv": 0.5,
        **{word: float(number) for number, word in enumerate(words.split(), 1)},
    }
    for language, words in (
        ("en", "one two three four five six seven eight nine ten eleven twelve"),
        ("nb", "én to tre fire fem seks sju åtte ni ti elleve tolv"),
    )
}
"""Numbers in words. Each language has its own: `to` is a two in Bokmål alone."""
_MONTHS = {
    month: number
    for number, names in enumerate(
        (
            "january januar jan", "february februar feb", "march mars mar", "april apr", "may mai",
            "june juni jun", "july juli jul", "august aug", "september sep sept", "october oktober oct okt",
            "november nov", "december desember dec des",
        ),
        start=1,
    )
    for month in names.split()
}  # fmt: skip
_NUMBER = r"\d+(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:[.,]\d+)?|\d+(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)?"
_SPELT_OUT = {language: "|".join(sorted(words, key=len, reverse=True)) for language, words in _SPELT.items()}
_COUNT = {
    **{language: rf"(?:{_NUMBER}|\b(?:{words})\b)" for language, words in _SPELT_OUT.items()},
    "": rf"(?:{_NUMBER})",
}
_TO = r"\s*(?:–|—|-|to|til|and|og)\s*"
_MONEY = {
    "eur": "EUR", "€": "EUR", "euro": "EUR", "euros": "EUR", "nok": "NOK", "kr": "NOK", "kroner": "NOK",
    "usd": "USD", "$": "USD", "dollar": "USD", "dollars": "USD", "gbp": "GBP", "£": "GBP", 
    "sek": "SEK", "dkk": "DKK",
}  # fmt: skip
_UNITS: dict[str, tuple[str, float]] = {
    # Minutes, working days and months don't convert into one another.
    **dict.fromkeys(["second", "seconds", "sekund", "sekunder", "sec", "s"], ("minute", 1 / 60)),
    **dict.fromkeys(["minute", "minutes", "minutt", "minutter", "min"], ("minute", 1.0)),
    **dict.fromkeys(["hour", "hours", "time", "timer", "h"], ("minute", 60.0)),
    **dict.fromkeys(["day", "days", "dag", "dager", "døgn", "calendar-days"], ("minute", 1440.0)),
    **dict.fromkeys(["week", "weeks", "uke", "uker"], ("minute", 10080.0)),
    **dict.fromkeys(["month", "months", "måned", "måneder"], ("month", 1.0)),
    **dict.fromkeys(["year", "years", "år"], ("month", 12.0)),
    **dict.fromkeys(("working day", "working days", "business day", "business days", "virkedag", "virkedager",
                     "arbeidsdag", "arbeidsdager"), ("working_day", 1.0)),
    **dict.fromkeys(("banking day", "banking days", "bankdag", "bankdager"), ("banking_day", 1.0)),
    **dict.fromkeys(("%", "percent", "per cent", "prosent"), ("%", 1.0)),
    **dict.fromkeys(("mm", "millimetre", "millimetres", "millimeter"), ("m", 0.001)),
    **dict.fromkeys(("cm", "centimetre", "centimetres", "centimeter"), ("m", 0.01)),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), ("m", 1.0)),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kilometer"), ("m", 1000.0)),
    **dict.fromkeys(("square metre", "square metres", "kvadratmeter", "m²", "m2"), ("m²", 1.0)),
    **dict.fromkeys(("g", "gram", "grams"), ("kg", 0.001)),
    **dict.fromkeys(("kg", "kilo", "kilos"), ("kg", 1.0)),
    **dict.fromkeys(("mbit/s", "mbps"), ("Mbit/s", 1.0)),
    **dict.fromkeys(("gbit/s", "gbps"), ("Mbit/s", 1000.0)),
    **dict.fromkeys(("ghz",), ("GHz", 1.0)),
    **dict.fromkeys(("mhz",), ("GHz", 0.001)),
    **dict.fromkeys(("kb",), ("MB", 0.001)),
    **dict.fromkeys(("mb",), ("MB", 1.0)),
    **dict.fromkeys(("gb",), ("MB", 1000.0)),
    **dict.fromkeys(("°c", "degrees", "grader"), ("°C", 1.0)),
    **dict.fromkeys(("lumen", "lumens"), ("lm", 1.0)),
    **dict.fromkeys(("character", "characters", "tegn"), ("characters", 1.0)),
    **dict.fromkeys(("digit", "digits", "siffer", "sifre"), ("digits", 1.0)),
}  # fmt: skip
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_CURRENCY = "|".join(re.escape(unit) for unit in sorted(_MONEY, key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_PRICE = re.compile(
    rf"(?P<before>(?<!\w)(?:{_CURRENCY}))\.?\s?(?P<low>{_NUMBER})(?:{_TO}(?:(?:{_CURRENCY})\s?)?(?P<high>{_NUMBER}))?"
    rf"|(?P<low2>{_NUMBER})(?:{_TO}(?P<high2>{_NUMBER}))?\s?(?P<after>{_CURRENCY})(?!\w)",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"(?:\b(?P<first>\d{{1,2}})\.?\s?(?:and|og|to|til|–|-)\s?)?\b(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<month>{_MONTH})\b\.?(?:,?\s(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<month2>{_MONTH})\.?\s(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<year2>\d{{4}})\b)?"
    r"|\b(?P<iso>\d{4}-\d{2}-\d{2})\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d.,])(?:(?P<colon>(?:[01]?\d|2[0-4]):[0-5]\d)"
    r"|(?P<dot>(?:[01]?\d|2[0-4])\.[0-5]\d)(?=\s*(?:–|-|og|til)|[.,;:)]?(?:\s|$)))(?:\s?(?P<half>[ap]\.?m)\b)?"
    r"|\b(?P<hour>1[0-2]|[1-9])\s?(?P<half2>[ap]\.?m)\b",
    re.IGNORECASE,
)
_KL = re.compile(r"\bkl\.?\s?|(?:–|-|\bog\b|\btil\b)\s*", re.IGNORECASE)
_MEASURES = {
    language: re.compile(
        rf"(?P<low>(?<![\w.,-])(?:[−-](?=\d))?{count})(?:{_TO}(?P<high>[−+-]?{count}))?"
        rf"[ \u00a0-]?(?P<unit>{_UNIT})s?(?![\w/²])",
        re.IGNORECASE,
    )
    for language, count in _COUNT.items()
}
_COUNTS = {
    language: re.compile(
        rf"(?<![\w.,:/#-])(?P<low>{count})(?:{_TO}(?P<high>{_NUMBER}))?\s(?P<noun>[^\W\d_]{{3,}})"
    )
    for language, count in _COUNT.items()
}
_BARE = re.compile(r"(?<![\w.,/-])\d+(?:[.,]\d+)?(?![\w])")


def amounts(text: str, language: str) -> tuple[tuple[Amount, ...], str]:
    """The values of a sentence, and the sentence with each of them replaced by its unit."""
    found = sorted(_read(text, language, counts=True), key=lambda each: each[0])
    pieces, at = [], 0
    for start, end, amount in found:
        pieces += [text[at:start], "" if amount.counted else amount.unit]
        at = end
    return tuple(amount for _, _, amount in found), "".join([*pieces, text[at:]])


def bare_numbers(text: str, language: str) -> tuple[str, ...]:
    """Numbers in digits that no known unit follows: versions, counts of things."""
    for start, end, _ in _read(text, language, counts=False):
        text = text[:start] + "\0" * (end - start) + text[end:]
    return tuple(found[0].replace(",", ".") for found in _BARE.finditer(text))


def _read(text: str, language: str, *, counts: bool) -> list[tuple[int, int, Amount]]:
    """What was read and where; what one reader has taken the next doesn't see."""
    spoken = language if language in _SPELT else ""
    found: list[tuple[int, int, Amount]] = []
    for reader in (_prices, _dates, _clocks, _measures, _counts if counts else None):
        for start, end, amount in () if reader is None else tuple(reader(text, spoken)):
            found.append((start, end, amount))
            text = text[:start] + "\0" * (end - start) + text[end:]
    return found


def agree(one: Amount, other: Amount) -> bool:
    """Whether two amounts of a unit can both hold: a single value may lie within a range."""
    if one.low == one.high or other.low == other.high:
        return one.low <= other.high and other.low <= one.high
    return (one.low, one.high) == (other.low, other.high)


def differing(ours: Sequence[Amount], theirs: Sequence[Amount]) -> Iterator[tuple[Amount, Amount]]:
    """Pairs of a unit where neither side has what the other says. What only one side counts says nothing."""
    for unit in dict.fromkeys(amount.unit for amount in ours):
        left = [amount for amount in ours if amount.unit == unit]
        right = [amount for amount in theirs if amount.unit == unit]
        lonely = [one for one in left if not any(agree(one, other) for other in right)]
        alone = [other for other in right if not any(agree(one, other) for one in left)]
        if lonely and alone:
            yield lonely[0], alone[0]


def _number(text: str, language: str) -> float:
    """A number as either language writes it, or a word for one."""
    text = text.casefold().replace("\u2212", "-").lstrip("+")
    spelt = _SPELT.get(language, {})
    if text in spelt:
        return spelt[text]
    text = re.sub(r"[ \u00a0\u202f]", "", text)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return float(text.replace(",", ""))
    return float(text.replace(",", "."))


def _span(low: str, high: str | None, language: str, each: float = 1.0) -> tuple[float, float]:
    first = round(_number(low, language) * each, 6)
    last = first if high is None else round(_number(high, language) * each, 6)
    return min(first, last), max(first, last)


def _prices(text: str, language: str) -> Iterator[tuple[int, int, Amount]]:
    for found in _PRICE.finditer(text):
        unit = _MONEY[(found["before"] or found["after"]).casefold()]
        low, high = _span(found["low"] or found["low2"], found["high"] or found["high2"], language)
        yield found.start(), found.end(), Amount(unit, low, high, found[0])


def _dates(text: str, language: str) -> Iterator[tuple[int, int, Amount]]:
    for found in _DATE.finditer(text):
        if found["iso"]:
            value = float(found["iso"].replace("-", ""))
            yield found.start(), found.end(), Amount("date with year", value, value, found[0])
            continue
        month = _MONTHS[(found["month"] or found["month2"]).casefold()]
        year = found["year"] or found["year2"]
        days = [int(day) for day in (found["first"], found["day"] or found["day2"]) if day]
        if all(1 <= day <= 31 for day in days):
            low, *high = [float((int(year) if year else 0) * 10_000 + month * 100 + day) for day in days]
            unit = "date with year" if year else "date"
            yield found.start(), found.end(), Amount(unit, low, high[0] if high else low, found[0])


def _clocks(text: str, language: str) -> Iterator[tuple[int, int, Amount]]:
    end = -10
    for found in _CLOCK.finditer(text):
        if found["dot"]:
            # "14.00" is a time after "kl." or after another time; elsewhere it is a number.
            lead = _KL.search(text, max(0, found.start() - 6), found.start())
            if lead is None or lead.end() != found.start():
                continue
            if not lead[0].casefold().startswith("kl") and found.start() - end > len(lead[0]) + 1:
                continue
        written = found["colon"] or found["dot"] or f"{found['hour']}:00"
        hours, minutes = (int(part) for part in re.split(r"[:.]", written))
        half = (found["half"] or found["half2"] or "").casefold()
        hours = hours % 12 + (12 if half.startswith("p") else 0) if half else hours
        value = float(hours * 60 + minutes)
        end = found.end()
        yield found.start(), found.end(), Amount("clock", value, value, found[0])


def _measures(text: str, language: str) -> Iterator[tuple[int, int, Amount]]:
    for found in _MEASURES[language].finditer(text):
        unit, each = _UNITS[found["unit"].casefold()]
        low, high = _span(found["low"], found["high"], language, each)
        yield found.start(), found.end(), Amount(unit, low, high, found[0])


def _counts(text: str, language: str) -> Iterator[tuple[int, int, Amount]]:
    for found in _COUNTS[language].finditer(text):
        noun = next(iter(terms(found["noun"])), None)
        if noun is not None:
            low, high = _span(found["low"], found["high"], language)
            yield found.start(), found.start("noun"), Amount(f"#{noun}", low, high, found[0])
