"""Finds ways to reach a customer: e-mail addresses, phone numbers, and links. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers

from handoff.finding.found import FactRules, Found, Said, words

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
_URL = words(
    r"\b(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?)']"
    r"|(?<![\w@.-])(?:[a-z0-9-]{2,63}\.){1,4}(?:com|net|org|io|no|se|dk|de|fr|nl|uk|eu|app|dev"
    r"|example|info|biz)(?:/[^\s<>\"”]*[^\s<>\"”.,;:!?)'])?(?![\w@])"
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
                value, valid = _number(match[1], rules.country)
                yield Found("phone", *match.span(1), value, valid)


def find_phone_answers(said: Said, rules: FactRules) -> Iterator[Found]:
    """A bare number where one was asked for."""
    if "phone" not in said.asked:
        return
    for match in _BARE.finditer(said.text):
        if 6 <= sum(c.isdigit() for c in match[1]) <= _LONGEST:
            value, valid = _number(match[1], rules.country)
            yield Found("phone", *match.span(1), value, valid)


# Where a number is at home that is no number here, by its length and first digits.
_ELSEWHERE = (
    ("GB", r"07\d{9}"),
    ("US", r"[2-9]\d{2}[2-9]\d{6}"),
    ("SE", r"07\d{8}"),
    ("DE", r"01[567]\d{8,9}"),
    ("FR", r"0[67]\d{8}"),
)


def _elsewhere(digits: str) -> tuple[phonenumbers.PhoneNumber, bool] | None:
    for country, plan in _ELSEWHERE:
        if re.fullmatch(plan, digits):
            parsed = phonenumbers.parse(digits, country)
            if phonenumbers.is_valid_number(parsed):
                return parsed, True
    return None


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
        parsed, valid = _elsewhere(digits) or (parsed, False)
    if not valid and not digits.startswith("+"):
        return digits, False
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), valid
