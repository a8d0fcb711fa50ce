"""Whether an article is found at all: its own questions are asked of the index that holds it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kb.article import ArticleId
from kb.embedders import Floats2d
from kb.index import Ints1d, Ints2d
from kb.lint.library import Embed
from kb.retrieval.entries import Entry, family_of, views_of
from kb.retrieval.snapshot import Snapshot

TRIED = 8
"""Of an article's title and questions, asked at most."""

FIRST = 3
"""Articles that a search, by meaning or by words, must place it among."""

_NEAREST = 64  # views that are looked at


def lost_articles(snapshot: Snapshot, embed: Embed | None) -> dict[ArticleId, tuple[str, ...]]:
    """Live articles that no question of their own leads to, each with those that were tried.

    A question is asked as if nobody had written it down: the views that repeat it are hidden. An article with
    fewer than two questions besides its title isn't judged; there is nothing to try.
    """
    tried = [
        (number, question)
        for number, entry in enumerate(snapshot.entries)
        if entry.public and len(entry.questions) > 1
        for question in dict.fromkeys((entry.title, *entry.questions)[:TRIED])
    ]
    if not tried:
        return {}
    nearest: tuple[Floats2d, Ints2d] | None = None
    if embed is not None and snapshot.index is not None and snapshot.index.count:
        vectors = embed([question for _, question in tried])
        nearest = snapshot.index.search(vectors, min(_NEAREST, snapshot.index.count))
    families = [family_of(entry) for entry in snapshot.entries]
    found: set[int] = set()
    for place, (number, question) in enumerate(tried):
        if number in found:
            continue
        hidden = _repeating(snapshot, number, question)
        near = None if nearest is None else nearest[1][place]
        if families[number] in _first(snapshot, families, question, near, hidden):
            found.add(number)
    questions: dict[int, tuple[str, ...]] = {}
    for number, question in tried:
        if number not in found:
            questions[number] = (*questions.get(number, ()), question)
    return {snapshot.entries[number].article: asked for number, asked in questions.items()}


def _repeating(snapshot: Snapshot, number: int, question: str) -> Ints1d:
    """The article's views that hold the question word for word."""
    entry: Entry = snapshot.entries[number]
    at = snapshot.views.of(number).start
    needle = question.casefold()
    return np.array(
        [at + place for place, view in enumerate(views_of(entry)) if needle in view.text.casefold()],
        dtype=np.int64,
    )


def _first(
    snapshot: Snapshot, families: list[ArticleId], question: str, nearest: Ints1d | None, hidden: Ints1d
) -> set[ArticleId]:
    """The articles that either search puts first, an article and its translations as one."""
    scores = snapshot.lexical.scores(question, hidden).bm25
    by_words = (int(number) for number in np.argsort(-scores, kind="stable") if scores[number] > 0)
    found = set(_leading(families, by_words))
    if nearest is not None:
        seen = nearest[(nearest >= 0) & ~np.isin(nearest, hidden)]
        found |= set(_leading(families, (int(snapshot.views.articles[view]) for view in seen)))
    return found


def _leading(families: list[ArticleId], numbers: Iterator[int]) -> Iterator[ArticleId]:
    seen: dict[ArticleId, None] = {}
    for number in numbers:
        seen.setdefault(families[number])
        if len(seen) == FIRST:
            break
    yield from seen
