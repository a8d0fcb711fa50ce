"""The facts a customer has given, each with its messages; what was corrected is kept as superseded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from handoff.claim import must_cite
from handoff.escalation import Line, Told
from handoff.finders import FINDERS, FactRules, Found, Product, Said
from handoff.masking import HIDDEN, mask

__all__ = ["Fact", "FactRules", "Product", "asked_for", "facts"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the customer said that an agent would otherwise ask for.

    `words` as written (masked for a secret), `value` the normal form; `validated` if a format or a check
    digit proves it; `superseded` if the customer has corrected it since.
    """

    name: str
    words: str
    value: str
    messages: tuple[int, ...]
    validated: bool
    superseded: bool = False
    masked: bool = False

    def __post_init__(self) -> None:
        must_cite(self.messages, f"fact {self.name!r}")


LONGEST_WORDS = 80
"""Characters of a message that are shown as a fact's own words; of a longer one its value is shown."""

_CORRECTION = re.compile(
    r"^\W*(?:no|nope|nei|sorry|oops|correction|actually|rettelse|beklager|unnskyld)\b"
    r"|\b(?:i meant?|mente|should be|should have been|skal være|skulle vært|typo|skrivefeil|tastefeil)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|isn't|wasn't|ikke)\s+(?:\w+\s+)?[#\"“]?$", re.IGNORECASE)
_ASKS = {
    "order": r"order\s?(?:number|no)|ordrenummer|bestillingsnummer|which order|hvilken (?:ordre|bestilling)",
    "invoice": r"invoice number|which invoice|fakturanummer|hvilken faktura",
    "email": r"e-?mail|e-?post",
    "phone": r"phone number|telefonnummer|mobilnummer",
    "product": r"(?:which|what) (?:product|model|device)|hvilke[nt] (?:produkt|modell|enhet)",
    "address": r"(?:delivery|postal|street) address|leveringsadresse|postadresse",
    "date": r"what (?:date|day)|when did|which day|hvilken dato|når (?:ble|fikk|kjøpte|skjedde)",
    "amount": r"how much|what amount|which amount|hvor mye|hvilket beløp",
    "error": r"error (?:message|code)|feilmelding|feilkode|what does it say",
    "name": r"your (?:full )?name|hva heter du|navnet ditt",
    "account": r"customer number|account number|kundenummer",
}
_ASKS_COMPILED = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _ASKS.items()}


def asked_for(line: Line) -> frozenset[str]:
    """The names of the facts that a message of the bot or an agent asks the customer for."""
    if line.author not in ("bot", "agent"):
        return frozenset()
    asking = [
        part
        for part in re.findall(r"[^.!?\n]*[.!?\n]?", line.text)
        if part.endswith("?") or _PLEASE.search(part)
    ]
    return frozenset(
        name for name, pattern in _ASKS_COMPILED.items() if any(pattern.search(part) for part in asking)
    )


_PLEASE = re.compile(
    r"\b(?:please (?:give|send|tell|type|share|write)|tell me|send me|oppgi|skriv|send meg)\b", re.I
)


def facts(
    lines: Sequence[Line], rules: FactRules | None = None, told: Sequence[Told] = ()
) -> tuple[Fact, ...]:
    """Every fact in the customer's messages, in the order first said; a corrected one comes as superseded.

    told: what forms were told, which a text alone may not show: "10427", or a tap on "Opened".
    """
    rules = rules or FactRules()
    zone = ZoneInfo(rules.zone)
    known: list[Fact] = []
    asked: frozenset[str] = frozenset()
    for line in lines:
        if line.author != "customer":
            asked = asked_for(line) or (asked if line.author == "system" else frozenset())
            continue
        corrects = _CORRECTION.search(line.text) is not None
        expected = asked | ({"order"} if corrects and _active(known, "order") else frozenset())
        said = Said(line.text, line.at.astimezone(zone).date(), expected)
        for found in _apart(found for finder in FINDERS for found in finder(said, rules)):
            _take(known, found, line, corrects)
    words = {line.number: line.text for line in lines if line.author == "customer"}
    for each in told:
        if each.message in words:
            _add(known, each, words[each.message])
    return tuple(sorted(known, key=lambda fact: fact.messages[0]))


def _add(known: list[Fact], told: Told, text: str) -> None:
    """Add what a form was told, unless the customer's words have shown it already."""
    of_its_kind = [known[i] for i in _active(known, told.name)]
    if any(fact.value.casefold() == told.value.casefold() for fact in of_its_kind):
        return
    words = mask(text)
    shown = words if len(words) <= LONGEST_WORDS else told.value
    known.append(Fact(told.name, shown, told.value, (told.message,), told.validated))


def _apart(all_found: Iterable[Found]) -> list[Found]:
    """What was found, in the order of the text; of two that overlap, the one found first."""
    kept: list[Found] = []
    for found in all_found:
        if all(found.end <= other.start or other.end <= found.start for other in kept):
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def _active(known: Sequence[Fact], name: str) -> list[int]:
    return [i for i, fact in enumerate(known) if fact.name == name and not fact.superseded]


def _take(known: list[Fact], found: Found, line: Line, corrects: bool) -> None:
    """Add what was found in a line to the known facts, or mark what it takes back."""
    words = found.value if found.masked else mask(line.text[found.start : found.end])
    same = [i for i in _active(known, found.name) if known[i].value == found.value]
    denied = _NOT.search(line.text[max(0, found.start - 24) : found.start]) is not None
    if denied and not found.masked:
        if same:
            known[same[0]] = replace(known[same[0]], superseded=True)
        else:
            known.append(
                Fact(found.name, words, found.value, (line.number,), found.validated, superseded=True)
            )
        return
    if same and (found.value != HIDDEN):
        fact = known[same[0]]
        if line.number not in fact.messages:
            known[same[0]] = replace(fact, messages=(*fact.messages, line.number))
        return
    if corrects:
        for i in _active(known, found.name)[-1:]:
            known[i] = replace(known[i], superseded=True)
    known.append(Fact(found.name, words, found.value, (line.number,), found.validated, masked=found.masked))
