"""Finds street addresses as they are written in several countries. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff.finding.found import FactRules, Found, Said, words

_C = r"(?:[^\W\d_]|['’.-])"
_PART = rf"(?:{_C}+ ){{0,3}}?"
_NB_ROAD = (
    r"(?:gata|gaten|gate|gt\.?|veien|vegen|vei|veg|vn\.?|allé|alleen|alléen|plass|plassen"
    r"|stien|stigen|bakken|svingen|kroken|torget?|torggate"
    r"|terrasse|lia|lien|haugen|tunet|løkka|toppen|brygge|gatan|gatan|vägen|gränd|vej|gade"
    r"|straße|strasse|str\.|weg|allee|platz|gasse|damm"
    r"|ring|ufer|straat|laan|gracht|plein|kade|katu|tie|moen|åsen|berget|jordet|kaia|kaien"
    r"|ringen|faret|løypa|parken|skogen|dalen|høyden|hagen)"
)
_NUMBER = (
    r"\d{1,4}(?: ?[A-Za-z](?![A-Za-z]))?(?!\.? ?(?:jan|feb|mars|apr|mai|jun|jul|aug|sep|okt"
    r"|oct|nov|des|dec)|[.,:/]\d|-\d{3})"
)
_TOWN = (
    r"[^\W\d_](?:[^\W\d_]|['’.-])*(?: (?:(?-i:[A-ZÆØÅÄÖÜ])[^\W\d_]+(?![\w])|i|am|an"
    r"|der)){0,2}(?: (?-i:[A-ZØ])(?![\w/.]))?(?: \d{1,2}(?![\w/.,-]*\d))?"
)
_CODE = (
    r"(?:\d{2}-\d{3}|\d{4,5}(?:-\d{3,4})?|\d{3} \d{2}|\d{4} [A-Z]{2}"
    r"|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[\dW] [A-Z\d]{4}|[A-Z]\d[A-Z] ?\d[A-Z]\d"
    r"|\d{3} ?\d{3}(?!\d)|(?:[A-Z]{2,3} )?\d{4}|[A-Z]{1,3}-\d{4,5})"
)
_INNER = (
    r"(?:,? ?(?:flat|apt\.?|apartment|unit|suite|leil\.?|leilighet|h0\d{3}|\d(?:st|nd|rd"
    r"|th) floor|\d\. ?(?:etasje|etg\.?|sal|th|tv|mf)\.?)(?: ?(?:no\.? ?)?\d{0,4}[A-Za-z]?\b)?)?"
)
_AFTER = (
    rf"(?:{_INNER}(?:,?\s{_CODE}\s{_TOWN}|,?\s{_CODE}(?!\d)|, {_TOWN}(?:,? (?:[A-Z]{{2}} )?{_CODE}(?!\d))?)?)"
)
_STOP = (
    r"(?:my|the|our|to|at|in|on|is|er|i|på|til|and|og|bor|from|fra|live|address|adresse"
    r"|adressen|ny|new|street|of|a|it|for|min|vår|this|have"
    r"|har|near|ved|which|that|was|var|old|gammel|send|sende|you|jeg|we|vi|no|nei|yes|ja|not"
    r"|ikke|sorry|beklager|mean|mente|now|nå|den|det|med|with)"
)

_COMPOUND = words(
    rf"(?<![\w-])(?:(?!{_STOP}\b)(?-i:[A-ZÆØÅÄÖÜ]){_C}+ ){{0,2}}?(?!{_STOP}\b)"
    rf"[A-Za-zæøåÆØÅäöüÄÖÜé]{{2,}}{_NB_ROAD} {_NUMBER}\b(?!\s?(?:kr|%|timer|dager)){_AFTER}"
)
_SMALL = words(
    rf"(?<![\w-])(?!{_STOP}\b){_C}{{2,}} (?:(?!{_STOP}\b){_C}+ )?(?:gata|gaten|gate|gt|veien"
    rf"|vei|veg|vegen|allé|plass|torg|brygge) {_NUMBER}\b{_AFTER}"
)
_SPLIT = re.compile(rf"(?<![\w-])(?:[A-ZÆØÅÄÖÜ]{_C}+ ){{1,3}}(?i:{_NB_ROAD}) {_NUMBER}(?!\w){_AFTER}")
_EN_ROAD = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|way|court|ct|boulevard|blvd|place"
    r"|pl|terrace|crescent|square|sq|gardens|grove|hill"
    r"|row|walk|mews|parkway|pkwy|highway|hwy|view|quay|green|park|rise|circle|cir|trail|wharf"
    r"|parade|plaza|heights)"
)
_BEFORE = r"(?:(?:flat|apt\.?|apartment|unit|suite) ?\d{1,4}[a-z]?,? )?"
_US = (
    rf"(?:,? (?:apt\.?|unit|suite|flat"
    rf"|#) ?#?\w{{1,5}})?(?:, {_TOWN}){{0,2}}(?:,? [A-Z]{{2,3}}(?= \d{{4,5}}))?(?:,?\s{_CODE}(?!\d))?"
)
_ENGLISH = words(
    rf"(?<![\w.,-]){_BEFORE}\d{{1,5}}[a-z]?,? (?:(?!{_STOP}\b)"
    rf"[a-zéæøå'’.-]+ ){{1,3}}?{_EN_ROAD}\b\.?(?: (?:north|south|east|west|[ns]?[ew]"
    rf"|[ns])\b\.?)?(?![\w'’])(?P<rest>{_US})"
)
_LATIN = words(
    rf"(?<![\w-])(?:rua|rue|calle|via|avenida|av\.|avenue|plaza|plaça|piazza|boulevard|paseo"
    rf"|carrer|chemin|largo|corso|viale|praça|ul\.|ulica)"
    rf" (?:(?!{_STOP}\b|is\b)[\wéèáíóúñçãõł'’.-]+ ){{0,3}}?[\wéèáíóúñçãõł'’.-]+,? {_NUMBER}"
    rf"(?!\w)(?:,? ?\d?[ºª]\w?)?{_AFTER}"
)
_FRENCH = words(
    rf"(?<![\w-])\d{{1,4}}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|allée|chemin|quai"
    rf"|impasse)(?: (?:de la|de l['’]|des|du|de|d['’]))? ?"
    rf"[\wéèêàçô'’-]+(?: [A-Z][\wéèêàç'’-]+){{0,2}}{_AFTER}"
)
_BOX = words(rf"\b(?:p\.?o\.? ?box|postboks|postbox|boks) \d{{1,6}}(?: (?!{_STOP}\b)[A-ZÆØÅ]\w+)?{_AFTER}")
_NAMED = re.compile(
    rf"(?<![\w-])[A-ZÆØÅ][\wæøåäöü]{{2,}}(?: [A-ZÆØÅ][\wæøå]+)? \d{{1,4}}(?: ?"
    rf"[A-Z]\b)?{_INNER},? \d{{4}} [A-ZÆØÅ][\wæøå]+(?:(?: i)? [A-ZÆØÅ][\wæøå]+)?"
)
_LOOSE = words(
    rf"^(?:(?:it['’]?s|its|that['’]?s|det er|jeg bor i|my address is|adressen er|yes|ja|sure|to"
    rf"|til|no|nei)[,:\s]+)*"
    rf"(?P<it>[a-zæøåéäöü'’.-]+(?: [a-zæøåéäöü'’.-]+){{0,3}} {_NUMBER}(?!\w){_AFTER}"
    rf"|\d{{1,5}}[a-z]? [a-zæøåé'’.-]+(?: [a-zæøåé'’.-]+){{0,3}}{_US})[\s.!]*$"
)
_HOME = words(r"\b(?:ad?dress?e?n?|bor|live|living|flyttet|moved)\b[^\d]*$")
_TAIL = re.compile(
    r"(?:,)?\s+(?:and|og|but|men|please|takk|thanks|if|hvis|not|ikke|my|the|is|er|since"
    r"|because|for|so|så|om|to|as|it|when|with|we|i|har|var|in case)\b.*$",
    re.IGNORECASE | re.DOTALL,
)


def find_addresses(said: Said, rules: FactRules) -> Iterator[Found]:
    """Street addresses with flat, postcode and town where they follow."""
    for pattern in (_NAMED, _FRENCH, _LATIN, _ENGLISH, _COMPOUND, _SPLIT, _SMALL, _BOX):
        for match in pattern.finditer(said.text):
            sure = (
                pattern not in (_COMPOUND, _SMALL)
                or "address" in said.asked
                or not match.group()[0].islower()
                or re.search(r"\d{4}", match.group())
            )
            if sure or _HOME.search(said.text[max(0, match.start() - 24) : match.start()]):
                yield from _found(match.start(), match.group())
    if "address" in said.asked:
        answer = _LOOSE.match(said.text.strip())
        if answer and not re.search(r"@", answer["it"]):
            yield from _found(said.text.find(answer["it"]), answer["it"])


def _found(start: int, written: str) -> Iterator[Found]:
    kept = _TAIL.sub("", written).rstrip(" ,.;")
    if re.search(r"\d", kept):
        yield Found("address", start, start + len(kept), kept, False)
