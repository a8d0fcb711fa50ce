"""`firstline eval kb`: its files, its figures and its picture."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from config.settings import load_settings
from kb.article import ArticleId
from kb.embedders.hashed import HashedEmbedder
from kb.evaluation.curves import PictureError, draw_curves, drawable
from kb.evaluation.files import EvaluationFileError, read_articles, read_questions
from kb.evaluation.opening import open_bench, read_base
from kb.evaluation.trial import Results, Trial
from tests.kb.bases import ARTICLES

QUESTIONS = (
    {"text": "how long does a refund take", "article": "refund"},
    {"text": "connect lamp to hub", "article": ["pair", "delete"]},
    {"text": "close my account for good", "article": "delete", "lang": "en"},
    {"text": "is the ferry to the island running on sunday", "article": None},
)


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    rows = (
        {"id": each.id, "title": each.title, "body": each.body} for each in ARTICLES if each.public is None
    )
    return lines(tmp_path / "articles.jsonl", *rows)


@pytest.fixture
def trial(tmp_path: Path, articles: Path) -> Trial:
    base = read_articles(articles, language="en")
    asked = read_questions(
        lines(tmp_path / "queries.jsonl", *QUESTIONS), frozenset(each.article.id for each in base)
    )
    with open_bench(load_settings(tmp_path, {}), HashedEmbedder(), 0.05) as bench:
        return bench.run(base, asked, lambda *_: None)


def test_the_keys_are_those_that_programs_read(trial: Trial) -> None:
    keys = (
        *("n_articles", "n_queries", "r_at_1", "r_at_3", "mrr_at_10", "ece", "answered_share"),
        *("wrong_among_answered", "coverage_at_risk", "declined_of_unanswerable", "p50_ms", "p95_ms"),
        "build_seconds",
    )
    figures = trial.to_json()
    assert tuple(figures) == (*keys, "dense_only", "lexical_only")
    for way in ("dense_only", "lexical_only"):
        alone = figures[way]
        assert isinstance(alone, dict) and tuple(alone) == keys
    json.dumps(figures, allow_nan=False)


def test_what_is_right_is_found_and_what_is_not_there_declined(trial: Trial) -> None:
    figures = trial.to_json()
    assert (figures["n_articles"], figures["n_queries"]) == (4, 4)
    assert figures["r_at_1"] == figures["mrr_at_10"] == 1.0
    assert figures["declined_of_unanswerable"] == 1.0


def test_questions_alone_do_not_change_the_calibration(tmp_path: Path, articles: Path) -> None:
    base = read_articles(articles, language="en")
    known = frozenset(each.article.id for each in base)
    told = read_questions(lines(tmp_path / "a.jsonl", *QUESTIONS[:1]), known)
    else_told = read_questions(lines(tmp_path / "b.jsonl", QUESTIONS[0] | {"article": None}), known)
    with open_bench(load_settings(tmp_path, {}), HashedEmbedder(), 0.05) as bench:
        first, second = (bench.run(base, asked, lambda *_: None).both for asked in (told, else_told))
    assert first.line == second.line
    assert first.probability.tolist() == second.probability.tolist()


def test_figures_are_what_they_say() -> None:
    results = Results(
        answerable=np.array([True, True, True, False]),
        place=np.array([1, 3, 0, 0]),
        probability=np.array([0.9, 0.6, 0.4, 0.2]),
        answered=np.array([True, True, False, False]),
        right_answer=np.array([True, False, False, False]),
        seconds=(0.001, 0.002, 0.003, 0.004),
        line=0.5,
    )
    assert results.within(1) == pytest.approx(1 / 3)
    assert results.within(3) == pytest.approx(2 / 3)
    assert results.mrr == pytest.approx((1 + 1 / 3) / 3)
    assert (results.answered_share, results.wrong_among_answered) == (0.5, 0.5)
    assert results.declined_of_unanswerable == 1.0
    assert results.milliseconds(50) == pytest.approx(2.5)
    figures = Trial(7, 0.05, results, None, results, 1.0).to_json()
    assert figures["coverage_at_risk"] == 0.25
    assert figures["dense_only"] is None


def test_without_unanswerable_questions_nothing_is_said_of_them(trial: Trial) -> None:
    some = Results(
        answerable=np.array([True]),
        place=np.array([0]),
        probability=np.array([0.1]),
        answered=np.array([False]),
        right_answer=np.array([False]),
        seconds=(0.001,),
        line=0.5,
    )
    assert some.declined_of_unanswerable is None
    assert some.wrong_among_answered is None


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ("{", 1, "is no JSON"),
        ('{"id": "a", "title": "A", "body": "b"}\n[]', 2, "write one object a line"),
        ('{"title": "A", "body": "b"}', 1, "write the article's id"),
        ('\n{"id": "a", "body": "b"}', 2, "no 'title'; there is id, body"),
        ('{"id": "a", "title": " ", "body": "b"}', 1, "write a text"),
        ('{"id": "a", "title": "A", "body": 3}', 1, "'body' is 3"),
        ('{"id": "a", "title": "A", "body": "", "lang": "English"}', 1, "write a code"),
        ('{"id": "a", "title": "A"}\n{"id": "a", "title": "B"}', 2, "that of line 1 too"),
        ("", None, "holds no articles"),
    ],
)
def test_a_wrong_article_is_named_with_its_line(
    tmp_path: Path, written: str, line: int | None, said: str
) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(EvaluationFileError) as caught:
        read_articles(path, language="en")
    assert caught.value.line == line
    assert said in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "?", "article": "b"}, "no article has the id 'b'"),
        ({"text": "?"}, "no 'article'"),
        ({"text": "?", "article": {}}, "write an id, a list of ids, or null"),
        ({"article": "a"}, "no 'text'"),
    ],
)
def test_a_wrong_question_is_named_with_its_line(tmp_path: Path, row: object, said: str) -> None:
    path = lines(tmp_path / "queries.jsonl", {"text": "fine", "article": "a"}, row)
    with pytest.raises(EvaluationFileError, match=r"queries\.jsonl:2: ") as caught:
        read_questions(path, frozenset([ArticleId("a")]))
    assert said in str(caught.value)


def test_other_bytes_and_missing_files_are_told_plainly(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b'{"id": "a", "title": "A"}\n{"id": "b", "title": "\xff"}\n')
    with pytest.raises(EvaluationFileError, match=r"articles\.jsonl:2: is not UTF-8"):
        read_articles(path, language="en")
    with pytest.raises(EvaluationFileError, match="give a file of JSON lines"):
        read_articles(tmp_path / "none.jsonl", language="en")


def test_a_folder_of_markdown_is_a_base_too(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "refund.md").write_text("# Refunds\n\nWithin five days.", encoding="utf-8")
    base = read_base(load_settings(tmp_path, {}), tmp_path / "docs")
    assert [(each.article.id, each.revision.title) for each in base] == [("refund", "Refunds")]


def test_without_articles_the_data_folder_must_have_a_base(tmp_path: Path) -> None:
    with pytest.raises(EvaluationFileError, match="--articles"):
        read_base(load_settings(tmp_path, {}), None)


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_the_curves_are_drawn(tmp_path: Path, trial: Trial, suffix: str) -> None:
    path = tmp_path / f"curves{suffix}"
    draw_curves(path, trial, "a base")
    first = path.read_bytes()
    draw_curves(path, trial, "a base")
    assert len(first) > 5_000
    assert path.read_bytes() == first


def test_a_picture_of_another_kind_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"ends in \.png or \.svg"):
        drawable(tmp_path / "curves.gif")
