"""Which passage of an article an answer cites, and the text that it makes of it."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from kb.generators import AnswerGenerator
from kb.passages import Passage
from kb.retrieval.evidence import Evidence
from kb.retrieval.lexical import terms
from kb.retrieval.snapshot import Snapshot

LEAD_WORDS = 45
"""Words of what an article begins with that are shown with any of its sections."""

NEARLY = 0.85
"""The share of what speaks for the best passage that another needs, where its kind fits better."""

_ASKS_HOW = re.compile(
    r"\bhow\s(?:do|can|could|should|would|to)\b|\bwhat\s(?:do|can|should|must)\si\s(?:do|try)\b|\bhvordan\b"
    r"|\bhva\s(?:gjør|kan|bør|må|skal)\sjeg\b",
    re.IGNORECASE,
)
_FIRST_STEP = re.compile(r"^\s{0,3}1[.)]\s", re.MULTILINE)


def best_passage(snapshot: Snapshot, number: int, evidence: Evidence, question: str) -> Passage:
    """The passage of article `number` whose text or heading speaks most for it; the first if none does.

    Of passages that speak nearly as much, steps answer "how do I", a section is better than the lead that is
    shown with it, and then the question's own words decide.
    """
    passages = snapshot.entries[number].passages
    own = snapshot.views.of(number)
    views = own.start + np.flatnonzero(snapshot.views.passages[own] >= 0)
    spoken = np.full(len(passages), -np.inf, dtype=np.float64)
    np.maximum.at(spoken, snapshot.views.passages[views], evidence.views[views])
    best = int(np.argmax(spoken))
    least = min(NEARLY * spoken[best], spoken[best])  # a cosine may be negative
    near = [passages[n] for n in np.flatnonzero(spoken >= least).tolist()]
    if _ASKS_HOW.search(question):
        near = [passage for passage in near if _FIRST_STEP.search(passage.text)] or near
    near = [passage for passage in near if not is_lead(passage)] or near
    if len(near) == 1:
        return near[0]
    asked = set(terms(question))
    return max(near, key=lambda passage: (_held(asked, passage), spoken[passage.number]))


def _held(asked: set[str], passage: Passage) -> int:
    """How many of the question's telling words the passage and its headings hold."""
    return len(asked & _terms(passage))


@lru_cache(maxsize=4_096)
def _terms(passage: Passage) -> frozenset[str]:
    """Kept, because the same passages come near again and again."""
    return frozenset(terms(" ".join((*passage.heading, passage.text))))


def is_lead(passage: Passage) -> bool:
    """Whether it is no more than an article's first few words."""
    return passage.number == 0 and not passage.heading and len(passage.text.split()) <= LEAD_WORDS


def quoted(
    generator: AnswerGenerator, snapshot: Snapshot, question: str, passage: Passage, title: str = ""
) -> str:
    """The passage as a customer reads it: under its heading, and after its article's lead.

    Writers put the gist there ("You have 60 days"), and a section alone often takes it for granted. title:
    the article's, where it is not the only one.
    """
    text = generator.word(question, passage)
    if passage.heading:
        text = f"**{passage.heading[-1]}**\n{text}"
    first = snapshot.entries[snapshot.numbers[passage.article]].passages[0]
    if is_lead(first) and first.number != passage.number:
        text = f"{generator.word(question, first)}\n\n{text}"
    return f"**{title}**\n\n{text}" if title else text
