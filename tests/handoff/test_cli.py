from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from config.clock import SystemClock
from config.identity import open_identity
from handoff.cli import handoff
from handoff.opening import Handoff
from handoff.store.tables import AUDIT
from handoff.verbs.agent import Agent
from handoff.verbs.custom_fields import FieldDefinition
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


LEO, SAM = "leo@nettly.example", "sam@nettly.example"


@pytest.fixture
def others(tmp_path: Path) -> None:
    identity = open_identity(tmp_path, SystemClock())
    identity.add(LEO, "Leo", ["agent"], "correct horse battery")
    identity.add(SAM, "Sam", ["supervisor"], "correct horse battery")
    identity.close()


def told(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    case: dict[str, object] = json.loads(result.output)
    return case


@pytest.mark.usefixtures("others")
def test_a_case_goes_from_hand_to_hand(tmp_path: Path, case: int) -> None:
    assert told(run(tmp_path, "assign", "1001", LEO, "--as", SAM, "--json"))["agent"] == LEO
    assert (
        run(tmp_path, "hand-over", "1001", "--as", LEO, "--to", INES).output == "Case #1001 is with Ines.\n"
    )
    assert (
        told(run(tmp_path, "hand-over", "1001", "--as", INES, "--team", "technical", "--json"))["agent"]
        is None
    )
    assert run(tmp_path, "hand-over", "1001", "--as", SAM).exit_code == 2
    run(tmp_path, "claim", "1001", "--as", INES)
    words = ("--problem", "It fails.", "--steps", "Tried twice.")
    assert told(run(tmp_path, "escalate", "1001", "--as", INES, *words, "--json"))["agent"] == SAM


def test_a_case_sleeps_and_wakes(tmp_path: Path, case: int) -> None:
    run(tmp_path, "claim", "1001", "--as", INES)
    assert (
        told(run(tmp_path, "snooze", "1001", "--as", INES, "--until-reply", "--json"))["status"] == "snoozed"
    )
    assert json.loads(run(tmp_path, "queue", "--json").output) == []
    assert "#1001" in run(tmp_path, "queue", "--view", "snoozed").output
    assert run(tmp_path, "wake", "1001", "--as", INES).output == "Case #1001 is open.\n"
    past = run(tmp_path, "snooze", "1001", "--as", INES, "--until", "2020-01-01")
    assert (past.exit_code, "has passed" in past.output) == (1, True)


def test_a_case_is_sorted(tmp_path: Path, case: int) -> None:
    assert run(tmp_path, "label", "1001", "vip", "late", "--as", INES).output == "Case #1001: vip, late.\n"
    assert [row["case"] for row in json.loads(run(tmp_path, "queue", "--label", "vip", "--json").output)] == [
        1001
    ]
    assert (
        told(run(tmp_path, "priority", "1001", "low", "--as", INES, "--note", "It can wait.", "--json"))[
            "priority"
        ]
        == "low"
    )
    assert run(tmp_path, "queue", "--view", "ours").exit_code == 2


def test_a_case_begins_again_and_its_customer_is_kept_away(tmp_path: Path, case: int) -> None:
    run(tmp_path, "claim", "1001", "--as", INES)
    run(tmp_path, "resolve", "1001", "--as", INES)
    assert told(run(tmp_path, "reopen", "1001", "--as", INES, "--json"))["status"] == "open"
    assert "blocked" in run(tmp_path, "block", "1001", "--as", INES, "--because", "Threats.").output
    assert "may write again" in run(tmp_path, "unblock", "1001", "--as", INES).output
    assert run(tmp_path, "unblock", "1001", "--as", INES).exit_code == 1


def test_a_field_is_filled_in_and_emptied(tmp_path: Path, room: Handoff, case: int) -> None:
    room.fields.save(FieldDefinition("plan", "text"), Agent(INES, "Ines"))
    assert run(tmp_path, "field", "1001", "plan", "Pro", "--as", INES).output == "Case #1001: plan is Pro.\n"
    assert run(tmp_path, "field", "1001", "plan", "--as", INES).output == "Case #1001: plan is empty.\n"
    unknown = run(tmp_path, "field", "1001", "colour", "red", "--as", INES)
    assert (unknown.exit_code, "no such field" in unknown.output) == (1, True)


def test_spam_ends(tmp_path: Path, case: int) -> None:
    assert run(tmp_path, "spam", "1001", "--as", INES).output == "Case #1001 has ended.\n"
    assert json.loads(run(tmp_path, "queue", "--json").output) == []


def test_a_duplicate_is_merged(tmp_path: Path, room: Handoff, case: int) -> None:
    room.intake.open(escalation("c: hello", conversation="other"))
    assert run(tmp_path, "merge", "1002", "1001", "--as", INES).output == "Case #1001 goes on for both.\n"


def test_promises_are_listed(tmp_path: Path, room: Handoff, case: int) -> None:
    assert run(tmp_path, "follow-ups").output == "Nothing is promised.\n"
    due = SystemClock().now() + timedelta(days=300)
    room.desk.follow_up(case, Agent(INES, "Ines"), due, "Call", "call_back", "+47 22334455")
    assert "#1001  Ines +47 22334455: Call" in run(tmp_path, "follow-ups", "--as", INES).output
    assert json.loads(run(tmp_path, "follow-ups", "--as", LEO, "--json").output) == []


def test_the_audit_is_verified(tmp_path: Path, room: Handoff, case: int) -> None:
    assert run(tmp_path, "audit", "verify").output == "All 1 sealed rows are as they were written.\n"
    room.database.write(lambda tx: tx.execute(sa.update(AUDIT).values(actor="x")).close())
    broken = run(tmp_path, "audit", "verify")
    assert (broken.exit_code, "Broken at row 1" in broken.output) == (1, True)
    assert json.loads(run(tmp_path, "audit", "verify", "--json").output)["broken_at"] == 1
