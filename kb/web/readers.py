"""What readers of the help centre said of articles, beside what the bot's customers did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from config.clock import Clock
from kb.article import ArticleId
from kb.learned.outcomes import MONTH, WEEK, Figures
from kb.store.pages import NO_VOTES, Pages, Votes

WITHIN: Mapping[str, timedelta | None] = {"week": WEEK, "month": MONTH, "ever": None}
"""The periods that figures are told of."""


@dataclass(frozen=True, slots=True)
class Readers:
    """Their votes by period; a period begins with its first whole day."""

    pages: Pages
    clock: Clock

    def votes(self, within: str) -> Mapping[ArticleId, Votes]:
        """Every article that was voted on in the period."""
        length = WITHIN[within]
        since = date.min if length is None else (self.clock.now() - length).date()
        return self.pages.votes(since)

    def figures(self, article: ArticleId, figures: Figures) -> dict[str, object]:
        """An article's figures as JSON, with its readers' votes as a line of their own."""
        votes = {within: self.votes(within).get(article, NO_VOTES)._asdict() for within in WITHIN}
        return {**asdict(figures), "readers": votes}
