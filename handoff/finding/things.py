"""Finds products and devices by brand or model, and versions of software. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from handoff.casefile.lexicon import lower
from handoff.finding.brands import AMBIGUOUS, BRANDS, DEVICES, LOWER_TOO, MODEL_LINES
from handoff.finding.found import FactRules, Found, Product, Said, words

_COUNTED = (
    r"(?!\d{1,4}\s?(?:times|weeks?|days?|months?|years?|hours?|minutes?|min|kr|nok|eur|euros?"
    r"|dollars?|pounds?|ganger|uker?|dager?|måneder?|år|timer?"
    r"|stk|pieces|of|and|or|til|(?:jan|feb|mars|march|apr|mai|may|jun|jul|aug|sep|okt|oct|nov"
    r"|des|dec)\w*)\b|\d+[.,/]\d)"
)
_MODEL = (
    rf"(?:{_COUNTED}(?=[\w+/.-]*\d)[A-Za-z0-9][\w+/.-]*[\w+]|{_COUNTED}\d|(?!I\b)[A-Z]\d?|(?i:pro|max"
    rf"|mini|air|plus|ultra|se|xr|xl|lite|fe|oled|one|series|edition|gen|fold|flip|note|home|go"
    rf"|slim))"
)
_NAMED = r"(?:[A-ZÆØÅ][a-zæøå]+[A-Za-z]*)"
_NO_MODEL = (
    r"(?!(?:and|og|i|in|on|på|med|with|for|to|til|is|er|from|fra|the|but|men|my|a|it|har|has"
    r"|that|som|was|keeps|won)\b)"
)
_TAIL = rf"(?:[ -]{_NO_MODEL}(?:{_MODEL}|{_NAMED}|[A-Z]{{2,5}}(?=[ -]?[A-Z]{{0,3}}\d))(?![\w@])){{0,4}}"
_DEVICE = re.compile(rf"(?<![\w@./-])(?:{DEVICES})(?![\w@]){_TAIL}")
_DEVICE_LOWER = words(
    r"(?<![\w@./-])(?:iphones?|ipad|macbook|imac|playstation|ps[45]|xbox|chromebook"
    r"|(?:samsung )?galaxy (?:s|a|z|note|tab)? ?\d+|samsung [saz]\d+|airpods"
    r"|(?:google )?pixel \d+a?|oneplus \d+|huawei p\d+|xiaomi \d+"
    r"|nokia \d+)(?: (?:\d{1,2}[a-z]?|pro|max|mini|air|plus|ultra|se|xr|series [xs]))*(?!\w)"
)
_BRAND = re.compile(rf"(?<![\w@./-])(?:{BRANDS})(?![\w@])(?P<tail>{_TAIL})")
_BRAND_LOWER = words(
    rf"(?<![\w@./-])(?:{LOWER_TOO}) (?:[a-z]{{1,3}} )?(?=[\w+-]*\d)[a-z0-9][\w+/-]*(?: (?:pro"
    rf"|max|mini|plus|ultra|se|e|\d))*(?!\w)"
)
_LINE = re.compile(rf"(?<![\w@./-])(?:{MODEL_LINES})(?![\w@]){_TAIL}")
_OWNED = re.compile(
    r"(?:(?i:\b(?:my|our|the|an?|this|that|new|min|mitt|mine|vår|en|et|ei|den|det|denne|ny|nye"
    r"|nytt|bought|ordered|purchased|kjøpte?|bestilte|of|two|to|your|deres|using|have"
    r"|har|product is|model is)) )(?P<it>(?:[A-ZÆØÅ][\w-]* ){1,3}(?=[\w-]*\d)[A-Za-z]{0,5}\d"
    r"[\w-]*(?: (?:Pro|Max|Mini|Plus|Ultra|Lite|SE))?)(?![\w@,.]*\d)"
)
_CODED = re.compile(
    r"(?i:\b(?:my|our|the|an?|min|mitt|en|et|model(?:l|len)?(?: number| no\.?| is| er"
    r"|:)*)) (?P<it>[A-Z]{2,5}-?(?:[A-Z]{1,4})?\d{2,5}[A-Z]{0,3})(?![\w-])"
)
_NOT_PRODUCTS = re.compile(
    r"(?i)^(?:gate|terminal|room|flat|apartment|apt|platform|order|invoice|error|windows"
    r"|version|seat|flight|route|line|zone|level|season|chapter|step|section|article"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|visa|mastercard|card"
    r"|booking|case|ticket|claim|policy|account|customer|member|number|code|day|week|year|page"
    r"|building|floor|block|track|bus|train|rom|ordre|faktura|feil|kunde\w*|sak|gate"
    r"|nr|no|id|ref|inv|iban|pin|ios|android|macos|boeing|airbus|covid|channel|kanal|http|tier"
    r"|plan|grade|class|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|i|a"
    r"|januar|februar|mars|mai|juni|juli|oktober|desember|hi|hello|hei|eur|usd|nok|gbp|kr|reg"
    r"|ean|sim|sms|wifi|wi-fi|usb|hdmi|ssid|lte|[45]g|ghz|kwh|gb|mb|oslo|london)\b"
)
_KIND = words(
    r"\s(?:(?:washing|coffee|sewing|ice|robot) (?:machine|maker|vacuum|mower)|dishwasher|drill"
    r"|fridge|freezer|oven|stove|tv|telly|phone|laptop|headphones|headset|earbuds|speaker"
    r"|soundbar"
    r"|router|camera|printer|vacuum(?: cleaner)?|dryer|tumble dryer|bike|car|watch|monitor"
    r"|screen|keyboard|mouse|bridge|thermostat|toothbrush|mixer|kettle|toaster|lawnmower"
    r"|charger"
    r"|heat pump|oppvaskmaskin(?:en)?|vaskemaskin(?:en)?|kjøleskap(?:et)?|fryser(?:en)?"
    r"|komfyr(?:en)?|ovn(?:en)?|støvsuger(?:en)?|kaffemaskin(?:en)?|varmepumpe(?:n|a)?"
    r"|skriver(?:en)?"
    r"|høyttaler(?:en)?|hodetelefoner|klokke|klokka|sykkel(?:en)?|bil(?:en)?|drill(?:en)?"
    r"|kamera(?:et)?|skjerm(?:en)?|tørketrommel(?:en)?)\b"
)
_OWNER = words(
    r"\b(?:my|our|an?|the|this|that|new|old|min|mitt|vår|en|et|ei|den|det|denne|ny|nye|gammel"
    r"|gamle|her)\s(?:[a-zæøå-]+\s)?$"
)
_VERSION = words(
    r"\b(?:(?:versjon(?:en)?|version|firmware|fastvare|release|build|ver\.?)(?:\s+(?:is|er|on"
    r"|på|version|versjon|number|now|nummer|of the app))*\s*:?\s*v?|v(?=\d+\.))"
    r"(?P<it>\d+(?:\.\d+){0,4}(?:[-.]?(?:beta|rc|alpha)\.?\d*)?)(?![\w-]|\.\d)"
)
_RUNS = words(
    r"\b(?:firmware|software|version|fastvare|versjon)\b[^.!?\n\d]{0,20}[^.!?\n]{0,24}?\s(?:is"
    r"|er|on|på)\s(?:at |now |nå )?v?(\d+\.\d+(?:\.\d+)*)(?![\w.])"
)
_PROGRAM = re.compile(
    r"\b(?:iOS|iPadOS|macOS|watchOS|Android|Windows|Ubuntu|Debian|Chrome OS|ChromeOS|Chrome"
    r"|Firefox|Safari|Edge)\s(?:version\s)?(\d+(?:\.\d+){0,3})(?!\w)"
)
_PROGRAM_LOWER = words(
    r"\b(?:ios|android|windows|macos|chrome|firefox|safari)\s(?:version\s)?(\d+(?:\.\d+){0,3})(?!\w)"
)
_RELEASE = re.compile(r"(?<![\w.,/€$£:-])v?(\d+\.\d+\.\d+(?:\.\d+)?)(?![\w/]|[.,]\d|\s?(?:kr|eur|usd|€))")
_DOTTED = re.compile(
    r"(?<![\w.,/€$£])v?(\d+(?:\.\d+){1,4})(?![\w/]|\.\d|\s?(?:kr|eur|usd|€|GHz|ghz|%|GB|gb|years|år))"
)


def find_products(said: Said, rules: FactRules) -> Iterator[Found]:
    """Products by lookup; the longest name wins."""
    lowered = lower(said.text)
    for product in rules.products:
        for match in _product(product).finditer(lowered):
            yield Found("product", *match.span(), product.name, True)


def find_brands(said: Said, rules: FactRules) -> Iterator[Found]:
    """Devices and products that no lookup knows, by brand or model."""
    for pattern in (_DEVICE, _DEVICE_LOWER):
        for match in pattern.finditer(said.text):
            yield _thing(_use(said, match, "device"), match.start(), match.group())
    for pattern in (_BRAND, _BRAND_LOWER, _LINE):
        for match in pattern.finditer(said.text):
            if pattern is _BRAND and not _known(match, said):
                continue
            noun = _KIND.match(said.text, match.end()) if pattern is not _BRAND_LOWER else None
            gadget = _GADGET.search(match.group()) or _GADGETS.search(lower(said.text))
            name = _use(said, match, "device" if gadget else "product")
            if noun is None:
                yield _thing(name, match.start(), match.group())
            else:
                yield Found(name, match.start(), noun.end(), match.group().strip(), False)
    for pattern in (_OWNED, _CODED):
        for match in pattern.finditer(said.text):
            if not _NOT_PRODUCTS.search(match["it"]):
                yield _thing("product", match.start("it"), match["it"])


def _use(said: Said, match: re.Match[str], usually: str) -> str:
    """Whether a thing is one that the customer uses or one that they buy, by the words around it.

    What is asked for tells best; then whether it is used ("on my iPad") or bought and sent; then what such a
    thing usually is.
    """
    if {"device", "product"} & said.asked:
        return "device" if "device" in said.asked else "product"
    if usually == "product":
        return "product"
    before = re.split(r"[.!?\n](?=\s|$)", said.text[: match.start()])[-1]
    after = re.split(r"[.!?\n](?=\s|$)", said.text[match.end() :])[0]
    traded = _TRADED.search(before) or _TRADED.search(after)
    return "product" if traded and not _USED.search(before) else "device"


_USED = words(
    r"\b(?:on|with|from|in|using|via|på|med|fra|bruker|på en|med en)\s(?:(?:my|our|the|an?|min"
    r"|mitt|vår|en|et)\s)?"
    r"(?:(?:new|old|nye?|gamle)\s)?$"
)
_TRADED = words(
    r"\b(?:bought|ordered|order|purchased?|return(?:ed|ing)?|refund(?:ed)?|replace(?:d|ment)?"
    r"|exchange|swap|arrived"
    r"|delivered|sells?|sold|in stock|stock|prices?|warranty|guarantee|sent me|buy(?:ing)?"
    r"|got (?:a|the|an) wrong"
    r"|kjøp\w*|bestil\w*|ordre\w*|returner\w*|refunder\w*|bytte|erstatt\w*|levert|leverte"
    r"|selger|på lager|priser?|prisen"
    r"|garanti\w*|sendte)\b"
)
_GADGET = re.compile(
    r"^(?:Netgear|NETGEAR|netgear|Linksys|linksys|TP-?[Ll]ink|tp-?link|D-?[Ll]ink|d-?link"
    r"|Zyxel|zyxel|Ubiquiti|Eero|AVM"
    r"|F[Rr][Ii][Tt][Zz]!Box|Huawei HG|Zaptec|Easee|Wallbox|Netatmo|Tado|Ecobee|Danfoss|Synology|QNAP"
    r"|Nest (?:Thermostat|Hub|Wifi|WiFi))"
)
_GADGETS = re.compile(
    r"\b(?:router(?:en)?|ruter(?:en)?|modem(?:et|s)?|charger|lader(?:en)?|thermostat|termostat(?:en)?"
    r"|set-top box|dekoder(?:en)?|hub|smartwatch|smartklokk[ae]n?)\b"
)


def _known(match: re.Match[str], said: Said) -> bool:
    """A brand with a model, or the brand alone where it is clear that a thing is meant and no person."""
    if re.search(r"\d", match["tail"]):
        return True
    if re.fullmatch(AMBIGUOUS, match.group().split()[0]):
        return match.group().startswith("Nest ") and bool(match["tail"])
    before = match.string[max(0, match.start() - 24) : match.start()]
    return (
        bool(match["tail"]) or _OWNER.search(before) is not None or bool({"product", "device"} & said.asked)
    )


def find_asked_things(said: Said, rules: FactRules) -> Iterator[Found]:
    """A short answer with a model in it, where a product or a device was asked for."""
    for name in ("product", "device"):
        text = said.text.strip()
        answer = words(
            r"^(?:(?:it['’]?s|its|it is|det er|jeg har|i have|that['’]?s)\s+)?(?:(?:an?|the|my|en|et"
            r"|ei|min|mitt)\s+)?"
        ).match(text)
        told = text[answer.end() :].strip(" .!") if answer else text
        if (
            name in said.asked
            and 1 <= len(told.split()) <= 5
            and re.search(r"\d", told)
            and re.search(r"[A-Za-z]", told)
            and "," not in told
            and not _NOT_PRODUCTS.search(told)
        ):
            yield _thing(name, said.text.find(told), told)


def find_versions(said: Said, rules: FactRules) -> Iterator[Found]:
    """Versions of software, with the program they are of where it is named."""
    for match in _VERSION.finditer(said.text):
        yield Found("version", *match.span("it"), match["it"], False)
    for match in _RUNS.finditer(said.text):
        yield Found("version", *match.span(1), match[1], False)
    for pattern in (_PROGRAM, _PROGRAM_LOWER):
        for match in pattern.finditer(said.text):
            yield Found("version", *match.span(), match[1], False)
    for match in _RELEASE.finditer(said.text):
        address = match[1].count(".") == 3 and re.search(r"\bip\b", lower(said.text))
        if not address and not re.fullmatch(r"\d{1,3}(?:\.\d{3})+", match[1]):
            yield Found("version", *match.span(1), match[1], False)
    if "version" in said.asked:
        for match in list(_DOTTED.finditer(said.text))[:1] or list(
            re.finditer(r"^\W*v?(\d{1,4})\W*$", said.text)
        ):
            yield Found("version", *match.span(1), match[1], False)


@cache
def _product(product: Product) -> re.Pattern[str]:
    names = sorted((product.name, *product.words), key=len, reverse=True)
    either = "|".join(re.escape(name.lower()).replace(r"\ ", r"[ -]?") for name in names)
    return re.compile(rf"(?<!\w)(?:{either})(?:s|en|et|er)?(?!\w)")


def _thing(name: str, start: int, written: str) -> Found:
    kept = written.rstrip(" .-")
    return Found(name, start, start + len(kept), kept, False)
