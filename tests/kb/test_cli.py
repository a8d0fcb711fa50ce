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


def test_a_dry_run_says_line_by_line_what_would_be_done(data: str) -> None:
    (Path(articles(data)) / "faq.csv").write_text("question,answer\nCan I?,Yes.\n,No.\n")
    output = run("import", articles(data), "--dry-run", "--data", data, status=1)
    assert "problem    faq.csv:3: title: must not be empty" in output
    (Path(articles(data)) / "faq.csv").write_text("question,answer\nCan I?,Yes.\n")
    output = run("import", articles(data), "--dry-run", "--category", "home", "--data", data)
    assert "new        faq.csv:2: Can I? (faq/can-i)" in output
    assert "3 files: 3 new." in output
    assert "2 new" not in run("import", articles(data), "--dry-run", "--data", data)


def test_a_report_is_for_programs_too(data: str) -> None:
    told = json.loads(run("import", articles(data), "--dry-run", "--json", "--data", data))
    assert (told["imported"], told["counts"]["new"]) == (False, 2)
    assert set(told["lines"][0]) == {"outcome", "path", "line", "message", "article", "title"}
    told = json.loads(run("import", articles(data), "--publish", "--json", "--data", data))
    assert (told["imported"], told["published"]) == (True, 2)


def test_files_are_read_as_what_they_are_said_to_be(data: str) -> None:
    path = Path(articles(data)) / "list.txt"
    path.write_text("question,answer\nCan I?,Yes.\n")
    assert "1 new" in run("import", str(path), "--format", "csv", "--data", data)
    assert "--format is one of" in run("import", str(path), "--format", "cobol", "--data", data, status=2)


def test_an_export_can_be_imported_again(data: str, tmp_path: Path) -> None:
    run("import", articles(data), "--publish", "--data", data)
    assert "2 articles and 0 pictures" in run("export", str(tmp_path / "out.zip"), "--data", data)
    assert "2 the same as before" in run("import", str(tmp_path / "out.zip"), "--data", data)
    assert "nothing was written" in run("export", str(tmp_path / "out.zip"), "--data", data, status=1)


def test_publishing_needs_to_be_told_what(data: str) -> None:
    assert "--all" in run("publish", "--data", data, status=2)
    assert "no article 'gone'" in run("publish", "gone", "--data", data, status=1)
