"""How well a base answers, on public questions: floors, not goals.

Everything is learnt from the base alone; the labels of the questions are read once it has been calibrated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import load_settings
from kb.article import ArticleId, Published
from kb.embedders.onnx import OnnxEmbedder
from kb.evaluation.bench import Bench
from kb.evaluation.files import Asked, read_articles, read_questions
from kb.evaluation.opening import open_bench, read_base
from kb.evaluation.trial import Trial
from tests.datasets import dataset
from tests.models import encoder

pytestmark = pytest.mark.slow

RISK = 0.05
POINT = 0.01
EVERY = 3  # of the questions, where a part tells enough


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = load_settings(tmp_path_factory.mktemp("bench"), {})
    with open_bench(settings, OnnxEmbedder(encoder()), RISK) as found:
        yield found


def threads() -> tuple[Published, ...]:
    return read_articles(dataset("stackfaq") / "articles.jsonl", language="en")


def asked_of(base: tuple[Published, ...]) -> tuple[Asked, ...]:
    known = frozenset(each.article.id for each in base)
    return read_questions(dataset("stackfaq") / "queries.jsonl", known)


def say(what: str, share: float) -> None:
    """Nobody watches a test."""


@pytest.fixture(scope="module")
def whole(bench: Bench) -> Trial:
    base = threads()
    return bench.run(base, asked_of(base), say)


def test_paraphrases_find_their_thread(whole: Trial) -> None:
    assert (whole.both.within(1) or 0) >= 0.96
    assert (whole.both.mrr or 0) >= 0.975


def test_both_searches_are_no_worse_than_the_better_alone(whole: Trial) -> None:
    assert whole.dense is not None
    alone = max(whole.dense.within(1) or 0, whole.lexical.within(1) or 0)
    assert (whole.both.within(1) or 0) >= alone - POINT


def test_probabilities_hold(whole: Trial) -> None:
    assert whole.both.ece <= 0.05


def test_most_can_be_answered_at_the_stated_risk(whole: Trial) -> None:
    assert whole.coverage(whole.both) >= 0.95
    assert whole.both.answered_share >= 0.85
    assert (whole.both.wrong_among_answered or 0) <= RISK


@pytest.mark.parametrize("kept", [0, 1])
def test_a_base_without_the_answers_declines(bench: Bench, kept: int) -> None:
    base = threads()
    half = tuple(each for place, each in enumerate(base) if place % 2 == kept)
    there = frozenset(each.article.id for each in half)
    questions = [replace(each, articles=each.articles & there) for each in asked_of(base)[::EVERY]]
    trial = bench.run(half, questions, say)
    assert (trial.both.declined_of_unanswerable or 0) >= 0.88  # of every third question; 0.9 of all
    assert trial.both.answered_share >= 0.4


def test_a_help_centre_is_found_by_its_own_titles_and_declines_another_trade(
    bench: Bench, tmp_path: Path
) -> None:
    base = read_base(load_settings(tmp_path, {}), dataset("kb_plausible") / "docs")
    known = [Asked(each.revision.title, frozenset([each.article.id]), None) for each in base]
    unknown = [Asked(each.text, frozenset[ArticleId](), None) for each in asked_of(threads())[::10]]
    trial = bench.run(base, [*known, *unknown], say)
    assert (trial.both.within(1) or 0) >= 0.95
    # Half of these have no answer, ten times as many as are expected of customers' questions.
    assert trial.both.ece <= 0.17
    assert (trial.both.declined_of_unanswerable or 0) >= 0.97
