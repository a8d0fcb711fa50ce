"""The waits that customers are told, on simulated days: at least four in five end inside the stated range."""

from __future__ import annotations

import pytest

from tests.benchmarks.waiting import BUSY, QUIET, TOO_BUSY, USUAL, measured

pytestmark = pytest.mark.slow

FLOOR = 0.8


@pytest.mark.parametrize("load", [QUIET, USUAL, BUSY, TOO_BUSY])
def test_four_in_five_waits_end_inside_the_range_that_was_told(load: float) -> None:
    found = measured(load, seed=2, days=1)
    assert found.told > 150
    assert found.inside / found.told >= FLOOR
    if load > QUIET:  # on a quiet day hardly anybody waits
        assert found.waited > 50
        assert found.waited_inside / found.waited >= FLOOR
