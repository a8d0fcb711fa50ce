"""A question of several parts as questions that can be asked one by one, in English and Bokmål. Pure.

Only what is plainly a question of its own is parted off: an answer to half of what was meant is worse than
one to the whole.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kb.retrieval.lexical import terms

MOST_PARTS = 3
LEAST_WORDS = 3
LONGEST = 400
"""Characters; a longer message tells a story, and its sentences are not questions of their own."""

_ASKS = (
    r"(?:(?:how|what|whats|what['’]s|whens|when['’]s|where|where['’]s|why|hvor|hvordan|hva|hvorfor|hvilken?"
    r"|hvilket|hvilke|hvem)\b"
    # "When I am away" is no question, "when is it" is.
    r"|when\s(?:is|are|do|does|did|can|could|will|would|should|must)\b"
    r"|når\s(?!(?:jeg|du|dere|vi|man|det|den|de|en|ei|et|han|hun)\b)(?=\w)"
    r"|(?:is|are|do|does|did|can|could|will|would|should|must|may|has|have)\s"
    r"(?:i|you|we|it|they|he|she|there|this|that|these|those|the|my|your|our|a|an|any)\b"
    r"|(?:er|kan|får|skal|må|vil|har|gjelder|koster|finnes|går)\s"
    r"(?:jeg|du|dere|vi|man|det|den|de|dette|denne|disse|en|ei|et|min|mi|mitt|mine)\b)"
)
_BOUNDARY = re.compile(
    rf"(?<=[?!.;\n])\s+|\s*\n+\s*"
    rf"|,?\s+(?:and|&|plus|or|og|samt|eller)\s+(?:also\s+|then\s+|så\s+|også\s+)?(?={_ASKS})"
    rf"|,\s+(?:also|then|i\stillegg|dessuten)?\s*(?={_ASKS})",
    re.IGNORECASE,
)
_STARTS = re.compile(rf"(?:(?:and|also|but|or|og|men|også|så)\s+)?{_ASKS}", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:it|its|they|them|their|that|this|those|these|there|one|ones|den|det|de|dem|deres|denne|dette|disse|der)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|when|unless|once|hvis|når|dersom|om)\b", re.IGNORECASE)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions a message falls into, two or more, each to be asked alone; the message itself where not.

    One that speaks of "it" is given the telling words of the question before it, in brackets.
    """
    if len(question) > LONGEST:
        return (question,)
    clauses = [clause.strip(" \t,;") for clause in _BOUNDARY.split(question)]
    clauses = [clause for clause in clauses if clause]
    if not 2 <= len(clauses) <= MOST_PARTS or not all(map(_is_askable, clauses)):
        return (question,)
    asked = [clauses[0]]
    for before, clause in pairwise(clauses):
        asked.append(_with_subject(clause, before))
    return tuple(asked)


def _is_askable(clause: str) -> bool:
    """Whether a clause is a question by itself: it begins like one and says what it is about."""
    return (
        _STARTS.match(clause) is not None
        and len(clause.split()) >= LEAST_WORDS
        and bool(terms(clause))
        and _CONDITION.match(clause.split(maxsplit=1)[-1]) is None
    )


def _with_subject(clause: str, before: str) -> str:
    """The clause with what its "it" stands for, as the question before it names that."""
    said = set(terms(clause))
    missing = [word for word in re.findall(r"[\w-]+", before) if (own := terms(word)) and not said & set(own)]
    if not missing or _REFERS.search(clause) is None:
        return clause
    ends = "?" if clause.endswith("?") else ""
    return f"{clause.rstrip('?').rstrip()} ({' '.join(missing)}){ends}"
