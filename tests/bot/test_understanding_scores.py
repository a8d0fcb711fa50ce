from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bot.understanding.calibration import energy, expected_calibration_error, softmax
from bot.understanding.counts import Counts
from bot.understanding.features import Vocabulary, grams
from bot.understanding.heads import auroc, fit_blend, fit_dense, fit_scope
from bot.understanding.model import Blend
from bot.understanding.outliers import Scores, closest, in_scope, nearest_of
from bot.understanding.scoping import Rows, near_auroc

Floats: TypeAlias = NDArray[np.float32]

SENTENCES = ["where is my parcel", "my parcel is late", "hello there", "hello to you"]


@given(st.text(max_size=300))
def test_any_text_weighs_at_most_one(text: str) -> None:
    row = Vocabulary.of(SENTENCES).weigh(text)
    assert float((row.weights**2).sum()) <= 1.0 + 1e-5
    assert 0.0 <= row.known_share <= 1.0


def test_a_known_text_weighs_one_and_is_wholly_known() -> None:
    row = Vocabulary.of(SENTENCES).weigh("where is my parcel")
    assert float((row.weights**2).sum()) == pytest.approx(1.0, abs=1e-5)
    assert row.known_share == pytest.approx(1.0)


def test_rare_words_weigh_more_than_common_ones() -> None:
    vocabulary = Vocabulary.of(SENTENCES)
    assert vocabulary.rarity[vocabulary.numbers["wlate"]] > vocabulary.rarity[vocabulary.numbers["whello"]]


def test_case_digits_and_drawn_out_letters_do_not_matter() -> None:
    assert grams("Heyyyyy 123") == grams("heyy 456")


def test_softmax_bears_any_size() -> None:
    assert softmax(np.array([1e4, 0.0])).tolist() == [1.0, 0.0]
    assert float(energy(np.array([1e4, 0.0]))) == pytest.approx(1e4)


def test_probabilities_that_hold_have_no_calibration_error() -> None:
    probabilities = np.array([0.75] * 4)
    assert expected_calibration_error(probabilities, np.array([True, True, True, False])) == 0.0
    assert expected_calibration_error(probabilities, np.array([False] * 4)) == 0.75
    assert expected_calibration_error(np.array([]), np.array([], dtype=bool)) == 0.0


def test_the_auroc_counts_pairs_in_order() -> None:
    assert auroc(np.array([3.0, 2.0]), np.array([1.0, 0.0])) == 1.0
    assert auroc(np.array([0.0]), np.array([1.0])) == 0.0
    assert auroc(np.array([1.0, 1.0]), np.array([1.0])) == 0.5


def test_a_head_that_is_right_outweighs_one_that_guesses() -> None:
    labels = np.array([0, 1] * 50)
    right = np.where(np.eye(2)[labels] > 0, 1.0, -1.0).astype(np.float32)
    noise = np.random.default_rng(1).normal(size=(100, 2)).astype(np.float32)
    right[:5] *= -1
    blend = fit_blend(scores(right, noise), labels)
    assert blend.dense > 4 * blend.text
    assert blend.dense > 4 * blend.nearest


def scores(dense: Floats, other: Floats, *, foreign: bool = False) -> Scores:
    """Scores whose words and nearest examples say the same."""
    return Scores(dense, other, other, np.ones(len(dense)), np.ones((len(dense), 2)), foreign)


def test_the_column_of_no_intent_gets_no_probability() -> None:
    rows = np.array([[1.0, 0.0, 9.0], [0.0, 1.0, 0.0]], dtype=np.float32)
    both = scores(rows, np.zeros_like(rows), foreign=True)
    blended = both.blended(Blend(2.0, 1.0, 1.0))
    assert both.intents(blended).tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert both.features(Blend(2.0, 1.0, 1.0))[:, -1].tolist() == [2.0 - 18.0, 2.0]


def test_the_nearest_example_of_each_intent_counts() -> None:
    closeness = np.array([[0.1, 0.9, 0.3, 0.2]], dtype=np.float32)
    assert nearest_of(closeness, np.array([0, 0, 1, 2])).tolist() == closeness[:, [1, 2, 3]].tolist()
    assert closest(closeness)[0] == pytest.approx([0.9, 0.375], abs=1e-6)


def test_what_is_foreign_is_told_by_its_features() -> None:
    random = np.random.default_rng(1)
    inside, outside = random.normal(1.0, 0.5, (200, 3)), random.normal(-1.0, 0.5, (40, 3))
    scope = fit_scope(inside, [outside])
    assert (in_scope(scope, inside) > 0.5).mean() > 0.95
    assert (in_scope(scope, outside) < 0.5).mean() > 0.95


def featured(features: NDArray[np.float64]) -> Rows:
    return Rows(features, features, np.array(["en"] * len(features)))


def test_each_group_of_intents_is_told_by_the_others() -> None:
    random = np.random.default_rng(2)
    inside = featured(random.normal(1.0, 0.3, (200, 2)))
    # Each group lies where no other foreign text shows it to be: what is learnt from itself would tell it.
    groups = [featured(np.array([4.0, 1.0]) + random.normal(0.0, 0.1, (30, 2)))]
    groups.append(featured(np.array([-2.0, 1.0]) + random.normal(0.0, 0.1, (30, 2))))
    near = near_auroc(inside, [], groups)
    assert near is not None and near < 0.1


def test_one_group_of_intents_can_not_be_told_by_others() -> None:
    one = featured(np.ones((4, 2)))
    assert near_auroc(one, [one], [one]) is None


@given(st.lists(st.text(alphabet="abc 12é", max_size=20), min_size=1, max_size=8), st.data())
def test_rows_from_counts_are_those_of_a_vocabulary(texts: list[str], data: st.DataObject) -> None:
    known = sorted(data.draw(st.sets(st.integers(0, len(texts) - 1), min_size=1)))
    vocabulary = Vocabulary.of([texts[number] for number in known])
    if not vocabulary.numbers:
        return
    weighing = Counts.of(texts).weighed(np.array(known))
    assert weighing.vocabulary.numbers == vocabulary.numbers
    rows, shares = weighing.rows(np.arange(len(texts)))
    for text, row, share in zip(texts, rows.toarray(), shares, strict=True):
        weighed = vocabulary.weigh(text)
        expected = np.zeros(len(vocabulary.numbers), dtype=np.float32)
        expected[weighed.ids] = weighed.weights
        assert row == pytest.approx(expected, abs=1e-6)
        assert share == pytest.approx(weighed.known_share)


def test_what_varies_inside_intents_counts_less() -> None:
    random = np.random.default_rng(4)
    labels = np.repeat([0, 1], 40)
    # The first number tells the intents apart a little, the second varies much and tells nothing.
    rows = np.column_stack([labels + random.normal(0.0, 0.2, 80), random.normal(0.0, 3.0, 80)])
    head = fit_dense(rows.astype(np.float32), labels, 10.0)
    useful, noisy = np.abs(head.weights[1] - head.weights[0])
    assert useful > 20 * noisy


def test_examples_that_are_all_alike_can_be_learnt_from() -> None:
    rows = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], dtype=np.float32)
    head = fit_dense(rows, np.array([0, 0, 1, 1]), 10.0)
    assert head.scores(rows).argmax(axis=1).tolist() == [0, 0, 1, 1]


def test_two_intents_get_two_rows_of_weights() -> None:
    rows = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]], dtype=np.float32)
    head = fit_dense(rows, np.array([0, 0, 1, 1]), 10.0)
    assert head.scores(rows).argmax(axis=1).tolist() == [0, 0, 1, 1]
