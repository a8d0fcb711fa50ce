"""Pictures that say nothing to those who can't see them."""

from __future__ import annotations

from collections.abc import Iterator

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library

_SOURCE_CHARACTERS = 120  # of a picture's address that are shown


def missing_alts(library: Library) -> Iterator[Finding]:
    """A picture without alternative text (WCAG 2.2, 1.1.1)."""
    for written in library.written:
        for picture in written.pictures:
            if not picture.alt:
                place = Place(written.article.id, picture.line, picture.source[:_SOURCE_CHARACTERS])
                yield Finding(Kind.MISSING_ALT, "missing", Severity.WARNING, (place,))
