"""The learnt ear for a request for a person."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.understanding.asking import BUCKETS, Asking, buckets, read_asking, sequences
from bot.understanding.person import PersonDetector
from bot.understanding.words import read_words


def test_a_text_is_its_runs_of_words_and_the_letters_inside_them() -> None:
    found = sequences("Get 12 reps")
    assert {"w^", "wget 00 reps", "w00 reps $", "c re", "ceps "} <= found
    assert "ct 0" not in found


def test_case_digits_and_drawn_out_letters_make_no_difference() -> None:
    assert sequences("HUMAAAAN 42") == sequences("humaan 17")


def test_a_written_head_is_read_back_as_good_as_it_was(tmp_path: Path) -> None:
    weights = np.linspace(-2.0, 2.0, BUCKETS, dtype=np.float32)
    path = tmp_path / "person.json"
    path.write_text(Asking(weights, 1.5, -2.5, -0.5).to_json(), encoding="utf-8")
    read = read_asking(path)
    assert (read.asked, read.denied, read.bias) == (1.5, -2.5, -0.5)
    assert np.abs(read.weights - weights).max() <= 2.0 / 127


def test_what_is_asked_at_the_end_of_a_long_message_is_heard() -> None:
    long = (
        "I ordered two lamps on the first of the month and one of them came without its foot. "
        "Could somebody over there look into it with me?"
    )
    head = read_asking()
    assert head.probability(long, None) > head.probability(long.split(". ")[0], None)


@pytest.mark.parametrize("text", ["", " ", "?", "\n", "x" * 9_000, "🙂🙂🙂", "\u202eabc"])
def test_any_text_has_a_probability(text: str) -> None:
    assert 0.0 <= read_asking().probability(text, None) <= 1.0
    assert len(buckets(text)) == len(set(buckets(text).tolist()))


def test_without_anybody_named_nobody_is_asked_for() -> None:
    detector = PersonDetector(read_words(("en", "nb")).values())
    assert detector.look("please give me what I want now").probability is None
    assert detector.look("gi meg det jeg vil ha").probability is None
