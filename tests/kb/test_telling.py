"""`firstline kb preview` and `firstline kb lint`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kb.cli import kb


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data folder with two articles, whose base needs no model."""
    monkeypatch.setenv("FIRSTLINE_KB_EMBEDDER", ".hashed")
    write(tmp_path, "refund", "# When your refund arrives\n\nWithin five working days.\n")
    write(tmp_path, "lamp", "# Clean the lamp\n\nWipe it with a dry cloth.\n")
    folder = str(tmp_path / "data")
    run("import", str(tmp_path / "articles"), "--publish", "--data", folder)
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / "articles").mkdir(exist_ok=True)
    (folder / "articles" / f"{name}.md").write_text(text, encoding="utf-8")


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(kb, list(arguments))
    assert result.exit_code == status, result.output
    return result.stdout


def test_a_clean_base_passes(data: str) -> None:
    assert run("lint", "--data", data) == "0 errors, 0 warnings, 0 notices.\n"


def test_an_error_fails_with_its_line_and_the_way_out(data: str, tmp_path: Path) -> None:
    write(tmp_path, "lamp", "# Clean the lamp\n\nThe password is Sommer2026!\n")
    run("import", str(tmp_path / "articles"), "--data", data)
    output = run("lint", "--data", data, status=1)
    assert output.splitlines()[0] == "lamp:1: error: Secret or private: This looks like a password: So…6!."
    assert "Take it out now" in output and "1 error, 0 warnings" in output


def test_a_warning_alone_passes(data: str, tmp_path: Path) -> None:
    write(tmp_path, "lamp", "# Clean the lamp\n\n![](lamp.png)\n\nWipe it.\n\n## Nothing here\n")
    run("import", str(tmp_path / "articles"), "--data", data)
    assert "warning" in run("lint", "--data", data)


def test_lint_for_programs(data: str, tmp_path: Path) -> None:
    write(tmp_path, "lamp", "# Clean the lamp\n\nThe password is Sommer2026!\n")
    run("import", str(tmp_path / "articles"), "--data", data)
    found = json.loads(run("lint", "--json", "--data", data, status=1))
    (finding,) = found["findings"]
    assert found["articles"] == 2
    assert (finding["kind"], finding["severity"], finding["accepted"]) == ("secret", "error", False)
    assert finding["places"] == [
        {"article": "lamp", "line": 1, "text": "The password is So…6!", "marks": ["So…6!"]}
    ]


def test_the_preview_of_nothing_changes_nothing(data: str) -> None:
    assert run("preview", "--data", data).startswith("0 of 0 ")


def test_a_waiting_text_is_previewed_with_both_answers(data: str, tmp_path: Path) -> None:
    write(tmp_path, "refund", "# When your refund arrives\n\nWithin three working days.\n")
    run("import", str(tmp_path / "articles"), "--data", data)
    output = run("preview", "--data", data)
    assert output.startswith("1 of 1 questions of the articles' own (no real ones yet) change")
    assert "five working days" in output and "three working days" in output


def test_the_preview_of_an_archived_article_for_programs(data: str) -> None:
    found = json.loads(run("preview", "refund", "--archive", "--json", "--data", data))
    assert (found["source"], found["asked"], found["counts"]["lost"]) == ("own", 1, 1)
    (change,) = found["changes"]
    assert (change["effect"], change["old"]["article"], change["new"]["reason"] is None) == (
        "lost",
        "refund",
        False,
    )


def test_archiving_needs_a_name(data: str) -> None:
    assert CliRunner().invoke(kb, ["preview", "--archive", "--data", data]).exit_code == 2


def test_an_unknown_article_is_named(data: str) -> None:
    result = CliRunner().invoke(kb, ["preview", "nobody", "--data", data])
    assert result.exit_code == 1 and "nobody" in result.output
