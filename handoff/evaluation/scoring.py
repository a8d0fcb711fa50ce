"""Counts what a summary got right of what a reader labelled. Pure; the rules stand with each function."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from handoff.casefile.case_summary import CaseSummary
from handoff.evaluation.labelled import FactLabel
from handoff.finding.facts import Fact

MASKED = ("card", "iban", "password")
_LAST = 4  # characters by which masked facts agree


@dataclass(frozen=True, slots=True)
class FactCount:
    """Facts written and those of them that are right; facts labelled and those of them that were found."""

    written: int
    right: int
    labelled: int
    found: int


def count_facts(facts: Sequence[Fact], labels: Sequence[FactLabel]) -> FactCount:
    """How the facts of a summary compare with a reader's."""
    return FactCount(
        written=len(facts),
        right=sum(any(agree(fact, label) for label in labels) for fact in facts),
        labelled=len(labels),
        found=sum(any(agree(fact, label) for fact in facts) for label in labels),
    )


def agree(fact: Fact, label: FactLabel) -> bool:
    """Whether a fact is the labelled one.

    Name and message agree, and value or words are equal after case folding and removal of blanks and
    punctuation. A superseded fact agrees only with one labelled so. Cards and IBANs agree on their last four
    characters, a password on name and message alone. A detail's word counts without "number" behind it: "my
    claim number is" and "claim no." name one thing.
    """
    if named(fact.name) != named(label.name) or label.message not in fact.messages:
        return False
    if fact.superseded != label.superseded:
        return False
    if label.name == "password":
        return True
    if label.name in MASKED:
        return plain(fact.value)[-_LAST:] == plain(label.value)[-_LAST:]
    return plain(label.value) in (plain(fact.value), plain(fact.words))


def named(name: str) -> str:
    """A fact's name as names are compared."""
    kind, detail, word = name.partition(":")
    if not detail:
        return plain(kind)
    bare = re.sub(r"(?<=\w)[ -]?(?:number|no|nr|nummer(?:et)?|#)\W*$", "", word.strip().casefold())
    return f"{plain(kind)}:{plain(bare or word)}"


def ask_is_right(cited: frozenset[int], labelled: frozenset[int]) -> bool:
    """Whether an ask cites the last labelled message, and nothing unlabelled but at most one."""
    return (not labelled or max(labelled) in cited) and len(cited - labelled) <= 1


def shown_secrets(summary: CaseSummary, rendered: str, labels: Sequence[FactLabel]) -> tuple[int, int]:
    """How many labelled secrets there are, and how many of them stand readable in the summary.

    A label may hold the secret itself or only its last four; of a number more than its last four must not be
    seen. What was labelled already masked can't be looked for and is not counted.
    """
    everything = json.dumps(summary.to_json(), ensure_ascii=False) + rendered
    squeezed = re.sub(r"[\s.-]", "", everything).casefold()
    secrets = [
        label
        for label in labels
        if label.name in MASKED and "•" not in label.value and "*" not in label.value
        and (label.name == "password" or len(plain(label.value)) > _LAST)
    ]  # fmt: skip
    shown = 0
    for label in secrets:
        if label.name == "password":
            said = {line.number: line.text for line in summary.transcript}
            shown += _standing(label.value, said.get(label.message, ""))
        else:
            shown += re.sub(r"[\s.-]", "", label.value).casefold() in squeezed
    return len(secrets), shown


def _standing(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def plain(text: str) -> str:
    """The text case folded, without blanks and punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and not unicodedata.category(c).startswith("P"))
