from __future__ import annotations

import numpy as np
import pytest

from kb.retrieval.postings import Postings, merged, postings_of

VIEWS = (["lamp", "hub", "lamp"], ["refund"], [], ["hub", "refund", "lamp"])


def held(postings: Postings, term: str) -> list[tuple[int, int]]:
    views, counts = postings.find(term)
    return list(zip(views.tolist(), counts.tolist(), strict=True))


def test_a_term_leads_to_its_views_and_how_often_they_hold_it() -> None:
    postings = postings_of(VIEWS)
    assert held(postings, "lamp") == [(0, 2), (3, 1)]
    assert held(postings, "refund") == [(1, 1), (3, 1)]
    assert held(postings, "unheard") == []
    assert postings.lengths.tolist() == [3, 1, 0, 3]


def test_no_views_hold_nothing() -> None:
    assert held(postings_of([]), "lamp") == []


@pytest.mark.parametrize("cut", range(5))
def test_merged_segments_are_as_if_built_at_once(cut: int) -> None:
    parts = [(postings_of(some), np.ones(len(some), dtype=np.bool_)) for some in (VIEWS[:cut], VIEWS[cut:])]
    same(merged(parts), postings_of(VIEWS))


@pytest.mark.parametrize("dead", range(4))
def test_what_is_dead_is_gone_after_a_merge(dead: int) -> None:
    alive = np.arange(len(VIEWS)) != dead
    left = [view for view, lives in zip(VIEWS, alive, strict=True) if lives]
    same(merged([(postings_of(VIEWS), alive)]), postings_of(left))


def same(one: Postings, other: Postings) -> None:
    for column in ("terms", "starts", "views", "counts", "lengths"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))
