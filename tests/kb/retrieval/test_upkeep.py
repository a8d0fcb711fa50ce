from __future__ import annotations

import numpy as np
import pytest

from kb.article import ArticleId
from kb.indexes.faiss import FaissIndexes
from kb.retrieval.entries import Entry
from kb.retrieval.living import Part
from kb.retrieval.segments import segment_of
from kb.retrieval.upkeep import merge_due
from tests.fakes import FakeClock


def part(articles: int, dead: int = 0) -> Part:
    """A segment of articles that are a title each."""
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
    return Part(segment_of("-", entries, None, FaissIndexes()), np.arange(articles) >= dead)


@pytest.mark.parametrize(
    ("parts", "due"),
    [
        ([], None),
        ([part(10)], None),
        ([part(10), *[part(1)] * 8], None),
        ([part(10), *[part(1)] * 9], slice(1, 10)),
        ([part(10), part(2_000)], None),
        ([part(10), part(2_001)], slice(0, 2)),
        ([part(2_001, dead=2_001)], slice(0, 1)),
        ([part(50_000), part(2_400)], None),
        ([part(50_000), part(2_800)], slice(0, 2)),
        ([part(50_000, dead=2_000), part(800)], slice(0, 2)),
    ],
    ids=lambda value: None,
)
def test_segments_are_merged_when_they_are_many_or_much(parts: list[Part], due: slice | None) -> None:
    assert merge_due(parts) == due
