"""Articles that time, or customers, have overtaken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library, Use

UNREVISED_WITHIN = timedelta(days=180)
"""A text younger than this is not called old."""

LEAST_REJECTED = 5
"""Customers who said that the answer didn't help, before that counts as many."""

REJECTED_SHARE = 0.4
"""Of those who said anything about it."""


def stale_articles(library: Library) -> Iterator[Finding]:
    """A live article whose review is due, or an old text that many customers reject."""
    for written in library.written:
        article = written.article
        if article.live is None:
            continue
        place = Place(article.id, 0, article.title)
        if article.review_by is not None and article.review_by <= library.today:
            values = (article.review_by.isoformat(),)
            yield Finding(Kind.STALE, "review_due", Severity.WARNING, (place,), values, written.basis)
        old = written.revision.created_at.date() <= library.today - UNREVISED_WITHIN
        use = library.use.get(article.id, Use())
        if (
            old
            and use.rejected >= LEAST_REJECTED
            and use.rejected >= REJECTED_SHARE * (use.helped + use.rejected)
        ):
            # Without the figures: what was accepted stays so while they grow.
            yield Finding(Kind.STALE, "rejected", Severity.WARNING, (place,), (), written.basis)
