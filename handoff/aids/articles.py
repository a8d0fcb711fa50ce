"""What the agents' room asks of a knowledge base, so that it needs none of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that may answer, with its best passage to insert.

    url: its public help page, None for an article that customers can't read (`internal`). text: the passage,
    as plain text. probability: that it answers, calibrated, 0 to 1.
    """

    article: str
    title: str
    url: str | None
    text: str
    language: str
    internal: bool
    probability: float


class Articles(Protocol):
    """A knowledge base; the door hands one in."""

    def search(self, question: str, language: str, limit: int) -> Sequence[FoundArticle]:
        """The best first, those of the language before others'. Any question will do."""
        ...


class NoArticles:
    """The room on its own: there is no knowledge base beside it."""

    def search(self, question: str, language: str, limit: int) -> Sequence[FoundArticle]:
        return ()
