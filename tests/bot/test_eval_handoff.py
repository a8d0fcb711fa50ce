"""`firstline eval handoff`: its JSON, its folder, and how it names mistakes."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app
from handoff.evaluation.labelled import LabelledFileError

TOLD = {
    "id": "a",
    "messages": [
        {"author": "customer", "text": "where is order 55120? my card is 4242 4242 4242 4242"},
        {"author": "bot", "text": "I don't know."},
        {"author": "customer", "text": "I want to talk to a human"},
    ],
    "facts": [
        {"name": "order", "value": "55120", "message": 1},
        {"name": "card", "value": "4242424242424242", "message": 1},
    ],
    "ask": [1],
    "wants_person": True,
}
KEYS = "n fact_precision fact_recall ask_accuracy claims_resolved secrets_masked wants_person p50_ms p95_ms"


def test_the_figures_come_as_json_and_the_summaries_in_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "told.jsonl"
    path.write_text(json.dumps(TOLD))
    told = ["eval", "handoff", "--conversations", str(path), "--data", str(tmp_path), "--json"]
    ran = CliRunner().invoke(app, [*told, "--out", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.output
    figures = json.loads(ran.stdout)
    assert " ".join(figures) == KEYS
    assert [figures[key] for key in KEYS.split()[:7]] == [1, 1, 1, 1, 1, 1, {"precision": 1, "recall": 1}]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.json"]


def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "told.jsonl"
    path.write_text(json.dumps({**TOLD, "ask": [9]}))
    ran = CliRunner().invoke(app, ["eval", "handoff", "--conversations", str(path), "--json"])
    assert isinstance(ran.exception, LabelledFileError)
    assert f"{path}:1: ask is 9" in str(ran.exception)
