"""Articles that nobody would be led to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library

ENOUGH_ASKED = 300
"""Real questions that must have been asked before an article counts as never found by them."""

SETTLED_WITHIN = timedelta(days=30)
"""An article published more recently than this has had no chance yet."""


def never_found(library: Library) -> Iterator[Finding]:
    """A live public article that its own questions don't lead to, or that no real question ever found."""
    for written in library.written:
        article = written.article
        if article.live is None or not article.public:
            continue
        place = Place(article.id, 0, article.title)
        if article.id in library.lost:
            values = library.lost[article.id]
            yield Finding(Kind.NEVER_FOUND, "own", Severity.WARNING, (place,), values[:3], written.basis)
        settled = article.updated_at.date() <= library.today - SETTLED_WITHIN
        if library.asked >= ENOUGH_ASKED and settled and article.id not in library.found:
            yield Finding(Kind.NEVER_FOUND, "asked", Severity.NOTICE, (place,), (), written.basis)
