"""What must not be public: card numbers, passwords, keys, and the private addresses and numbers of people."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library

_CARD = re.compile(r"(?<![\w.-])[3-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])")
_EXAMPLE_CARDS = {"4111111111111111", "4242424242424242", "5555555555554444", "378282246310005"}
_PASSWORD = re.compile(
    r"\b(?:password|passord|passwort|pin|kode|passphrase)\b(?:\s+(?:is|er))?\s*[:=]?\s*[`\"“«]?"
    r"(?P<secret>(?=[^\s`\"”»]*\d)(?=[^\s`\"”»]*[^\W\d_])[^\s`\"”»<>{}\[\]()]{6,})",
    re.IGNORECASE,
)
_KEYS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\b(?:sk|rk)_live_\w{16,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}"
    r"|\bxox[abpr]-[\w-]{10,}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"
)
_MAIL = re.compile(r"(?<![\w.+-])(?P<name>[\w.+-]+)@(?P<host>[\w-]+(?:\.[\w-]+)+)")
_PERSON = re.compile(r"[^\W\d_]{2,}[._][^\W\d_]{2,}")
_EXAMPLE_HOST = re.compile(
    r"(?:^|\.)(?:example\.(?:com|org|net)|test|invalid|localhost)$|your[-_]?domain|domain\.com"
)
_SHARED = set(
    """
    account accounts admin billing booking business career chat contact customer data dpo example faktura
    finance firstname fornavn hei hello help hjelp hr info invoice jobs kontakt kunde kundeservice legal
    lastname mail marketing name navn news no office order orders ordre personvern post press privacy
    returns retur sales salg security service shop support team user your
    """.split()  # noqa: SIM905 - as a list of strings nobody could read it
)
_PHONE = re.compile(r"(?<![\w.,/:-])(?:\+\d{1,3}[ \u00a0]?)?(?:\d[ \u00a0]?){7,11}\d(?![\w,-])")
_MOBILE = re.compile(r"(?:(?:\+|00)47)?[49]\d{7}")
_PRIVATE = re.compile(r"\b(?:mobile|cell|private|mobil|privat|direct line|direktenummer)\b", re.IGNORECASE)


def secrets(library: Library) -> Iterator[Finding]:
    """Line by line, code included. What is found is masked: a list of findings must not leak it again."""
    for written in library.written:
        for number, line in enumerate(written.revision.body.splitlines(), start=1):
            for case, severity, secret in _in(line):
                masked = _masked(secret)
                place = Place(written.article.id, number, line.strip().replace(secret, masked), (masked,))
                yield Finding(Kind.SECRET, case, severity, (place,), (masked,))


def _in(line: str) -> Iterator[tuple[str, Severity, str]]:
    for found in _KEYS.finditer(line):
        yield "key", Severity.ERROR, found[0]
    for found in _PASSWORD.finditer(line):
        yield "password", Severity.ERROR, found["secret"].rstrip(".,;")
    for found in _CARD.finditer(line):
        digits = re.sub(r"\D", "", found[0])
        if _luhn(digits) and digits not in _EXAMPLE_CARDS:
            yield "card", Severity.ERROR, found[0]
    for found in _MAIL.finditer(line):
        parts = set(re.split(r"[._+-]", found["name"].casefold()))
        if (
            _PERSON.fullmatch(found["name"])
            and not parts & _SHARED
            and not _EXAMPLE_HOST.search(found["host"])
        ):
            yield "mail", Severity.WARNING, found[0]
    for found in _PHONE.finditer(line):
        digits = re.sub(r"[^\d+]", "", found[0])
        grouped = " " in found[0].strip() or digits.startswith("+")
        if (grouped and _MOBILE.fullmatch(digits)) or (
            _PRIVATE.search(line) and not _luhn(digits.lstrip("+"))
        ):
            yield "phone", Severity.WARNING, found[0]


def _luhn(digits: str) -> bool:
    """Whether a card number's check digit is right (ISO/IEC 7812-1)."""
    if not 13 <= len(digits) <= 19:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _masked(secret: str) -> str:
    """Its first and last two characters; an address keeps its host."""
    if "@" in secret:
        name, host = secret.split("@", 1)
        return f"{name[:1]}…@{host}"
    return f"{secret[:2]}…{secret[-2:]}"
