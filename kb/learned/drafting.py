"""Begins the draft of what conversations taught, once, however often it is asked for."""

from __future__ import annotations

from kb.article import Article, ArticleId, Status
from kb.editorial import Editorial
from kb.errors import ArticleExistsError, NoArticleError
from kb.learned.seeding import Seed


def writable(editorial: Editorial, article: ArticleId) -> Article | None:
    """The article, if it can still be written in."""
    try:
        found = editorial.article(article)
    except NoArticleError:
        return None
    return None if found.status is Status.ARCHIVED else found


def begun(editorial: Editorial, name: str, first: Seed, *, by: str) -> Article:
    """The draft of that id; a second try finds what the first has made.

    The next free id where that one was archived.
    """
    number = 1
    while True:
        id = ArticleId(name if number == 1 else f"{name}-{number}")
        try:
            return editorial.draft(
                first.title,
                first.body,
                language=first.language,
                questions=first.questions,
                article_id=id,
                by=by,
            )
        except ArticleExistsError:
            found = writable(editorial, id)
            if found is not None:
                return found
            number += 1
