"""Which facts a message of the bot or an agent asks the customer for. Pure."""

from __future__ import annotations

import re

from handoff.casefile.lexicon import lower
from handoff.escalation import Line

_NUMBER = (
    r"[ -]?(?:number|no\b|nr\b|#|id\b|code|ref(?:erence)?(?: number| code)?|nummer(?:et)?|referanse[nr]?)"
)
_ASKS = {
    "order": rf"(?:order|booking|reservation|purchase|confirmation)s?{_NUMBER}|pnr\b|record locator"
    r"|(?:ordre|bestillings?|booking|reservasjons?|bekreftelses)(?:nummer|nr|referanse|id|kode)\w*"
    r"|(?:which|what) (?:order|booking|reservation)\b|hvilke[nt]? (?:ordre|bestilling|booking|reservasjon)",
    "invoice": rf"(?:invoice|bill){_NUMBER}|(?:which|what) (?:invoice|bill)\b|faktura(?:nummer|nr)\w*"
    rf"|hvilken faktura",
    "tracking": rf"(?:tracking|parcel|shipment|consignment){_NUMBER}|(?:sporings|pakke|sendings"
    rf"|kolli)(?:nummer|nr|kode)\w*",
    "account": rf"(?:customer|client|account|member(?:ship)?|student|patient|subscriber|donor"
    rf"|loyalty){_NUMBER}"
    r"|(?:kunde|konto|medlems?|student|pasient|abonne\w*|giver)-?(?:nummer|nr|id)\w*",
    "email": r"e-?mail|e-?post",
    "phone": rf"(?:phone|mobile|cell|contact|telephone){_NUMBER}|(?:reach|call|ring|phone) you (?:on|at|back)"
    r"|(?:on|at) (?:which|what) number|which number|what number|(?:telefon|mobil)(?:nummer|nr)\w*"
    r"|hvilket nummer|your (?:phone|mobile)\?|(?:nå|ringe) deg på|num(?:ber|mer) (?:can|kan)",
    "product": r"(?:which|what) (?:\w+ )?(?:product|model|item|router|modem|machine|car|bike|camera"
    r"|printer|plan is it"
    r"|appliance|make|brand|unit)\b|(?:product|model) (?:name|number|is it|do you)"
    r"|hvilke[nt]? (?:\w+ )?(?:produkt|modell"
    r"|vare|ruter|modem|maskin|bil|sykkel|kamera|skriver|merke)|hva slags (?:produkt|modell"
    r"|ruter|maskin|bil)",
    "device": r"(?:which|what) (?:\w+ )?(?:device|phone|computer|laptop|tablet|tv|operating system"
    r"|telephone|mobile|router|modem|charger)\b"
    r"|hvilke[nt]? (?:\w+ )?(?:enhet|telefon|mobil|pc|datamaskin|nettbrett|tv|ruter|modem|lader)\b"
    r"|hva slags (?:enhet|telefon|mobil|pc|ruter|modem|lader)",
    "version": r"(?:which|what) (?:\w+ )?(?:version|firmware|release)|hvilken (?:\w+)?(?:versjon"
    r"|fastvare)|version number",
    "address": r"(?:delivery|postal|street|home|new|shipping|billing|right|correct|current|your|full"
    r"|installation) address"
    r"|(?:what|which) address|address (?:should|is|shall|do)|where (?:do you live|should (?:we"
    r"|i) send|shall (?:we|i) send"
    r"|is it (?:to be )?sent)|(?:leverings|post|gate|anleggs|bo|hjemme)?adresse|hvor (?:bor"
    r"|skal (?:vi|jeg|den|det) sende)",
    "date": r"what (?:date|day)|when (?:did|was|were|is|do|does|would|will|should|can|have)|(?:which"
    r"|on what) (?:day|date)"
    r"|(?:date|day) (?:of|was|is|did)|hvilken da(?:to|g)|når (?:ble|fikk|kjøpte|skjedde|var|er"
    r"|skal|vil|passer|begynte"
    r"|gjorde|bestilte|startet|ønsker|kom|sendte|betalte)|dato(?:en)?\b",
    "amount": r"how much|what amount|which amount|what sum|the amount|hvor mye|hvilket beløp"
    r"|hva (?:koste|betalte)\w*|beløpet",
    "error": r"error (?:message|code|text)|feil(?:melding|kode)\w*|what (?:does|did) (?:it"
    r"|the \w+) (?:say|show)"
    r"|what do you see|what (?:happens|message)|hva (?:står det|sier (?:den|det|skjermen"
    r"|appen)|viser|ser du|skjer)|what error|which error|hvilken feil",
    "name": r"(?:your|the|full|which|what|under what|last|first) name\b|name (?:is|are) (?:it|the|you)"
    r"|hva heter du"
    r"|navnet(?: ditt)?\b|hvilket navn|(?:fullt|hele) navn|hvem (?:er den til|er det til"
    r"|gjelder det)|who is (?:it|this) for|who am i (?:talking|speaking|chatting)",
    "iban": r"\biban\b",
    "password": r"\bpassword|passord",
}
_ASKS_COMPILED = {name: re.compile(pattern) for name, pattern in _ASKS.items()}
_PART = re.compile(r"[^.!?\n]*(?:\.(?=\w)[^.!?\n]*)*[.!?\n]?")
_PLEASE = re.compile(
    r"\b(?:please (?:give|send|tell|type|share|write|provide|enter|confirm)|tell me|send me"
    r"|give me|i(?:'ll| will)? need"
    r"|oppgi|skriv|send meg|gi meg|jeg trenger|fortell)\b"
)
_DETAIL = re.compile(
    r"\b((?:[a-zæøå]+[ -])?(?:number|id|code|key|reference|ref|reading|plate"
    r"|[a-zæøå]*(?:nummer|nr|kode|referanse|nøkkel|stand"
    r"|skilt))(?:et|en|n)?)\b"
)
_OTHER_FACTS = re.compile(
    r"^(?:phone|mobile|cell|contact|telefon|mobil|e-?mail|error|feil|tax|post|zip|card|kort"
    r"|pin|cvv|country|verification"
    r"|security|national|person|fødsels|one[- ]time|engangs|version|serial version|model|modell|kontakt)"
)
_LEADS = re.compile(
    r"^(?:your|the|din|ditt|det|den|an?|et|en|også|also|riktig|riktige|right|correct|new|final"
    r"|current|is|er|what|which|hvilken|hvilket|my|this|that|and|og|oppgi|har|give|need|for|of"
    r"|me|full)[ -]+"
)
_TOO_LITTLE = frozenset(["number", "id", "key", "ref", "nummer", "nummeret", "nr"])
_YES_NO = re.compile(
    r"^\W*(?:is|was|are|were|er|var|did|does|do you mean|gjelder|have you (?:tried|checked))\b"
)


def asked_for(line: Line) -> frozenset[str]:
    """The names of the facts that a message of the bot or an agent asks the customer for.

    `detail:<word>` for what has no name of its own: "What is the claim number?" asks for
    `detail:claim number`. A question to be answered with yes or no asks for none.
    """
    if line.author not in ("bot", "agent"):
        return frozenset()
    asking = [
        part.strip()
        for part in _PART.findall(lower(line.text).replace("’", "'"))
        if (part.endswith("?") and not _YES_NO.search(part)) or _PLEASE.search(part)
    ]
    named = {name for name, pattern in _ASKS_COMPILED.items() if any(pattern.search(p) for p in asking)}
    if "error" in named and any(re.search(r"feilkode|error code", part) for part in asking):
        named.discard("order")
    for part in asking:
        for match in _DETAIL.finditer(part):
            what = _LEADS.sub("", match[1])
            if (
                not _OTHER_FACTS.search(what)
                and what not in _TOO_LITTLE
                and not any(pattern.search(match.group()) for pattern in _ASKS_COMPILED.values())
            ):
                named.add(f"detail:{thing(what)}")
    return frozenset(named)


def doubted(line: Line) -> frozenset[str]:
    """What a question to be answered with yes or no names: after a "no", a bare number is the right one."""
    if line.author not in ("bot", "agent"):
        return frozenset()
    parts = [part for part in _PART.findall(lower(line.text)) if "?" in line.text and _YES_NO.search(part)]
    return frozenset(name for name, pattern in _KINDS.items() if any(pattern.search(part) for part in parts))


_KINDS = {
    "order": re.compile(r"\b(?:order|booking|reservation|ordre|bestilling)"),
    "invoice": re.compile(r"\b(?:invoice|bill\b|faktura|regning)"),
    "account": re.compile(r"\b(?:customer number|account number|kundenummer)"),
    "phone": re.compile(r"\b(?:phone|mobile number|telefon|mobilnummer)"),
}


def thing(word: str) -> str:
    """What a detail is called: "målernummeret" is a "målernummer"."""
    plain = " ".join(word.casefold().split())
    return re.sub(r"(nummer|nr|skilt)et$|(referanse|kode)n$|(nøkkel)en$|(stand)en$", r"\1\2\3\4", plain)
