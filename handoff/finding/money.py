"""Finds sums of money, in many currencies and spellings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.finding.found import FactRules, Found, Said, words

_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "us$": "USD", "usd": "USD",
    "dollar": "USD", "dollars": "USD", "bucks": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP",
    "pounds": "GBP", "quid": "GBP", "pund": "GBP", "kr": "NOK", "kr.": "NOK", "nok": "NOK",
    "kroner": "NOK", "rs.": "INR",
    "krone": "NOK", "kronor": "SEK", "spenn": "NOK", "sek": "SEK", "dkk": "DKK", ",-": "NOK", ".-": "NOK",
    "chf": "CHF", "pln": "PLN", "zł": "PLN", "¥": "JPY", "yen": "JPY", "jpy": "JPY", "₹": "INR",
    "rs": "INR", "inr": "INR", "rupees": "INR", "cad": "CAD", "ca$": "CAD", "c$": "CAD", "aud": "AUD",
    "a$": "AUD", "au$": "AUD", "nzd": "NZD", "nz$": "NZD", "isk": "ISK", "czk": "CZK", "huf": "HUF",
    "ron": "RON", "sgd": "SGD", "s$": "SGD", "zar": "ZAR", "brl": "BRL", "r$": "BRL", "mxn": "MXN",
    "cny": "CNY", "hkd": "HKD", "hk$": "HKD", "thb": "THB", "try": "TRY", "francs": "CHF",
}  # fmt: skip
_SUM = r"\d{1,3}(?:[ .,'\u00a0]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_SCALE = (
    r"(?:\s?(?P<{}>k|thousand|tusen|mill(?:ioner|ion|\.)?|million|m)(?=\s|€|\$|£|kr|eur|usd|[.,;!?)]|$))?"
)
_SIGN = r"(?:us|ca|au|nz|hk|[acsr])?\$|€|£|¥|₹"
_CODE = r"nok|sek|dkk|eur|usd|gbp|chf|pln|jpy|inr|cad|aud|nzd|isk|czk|huf|ron|sgd|zar|brl|mxn|cny|hkd|thb"
_AMOUNT = words(
    rf"(?:(?<!\w)(?P<before>{_SIGN}|kr\.?|rs\.?"
    rf"|{_CODE})\s?(?P<first>{_SUM}){_SCALE.format('k1')}(?:,-|\.-)?(?!\d|[.,]\d)"
    rf"|(?<![\w.,/-])(?P<second>{_SUM}){_SCALE.format('k2')}\s?(?P<after>{_SIGN}|zł|,-"
    rf"|\.-(?!\d)|(?:kr|{_CODE}|kroner?|kronor|spenn|euros?"
    r"|dollars?|bucks|pounds?|pund|quid|yen|rupees|francs)\b(?!-)))"
)
_TO = words(
    rf"(?:\b(?:from|between|fra|mellom|not|ikke)\s(?P<sum>{_SUM})(?:\s(?:to|til|and|og|but|men"
    rf"|up to)\s|\s?[-–]\s?)$)"
)
_INSTEAD = words(
    rf"\s?(?:to|til|up to|instead of|rather than|i stedet for|istedenfor|(?:and |og )?(?:not"
    rf"|ikke)|[-–])\s(?:bare |only |the )?"
    rf"(?P<sum>{_SUM})(?![\w/%-]|[.,:]\d)(?!\s?(?:times|days?|weeks?|months?|years?|people"
    rf"|items|stk|ganger|dager|uker|år|måneder))"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_BARE = re.compile(rf"(?<![\w.,/#-])(?P<sum>{_SUM})(?![\w/%-]|[.,:]\d)")
_THOUSANDS = {"k": 3, "thousand": 3, "tusen": 3}


def find_amounts(said: Said, rules: FactRules) -> Iterator[Found]:
    """Sums of money as `49.90 EUR`; "kr" is the Norwegian krone."""
    for match in _AMOUNT.finditer(said.text):
        currency = _CURRENCIES[(match["before"] or match["after"]).casefold()]
        scale = (match["k1"] or match["k2"] or "").casefold()
        value = _value(match["first"] or match["second"], _THOUSANDS.get(scale, 6) if scale else 0)
        yield Found("amount", *match.span(), f"{value} {currency}", True)
        yield from _beside(said.text, match, currency)


def _beside(text: str, match: re.Match[str], currency: str) -> Iterator[Found]:
    """The other sum where the currency stands once: "from 29 to 34.50 euro", "490 kr instead of 390"."""
    before = _TO.search(text, 0, match.start())
    after = _INSTEAD.match(text, match.end())
    for other in (before, after):
        if other is not None and not _YEAR.fullmatch(other["sum"]):
            yield Found("amount", *other.span("sum"), f"{_value(other['sum'], 0)} {currency}", True)


def find_sums(said: Said, rules: FactRules) -> Iterator[Found]:
    """A bare number where the message before asked how much."""
    if "amount" in said.asked and len(said.text.split()) <= 8:
        for match in list(_BARE.finditer(said.text))[:1]:
            yield Found("amount", *match.span(), f"{_value(match['sum'], 0)} {rules.currency}".strip(), False)


def _value(written: str, scale: int) -> str:
    """`1.299,5` as `1299.50`; `scale` is how many zeros a word after it stands for."""
    number = re.sub(r"[ '\u00a0]", "", written)
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", number).groups()  # type: ignore[union-attr]
    plain = re.sub(r"[.,]", "", whole)
    if scale:
        return f"{round(float(f'{plain}.{cents or 0}') * 10**scale)}.00"
    return f"{plain}.{(cents or '0').ljust(2, '0')}"
