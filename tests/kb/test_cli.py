from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.cli import kb


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data folder whose base needs no model."""
    monkeypatch.setenv("FIRSTLINE_KB_EMBEDDER", ".hashed")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "refund.md").write_text("# When your refund arrives\n\nWithin five working days.\n")
    (folder / "lamp.md").write_text("# Clean the lamp\n\nWipe it with a dry cloth.\n")
    return str(tmp_path / "data")


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(kb, list(arguments))
    assert result.exit_code == status, result.output
    return result.stdout if status == 0 else result.output


def articles(data: str) -> str:
    return str(Path(data).with_name("articles"))


def test_imported_and_published_articles_answer(data: str) -> None:
    assert "2 new" in run("import", articles(data), "--publish", "--data", data)
    found = json.loads(run("search", "when does my refund arrive", "--json", "--data", data))
    assert (found["answered"], found["reason"]) == (True, None)
    best = found["results"][0]
    assert set(best) == {"article", "title", "score", "probability", "passage"}
    assert (best["article"], best["passage"]) == ("refund", "Within five working days.")


def test_a_search_reads_well(data: str) -> None:
    run("import", articles(data), "--publish", "--data", data)
    output = run("search", "when does my refund arrive", "--data", data)
    assert output.startswith("Within five working days.")
    assert "When your refund arrives  (refund)" in output


def test_a_foreign_question_says_why_there_is_no_answer(data: str) -> None:
    run("import", articles(data), "--publish", "--data", data)
    assert "No answer (nothing close)" in run("search", "is the ferry running on sunday", "--data", data)
    assert json.loads(run("search", "is the ferry running", "--json", "--data", data))["reason"]


def test_what_is_imported_waits_until_it_is_published(data: str) -> None:
    assert "firstline kb publish --all" in run("import", articles(data), "--data", data)
    assert json.loads(run("search", "refund", "--json", "--data", data))["results"] == []
    assert "1 published" in run("publish", "lamp", "--data", data)
    assert "1 published" in run("publish", "--all", "--data", data)
    assert "0 published" in run("publish", "--all", "--data", data)
    assert "2 the same as before" in run("import", articles(data), "--publish", "--data", data)


def test_a_broken_file_is_named_and_nothing_is_imported(data: str) -> None:
    (Path(articles(data)) / "broken.md").write_text("---\ntitle: [\n---\nText.\n")
    output = run("import", articles(data), "--publish", "--data", data, status=1)
    assert "nothing was imported" in output and "broken.md:" in output
    assert json.loads(run("search", "refund", "--json", "--data", data))["results"] == []


def test_publishing_needs_to_be_told_what(data: str) -> None:
    assert "--all" in run("publish", "--data", data, status=2)
    assert "no article 'gone'" in run("publish", "gone", "--data", data, status=1)
