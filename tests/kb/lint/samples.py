"""Articles from files as the checks see them once they are published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.article import Draft, slug_of
from tests.kb.lint.bases import Kept, but, text


def kept(drafts: Iterable[Draft]) -> Iterator[Kept]:
    for draft in drafts:
        article, revision = text(
            draft.title,
            draft.body,
            language=draft.language,
            of=draft.translation_of,
            questions=draft.questions or (),
            category=draft.category or "",
        )
        named = {"id": draft.id or article.id, "slug": draft.slug or slug_of(draft.title)}
        yield but((article, revision), **named)
