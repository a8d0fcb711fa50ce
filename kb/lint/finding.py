"""What a check says about articles: values that are stored, shown and accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kb.article import ArticleId


class Severity(StrEnum):
    """How much it matters; the most pressing first. Errors make `firstline kb lint` exit with 1."""

    ERROR = "error"  # plainly wrong: a link to nothing, a secret, a translation that says another price
    WARNING = "warning"  # very likely wrong, or costs answers
    NOTICE = "notice"  # worth a look when there is time


class Kind(StrEnum):
    """What is found. Each has its own file in this folder."""

    CONTRADICTION = "contradiction"
    DEAD_LINK = "dead_link"
    SECRET = "secret"
    DUPLICATE = "duplicate"
    NEVER_FOUND = "never_found"
    STALE = "stale"
    MISSING_ALT = "missing_alt"
    LOOSE_STEPS = "loose_steps"
    EMPTY_SECTION = "empty_section"
    SKIPPED_HEADING = "skipped_heading"
    READABILITY = "readability"
    MISSING_TRANSLATION = "missing_translation"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is: a line of an article's latest text."""

    article: ArticleId
    line: int  # of the body, from 1; 0: the article as a whole
    text: str = ""  # what stands there, without markup
    marks: tuple[str, ...] = ()  # the parts of `text` that matter, as they are written


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. The words for it are in `wording.py`, by kind and case."""

    kind: Kind
    case: str  # which of the kind's sentences describes it
    severity: Severity
    places: tuple[Place, ...]  # the first is where to mend it; never empty
    values: tuple[str, ...] = ()  # what the sentence names, in its order
    basis: str = ""  # a digest of the text that was judged, where the places don't quote all of it

    @property
    def key(self) -> str:
        """The same for the same finding in the same text; another once that text has changed.

        Lines don't count: text that only moves stays accepted.
        """
        quoted = (part for place in self.places for part in (place.article, place.text))
        return digest([self.kind, self.case, *quoted, *self.values, self.basis])


def digest(parts: Iterable[str]) -> str:
    """32 hexadecimal digits that stand for the texts, in order."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
