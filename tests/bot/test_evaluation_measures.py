"""Figures that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.assistant import Example
from bot.evaluation.measures import (
    accepting,
    confusions,
    coverage_at_risk,
    f1_of,
    macro_f1,
    reliability,
    risk_curve,
)
from bot.evaluation.readings import Readings

CERTAINTY = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
RIGHT = np.array([True, True, False, True, False])

scored = st.lists(
    st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=30
)


def test_f1_counts_both_kinds_of_mistake() -> None:
    meant, read = ["a", "a", "b", "b"], ["a", "b", "b", "c"]
    assert f1_of(meant, read) == {"a": pytest.approx(2 / 3), "b": pytest.approx(0.5)}
    assert macro_f1(meant, read) == pytest.approx((2 / 3 + 0.5) / 2)


@pytest.mark.parametrize(("risk", "covered"), [(0.0, 0.4), (0.2, 0.4), (0.25, 0.8), (0.4, 1.0)])
def test_coverage_is_the_largest_share_that_keeps_to_the_risk(risk: float, covered: float) -> None:
    assert coverage_at_risk(CERTAINTY, RIGHT, risk) == pytest.approx(covered)


def test_nothing_is_covered_where_the_surest_is_wrong() -> None:
    assert coverage_at_risk(np.array([0.9, 0.8]), np.array([False, True]), 0.1) == 0.0


def test_readings_of_one_certainty_are_accepted_together() -> None:
    accepted, wrong = risk_curve(np.array([0.5, 0.5, 0.9]), np.array([False, True, True]))
    assert accepted.tolist() == pytest.approx([1 / 3, 1.0])
    assert wrong.tolist() == pytest.approx([0.0, 1 / 3])


@given(scored, st.sampled_from([0.0, 0.03, 0.2, 0.5]))
def test_coverage_is_what_some_line_does(readings: list[tuple[float, bool]], risk: float) -> None:
    certainty = np.array([each for each, _ in readings])
    right = np.array([each for _, each in readings])
    lines = [certainty >= line for line in set(certainty.tolist())]
    possible = [taken.mean() for taken in lines if (~right[taken]).mean() <= risk]
    assert coverage_at_risk(certainty, right, risk) == pytest.approx(max(possible, default=0.0))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=50), st.sampled_from([0.5, 0.9, 0.95]))
def test_the_accepting_line_lets_enough_pass_and_no_higher_one_does(
    values: list[float], share: float
) -> None:
    known = np.array(values)
    line = accepting(known, share)
    assert (known >= line).mean() >= share
    assert (known > line).mean() < share


def test_reliability_leaves_empty_bins_out() -> None:
    low, high = reliability(np.array([0.05, 0.06, 1.0]), np.array([False, True, True]), 10)
    assert (low.count, low.right, low.probability) == (2, 0.5, pytest.approx(0.055))
    assert (high.count, high.right, high.probability) == (1, 1.0, 1.0)


def test_confusions_have_the_most_frequent_pair_and_its_surest_mistake_first() -> None:
    examples = [
        Example(intent, text, "en") for intent, text in [("a", "x"), ("a", "y"), ("b", "z"), ("b", "w")]
    ]
    often, once = confusions(examples, ["b", "b", "b", "a"], np.array([0.5, 0.8, 0.9, 0.4]))
    assert (often.meant, often.read_as, often.chances) == ("a", "b", (0.8, 0.5))
    assert [each.text for each in often.examples] == ["y", "x"]
    assert (once.meant, once.read_as, len(once.examples)) == ("b", "a", 1)


def test_readings_tell_what_a_line_does() -> None:
    examples = tuple(Example("a", str(number), "en") for number in range(5))
    read = tuple("a" if right else "b" for right in RIGHT)
    readings = Readings(examples, read, CERTAINTY, np.ones(5))
    assert readings.acted_on(0.65) == pytest.approx((0.6, 1 / 3))
    assert readings.acted_on(2.0) == (0.0, 0.0)
    assert readings.accuracy == pytest.approx(0.6)
