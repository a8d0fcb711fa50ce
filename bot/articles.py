"""The knowledge base as the agents' room asks for it: what may answer, with the words to insert."""

from __future__ import annotations

from collections.abc import Sequence

from handoff.aids.articles import FoundArticle
from kb.answering.markup import in_chat
from kb.opening import Kb


class KnowledgeArticles:
    """Every published article, internal ones marked; each with its best passage."""

    def __init__(self, kb: Kb) -> None:
        self._kb = kb

    def search(self, question: str, language: str, limit: int) -> Sequence[FoundArticle]:
        """The best first, those of the language before others'. Any question will do."""
        snapshot = self._kb.indexer.snapshot
        found = []
        for hit in self._kb.knowledge.search(question, language=language, limit=limit, snapshot=snapshot):
            public = bool(snapshot.public[snapshot.numbers[hit.passage.article]])
            found.append(
                FoundArticle(
                    article=hit.passage.article,
                    title=hit.title,
                    url=f"/help/{hit.passage.language}/{hit.slug}" if public else None,
                    text=in_chat(hit.passage.text),
                    language=hit.passage.language,
                    internal=not public,
                    probability=round(hit.probability, 3),
                )
            )
        return found
