"""Reads what customers answer to a form's questions, in English and Bokmål. Pure.

Each reader gives the value a form keeps, or None where the answer can't be used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\bn\s?t\s*[-–—_.:#/]*\s*((?:\d\s?){4}\d)(?!\s?\d)", re.IGNORECASE)
_BARE = re.compile(r"(?<![\w-])(?<!\d\s)(\d{5}|\d{2}\s\d{3})(?![\w-]|\s?\d)")
_INVOICE = re.compile(r"\bINV[- ]?\d", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b", re.IGNORECASE)
_POSTCODE = re.compile(r"(?<![\w@.-])(?:[A-Z]{1,2}-)?(\d{3}\s\d{2}|\d{4,5})(?![\d-]|\s\d)", re.IGNORECASE)
_IRISH_POSTCODE = re.compile(r"\b([A-Z]\d[\dW])\s?([A-Z\d]{4})\b")

_LACKS = re.compile(
    r"\b(?:don'?t|do not|can'?t|can ?not|haven'?t|have not|didn'?t|never|couldn'?t)\s(?:\w+\s){0,2}?"
    r"(?:know|have|find|got|get|gotten|remember|see|any)\b|\bno (?:idea|clue|number|e-?mail)\b|\bnot sure\b"
    r"|\blost (?:it|the|my)\b"
    r"|\b(?:har|vet|finner|husker|fikk|ser|får)\s(?:\w+\s){0,2}?(?:ikke|aldri|ingen|ingenting)\b"
    r"|\baner ikke\b|\bingen anelse\b|\bmistet\b|\bikke sikker\b",
    re.IGNORECASE,
)

LONGEST_NAME = 80
"""Characters of a product's name in a customer's own words; more is a story."""


def order_number(text: str) -> str | None:
    """ "NT-10427" of "nt 10427", "10 427" or "it's NT10427"; None without one number of five digits."""
    if match := _NUMBER.search(text):
        return _named(match[1])
    bare = {_named(digits) for digits in _BARE.findall(text)}
    return bare.pop() if len(bare) == 1 else None


def is_prefixed(text: str) -> bool:
    """True where a number is written as only order numbers are."""
    return _NUMBER.search(text) is not None


def is_invoice_number(text: str) -> bool:
    """True where the number starts as those of invoices do."""
    return _INVOICE.search(text) is not None


def digits(text: str) -> int:
    """How many digits there are."""
    return sum(each.isdigit() for each in text)


def email(text: str) -> str | None:
    """The first e-mail address, in lower case."""
    match = _EMAIL.search(text)
    return match[0].casefold() if match else None


def proof(text: str) -> str | None:
    """The e-mail address or the postcode that shows an order to be the customer's."""
    rest = _NUMBER.sub(" ", text)
    if found := email(rest):
        return found
    if match := _POSTCODE.search(rest):
        return re.sub(r"\s", "", match[1])
    match = _IRISH_POSTCODE.search(rest.upper())
    return f"{match[1]} {match[2]}" if match else None


def lacks(text: str) -> bool:
    """True where the customer does not have, find or know what was asked for."""
    return _LACKS.search(text) is not None


def product(text: str) -> str | None:
    """The customer's own name for one thing."""
    name = " ".join(text.split()).strip(" .!")
    return name if sum(map(str.isalpha, name)) >= 2 and len(name) <= LONGEST_NAME else None


def reason(text: str) -> str:
    """Why something goes back: one of the form's values, `other` for any other words."""
    return _first(_REASONS, text) or "other"


def wish(text: str) -> str | None:
    """`refund` or `exchange`; None for neither, or for both at once."""
    said = _DENIED.sub(" ", text)
    found = [value for value, words in _WISHES if words.search(said)]
    return found[0] if len(found) == 1 else None


def condition(text: str) -> str | None:
    """`unopened`, `opened` or `used`."""
    return _first(_CONDITIONS, text)


def _named(number: str) -> str:
    return "NT-" + re.sub(r"\s", "", number)


def _first(values: Sequence[tuple[str, re.Pattern[str]]], text: str) -> str | None:
    return next((value for value, words in values if words.search(text)), None)


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})", re.IGNORECASE)


_REASONS = (
    ("not_said", _words(
        r"rather not", r"no (?:particular |special )?reason", r"none of your", r"won't say",
        r"don't want to say", r"(?:har )?ingen (?:spesiell )?grunn", r"vil (?:helst )?ikke (?:si|oppgi)",
    )),
    ("wrong_or_damaged", _words(
        r"wrong (?:item|product|one|thing|colou?r)", r"damaged", r"(?:came|arrived|was) (?:broken|smashed)",
        r"feil (?:vare|produkt|farge)", r"skadet", r"knust", r"(?:kom|var) ødelagt",
    )),
    ("faulty", _words(
        r"(?:doesn'?t|does not|didn'?t|never|not|won'?t) (?:even )?(?:work|connect|turn|start|charge|pair)",
        r"broke", r"fault", r"defect", r"stopped", r"too slow", r"drops", r"dead\b",
        r"(?:virker|funker|fungerer|kobler|starter|lader) (?:den |det |seg )*ikke", r"ødelagt", r"defekt",
        r"(?:for |så )?tre[gi]", r"sluttet å", r"feil på", r"død",
    )),
    ("changed_mind", _words(
        r"chang\w+ my mind", r"(?:don'?t|do not|no longer|never) (?:need|want)", r"regret", r"cheaper",
        r"by mistake", r"ombestemt", r"angre", r"trenger (?:den |det )?ikke", r"vil ikke ha", r"billigere",
        r"ved en feil",
    )),
    ("not_as_expected", _words(
        r"(?:not|isn'?t) (?:what|as|like)", r"expect", r"too (?:big|small|bright|dim|loud|short|long|weak)",
        r"(?:doesn'?t|does not|didn'?t) (?:fit|suit|cover|look)", r"disappoint", r"wrong size",
        r"ikke (?:som|slik|det jeg)", r"forvent", r"som ventet",
        r"for (?:stor|liten|lite|svak|kort|lang|lys|mørk)", r"pass(?:er|et) (?:den |det )?ikke", r"skuff",
        r"dekker ikke",
    )),
)  # fmt: skip
"""The first that fits counts: "it came broken" is how it came, and then a fault."""

_DENIED = re.compile(
    r"\b(?:not|no|don'?t want|ikke|ingen)\s+(?:a |an |my |the |ha |noen )?"
    r"(?:refund|money(?: back)?|exchange|swap|refusjon|penge\w*(?: tilbake)?|bytte)\b",
    re.IGNORECASE,
)
_WISHES = (
    ("refund", _words(
        r"refund", r"money", r"cash", r"paid back", r"refusjon", r"refunder", r"penge", r"tilbakebetal",
    )),
    ("exchange", _words(
        r"exchang", r"swap", r"replac", r"another", r"a different", r"a new", r"new one", r"instead",
        r"bytte?", r"en ny", r"ny(?:tt)? ", r"en annen", r"et annet", r"i stedet", r"istedenfor", r"erstatt",
    )),
)  # fmt: skip

_CONDITIONS = (
    ("unopened", _words(
        r"un-?opened", r"(?:not|never|isn'?t|haven'?t|hasn'?t)(?: been)?(?: even)? opened", r"sealed",
        r"still in (?:the|its) (?:box|plastic)", r"u[åa]pne[td]", r"(?:ikke|aldri)(?: blitt)? [åa]pnet",
        r"forsegle", r"i plasten",
    )),
    ("opened", _words(
        r"(?:not|never|hardly|barely|isn'?t)(?: been)? used", r"unused",
        r"(?:ikke|aldri|knapt)(?: blitt)? brukt", r"ubrukt",
    )),
    ("used", _words(
        r"used", r"worn", r"marks?\b", r"scratch", r"dent", r"installed",
        r"brukt", r"slitt", r"merke", r"ripe", r"bulk", r"montert",
    )),
    ("opened", _words(
        r"open", r"tried", r"tested", r"(?:as|like) (?:good as )?new",
        r"[åa]pne", r"prøvd", r"testet", r"som ny",
    )),
)  # fmt: skip
"""In this order: "opened, never used" is opened, "opened and used" is used."""
