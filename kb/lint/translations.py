"""Articles that customers of another language can't read."""

from __future__ import annotations

from collections.abc import Iterator

from kb.lint.finding import Finding, Kind, Place, Severity
from kb.lint.library import Library


def missing_translations(library: Library) -> Iterator[Finding]:
    """A live, public original without a translation into a language that others of its category have.

    A base where one category is translated and another isn't has decided so; one where four of five articles
    are translated has forgotten the fifth.
    """
    live = [one.article for one in library.written if one.article.live is not None and one.article.public]
    spoken = {(library.family(article), article.language) for article in live}
    shelves: dict[tuple[str, str], list[str]] = {}
    for article in live:
        if article.translation_of is None:
            shelves.setdefault((article.language, article.category), []).append(article.id)
    languages = {article.language for article in live}
    for article in live:
        if article.translation_of is not None:
            continue
        others = shelves[article.language, article.category]
        for language in sorted(languages - {article.language}):
            translated = sum((other, language) in spoken for other in others)
            if (article.id, language) not in spoken and translated * 2 > len(others):
                place = Place(article.id, 0, article.title)
                yield Finding(Kind.MISSING_TRANSLATION, "missing", Severity.NOTICE, (place,), (language,))
