"""Everything that the checks look at, gathered once; what they find depends on nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from kb.article import Article, ArticleId, Revision, Status
from kb.embedders import Floats2d
from kb.lint.written import Written, read

Embed = Callable[[Sequence[str]], Floats2d]
"""(n, width) float32 rows of length 1 for n texts; the same for the same texts."""


@dataclass(frozen=True, slots=True)
class Use:
    """What customers made of one article among the last real questions."""

    shown: int = 0
    helped: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Library:
    """The latest text of every article that isn't archived, and what is known about their use."""

    written: tuple[Written, ...]  # by id
    archived: tuple[Article, ...]
    today: date
    redirects: Mapping[tuple[str, str], ArticleId] = field(default_factory=dict)  # (language, old slug)
    use: Mapping[ArticleId, Use] = field(default_factory=dict)
    asked: int = 0  # real questions that `use` and `found` are drawn from
    found: frozenset[ArticleId] = frozenset()  # articles among the nearest three of any of those questions
    lost: Mapping[ArticleId, tuple[str, ...]] = field(default_factory=dict)
    """Live articles that none of their own questions lead to, each with the questions that were tried."""
    embed: Embed | None = None  # None: no encoder, so subjects are told by words alone

    def article(self, article: ArticleId) -> Written | None:
        return next((one for one in self.written if one.article.id == article), None)

    def original(self, written: Written) -> Written | None:
        """The article that this one is a translation of."""
        source = written.article.translation_of
        return None if source is None else self.article(source)

    def family(self, article: Article) -> ArticleId:
        """What an article and its translations have in common."""
        return article.translation_of or article.id

    def likeness(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        """The cosine of each pair of texts, in [-1, 1]; 1 for all without an encoder: words must do."""
        if self.embed is None or not pairs:
            return [1.0] * len(pairs)
        texts = list(dict.fromkeys(text for pair in pairs for text in pair))
        rows = self.embed(texts)
        place = {text: number for number, text in enumerate(texts)}
        one = rows[[place[left] for left, _ in pairs]]
        other = rows[[place[right] for _, right in pairs]]
        return [float(value) for value in np.einsum("ij,ij->i", one, other)]


def library_of(
    kept: Iterable[tuple[Article, Revision]],
    today: date,
    *,
    redirects: Mapping[tuple[str, str], ArticleId] | None = None,
    use: Mapping[ArticleId, Use] | None = None,
    asked: int = 0,
    found: frozenset[ArticleId] = frozenset(),
    lost: Mapping[ArticleId, tuple[str, ...]] | None = None,
    embed: Embed | None = None,
) -> Library:
    """kept: every article there is with its latest revision."""
    every = sorted(kept, key=lambda pair: pair[0].id)
    return Library(
        written=tuple(read(*pair) for pair in every if pair[0].status is not Status.ARCHIVED),
        archived=tuple(article for article, _ in every if article.status is Status.ARCHIVED),
        today=today,
        redirects=redirects or {},
        use=use or {},
        asked=asked,
        found=found,
        lost=lost or {},
        embed=embed,
    )
