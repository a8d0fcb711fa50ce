from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.clock import SystemClock
from config.identity import open_identity
from handoff.cli import handoff
from handoff.opening import Handoff
from tests.handoff.conversations import escalation

INES = "ines@nettly.example"


@pytest.fixture(autouse=True)
def staff(tmp_path: Path) -> None:
    identity = open_identity(tmp_path, SystemClock())
    identity.add(INES, "Ines", ["agent"], "correct horse battery")
    identity.add("edda@nettly.example", "Edda", ["editor"], "correct horse battery")
    identity.close()


@pytest.fixture
def case(room: Handoff) -> int:
    return room.intake.open(escalation("c: I was charged twice for order 10427 [bold]")).number


def run(tmp_path: Path, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(handoff, [*words, "--data", str(tmp_path)], input=given)


def test_an_empty_queue_says_what_will_be_there(tmp_path: Path) -> None:
    assert run(tmp_path, "queue").output.startswith("Nobody is waiting.")


def test_the_queue_shows_a_customers_words_as_they_are(tmp_path: Path, case: int) -> None:
    output = run(tmp_path, "queue").output
    assert "#1001" in output and "charged twice" in output and "[bold]" in output


def test_the_queue_is_a_list_for_programs(tmp_path: Path, case: int) -> None:
    (row,) = json.loads(run(tmp_path, "queue", "--json").output)
    keys = {"case", "conversation", "team", "priority", "reason", "headline", "waiting_since"}
    assert keys <= set(row)
    assert (row["case"], row["conversation"], row["reason"]) == (1001, "conv1", "asked_for_person")


def test_resolved_cases_are_listed_with_all(tmp_path: Path, case: int) -> None:
    run(tmp_path, "claim", "1001", "--as", INES)
    run(tmp_path, "resolve", "1001", "--as", INES, "Paid back.")
    assert json.loads(run(tmp_path, "queue", "--json").output) == []
    assert [row["case"] for row in json.loads(run(tmp_path, "queue", "--all", "--json").output)] == [1001]


@pytest.mark.parametrize("ref", ["1001", "conv1-1"])
def test_show_prints_the_summary(tmp_path: Path, case: int, ref: str) -> None:
    assert run(tmp_path, "show", ref).output.startswith("#1001  I was charged twice for order 10427")
    assert json.loads(run(tmp_path, "show", ref, "--json").output)["handoff_id"] == "conv1-1"


def test_an_agents_day_in_a_terminal(tmp_path: Path, case: int, room: Handoff) -> None:
    assert run(tmp_path, "claim", "1001", "--as", INES).exit_code == 0
    assert run(tmp_path, "reply", "1001", "--as", INES, given="Hello from a pipe").exit_code == 0
    assert run(tmp_path, "note", "1001", "--as", INES, "Paid by card").exit_code == 0
    assert run(tmp_path, "return", "1001", "--as", INES).exit_code == 0
    kinds = [entry.kind for entry in room.desk.thread(1001)]
    assert kinds == ["line", "event", "event", "reply", "note", "event"]


def test_an_error_is_one_line_and_a_status(tmp_path: Path, case: int) -> None:
    result = run(tmp_path, "reply", "1001", "--as", INES, "Hello")
    assert (result.exit_code, result.stderr) == (
        1,
        "you can't reply to case #1001: nobody holds it; claim it first\n",
    )


@pytest.mark.parametrize("email", ["nobody@nettly.example", "edda@nettly.example"])
def test_only_agents_work_cases(tmp_path: Path, case: int, email: str) -> None:
    result = run(tmp_path, "claim", "1001", "--as", email)
    assert result.exit_code == 1
    assert "staff add" in result.stderr
