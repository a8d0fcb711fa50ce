"""One finder for each kind of fact: where it stands, its normal form, whether a check proved it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from handoff.dates import dates
from handoff.lexicon import lower
from handoff.masking import secrets


@dataclass(frozen=True, slots=True)
class Product:
    """Something the company sells: its full name and the other words customers use for it."""

    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRules:
    """What differs from one company to the next.

    `order` and `invoice` hold one group for each part of the number, put together again by `order_form` and
    `invoice_form`; `zone` is the customers' time zone, `country_code` that of numbers written without one.
    """

    order: str = r"\bNT[- ]?(\d{5})\b"
    order_form: str = "NT-{}"
    order_digits: int = 5
    invoice: str = r"\bINV[- ]?(\d{4})[- ]?(\d{5})\b"
    invoice_form: str = "INV-{}-{}"
    products: tuple[Product, ...] = ()
    zone: str = "UTC"
    country_code: str = "47"
    local_digits: int = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A fact in one text: its span, its normal form, and whether a format or a check digit proves it."""

    name: str
    start: int
    end: int
    value: str
    validated: bool
    masked: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One customer's message as finders see it: the day it was said, and the facts it was asked for."""

    text: str
    day: date
    asked: frozenset[str] = frozenset()


Finder = Callable[[Said, FactRules], Iterator[Found]]

_NUMBER_WORD = r"(?:\s*(?:number|numbers|no\.?|nr\.?|nummer|nummeret|id|ref(?:erence)?)\b)?"
_LINK = r"(?:\s+(?:is|was|er|var|for|this|that|it)\b|\s*[:=,#])*\s*"
_CURRENCIES = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP", "kr": "NOK",
    "nok": "NOK", "kroner": "NOK", "krone": "NOK", "sek": "SEK", "dkk": "DKK", ",-": "NOK",
}  # fmt: skip
_SUM = r"\d{1,3}(?:[ .,\u00a0]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_DEVICES = (
    r"\b(?:iPhone|iPad|MacBook|iMac|Apple TV|Apple Watch|Galaxy|Pixel|Surface|ThinkPad|Chromebook|Chromecast"
    r"|PlayStation|PS[45]|Xbox|Nintendo Switch|Sonos|Alexa|Echo Dot|Google Home|Google Nest|Fire TV|Roku"
    r"|Windows|Android|iOS|macOS|Kindle|Samsung|OnePlus|Huawei|Lenovo)\b"
    r"(?:\s(?:S?\d+[A-Za-z]{0,2}|Pro|Max|Mini|Air|Plus|Ultra|XR|SE)\b){0,3}"
)


def find_secrets(said: Said, rules: FactRules) -> Iterator[Found]:
    """Cards, bank accounts and passwords, already masked."""
    for secret in secrets(said.text):
        name = "detail:national id" if secret.name == "national id" else secret.name
        yield Found(name, secret.start, secret.end, secret.masked, secret.validated, masked=True)


def find_orders(said: Said, rules: FactRules) -> Iterator[Found]:
    """Order numbers by the company's pattern, bare ones next to a word for an order, or given when asked."""
    for match in re.finditer(rules.order, said.text, re.IGNORECASE):
        yield Found("order", *match.span(), rules.order_form.format(*match.groups()), True)
    for match in _ORDER.finditer(said.text):
        yield _order(match, rules)
    if "order" in said.asked:
        for match in _BARE.finditer(said.text):
            yield _order(match, rules)
    if _ORDER_WORD.search(said.text):
        for match in re.finditer(rf"(?<![\w€$£•-])#?(\d{{{rules.order_digits}}})(?![\w-]|[.,]\d)", said.text):
            yield _order(match, rules)


def _order(match: re.Match[str], rules: FactRules) -> Found:
    number = match.group(1).upper()
    if number.isdigit() and len(number) == rules.order_digits:
        return Found("order", *match.span(1), rules.order_form.format(number), True)
    return Found("order", *match.span(1), number, False)


def find_invoices(said: Said, rules: FactRules) -> Iterator[Found]:
    """Invoice numbers by the company's pattern, or any number right after a word for an invoice."""
    for match in re.finditer(rules.invoice, said.text, re.IGNORECASE):
        yield Found("invoice", *match.span(), rules.invoice_form.format(*match.groups()), True)
    for match in _INVOICE.finditer(said.text):
        yield Found("invoice", *match.span(1), match.group(1).upper(), False)


def find_parcels(said: Said, rules: FactRules) -> Iterator[Found]:
    """Tracking numbers: the postal union's form with its check digit, or what follows a word for a parcel."""
    for match in re.finditer(r"\b([A-Z]{2}(\d{8})(\d)[A-Z]{2})\b", said.text, re.IGNORECASE):
        weighted = sum(int(d) * w for d, w in zip(match[2], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
        check = {10: 0, 11: 5}.get(11 - weighted % 11, 11 - weighted % 11)
        yield Found("tracking", *match.span(1), match[1].upper(), check == int(match[3]))
    for match in _PARCEL.finditer(said.text):
        if sum(c.isdigit() for c in match[1]) >= 8:
            yield Found("tracking", *match.span(1), match[1].upper(), False)


def find_accounts(said: Said, rules: FactRules) -> Iterator[Found]:
    """Customer and account numbers, right after the words for them."""
    for match in _ACCOUNT.finditer(said.text):
        yield Found("account", *match.span(1), match[1].upper(), False)


def find_emails(said: Said, rules: FactRules) -> Iterator[Found]:
    """E-mail addresses, in lower case."""
    for match in re.finditer(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b", said.text):
        yield Found("email", *match.span(), match.group().casefold(), True)


def find_phones(said: Said, rules: FactRules) -> Iterator[Found]:
    """Phone numbers in E.164; one without a country is proved only if it is as long as a local one."""
    for match in re.finditer(r"(?<![\w+])(?:\+|00)(\d[\d ().-]{6,18}\d)(?!\w)", said.text):
        digits = re.sub(r"\D", "", match[1])
        yield Found("phone", *match.span(), f"+{digits}", 8 <= len(digits) <= 15)
    for match in _PHONE.finditer(said.text):
        digits = re.sub(r"\D", "", match[1])
        local = len(digits) == rules.local_digits and digits[0] not in "01"
        yield Found("phone", *match.span(1), f"+{rules.country_code}{digits}" if local else digits, local)


def find_links(said: Said, rules: FactRules) -> Iterator[Found]:
    """Web addresses."""
    for match in re.finditer(r"\b(?:https?://|www\.)[^\s<>\"”]+[^\s<>\"”.,;:!?)]", said.text, re.IGNORECASE):
        yield Found("url", *match.span(), match.group(), True)


def find_amounts(said: Said, rules: FactRules) -> Iterator[Found]:
    """Sums of money as `49.90 EUR`; "kr" is the Norwegian krone."""
    for match in _AMOUNT.finditer(said.text):
        currency = _CURRENCIES[(match["before"] or match["after"]).casefold().rstrip(".")]
        number = re.sub(r"[ \u00a0]", "", match["first"] or match["second"])
        whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", number).groups()  # type: ignore[union-attr]
        value = f"{re.sub(r'[.,]', '', whole)}.{(cents or '0').ljust(2, '0')} {currency}"
        yield Found("amount", *match.span(), value, True)


def find_dates(said: Said, rules: FactRules) -> Iterator[Found]:
    """Dates in ISO 8601, resolved against the day of the message."""
    for dated in dates(said.text, said.day):
        yield Found("date", dated.start, dated.end, dated.day.isoformat(), True)


def find_errors(said: Said, rules: FactRules) -> Iterator[Found]:
    """Error codes, and the text an error shows where the customer quotes it."""
    for pattern in (_ERROR_CODE, _ERROR_NAME):
        for match in pattern.finditer(said.text):
            yield Found("error", *match.span(1), match[1].upper(), False)
    for pattern in _ERROR_TEXTS:
        for match in pattern.finditer(said.text):
            yield Found("error", *match.span(1), match[1].strip(), False)


def find_products(said: Said, rules: FactRules) -> Iterator[Found]:
    """Products by lookup; the longest name wins."""
    lowered = lower(said.text)
    for product in rules.products:
        for match in _product(product).finditer(lowered):
            yield Found("product", *match.span(), product.name, True)


@cache
def _product(product: Product) -> re.Pattern[str]:
    names = sorted((product.name, *product.words), key=len, reverse=True)
    either = "|".join(re.escape(name.lower()).replace(r"\ ", r"[ -]?") for name in names)
    return re.compile(rf"(?<!\w)(?:{either})(?:s|en|et|er)?(?!\w)")


def find_devices(said: Said, rules: FactRules) -> Iterator[Found]:
    """The customer's own devices, by brand or model."""
    for match in re.finditer(_DEVICES, said.text):
        yield Found("device", *match.span(), match.group(), False)


def find_versions(said: Said, rules: FactRules) -> Iterator[Found]:
    """Version numbers with at least one dot."""
    for match in _VERSION.finditer(said.text):
        yield Found("version", *match.span(1), match[1], False)


def find_names(said: Said, rules: FactRules) -> Iterator[Found]:
    """A name the customer gives as their own."""
    for match in _NAME.finditer(said.text):
        yield Found("name", *match.span(1), match[1], False)


def find_addresses(said: Said, rules: FactRules) -> Iterator[Found]:
    """Street addresses, with the town if it follows."""
    for pattern in _ADDRESSES:
        for match in pattern.finditer(said.text):
            yield Found("address", *match.span(), match.group(), False)


def find_details(said: Said, rules: FactRules) -> Iterator[Found]:
    """What else "my X is Y" tells, if Y looks like a value rather than a complaint."""
    for match in _DETAIL.finditer(said.text):
        yield Found(f"detail:{match[1].casefold()}", *match.span(2), match[2], False)


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_ORDER_WORD = _words(r"\b(?:orders?|ordre\w*|bestilling\w*|booking|purchase)\b")
_ORDER = _words(
    rf"\b(?:order|ordre(?:n|nummer(?:et)?)?|bestilling(?:en|snummer(?:et)?)?|booking|purchase){_NUMBER_WORD}{_LINK}"
    r"\b([A-Z]{0,4}-?\d{4,12})\b(?![.,]\d|-\d)"
)
_BARE = _words(r"(?<![\w€$£•+-])#?(\d{4,12})(?![\w-]|[.,]\d)")
_INVOICE = _words(
    rf"\b(?:invoice|faktura(?:en|nummer(?:et)?)?|bill){_NUMBER_WORD}{_LINK}\b([A-Z]{{0,4}}-?\d{{4,12}})\b"
)
_PARCEL = _words(
    r"\b(?:tracking|sporing(?:s\w*|en)?|parcel|pakken?|package|shipment|kolli\w*)(?:\s*(?:number|code|nummer|id))?"
    rf"{_LINK}\b([A-Z0-9]{{10,22}})\b"
)
_ACCOUNT = _words(
    r"\b(?:customer|account|client|member|kunde|konto)[ -]?(?:number|no\.?|nr\.?|nummer(?:et)?|id)?"
    rf"(?:\s+mitt)?{_LINK}\b([A-Z]{{0,4}}-?\d{{4,14}})\b"
)
_PHONE = _words(
    r"\b(?:phone|mobile|cell|call(?: me)?|reach me|text me|tlf|telefon\w*|mobil\w*|ring(?: meg)?)\b"
    r"[^\d\n+]{0,25}"
    r"(?<![\d-])(\d(?:[ -]?\d){6,11})(?![\d-])"
)
_AMOUNT = _words(
    rf"(?:(?<!\w)(?P<before>€|\$|£|kr\.?|nok|sek|dkk|eur|usd|gbp)\s?(?P<first>{_SUM})(?:,-)?(?!\d|[.,]\d)"
    rf"|(?<![\w.,-])(?P<second>{_SUM})\s?(?P<after>€|\$|£|,-|(?:kr|nok|sek|dkk|eur|usd|gbp|kroner?|euros?|dollars?"
    r"|pounds?|quid)\b))"
)
_ERROR_CODE = re.compile(
    r"(?i:\b(?:error|errors|feil|feilkode|feilmelding|fault)(?:\s+(?:code|kode|number|message))?)"
    r"(?i:\s+(?:is|er|says)\b|\s*[:#=])*\s*\b([A-Z]{0,5}[-_]?\d{1,6}[A-Z]?)\b(?!\s*(?i:times|ganger|%))"
)
_ERROR_NAME = re.compile(r"\b([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)\b")
_ERROR_LEAD = (
    r"\b(?:says?|saying|said|shows?|showing|reads?|error|message|(?:feil)?melding(?:en)?|står|viser|sier)\b"
)
_ERROR_TEXTS = (
    _words(rf"{_ERROR_LEAD}[^\"“”«»\n]{{0,25}}[\"“«]([^\"”»\n]{{4,120}})[\"”»]"),
    _words(rf"{_ERROR_LEAD}[^'\n]{{0,25}}(?<!\w)['‘]([^'’\n]{{4,120}})['’](?!\w)"),
)
_VERSION = _words(
    r"\b(?:(?:version|firmware|fastvare|versjon)(?:\s+(?:is|er|version|versjon))?\s*:?\s*v?|v)(\d+(?:\.\d+){1,3})\b"
)
_PERSON = r"[A-ZÆØÅ][\w'’-]+"
_NAME = re.compile(
    r"(?i:\b(?:my name is|my name's|i am called|jeg heter|navnet mitt er|mitt navn er)"
    rf"|\bthis is(?= {_PERSON} [A-ZÆØÅ]))\s+"
    rf"({_PERSON}(?: {_PERSON}){{0,2}})"
)
_TOWN = rf"(?:,? \d{{4,5}} {_PERSON}|, {_PERSON}(?: \d{{4,5}})?)?"
_ROAD_EN = r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close|Way|Court)"
_ROAD_NB = r"(?:gata|gaten|gate|veien|vegen|vei|veg|allé|plass|stien|bakken)"
_ADDRESSES = (
    re.compile(rf"\b[A-ZÆØÅ][\wæøå]*{_ROAD_NB}\s\d{{1,4}}\s?[A-Z]?\b{_TOWN}"),
    re.compile(rf"\b\d{{1,5}}[A-Za-z]? (?:{_PERSON} ){{1,3}}{_ROAD_EN}\b{_TOWN}"),
)
_DETAIL = re.compile(
    r"(?i:\bmy|\b(?:min|mitt))\s+(?!(?i:problem|question|issue|name|order|feil|spørsmål)\b)"
    r"([A-Za-zÆØÅæøå]{2,20}(?: (?!is\b|er\b)[a-zæøå]{2,15})?)\s+(?:is|er)\s+(?:an? |the |en |et )?"
    r"([\w.:/-]*\d[\w:/-]*|[A-ZÆØÅ][\w-]+(?: [A-Z0-9ÆØÅ][\w-]*){0,3})(?=[\s,.;!?]|$)"
)

FINDERS: Sequence[Finder] = (
    find_secrets,
    find_links,
    find_emails,
    find_invoices,
    find_orders,
    find_parcels,
    find_accounts,
    find_amounts,
    find_dates,
    find_phones,
    find_errors,
    find_versions,
    find_products,
    find_devices,
    find_names,
    find_addresses,
    find_details,
)
"""Every finder, the surest first: what one has found, a later one leaves alone."""
