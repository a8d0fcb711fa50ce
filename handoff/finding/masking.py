"""Finds what must not be shown (cards, bank accounts, passwords, national ids) and hides it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from handoff.casefile.lexicon import lower

SecretName = Literal["card", "iban", "password", "national id"]

HIDDEN = "••••"

# Characters of an IBAN by country (ISO 13616 register).
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LT": 20,
    "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19,
    "SK": 24,
}  # fmt: skip

_CARD = re.compile(r"(?<![\w•])(?:\d[ -]?){12,18}\d(?![\w-])")
_NO_CARD = re.compile(
    r"\b(?:imei|ean|barcode|tracking|sporing\w*|serial|serie\w*|kid)\b[^\d]*$", re.IGNORECASE
)
_CARD_WORDS = re.compile(r"\b(?:card|kort\w*|visa|master ?card|amex)\b", re.IGNORECASE)
_IBAN_START = re.compile(r"\b([A-Z]{2})\d{2}(?= ?[A-Z0-9])", re.IGNORECASE)
_IBAN_WORD = re.compile(r"\biban\b", re.IGNORECASE)
_ELEVEN = re.compile(r"(?<![\d•-])\d{6} ?\d{5}(?![\d-])")
_SOCIAL = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_INSURED = re.compile(r"(?<!\w)(?P<id>[A-Z]{2} ?\d\d ?\d\d ?\d\d ?[A-D])(?!\w)")
_NAMED_ID = re.compile(
    r"\b(?:personnummer(?:et)?|fødselsnummer(?:et)?|f\.?nr|national (?:id|insurance)(?: number"
    r"| no)?|social security(?: number| no)?|ssn|cpr(?:-nummer|-nr| number)?"
    r"|personal id(?: number)?|nhs number|d-nummer)"
    r"(?:\s+(?:mitt|min|is|er|was))*\s*:?\s*(?P<id>\d(?:[ -]?\d){8,11})(?![\w-])",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?P<word>pass ?(?:word|code|phrase)|passord(?:et)?|passwort|kennwort|lösenord"
    r"|contraseña|p[aå]sswd|pwd?(?=\s*[:=]|\s+(?:is|er)\b)|pass(?=\s*[:=])|otp"
    r"|pin(?:[- ]?(?:code|kode))?(?:n|en)?|cvv2?|cvc2?"
    r"|(?:verification|one[- ]time|security|sikkerhets|engangs|bekreftelses)[- ]?(?:code|kode)(?:n|en)?)\b"
    r"(?P<link>(?:\s+(?:mitt|min|my))?(?:\s+(?:for|on|to|of|på"
    r"|til)\s+\S+(?:\s+\S+){0,2}?)?(?:\s+(?:is|was|er|var)\b|\s*[:=])?)"
    r"\s*[\"“«'`]?(?P<value>[^\s\"”»`]+)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d\d")
_PASSWORD_WORD = re.compile(
    r"pass ?[wcp:=]|passord|kennwort|lösen|contras|passwd|pw|otp|pin|cv[vc]|code|kode"
)  # a quick look: few messages have one
# What follows "my password is" when no password does.
_NOT_A_PASSWORD = re.compile(
    r"(?:not|no|being|wrong|incorrect|invalid|expired|working|correct|gone|lost|forgotten"
    r"|rejected|reset|blocked|locked"
    r"|never|always|still|the|an?|too|now|to|same|right|fine|ok|different|that|what|it|and|but"
    r"|or|ikke|feil|utløpt|glemt"
    r"|borte|sperret|avvist|riktig|for|så|det|en|et|på|og|men|alltid|aldri|låst|now|here|below|next|coming|nå|her|under|kommer)[?!:…-]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Secret:
    """A span of a text to hide; `masked` keeps at most its last four characters."""

    name: SecretName
    start: int
    end: int
    masked: str
    validated: bool


def secrets(text: str) -> tuple[Secret, ...]:
    """The secrets of a text, in order, none overlapping another."""
    found: list[Secret] = []
    numbers = (*_ibans(text), *_cards(text), *_national_ids(text)) if _DIGITS.search(text) else ()
    words = _passwords(text) if _PASSWORD_WORD.search(lower(text)) else ()
    for secret in (*words, *numbers):
        if all(secret.end <= other.start or other.end <= secret.start for other in found):
            found.append(secret)
    return tuple(sorted(found, key=lambda secret: secret.start))


def mask(text: str) -> str:
    """The text with its secrets hidden; masking twice is masking once."""
    for secret in reversed(secrets(text)):
        text = text[: secret.start] + secret.masked + text[secret.end :]
    return text


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit that ISO/IEC 7812 asks for."""
    doubled = (int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def mod97(iban: str) -> bool:
    """Whether an IBAN without blanks leaves 1 modulo 97, as ISO 7064 asks."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _national(digits: str) -> bool:
    """Both check digits of a Norwegian national id."""
    d = [int(c) for c in digits]
    first = -sum(w * x for w, x in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), d, strict=False)) % 11
    second = -sum(w * x for w, x in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), d, strict=False)) % 11
    return (first, second) == (d[9], d[10])


def _cards(text: str) -> Iterator[Secret]:
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        checked = digits[0] in "3456" and luhn(digits) and len(set(digits)) > 1
        # A card number with a slip of the finger is still most of a card number.
        if _NO_CARD.search(text[max(0, match.start() - 24) : match.start()]):
            continue
        named = len(digits) in (15, 16) and _CARD_WORDS.search(text, 0, match.start()) is not None
        if checked or named:
            yield Secret("card", match.start(), match.end(), f"{HIDDEN} {digits[-4:]}", checked)


def _ibans(text: str) -> Iterator[Secret]:
    for match in _IBAN_START.finditer(text):
        length = _IBAN_LENGTHS.get(match.group(1).upper())
        if length is None:
            continue
        body = re.match(rf"(?:[A-Z0-9] ?){{{length - 1}}}[A-Z0-9](?![A-Z0-9])", text[match.start() :], re.I)
        if body is None:
            continue
        iban = body.group().replace(" ", "").upper()
        checked = mod97(iban)
        if checked or _IBAN_WORD.search(text, 0, match.start()):
            start = match.start()
            yield Secret("iban", start, start + body.end(), f"{HIDDEN} {iban[-4:]}", checked)


def _national_ids(text: str) -> Iterator[Secret]:
    for match in _ELEVEN.finditer(text):
        if _national(match.group().replace(" ", "")):
            yield Secret("national id", match.start(), match.end(), HIDDEN, True)
    for pattern in (_INSURED, _NAMED_ID):
        for match in pattern.finditer(text):
            yield Secret("national id", *match.span("id"), HIDDEN, False)
    for match in _SOCIAL.finditer(text):
        yield Secret("national id", match.start(), match.end(), HIDDEN, False)


_CODE_NEAR = re.compile(r"\b(?:kort\w*|card|minibank|bankid|log(?:g|in)\w*|sms|authenticator|atm|vipps)\b")
_CODE = re.compile(
    r"(?<!error )(?<!discount )(?<!promo )(?<!coupon )(?<!voucher )(?<!post )(?<!country )"
    r"(?<!area )(?<![\w-])(?:koden?|code)(?: min| mitt)?(?:\s+(?:is|was|er|var)"
    r"|\s*[:=])?\s+(\d{4,8})(?![\w-])",
    re.IGNORECASE,
)


def _passwords(text: str) -> Iterator[Secret]:
    for match in _PASSWORD.finditer(text):
        value = match["value"].rstrip(".,;)'")
        said = match["link"].strip() != "" and not re.fullmatch(r"(?i)for\s.*", match["link"].strip())
        # Without "is" or a colon, only something that looks like a password is one.
        if not value or _NOT_A_PASSWORD.fullmatch(value) or (not said and value.isalpha()):
            continue
        if not said and not re.search(r"\d", value):
            continue
        yield Secret("password", match.start("value"), match.start("value") + len(value), HIDDEN, False)
    if _CODE_NEAR.search(lower(text)):
        for match in _CODE.finditer(text):
            yield Secret("password", *match.span(1), HIDDEN, False)
