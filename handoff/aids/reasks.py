"""Notices when an agent asks a customer for what the case file already holds. Pure, in English and Bokmål.

A sentence is a re-ask if it asks for a fact to be told, and the file has that fact. Confirming one ("your
order is 1042, right?"), promising to check it, or saying where it is to be found asks for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handoff.casefile.case_summary import CaseSummary
from handoff.finding.facts import Fact

_QUOTED_LINE = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
_SENTENCE = re.compile(r"[^.!?…\n;]*(?:[.!?…;](?!\s|$)[^.!?…\n;]*)*[.!?…;]*\n?")
_LONGEST = 600  # characters of a sentence that are read

# The words that stand for a fact, as a request names it.
_NUMBER_EN, _NUMBER_NB = r"(?:number|no\.?|nr\.?|id|reference|ref)", r"(?:nummer(?:et)?|nr\.?|id-?en)"
_NAMES: Mapping[str, str] = {
    "order": rf"(?:order|purchase|booking)[ -]?{_NUMBER_EN}|(?:ordre|bestillings|kjøps"
    rf"|booking)[ -]?{_NUMBER_NB}"
    r"|(?:which|what|hvilke[nt]?) (?:order|booking|ordre|bestilling)\b",
    "invoice": rf"invoice[ -]?{_NUMBER_EN}|(?:faktura|regnings)[ -]?{_NUMBER_NB}"
    r"|(?:which|what|hvilke[nt]?) (?:invoice|faktura|regning)\b",
    "tracking": rf"(?:tracking|shipment|parcel)[ -]?(?:{_NUMBER_EN}|code)"
    rf"|(?:sporings|sendings|pakke)[ -]?(?:{_NUMBER_NB}|kode\w*)",
    "account": rf"(?:customer|account|client|member(?:ship)?)[ -]?{_NUMBER_EN}"
    rf"|(?:kunde|konto|medlems)[ -]?{_NUMBER_NB}",
    "name": r"(?:your|the|full|first|last) name\b|who am i (?:speaking|talking|chatting) (?:to|with)"
    r"|(?:fulle )?navnet ditt|ditt (?:fulle )?navn|hva heter du|hvem (?:snakker|chatter) jeg med"
    r"|(?:fullt|for- og etter)navn",
    "email": r"e-?mail(?: ?address)?|e-?post(?:en|adressen?)?(?: din)?\b|mailadresse\w*|mailen din",
    "phone": rf"(?:phone|telephone|mobile|cell)(?: phone)?[ -]?{_NUMBER_EN}|{_NUMBER_EN} (?:can|could"
    rf"|should|do)"
    rf" (?:we|i) (?:call|reach|ring)|(?:telefon|mobil|tlf\.?)[ -]?{_NUMBER_NB}"
    r"|nummer kan (?:vi|jeg) (?:ringe|nå)\b",
    "address": r"(?:delivery|postal|street|shipping|home|billing) address|(?:what|which) address"
    r"|(?<!e-)(?<!e )(?:leverings|post|gate|hjem|faktura)s?adresse\w*|(?:what is|what's|confirm"
    r"|send me) your address"
    r"|hvilken adresse|adressen din",
    "product": r"(?:which|what) (?:exact )?(?:product|item|model)|(?:product|model) name"
    r"|name of the (?:product|item)"
    r"|hvilke[nt]? (?:produkt|vare|modell)|produktnavn\w*|navnet på (?:produktet|varen)",
    "device": r"(?:which|what) (?:kind of |type of )?(?:device|phone|computer|tablet)(?! number)"
    r"|(?:hvilke[nt]?|hva slags|hva for en)(?: type)? (?:enhet|telefon(?!nummer)|datamaskin|nettbrett"
    r"|mobil(?!nummer))\b",
    "version": r"(?:which|what) (?:software |firmware |app |ios |android )?version|version number"
    r"|(?:programvare|fastvare|app)versjon\w*|hvilken versjon|versjonsnummer\w*",
    "amount": r"(?:what|which|exact|total) (?:amount|sum)|how much (?:did|was|were|have|is)|(?:the"
    r"|that) exact amount"
    r"|hvor mye (?:ble|betalte|har|var|er)|hvilket beløp|(?:nøyaktig|eksakt)e? (?:beløp|sum)\w*"
    r"|hvor stort beløp",
    "date": r"(?:what|which|on what|on which) (?:date|day)|when did you (?:buy|order|purchase|receive|get)"
    r"|when did (?:this|that|it|the \w+) (?:happen|start|arrive|begin)"
    r"|when was (?:it|this|that|the \w+) (?:bought|ordered|delivered|purchased|sent)"
    r"|purchase date|date of (?:the )?(?:purchase|order|delivery)|hvilken (?:dato|dag)"
    r"|når (?:kjøpte|bestilte|fikk|skjedde|mottok|ble) (?:du|det|dette|den|pakken|varen)|(?:kjøps"
    r"|ordre)dato\w*",
    "error": r"error (?:message|code|text)|(?:what|which) (?:error|message)|what does (?:the )?(?:it"
    r"|screen|display)"
    r" (?:say|show)|feilmelding\w*|feilkode\w*|hvilken feil|hva (?:står|viser) (?:det|den|skjermen)\b",
    "url": r"(?:link|url|address) (?:to|of) the (?:page|site)|(?:which|what) (?:page|url|link)"
    r"|lenken? til (?:siden|nettsiden)|hvilken (?:side|lenke|nettside)",
    "iban": r"\biban\b|bank ?account[ -]?number|(?:bank)?kontonummer\w*",
}
_COMPILED = {name: re.compile(rf"\b(?:{words})", re.IGNORECASE) for name, words in _NAMES.items()}

_YOU = (
    r"(?:can|could|would|will|may|might) (?:you|i|we)"
    r"|kan (?:du|jeg|vi)|kunne (?:du|jeg|vi)|vil du|får (?:jeg|vi)"
)
_TELL = (
    r"(?:send|give|tell|share|provide|supply|write|type|let (?:me|us) (?:know|have)|resend|repeat|remind"
    r"|forward"
    r"|state|enter|include|reply with|get (?:me )?(?:your|the)|have (?:your|the)|ask (?:for|you for|what"
    r"|which)"
    r"|oppgi|sende?|gi|fortelle?|skrive?|dele?|si|gjenta|minne? (?:meg|oss) (?:på|om)|legge? ved|opplyse?"
    r"|få|vite|gitt|sendt|oppgitt|skrevet|delt)\b"
)
_ASKS = re.compile(
    rf"\b(?:{_YOU})\b.{{0,60}}\b{_TELL}"
    rf"|\b(?:please|kindly|vennligst|vær (?:så )?snill(?: og)?|du må|i(?: will|'ll)? need|we(?: will"
    rf"|'ll)? need"
    rf"|i'd need|we'd need|i require|we require|jeg trenger|vi trenger|mangler|missing|remind me)\b.{{0,60}}"
    rf"|^\W*(?:and |also |og |så |then |hi,? |hei,? |hello,? |\w+,? )?{_TELL}"
    r"|\b(?:do you (?:have|know|remember)|har du|husker du|vet du|hva (?:er|var|står|viser|slags)"
    r"|what(?:'s| is| was| were)|hvilke[nt]?"
    r"|hva heter|hvem|hvor (?:mye|stort)|which|what|when|how much|når|who am i)\b.{0,120}\?",
    re.IGNORECASE | re.DOTALL,
)
# What looks like a question for a fact and gives it, checks it or points to it instead.
_ASKS_NOTHING = re.compile(
    r"\b(?:is (?:that|this|it) (?:right|correct|still)|right\?|correct\?|isn't it\?|is that so"
    r"|stemmer (?:det|dette)"
    r"|ikke sant|er det riktig|er (?:det|dette) (?:fortsatt|rett|korrekt)|still (?:your|the|correct|right"
    r"|use)"
    r"|have (?:found|received|got|noted)|(?<!may )(?<!can )(?<!could )(?<!might )i (?:see|have|found"
    r"|checked|looked|can see)\b(?!.{0,40}\bneed)"
    r"|thank(?:s| you) for|takk for|jeg (?:ser|har|fant|fikk)\b(?!.{0,40}\btrenger)|vi (?:ser|har|fant"
    r"|fikk)\b"
    r"|we (?:have|found|see|received)\b(?!.{0,40}\bneed)"
    r"|no need|need not|don't (?:need|have to)|do not (?:need|have to)|never (?:send|share|give)"
    r"|don't (?:send|share)"
    r"|do not (?:send|share)|trenger (?:du )?ikke|ikke (?:send|del|oppgi)|aldri (?:send|del|oppgi)"
    r"|(?<!do )(?<!did )(?:you|du)(?:'ll| will| can| kan| vil)? (?:find|see|get|receive|finner|ser|får)\b"
    r"|i(?:'ll| will| am going to| have)? (?:send|sent|give|gave|update|change|check|look|sjekke?|sende?)"
    r"|jeg (?:skal|vil|kan)? ?(?:sende?r?|sendte|sjekke?r?|endre?r?|oppdatere?r?|gir|slå)"
    r"|we(?:'ll| will| have)? (?:send|sent|update|change|check)|vi (?:skal |vil )?(?:sende?r?|sendte"
    r"|sjekke?r?)"
    r"|should (?:i|we)|shall (?:i|we)|skal (?:jeg|vi)|would you like (?:me|us)|vil du at (?:jeg|vi)"
    r"|if you (?:change|want to change|need a new)|(?:change|update|reset|correct|endre|oppdatere"
    r"|bytte) (?:your|the|din|ditt"
    r"|e-?post)|where (?:can|do|to)|hvor (?:finner|kan))\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\b(?:another|different|other|new|second|a(?:n)? (?:alternative|extra)|annen|annet|andre|ny(?:tt|e)?"
    r"|alternativ\w*|ekstra)\b",
    re.IGNORECASE,
)
_ABOUT_US = re.compile(r"\b(?:our|my|vår(?:t|e)?|mitt|min)\s+(?:\w+\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact that is in the case file; in no messages if it is the customer's record that has it."""

    fact: str
    value: str
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reask:
    """A sentence that asks for a known fact. `message` is where it was first told, None if in no message."""

    fact: str
    value: str
    message: int | None
    words: str


def known_facts(summary: CaseSummary, later: Sequence[Fact] = ()) -> tuple[Known, ...]:
    """What nobody need ask for: the facts that hold, what was said `later`, and who the customer is."""
    known: dict[str, Known] = {}
    for fact in (*later, *summary.facts):
        if not fact.superseded:
            known.setdefault(fact.name, Known(fact.name, fact.value, fact.messages))
    customer = summary.customer
    if customer.name:
        known.setdefault("name", Known("name", customer.name, ()))
    if customer.address and "@" in customer.address:
        known.setdefault("email", Known("email", customer.address, ()))
    return tuple(known.values())


def reasks(text: str, known: Sequence[Known]) -> tuple[Reask, ...]:
    """The sentences of an agent's text that ask for what is known, each fact once, in the text's order."""
    wanted = {each.fact: each for each in known if each.fact in _COMPILED}
    found: dict[str, Reask] = {}
    for sentence in _sentences(text):
        if not _ASKS.search(sentence) or _ASKS_NOTHING.search(sentence):
            continue
        for name, fact in wanted.items():
            if name not in found and _names(sentence, name) and not _says(sentence, fact.value):
                first = fact.messages[0] if fact.messages else None
                found[name] = Reask(name, fact.value, first, " ".join(sentence.split()))
    return tuple(found.values())


def _sentences(text: str) -> list[str]:
    plain = _QUOTED_LINE.sub("", text.replace("’", "'"))
    return [part[:_LONGEST] for part in _SENTENCE.findall(plain) if part.strip()]


def _names(sentence: str, fact: str) -> bool:
    """Whether it names the fact as the customer's, and not another one besides."""
    for match in _COMPILED[fact].finditer(sentence):
        before = sentence[max(0, match.start() - 24) : match.start()]
        if not _ABOUT_US.search(before) and not _ANOTHER.search(before):
            return True
    return False


def _says(sentence: str, value: str) -> bool:
    """Whether it has the value itself: whoever says it is not asking for it."""
    return _bare(value) in _bare(sentence) if len(_bare(value)) > 2 else False


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
