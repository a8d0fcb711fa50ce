from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from kb.answering.hits import Bar, Hit, log_odds
from kb.article import ArticleId
from kb.passages import Passage


def hit(*, sure: float, probability: float) -> Hit:
    passage = Passage(ArticleId("a"), 1, 0, (), "Text.", "en")
    at = datetime(2026, 1, 5, tzinfo=UTC)
    return Hit(passage, "Title", "title", at, 0.5, 0.5, log_odds(probability), probability, sure)


def test_being_sure_enough_or_probable_enough_is_enough() -> None:
    bar = Bar(sure=0.5, probability=0.9)
    assert bar.met([hit(sure=0.5, probability=0.6)])
    assert bar.met([hit(sure=0.1, probability=0.9)])
    assert not bar.met([hit(sure=0.4, probability=0.8)])


def test_several_reach_together_what_none_reaches_alone() -> None:
    bar = Bar(sure=0.5, probability=np.inf)
    assert bar.met([hit(sure=0.3, probability=0.4)] * 2)
    assert not bar.met([hit(sure=0.3, probability=1.0)])
    assert bar.met([hit(sure=0.3, probability=0.4)], share=0.6)
    assert not bar.met([])


@pytest.mark.parametrize("probability", [0.0, 1.0])
def test_certainty_has_finite_odds(probability: float) -> None:
    assert np.isfinite(log_odds(probability))
