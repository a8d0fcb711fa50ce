"""Finds what else "my X is Y" tells, by token rules: the pipeline is blank, no model is asked. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from handoff.casefile.lexicon import lower
from handoff.finding.asking import thing
from handoff.finding.found import FactRules, Found, Said, listed

if TYPE_CHECKING:
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

_TOKEN = re.compile(r"[\w@./#+-]*[\w@#+]|[^\w\s]")
# Of these, one small word is a value too: "my plan is premium".
_CHOSEN = frozenset(
    [
        "username",
        "user",
        "login",
        "brukernavn",
        "nickname",
        "plan",
        "tariff",
        "size",
        "colour",
        "color",
        "størrelse",
        "farge",
        "operator",
        "operatør",
        "provider",
        "leverandør",
        "abonnement",
        "subscription",
        "browser",
        "nettleser",
    ]
)
_MY = ["my", "our", "min", "mitt", "mine", "vår", "vårt"]
_IS = ["is", "are", "was", "er", "var", ":", "=", "'s"]
_ARTICLE = ["a", "an", "the", "en", "et", "called", "named"]
_OTHER_FACTS = listed(
    """
    account address adresse birthday boss card concern datter daughter e-mail e-post email epost faktura
    far father feil friend goal guess husband iban internet invoice issue kone konto kort mail mann
    mobil mobile mobilnummer mom mor mother mum name number nummer nummeret opinion order ordre passord
    passordet password phone pin pinkode point problem question son spørsmål sønn telefon telefonnummer
    understanding wife
    """
)
_NO_VALUE = listed(
    """
    also and at bad because borte broken correct dead der det dette down død english fine for fordi
    fortsatt fra from gone good he her here i ikke in it jeg just late lost med nede no none norwegian
    not now nå og også ok okay on på really right same she slow so som still så that there they this til
    to too treg veldig very vi we with wrong you ødelagt
    """
)


def find_details(said: Said, rules: FactRules) -> Iterator[Found]:
    """A detail named by the customer, if its value looks like one: it has a digit, or a capital letter."""
    if not _WORTH.search(lower(said.text)):
        return
    from spacy.tokens import Doc

    matcher, vocab = token_rules()
    places = [match.span() for match in _TOKEN.finditer(said.text)]
    doc = Doc(vocab, words=[said.text[start:end] for start, end in places])
    ended = 0
    for _, first, last in sorted(matcher(doc), key=lambda each: (each[1], -each[2])):
        if first < ended:
            continue
        tokens = [doc[i].text for i in range(first, last)]
        split = next(i for i, token in enumerate(tokens) if i and lower(token) in _IS)
        after = lower(tokens[split - 1]) in _MY
        what = re.sub(r"(?<=\w{5})(?:et|en|a)$", "", lower(tokens[0])) if after else " ".join(tokens[1:split])
        begin = split + 1
        while begin < len(tokens) - 1 and lower(tokens[begin]) in _ARTICLE:
            begin += 1
        value = tokens[begin:]
        if (
            lower(tokens[0 if after else 1]) in _OTHER_FACTS
            or what in _OTHER_FACTS
            or lower(value[0]) in _NO_VALUE
            or lower(tokens[split - 1]) in _OTHER_FACTS - {"number", "nummer"}
        ):
            continue
        start, end = places[first + begin][0], places[last - 1][1]
        words = said.text[start:end]
        telling = (
            re.search(r"\d", words) or (words[0].isupper() and not words.isupper()) or _CODE.fullmatch(words)
        )
        if not telling and lower(tokens[split - 1]) not in _CHOSEN:
            continue
        ended = last
        yield Found(f"detail:{thing(what)}", start, end, words, False)


_WORTH = re.compile(r"\b(?:my|our|min|mitt|mine|vår|vårt)\b")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]+")


@cache
def token_rules() -> tuple[Matcher, Vocab]:
    """The rules over a vocabulary of their own; spaCy is read when the first message needs it."""
    hidden = "torch" not in sys.modules and "thinc" not in sys.modules
    if hidden:
        # thinc imports torch wherever it is installed, which costs 180 MB that no rule needs.
        sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        import spacy
        from spacy.matcher import Matcher
    finally:
        if hidden:
            del sys.modules["torch"]
    vocab = spacy.blank("xx").vocab
    matcher = Matcher(vocab)
    small = {"TEXT": {"REGEX": r"^[a-zæøå][\w.@-]{2,24}$"}, "LOWER": {"NOT_IN": sorted(_NO_VALUE)}}
    value = {"TEXT": {"REGEX": r"^(?:[\w@./#+-]*\d[\w./#+-]*|[A-ZÆØÅ][\w-]*)$"}}
    word = {"TEXT": {"REGEX": r"^[A-Za-zÆØÅæøå]{2,24}$"}, "LOWER": {"NOT_IN": [*_IS, *_MY]}}
    for named in range(1, 4):
        for articles in range(2):
            rule = [
                {"LOWER": {"IN": _MY}},
                *([word] * named),
                {"LOWER": {"IN": _IS}},
                *([{"LOWER": {"IN": _ARTICLE}}] * articles),
            ]
            if named == 1:
                chosen = {"LOWER": {"IN": sorted(_CHOSEN)}}
                matcher.add(
                    f"chosen-{articles}",
                    [[{"LOWER": {"IN": _MY}}, {"LOWER": "user", "OP": "?"}, chosen, *rule[2:], small]],
                )
            matcher.add(
                f"{named}-{articles}", [[*rule, value], [*rule, value, value], [*rule, value, value, value]]
            )
    for articles in range(2):
        # "abonnementet mitt er Mobil 10GB"
        rule = [
            word,
            {"LOWER": {"IN": ["min", "mitt", "mi", "vår", "vårt"]}},
            {"LOWER": "er"},
            *([{"LOWER": {"IN": _ARTICLE}}] * articles),
        ]
        matcher.add(
            f"after-{articles}", [[*rule, value], [*rule, value, value], [*rule, value, value, value]]
        )
    return matcher, vocab
