"""Finds ways to reach a customer: e-mail addresses, phone numbers, and links. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

import phonenumbers

from handoff.finding.found import FactRules, Found, Said, words

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
_URL = words(
    r"\b(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?)']"
    r"|(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,4}(?:com|net|org|io|no|se|dk|de|fr|nl|uk|eu|app|dev"
    r"|example|info|biz)(?:/[^\s<>\"”]*[^\s<>\"”.,;:!?)'])?(?![\w@])"
)
_FILE = words(
    r"^https?://[^?#]+\.(?:png|jpe?g|gif|webp|heic|pdf|docx?|xlsx?|pptx?|csv|txt|log|zip|gz"
    r"|mp3|mp4|mov|wav|ogg|webm)"
    r"(?:[?#].*)?$"
)
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)\s?(\d[\d ().-]{6,18}\d)(?!\w)")
_NEAR = words(
    r"\b(?:phone|mobile|cell|call(?: me| us)?|reach me|text me|sms|tlf|telefon\w*|mobil\w*"
    r"|ring(?:e)?(?: meg| oss)?|nummeret? mitt"
    r"|my number(?: is)?|nå meg|mitt nummer)\b[^\d\n+]{0,25}(?<![\d-])(\(?\d[\d ().-]{5,16}\d)(?![\d-])"
)
_BARE = re.compile(r"(?<![\w.+/-])(\(?\d[\d ().-]{5,16}\d)(?![\w-]|[.,/]\d)")
# Groups that only phone numbers are written in: 912 34 567, 92 88 10 05, (503) 555-0142, 07700 900123.
_GROUPED = re.compile(
    r"(?<![\w.+/-])([2-9]\d\d \d\d \d{3}|[2-9]\d(?: \d\d){3}|\(\d{3}\) ?\d{3}-\d{4}"
    r"|\d{3}-\d{3}-\d{4}|07\d{3} ?\d{6}|07\d{3} \d{3} \d{3})(?![\w-]|[.,/]\d| \d)"
)
_LONGEST = 15  # digits of a number in E.164


def find_emails(said: Said, rules: FactRules) -> Iterator[Found]:
    """E-mail addresses, in lower case."""
    for match in _EMAIL.finditer(said.text):
        yield Found("email", *match.span(), match.group().casefold(), True)


def find_links(said: Said, rules: FactRules) -> Iterator[Found]:
    """Web addresses."""
    for match in _URL.finditer(said.text):
        yield Found("url", *match.span(), match.group(), True)


def files_named(text: str) -> tuple[str, ...]:
    """The links of a text that lead to a file, by their endings: a picture, a document, a recording."""
    return tuple(match.group() for match in _URL.finditer(text) if _FILE.search(match.group()))


def find_phones(said: Said, rules: FactRules) -> Iterator[Found]:
    """Phone numbers in E.164 where the country is known, else their digits; proved by the country's plan."""
    for match in _ABROAD.finditer(said.text):
        digits = re.sub(r"\D", "", match[1])
        if 7 <= len(digits) <= _LONGEST:
            value, valid = _number(f"+{digits}", "")
            if match.group().startswith("00") and not valid:
                continue
            yield Found("phone", *match.span(), value, valid)
    for pattern in (_NEAR, _GROUPED):
        for match in pattern.finditer(said.text):
            if 6 <= sum(c.isdigit() for c in match[1]) <= 12:
                value, valid = _local(match[1], said, rules)
                yield Found("phone", *match.span(1), value, valid)


def find_phone_answers(said: Said, rules: FactRules) -> Iterator[Found]:
    """A bare number where one was asked for."""
    if "phone" not in said.asked:
        return
    for match in _BARE.finditer(said.text):
        if 6 <= sum(c.isdigit() for c in match[1]) <= _LONGEST:
            value, valid = _local(match[1], said, rules)
            yield Found("phone", *match.span(1), value, valid)


def country_told(texts: Iterable[str]) -> str:
    """The country that customers say they are in, by the last of their texts that says so; empty if none."""
    for text in reversed(list(texts)):
        if told := _IN.search(text):
            return _COUNTRIES[(told["one"] or told["two"]).casefold()]
    return ""


_COUNTRIES = {
    "norway": "NO", "norge": "NO", "sweden": "SE", "sverige": "SE", "denmark": "DK", "danmark": "DK",
    "finland": "FI", "iceland": "IS", "island": "IS", "germany": "DE", "tyskland": "DE", "france": "FR",
    "frankrike": "FR", "spain": "ES", "spania": "ES", "italy": "IT", "italia": "IT", "portugal": "PT",
    "ireland": "IE", "irland": "IE", "the uk": "GB", "uk": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "storbritannia": "GB", "the netherlands": "NL", "netherlands": "NL", "nederland": "NL",
    "belgium": "BE", "belgia": "BE", "austria": "AT", "østerrike": "AT", "switzerland": "CH", "sveits": "CH",
    "poland": "PL", "polen": "PL", "the us": "US", "us": "US", "the usa": "US", "usa": "US",
    "the states": "US", "canada": "CA", "australia": "AU", "new zealand": "NZ", "india": "IN",
}  # fmt: skip
_NAMES = "|".join(sorted(_COUNTRIES, key=len, reverse=True))
_IN = words(
    r"\b(?:(?:live|living|based|located|calling|number is|mobile is|phone is|bor|holder til"
    r"|nummeret er|mobilen er)"
    rf" (?:now |here |nå )?(?:from|in|i|fra)|(?:am|i['’]m|we['’]re|are|er) (?:from|fra)) (?P<one>{_NAMES})\b"
    rf"|\bin (?P<two>{_NAMES}) (?:office|branch)\b"
)
# Where a number is at home that is no number here, by its length and first digits.
_ELSEWHERE = (
    ("GB", r"0[127]\d{9}"),
    ("US", r"[2-9]\d{2}[2-9]\d{6}"),
    ("SE", r"07\d{8}"),
    ("DE", r"01[567]\d{8,9}"),
    ("FR", r"0[67]\d{8}"),
)


def _elsewhere(digits: str) -> tuple[phonenumbers.PhoneNumber, bool] | None:
    for country, plan in _ELSEWHERE:
        if re.fullmatch(plan, digits):
            parsed = phonenumbers.parse(digits, country)
            return parsed, phonenumbers.is_valid_number(parsed)
    return None


def _local(written: str, said: Said, rules: FactRules) -> tuple[str, bool]:
    """A number without a country's code: of the country the customer is in, else of the company's."""
    if said.country:
        parsed = phonenumbers.parse(re.sub(r"[^\d+]", "", written), said.country)
        if phonenumbers.is_possible_number(parsed):
            return (
                phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164),
                phonenumbers.is_valid_number(parsed),
            )
    return _number(written, rules.country)


@cache
def _number(written: str, country: str) -> tuple[str, bool]:
    """The number in E.164 and whether its country has such numbers; the bare digits if it has none."""
    digits = re.sub(r"[^\d+]", "", written)
    try:
        parsed = phonenumbers.parse(digits, country or None)
    except phonenumbers.NumberParseException:
        return digits, False
    valid = phonenumbers.is_valid_number(parsed)
    if not valid and not digits.startswith("+"):
        abroad = _elsewhere(digits)
        if abroad is None:
            return digits, False
        parsed, valid = abroad
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), valid
