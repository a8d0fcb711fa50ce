"""What a training changed, and when that is too much to publish unseen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.dialogue.assistant import Example
from bot.evaluation.drift import FILE, LEAST_SHARED, DriftError, compare, past_of, read_past, write_past
from bot.evaluation.readings import Readings

N = 2 * LEAST_SHARED


def readings(read: Sequence[str], probability: float = 1.0, start: int = 0) -> Readings:
    """Texts that all mean `a`."""
    examples = tuple(Example("a", f"text {start + number}", "en") for number in range(len(read)))
    return Readings(examples, tuple(read), np.full(len(read), probability), np.ones(len(read)))


ALL_RIGHT = readings(["a"] * N)


def test_the_same_readings_are_no_drift() -> None:
    drift = compare(past_of(ALL_RIGHT, "encoder"), ALL_RIGHT)
    assert (drift.shared, drift.changed, drift.accuracy_before, drift.accuracy) == (N, 0, 1.0, 1.0)
    assert drift.reasons(0.0, 0.0) == ()


def test_only_texts_of_both_trainings_are_compared() -> None:
    later = readings(["b"] * N, start=N // 2)
    drift = compare(past_of(ALL_RIGHT, "encoder"), later)
    assert (drift.shared, drift.changed) == (N // 2, N // 2)


def test_the_same_text_in_another_language_is_another_text() -> None:
    nb = tuple(Example(each.intent, each.text, "nb") for each in ALL_RIGHT.examples)
    drift = compare(past_of(ALL_RIGHT, "e"), Readings(nb, ALL_RIGHT.read, np.ones(N), np.ones(N)))
    assert drift.shared == 0


def test_many_changed_readings_are_too_much_and_the_message_says_how_many() -> None:
    drift = compare(past_of(readings(["b"] * N), "encoder"), readings(["c"] * 10 + ["b"] * (N - 10)))
    [reason] = drift.reasons(0.2, 0.03)
    assert reason == "25.0% of 40 held-out texts are read otherwise ([model] drift_most allows 20.0%)"
    assert drift.reasons(0.25, 0.03) == ()


def test_a_fall_in_accuracy_is_too_much() -> None:
    drift = compare(past_of(ALL_RIGHT, "encoder"), readings(["b"] * 4 + ["a"] * (N - 4), probability=0.9))
    [reason] = drift.reasons(0.2, 0.03)
    assert "accuracy falls from 100.0% to 90.0%" in reason


def test_worse_calibration_is_too_much() -> None:
    drift = compare(past_of(ALL_RIGHT, "encoder"), readings(["a"] * N, probability=0.6))
    [reason] = drift.reasons(0.2, 0.03)
    assert "the calibration error rises from 0.000 to 0.400" in reason


def test_getting_better_is_no_reason_as_long_as_few_readings_change() -> None:
    before = past_of(readings(["b"] * 4 + ["a"] * (N - 4), probability=0.5), "encoder")
    assert compare(before, ALL_RIGHT).reasons(0.2, 0.03) == ()


def test_with_few_texts_in_common_nothing_is_refused() -> None:
    later = readings(["b"] * N, start=N - LEAST_SHARED + 1)
    assert compare(past_of(ALL_RIGHT, "encoder"), later).reasons(0.0, 0.0) == ()


def test_the_refusal_says_the_way_out() -> None:
    assert "firstline train --accept" in str(DriftError(("accuracy falls",)))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    past = past_of(ALL_RIGHT, "encoder")
    write_past(past, tmp_path)
    assert read_past(tmp_path) == past


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"format": 0}', '{"format": 1, "readings": 3}'])
def test_a_past_that_cannot_be_read_is_none(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content)
    assert read_past(tmp_path) is None
