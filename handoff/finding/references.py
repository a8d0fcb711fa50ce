"""Finds numbers that name something: orders, invoices, parcels, customers, others by their label. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.casefile.lexicon import lower
from handoff.finding.asking import thing
from handoff.finding.found import FactRules, Found, Said, shape, words

# A token with a digit, its parts joined by - / . or by single blanks between groups of digits.
_TOKEN = (
    r"(?:(?-i:[A-ZÆØÅ]{1,3}) (?=\d{3,}))?"
    r"(?=[\w/.-]*\d)[A-Za-z0-9ÆØÅæøå]+(?:[-/._][A-Za-z0-9]+)*(?: \d{2,4}(?![\w:/.,-]*\d*\s?"
    r"(?:kr|eur|usd|%)\b)(?=[\s.,;!?)]|$)){0,4}"
)
_LOCATOR = r"(?-i:[A-Z0-9]{5,8})"
_LINK = (
    r"(?:\s*(?:[:=#,(–]|-(?=\s)|\b(?:is|was|are|er|var|it['’]?s|its|that['’]?s|the|mitt|mi|min"
    r"|vår|vårt|my|with|med|this"
    r"|number|numbers|no|nos|nr|nummer|ref|reference|id|which|som|here|her|også|also|på)\b\.?)){0,8}\s*#?"
)
_NUM = r"(?:[ -]?(?:number|num|no|nr|id|ref(?:erence)?|code|confirmation)\b\.?|\s?#)"
_LABELS = (
    (
        "order",
        rf"(?:orders?|bookings?|reservations?|purchase|confirmation|pnr|ordre(?:n|ne|r)?"
        rf"|bestilling(?:en)?|reservasjon(?:en)?"
        rf"|kjøp|booking(?:en)?)(?P<sure>{_NUM})?(?:[ -]?(?:ref|number|no|code|nr)\b\.?)?",
    ),
    (
        "order",
        r"(?P<sure>(?:ordre|bestillings?|booking|reservasjons?|bekreftelses|kjøps)-?(?:nummer|nr"
        r"|referanse|id|kode|ref)(?:et|en|n)?)\b\.?",
    ),
    ("invoice", rf"(?:invoices?|bill|faktura(?:en)?|regning(?:en)?)(?P<sure>{_NUM})?"),
    ("invoice", r"(?P<sure>(?:faktura|regnings?)-?(?:nummer|nr|id)(?:et)?)\b\.?"),
    (
        "tracking",
        rf"(?:tracking|parcel|package|shipment|consignment|sporing(?:en)?|pakken?|kolli)(?P<sure>{_NUM})?",
    ),
    ("tracking", r"(?P<sure>(?:sporings?|pakke|kolli|sendings)-?(?:nummer|nr|kode|id)(?:et|en)?)\b\.?"),
    (
        "account",
        rf"(?:customer|client|member(?:ship)?|account|acct|subscriber|student|patient|loyalty"
        rf"|frequent flyer|kunde|konto|medlem"
        rf"|user)(?P<sure>{_NUM})?",
    ),
    (
        "account",
        r"(?P<sure>(?:kunde|konto|medlems?|abonnents?|abonnement|kunden|giver|bruker|student"
        r"|pasient)-?(?:nummer|nr|id)(?:et)?)\b\.?",
    ),
)
_PATTERNS = tuple(
    (
        name,
        words(
            rf"(?<![\w-]){label}{_LINK}"
            rf"(?P<value>{_TOKEN if name != 'order' else f'{_TOKEN}|{_LOCATOR}'})(?![\w@])"
        ),
    )
    for name, label in _LABELS
)
_ANSWER = words(rf"(?<![\w@.+/-])#?(?P<value>{_TOKEN})(?![\w@])")
_ANSWER_LOCATOR = re.compile(r"(?<![\w@])([A-Z0-9]{5,8})(?![\w@])")
_GENERAL = words(
    r"(?<![\w-])(?P<what>(?:[a-zæøå]+[ -])??[a-zæøå]+ (?:number|nummer|no|nr|id|code|key"
    r"|plate|ref(?:erence)?)"
    r"|[a-zæøå]{3,}(?:nummer|nr|kode|referanse|nøkkel)(?:et|en|n)?|referanse[nr]?|reference"
    r"|ref|reg|regnr)\b\.?"
    rf"(?:\s+(?:number|no\.?))?(?P<link>{_LINK})(?P<value>{_TOKEN})(?![\w@])"
)
_ARTICLES = re.compile(
    r"^(?:my|our|the|your|a|an|this|that|is|for|and|with|to|of|by|use|using|used|bruk|bruke"
    r"|brukte|enter|apply|try|wrong|right|new|old|same|min|mitt|vår|en|et|ei|det|den|dette|på"
    r"|har|har|have|what|which|correct|i|or|her|og|then|but|only|just|so|now|shows?|says?|gives?|gets?"
    r"|så|bare|men|nå|viser|sier|får|kommer|med|whose|under|at|on|see|also|også|gjelder"
    r"|angående|regarding|concerning|about|re)\s+"
)
_NOT_DETAILS = re.compile(
    r"^(?:order|bestilling|ordre|booking|reserv|invoice|faktura|tracking|sporing|customer"
    r"|kunde|account|konto|member|medlem"
    r"|phone|mobile|cell|telefon|tlf|mobil|error|feil|fault|card|kort|pin|cvv|post|zip"
    r"|security|verification|one|engangs"
    r"|bekreftelses|sikkerhets|national|person|fødsels|any|version|contact|kontakt|pakke|kolli"
    r"|sendings|iban|country|area|no|a"
    r"|i|it|same|wrong|this|that|model|source|dress|qr|hus|rom|house|telephone|sms|giver"
    r"|abonne|student|pasient|patient)(?:\b|nummer|nr|kode)"
)
_UNITS = re.compile(
    r"\s?(?:kr\b|nok\b|eur|usd|gbp|€|\$|£|,-|%|kg\b|gb\b|mb|mbps|ghz|days?\b|dager?\b|weeks?\b"
    r"|uker?\b|hours?\b|timer?\b|min(?:utes?|utter)?\b"
    r"|months?\b|måneder?\b|pieces|pcs|stk\b|items?\b|people|personer|times\b|ganger\b"
    r"|years?\b|år\b|pm\b|am\b|euros?\b|dollars?\b"
    r"|kroner\b|pounds?\b|cm\b|mm\b|lamps|x\b|nights?\b|netter\b|of\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATEISH = re.compile(
    r"\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE
)
_LEAST_DIGITS = {"order": 4, "invoice": 4, "tracking": 8, "account": 4}


def find_orders(said: Said, rules: FactRules) -> Iterator[Found]:
    """Order and booking numbers: by the company's pattern, or beside a word for an order or a journey."""
    if rules.order:
        for match in re.finditer(rules.order, said.text, re.IGNORECASE):
            yield Found("order", *match.span(), rules.order_form.format(*match.groups()), True)
    yield from _labelled("order", said, rules)
    if _TRAVEL.search(lower(said.text)):
        for match in re.finditer(
            r"(?<![\w-])(?<!(?i:flight) )(?<!(?i:fly) )(?=[A-Z\d]*\d)(?=(?:\d*[A-Z]){2})[A-Z0-9]{6}(?!"
            r"[\w-])",
            said.text,
        ):
            yield Found("order", *match.span(), match.group(), False)
    if rules.order_digits and _ORDER_WORD.search(lower(said.text)):
        for match in re.finditer(rf"(?<![\w€$£•-])#?(\d{{{rules.order_digits}}})(?![\w-]|[.,]\d)", said.text):
            yield _order(match.start(1), match[1], rules)


def find_invoices(said: Said, rules: FactRules) -> Iterator[Found]:
    """Invoice numbers: by the company's pattern, beside a word for an invoice, or given when asked."""
    if rules.invoice:
        for match in re.finditer(rules.invoice, said.text, re.IGNORECASE):
            yield Found("invoice", *match.span(), rules.invoice_form.format(*match.groups()), True)
    for match in re.finditer(r"\bINV[-_ ]?\d[\d-]{2,14}\b", said.text):
        yield Found("invoice", *match.span(), match.group(), False)
    yield from _labelled("invoice", said, rules)


def find_parcels(said: Said, rules: FactRules) -> Iterator[Found]:
    """Tracking numbers: the postal union's form with its check digit, a carrier's, or what follows a word."""
    for match in re.finditer(r"\b([A-Z]{2}(\d{8})(\d)[A-Z]{2})\b", said.text, re.IGNORECASE):
        weighted = sum(int(d) * w for d, w in zip(match[2], (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
        check = {10: 0, 11: 5}.get(11 - weighted % 11, 11 - weighted % 11)
        yield Found("tracking", *match.span(1), match[1].upper(), check == int(match[3]))
    for match in re.finditer(r"\b(?:1Z[0-9A-Z]{16}|JJ?D\d{16,20}|3707\d{14})\b", said.text):
        yield Found("tracking", *match.span(), match.group(), False)
    yield from _labelled("tracking", said, rules)


def find_accounts(said: Said, rules: FactRules) -> Iterator[Found]:
    """Customer and account numbers, after the words for them or given when asked."""
    yield from _labelled("account", said, rules)


def find_labelled(said: Said, rules: FactRules) -> Iterator[Found]:
    """Any other number by its label: "claim number CL-40921", "målernummer 7359992"."""
    for match in _GENERAL.finditer(said.text):
        what = lower(match["what"]).strip(" .")
        while (bare := _ARTICLES.sub("", what)) != what:
            what = bare
        if (
            _NOT_DETAILS.search(what)
            or _NOT_DETAILS.search(what.partition(" ")[2] if what.count(" ") > 1 else "")
            or not what
            or not _good(match["value"], said.text, match.end("value"))
        ):
            continue
        what = re.sub(
            r"(?<=\w) (?:no|nr|num)$", " number" if re.search(r"\b(?:no|num)$", what) else " nr", what
        )
        coded = re.search(r"\d", match["value"]) and re.search(r"[A-Z]{3}", match["value"])
        if (
            what in ("key", "number", "nummer", "no", "id", "nr")
            or (what in ("code", "kode", "koden") and not coded)
            or len(re.sub(r"\D", "", match["value"])) < 2
        ):
            continue
        if said.bought and _REFERENCE.fullmatch(what):
            yield _order(match.start("value"), match["value"], rules)
        else:
            yield Found(f"detail:{thing(what)}", *match.span("value"), match["value"], False)
    yield from _identified(said)
    yield from _numbered(said)
    for name in sorted(said.asked):
        if name.startswith("detail:"):
            for match in list(_ANSWER.finditer(said.text))[:1]:
                if _good(match["value"], said.text, match.end("value")):
                    ordered = said.bought and _REFERENCE.fullmatch(name.removeprefix("detail:"))
                    name = "order" if ordered else name
                    yield Found(name, *match.span("value"), match["value"], False)


def _numbered(said: Said) -> Iterator[Found]:
    """ "case #4481", "flight SK4035": what is numbered without the word for it."""
    for match in _NUMBERED.finditer(said.text):
        what, value = lower(match["what"]), match["value"]
        if _good(value, said.text, match.end("value")) and not _YEAR.fullmatch(value):
            counted = what in ("case", "ticket", "claim", "policy", "incident", "complaint")
            yield Found(
                f"detail:{what} number" if counted else f"detail:{what}",
                match.start("value"),
                match.end("value"),
                value,
                False,
            )


_NUMBERED = words(
    r"\b(?P<what>case|ticket|claim|policy|incident|complaint|flight|prescription|resept"
    r"|voucher|gift card|gavekort|application|permit|licen[cs]e|contract|petition|report|rma"
    r"|quote|estimate|certificate|lease|badge|loan|registration|serial|meter|vehicle"
    r"|søknad|sak|polise|skadesak|kontrakt|avtale|klage|henvendelse|tillatelse"
    r"|skilt|lån|måler|tilbud|forsikring)(?:en|a|et)?(?:,? (?:is|er|no\.?"
    r"|nr\.?))?:?\s#?(?P<value>(?-i:[A-Z]{0,4})[-/]?\d[\w/-]{2,})(?![\w@])"
)


_KNOWN_LABELS = words(
    rf"(?<![\w-])(?P<what>imei|vin|kid|s/n|mac(?: address)?|ip(?: address)?|ssid|user ?name"
    rf"|user id|brukernavn(?:et)?|ean|meter reading|målerstand(?:en)?|målerstanda|strømstand"
    rf"|barcode|strekkode|org\.? ?nr"
    rf"|organisasjonsnummer)\b\.?{_LINK}(?P<value>[A-Za-z0-9][\w:./-]*\w)(?![\w@])"
)


def _identified(said: Said) -> Iterator[Found]:
    """What goes by a name of its own: "IMEI 3569…", "the meter reading is 88123"."""
    for match in _KNOWN_LABELS.finditer(said.text):
        called = lower(match["what"]).startswith(("user", "bruker"))
        if len(re.findall(r"\d", match["value"])) >= 3 or (
            called and _linked(match) and len(match["value"]) >= 4
        ):
            yield Found(f"detail:{thing(lower(match['what']))}", *match.span("value"), match["value"], False)


def _linked(match: re.Match[str]) -> bool:
    """Whether "is" or a colon stands before the value."""
    return (
        re.search(r"(?i)\b(?:is|er)\b|[:=]", match.string[match.end("what") : match.start("value")])
        is not None
    )


def find_answers(said: Said, rules: FactRules) -> Iterator[Found]:
    """A bare number where the message before asked for one; the last resort, after every other finder."""
    for match in _ANSWER.finditer(said.text):
        name = said.shapes.get(shape(match["value"]))
        if name is not None and _good(match["value"], said.text, match.end("value")):
            yield _named(name, match.start("value"), match["value"], rules)
    for name in ("order", "account", "invoice", "tracking"):
        if name not in said.asked:
            continue
        first = ""
        for match in _ANSWER.finditer(said.text):
            value = match["value"]
            if first and len(value) != len(first):
                continue
            digits = sum(c.isdigit() for c in value)
            if digits >= (2 if first or len(said.text.split()) <= 3 else 4) and _good(
                value, said.text, match.end("value")
            ):
                yield _named(name, match.start("value"), value, rules)
                first = first or value
                if not re.search(r"[A-Z]", value):
                    break
        if not first and name == "order":
            for match in list(_ANSWER_LOCATOR.finditer(said.text))[:1]:
                yield Found("order", *match.span(1), match[1], False)


def _labelled(name: str, said: Said, rules: FactRules) -> Iterator[Found]:
    for label, pattern in _PATTERNS:
        if label != name:
            continue
        for match in pattern.finditer(said.text):
            value, sure = match["value"], match["sure"] is not None
            digits = sum(c.isdigit() for c in value)
            linked = sure or re.search(r"[:#=]", said.text[match.start() : match.start("value")]) is not None
            if not digits and not (sure and re.fullmatch(r"[A-Z]{5,8}", value)):
                continue
            if digits < (2 if linked else _LEAST_DIGITS[name]) and not re.fullmatch(
                r"(?=.*\d)[A-Z0-9]{6}", value
            ):
                continue
            if not linked and _YEAR.fullmatch(value):
                continue
            if _good(value, said.text, match.end("value")):
                yield _named(name, match.start("value"), value, rules)
                yield from _more(name, said, match.end("value"), rules)


def _more(name: str, said: Said, end: int, rules: FactRules) -> Iterator[Found]:
    """The rest of a list of numbers: "orders 10427, 10428 and 10429"."""
    while match := re.compile(
        rf"(?:,? (?:and |og |but |men )?(?:not|ikke)|,| and| og| &|, and)\s+#?(?P<value>{_TOKEN})(?![\w@])"
    ).match(said.text, end):
        value = match["value"]
        if sum(c.isdigit() for c in value) < 4 or not _good(value, said.text, match.end("value")):
            return
        yield _named(name, match.start("value"), value, rules)
        end = match.end("value")


def _good(value: str, text: str, end: int) -> bool:
    """Not a date, not a number of somethings, not a sum."""
    return not (_DATEISH.fullmatch(value) or _UNITS.match(text, end))


def _named(name: str, start: int, value: str, rules: FactRules) -> Found:
    if name == "order":
        return _order(start, value, rules)
    number = re.sub(r"\s", "", value.upper()) if name == "account" else value.upper()
    return Found(name, start, start + len(value), number, False)


def _order(start: int, words: str, rules: FactRules) -> Found:
    number = words.upper()
    if rules.order_digits and number.isdigit() and len(number) == rules.order_digits:
        return Found("order", start, start + len(words), rules.order_form.format(number), True)
    return Found("order", start, start + len(words), number, False)


def speaks_of_order(text: str) -> bool:
    """Whether a text is about something ordered, booked or agreed, so that a bare reference is its number."""
    return _ORDERED.search(lower(text)) is not None


_REFERENCE = re.compile(
    r"(?:(?:booking|appointment|reservation|order|time|avtale|bestillings?)[ -]?)?"
    r"(?:ref|reference|referanse[nr]?)(?:[ -]?(?:number|no|nr|code|kode|nummer))?(?:et|en)?"
)
_ORDERED = re.compile(
    r"\b(?:orders?|ordered|book(?:ed|ings?)|appointments?|reserv(?:ed|ations?)|tickets?|flights?|hotel|parcel"
    r"|delivery|ordre\w*|bestil\w+|booket|booking\w*|reserv(?:ert|asjon\w*)|timen|time hos"
    r"|timen min|avtalen|billett\w*"
    r"|flyet|reisen?|pakken?|leveringen?|flytte timen|my (?:table|slot|visit|stay)|bord(?:et)? (?:til|for))\b"
)
_TRAVEL = re.compile(
    r"\b(?:tickets?|flights?|fly(?:et|bilett\w*)?|billett\w*|trip|reisen?|ferga|ferry"
    r"|tog(?:et)?|train|hotel|bagasje\w*|luggage)\b"
)
_ORDER_WORD = re.compile(r"\b(?:orders?|ordre\w*|bestilling\w*|booking|purchase)\b")
