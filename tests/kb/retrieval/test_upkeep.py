from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from kb.article import ArticleId
from kb.indexes.faiss import FaissIndexes
from kb.retrieval.entries import Entry
from kb.retrieval.living import Part
from kb.retrieval.segments import Segment, segment_of
from kb.retrieval.upkeep import merge_due
from tests.fakes import FakeClock


@cache
def segment(articles: int) -> Segment:
    """Articles that are a title each."""
    now = FakeClock().now()
    entries = [
        Entry(
            ArticleId(f"{number}"),
            1,
            f"Title {number}",
            f"{number}",
            "en",
            True,
            None,
            (),
            (),
            now,
            (),
        )
        for number in range(articles)
    ]
    return segment_of("-", entries, None, FaissIndexes())


def part(articles: int, dead: int = 0) -> Part:
    return Part(segment(articles), np.arange(articles) >= dead)


@pytest.mark.parametrize(
    ("parts", "due"),
    [
        ([], None),
        ([(10, 0)], None),
        ([(10, 0), *[(1, 0)] * 8], None),
        ([(10, 0), *[(1, 0)] * 9], slice(1, 10)),
        ([(10, 0), (2_000, 0)], None),
        ([(10, 0), (2_001, 0)], slice(0, 2)),
        ([(2_001, 2_001)], slice(0, 1)),
        ([(50_000, 0), (2_400, 0)], None),
        ([(50_000, 0), (2_800, 0)], slice(0, 2)),
        ([(50_000, 2_000), (800, 0)], slice(0, 2)),
    ],
    ids=lambda value: None,
)
def test_segments_are_merged_when_they_are_many_or_much(
    parts: list[tuple[int, int]], due: slice | None
) -> None:
    assert merge_due([part(articles, dead) for articles, dead in parts]) == due
