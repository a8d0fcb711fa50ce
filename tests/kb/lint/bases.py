"""Small libraries for the checks: articles as an editor would write them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from kb.article import Article, ArticleId, Revision, Status, slug_of
from kb.embedders import Floats2d
from kb.embedders.hashed import HashedEmbedder
from kb.lint.finding import Finding
from kb.lint.library import Library, library_of

TODAY = date(2026, 11, 22)
WRITTEN = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)

Kept = tuple[Article, Revision]


def text(
    title: str,
    body: str,
    *,
    language: str = "en",
    of: str | None = None,
    questions: tuple[str, ...] = (),
    category: str = "",
    written: datetime = WRITTEN,
) -> Kept:
    """A published article; its id and its slug are made of its title. of: the article it translates."""
    id = ArticleId(slug_of(title))
    article = Article(
        id=id,
        slug=id,
        language=language,
        status=Status.PUBLISHED,
        category=category,
        labels=(),
        public=True,
        owner="ed@firstline.test",
        review_by=None,
        translation_of=ArticleId(of) if of else None,
        live=1,
        latest=1,
        version=1,
        updated_at=written,
        title=title,
        questions=questions,
    )
    return article, Revision(id, 1, title, body, questions, "ed@firstline.test", written)


def but(kept: Kept, **changed: object) -> Kept:
    """The same text, its article otherwise."""
    return replace(kept[0], **changed), kept[1]  # type: ignore[arg-type]


def base(*kept: Kept, **known: object) -> Library:
    return library_of(kept, TODAY, **known)  # type: ignore[arg-type]


def found(check: Callable[[Library], Iterator[Finding]], *kept: Kept, **known: object) -> list[Finding]:
    """What one check says about these articles."""
    return list(check(base(*kept, **known)))


def cases(findings: Iterable[Finding]) -> list[str]:
    return [finding.case for finding in findings]


def hashed(texts: Sequence[str]) -> Floats2d:
    """An encoder for which texts are alike that share words."""
    return HashedEmbedder().encode(texts)
