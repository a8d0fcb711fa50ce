"""Text that is hard to read: long sentences and many long words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library
from kb.lint.written import Written

HARD = {"en": 55.0, "nb": 55.0}
"""LIX from which on a text is called hard (Björnsson 1968: 40 to 50 is medium, 50 to 60 difficult)."""

LONG_SENTENCE = 40
"""Words of a sentence that nobody holds in mind on a small screen."""

LEAST_WORDS = 80
"""Of a text, before its LIX says anything."""

_LONG_WORD = 6  # letters; a word with more is long
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def hard_to_read(library: Library) -> Iterator[Finding]:
    """Articles above the LIX of their language, and single sentences that are far too long."""
    for written in library.written:
        language = written.article.language
        value = lix(written)
        if language in HARD and value is not None and value >= HARD[language]:
            place = Place(written.article.id, 0, written.article.title)
            values = (f"{value:.0f}", f"{HARD[language]:.0f}")
            yield Finding(Kind.READABILITY, "hard", Severity.NOTICE, (place,), values, written.basis)
        for sentence in written.sentences:
            count = len(_WORD.findall(sentence.text))
            prose = written.blocks[sentence.block].kind != "cell" and not sentence.text.startswith("|")
            if count > LONG_SENTENCE and prose:
                place = Place(written.article.id, sentence.line, sentence.text)
                yield Finding(Kind.READABILITY, "long", Severity.NOTICE, (place,), (str(count),))


def lix(written: Written) -> float | None:
    """Words a sentence, plus the percentage of words of more than six letters; None for a short text.

    An item of a list is a sentence, whether or not it ends in a full stop.
    """
    counts = [_WORD.findall(sentence.text) for sentence in written.sentences]
    words = [word for some in counts for word in some]
    sentences = sum(bool(some) for some in counts)
    if len(words) < LEAST_WORDS:
        return None
    long = sum(len(word) > _LONG_WORD for word in words)
    return len(words) / sentences + 100 * long / len(words)
