"""The facts a customer has given, each with its messages; what was corrected is kept as superseded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from handoff.casefile.claim import must_cite
from handoff.escalation import Line, Told
from handoff.finding.announced import passwords_told
from handoff.finding.asking import asked_for, doubted
from handoff.finding.contacts import country_told
from handoff.finding.corrections import IDENTIFYING, between, denied, slip, takes_back, unknown
from handoff.finding.dates import looks_ahead
from handoff.finding.finders import FactRules, Found, Product, Said, find_all
from handoff.finding.found import shape
from handoff.finding.masking import HIDDEN, mask
from handoff.finding.references import find_answers, speaks_of_order

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

LONGEST_MESSAGE = 8_000
"""Characters of a message that are read for facts."""


def facts(
    lines: Sequence[Line], rules: FactRules | None = None, told: Sequence[Told] = ()
) -> tuple[Fact, ...]:
    """Every fact in the customer's messages, in the order first said; a corrected one comes as superseded.

    told: what forms were told, which a text alone may not show: "10427", or a tap on "Opened".
    """
    rules = rules or FactRules()
    zone = ZoneInfo(rules.zone) if rules.zone else None
    named = {line.name.split(" ")[0].casefold() for line in lines if line.author == "agent" and line.name}
    known: list[Fact] = []
    compared = _Bares()
    bares = passwords_told(lines)
    country = country_told(line.text for line in lines if line.author == "customer")
    asked: frozenset[str] = frozenset()
    ordered = False
    lost = False
    question: Line | None = None
    for line in lines:
        if line.author != "customer":
            if line.author != "system":
                question = line
                asked, lost = asked_for(line), unknown(line.text)
                ordered = ordered or speaks_of_order(line.text)
            continue
        text = _EMPTY.sub("\n\n", line.text[:LONGEST_MESSAGE])
        ordered = ordered or speaks_of_order(text)
        corrected = _corrected(known, text)
        if question is not None and _NO.match(text):
            corrected |= doubted(question)
        ahead = looks_ahead(question.text) if question is not None and "date" in asked else None
        shapes = {
            shape(f.words): f.name
            for f in known
            if (f.name in _SHAPED or f.name[:7] == "detail:") and _SHAPELY.search(f.words)
        }
        said = Said(
            text,
            (line.at.astimezone(zone) if zone else line.at).date(),
            asked | corrected,
            ahead,
            shapes,
            ordered,
            country,
        )
        heard = _Heard(known, replace(line, text=text), lost, compared)
        all_found = find_all(said, rules)
        of_this = {shape(text[f.start : f.end]): f.name for f in all_found if f.name in _SHAPED}
        if any(each not in shapes for each in of_this):
            all_found += find_answers(replace(said, shapes={**shapes, **of_this}), rules)
        all_found += _repeated(text, known)
        if bare := bares.get(line.number):
            all_found.insert(0, Found("password", bare.start, bare.end, bare.masked, False, masked=True))
        for found in _apart(all_found):
            if found.name != "name" or found.value.casefold() not in named:
                heard.take(found)
        # A customer often answers in two messages: what was asked for still counts for a short second one.
        asked = asked if len(text.split()) <= 3 and heard.first is None else frozenset()
    words = {line.number: line.text for line in lines if line.author == "customer"}
    for each in told:
        if each.message in words:
            _add(known, each, words[each.message])
    return tuple(sorted(known, key=lambda fact: fact.messages[0]))


_EMPTY = re.compile(r"\s{12,}")  # says nothing, and would be looked through again and again
_NO = re.compile(r"\W*(?:no|nei|nope|not|ikke|neida)\b", re.IGNORECASE)
_SHAPED = ("order", "invoice", "account", "tracking")
_SHAPELY = re.compile(r"^(?=(?:\D*\d){4})[\w/. -]{5,}$")
_NO_LABEL = re.compile(
    r"^\W*(?:(?:no|nei|sorry|beklager|i mean[t]?|jeg mente|mente|actually|oops|wait|vent|typo"
    r"|it['’]?s|its|it is|skal være|å|ah)\W*\s*)*#?[\w./@+-]*\d[\w./@+ -]*\W*(?:a typo"
    r"|skrivefeil|skal det være)?\W*$",
    re.IGNORECASE,
)


def _corrected(known: Sequence[Fact], text: str) -> frozenset[str]:
    """What a bare value is that corrects the last number given: "no, 1043"."""
    last = next((fact.name for fact in reversed(known) if not fact.superseded), None)
    numbers = ("order", "invoice", "tracking", "account", "phone", "amount")
    numbered = next((f.name for f in reversed(known) if not f.superseded and f.name in numbers), None)
    if numbered is None or not takes_back("order", text, 0) or not _NO_LABEL.match(text):
        return frozenset()
    return frozenset({last if last in numbers else numbered})


def _add(known: list[Fact], told: Told, text: str) -> None:
    """Add what a form was told, unless the customer's words have shown it already, or corrected it since."""
    of_its_kind = [fact for fact in known if fact.name == told.name]
    if told.instead_of is not None:
        _correct(known, told)
        # What was taken back before may be right after all; what was taken back since is not.
        of_its_kind = [fact for fact in of_its_kind if fact.messages[-1] >= told.message]
    if any(_same(fact.value, told.value) or _same(fact.words, told.value) for fact in of_its_kind):
        return
    words, value = mask(text), mask(told.value)
    shown = words if len(words) <= LONGEST_WORDS and told.value not in text else value
    known.append(Fact(told.name, shown, value, (told.message,), told.validated))


def _correct(known: list[Fact], told: Told) -> None:
    """Take back the value that a correction names, unless the customer has said it again since."""
    for i in _active(known, told.name):
        fact, wrong = known[i], told.instead_of or ""
        named = _same(fact.value, wrong) or _same(fact.words, wrong)
        if named and fact.messages[-1] < told.message and not _same(fact.value, told.value):
            known[i] = replace(fact, superseded=True)


def _apart(all_found: Iterable[Found]) -> list[Found]:
    """What was found, in the order of the text; of two that overlap, the one found first.

    The code in an error's text is a fact beside the text.
    """
    kept: list[Found] = []
    for found in all_found:
        if all(
            found.end <= other.start or other.end <= found.start or _two_of_one(found, other)
            for other in kept
        ):
            kept.append(found)
    return sorted(kept, key=lambda found: found.start)


def _repeated(text: str, known: Sequence[Fact]) -> Iterator[Found]:
    """What was told before and stands in the text again, as it was written then."""
    for fact in known:
        if fact.masked or fact.name == "date" or len(fact.words) < _LEAST_REPEATED:
            continue
        for match in re.finditer(rf"(?<![\w.,/-]){re.escape(fact.words)}(?!\w|[.,-]\d)", text, re.IGNORECASE):
            yield Found(fact.name, *match.span(), fact.value, fact.validated)


_LEAST_REPEATED = 4  # characters that are hardly there by chance


def _two_of_one(one: Found, other: Found) -> bool:
    inside = one.start < other.start or other.end < one.end
    return one.name == other.name == "error" and inside and " " in one.value


def _active(known: Sequence[Fact], name: str) -> list[int]:
    return [i for i, fact in enumerate(known) if fact.name == name and not fact.superseded]


class _Heard:
    """What one line adds to the known facts, and what it takes back."""

    def __init__(self, known: list[Fact], line: Line, lost: bool, bares: _Bares) -> None:
        """lost: the bot has just said that it does not find what it was given."""
        self._known, self._line, self._lost, self._bares = known, line, lost, bares
        self.first: Found | None = None
        self._before: dict[str, Found] = {}

    def take(self, found: Found) -> None:
        """Add what was found in the line to the known facts, or mark what it takes back."""
        known, line, text = self._known, self._line, self._line.text
        self.first = self.first or found
        words = found.value if found.masked else mask(text[found.start : found.end])
        bares = self._bares
        same = [i for i in _active(known, found.name) if bares[known[i].value] == bares[found.value]]
        if not found.masked and denied(
            text[max(0, found.start - 40) : found.start], text[found.end : found.end + 40]
        ):
            if same:
                known[same[0]] = replace(known[same[0]], superseded=True)
            else:
                known.append(
                    Fact(found.name, words, found.value, (line.number,), found.validated, superseded=True)
                )
            return
        if same and found.value != HIDDEN:
            fact = known[same[0]]
            if line.number not in fact.messages:
                known[same[0]] = replace(fact, messages=(*fact.messages, line.number))
        elif not (same and known[same[0]].messages[-1] == line.number):
            for i in self._taken_back(found):
                known[i] = replace(known[i], superseded=True)
            known.append(
                Fact(found.name, words, found.value, (line.number,), found.validated, masked=found.masked)
            )
        self._before[found.name] = found

    def _taken_back(self, found: Found) -> list[int]:
        """The last fact of the same name, if this one takes its place."""
        known, text, name = self._known, self._line.text, found.name
        active = _active(known, name)
        if not active or found.masked:
            return []
        last = known[active[-1]]
        earlier = self._before.get(name)
        if earlier is not None and last.messages[-1] == self._line.number:
            return active[-1:] if between(name, text[earlier.end : found.start]) else []
        lost = self._lost and name in IDENTIFYING and len(text.split()) <= 8
        back = takes_back(name, text, found.start) or slip(name, last.value, found.value, text) or lost
        return active[-1:] if back else []


def _same(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


class _Bares(dict[str, str]):
    """Values as `_same` compares them, each worked out once: all of a list are held against each other."""

    def __missing__(self, value: str) -> str:
        bare = self[value] = _bare(value)
        return bare


def _bare(value: str) -> str:
    return re.sub(r"[\s#-]", "", value).casefold()
