"""`firstline bridge log`, `parked` and `replay`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config.clock import SystemClock
from config.identity import open_identity
from handoff.bridges.log_cli import log_commands
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.conftest import INES as AGENT
from tests.memory_helpdesk import REFUSED, UNSURE

INES = "ines@nettly.example"


@pytest.fixture
def mirror(room: Handoff, clock: FakeClock, tmp_path: Path) -> Mirror:
    identity = open_identity(tmp_path, SystemClock())
    identity.add(INES, "Ines", ["agent"], "correct horse battery")
    identity.close()
    return mirror_over(room, clock)


def run(tmp_path: Path, *words: str) -> Result:
    return CliRunner().invoke(log_commands, [*words, "--data", str(tmp_path)], env={"COLUMNS": "200"})


def test_the_log_of_a_case_has_every_attempt(tmp_path: Path, mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.helpdesk.breaks(UNSURE)
    mirror.drains()
    mirror.waits(seconds=15)
    mirror.room.desk.label(case.number, AGENT, ["lamp"])
    output = run(tmp_path, "log", f"#{case.number}").output
    assert output.startswith(f"Case #{case.number} is 1 at Memory https://desk.example/1; Memory has it.")
    assert "unsure: it closed the connection without an answer" in output and "found" in output
    assert "labels" in output and "not tried yet" in output
    told = json.loads(run(tmp_path, "log", str(case.number), "--json").output)
    assert [len(each["tries"]) for each in told["told"]] == [2, 0]
    assert told["case"]["controller"] == "peer"


def test_a_case_that_nobody_mirrors_says_so(tmp_path: Path, mirror: Mirror) -> None:
    mirror.room.mirrored.mirror(None)
    mirror.opens()
    refused = run(tmp_path, "log", "1001")
    assert refused.exit_code == 1
    assert "case #1001 is worked at our own desk alone" in refused.output
    assert run(tmp_path, "log", "7").exit_code == 1


def test_what_is_parked_is_listed_with_its_reason_and_told_again(tmp_path: Path, mirror: Mirror) -> None:
    assert run(tmp_path, "parked").output == "Nothing is parked.\n"
    case = mirror.opens()
    mirror.drains()
    mirror.helpdesk.breaks(REFUSED)
    mirror.room.desk.note(case.number, AGENT, "odd")
    mirror.drains()
    [parked] = json.loads(run(tmp_path, "parked", "--json").output)
    assert REFUSED.says in run(tmp_path, "parked").output
    assert run(tmp_path, "replay", str(parked["id"]), "--as", INES).exit_code == 0
    mirror.drains()
    assert mirror.at_peer(case).texts() == ["odd"]
    assert run(tmp_path, "parked").output == "Nothing is parked.\n"


def test_a_case_that_was_taken_over_is_given_back(tmp_path: Path, mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.helpdesk.breaks(REFUSED)
    mirror.drains()
    assert "our own desk has it: Memory does not take" in run(tmp_path, "log", "1001").output
    output = run(tmp_path, "replay", "#1001", "--as", INES).output
    assert output == (
        "Case #1001: of what was parked, 1 are told again while the server runs.\n"
        "The helpdesk has the case again.\n"
    )
    known = mirror.room.mirrored.of_case(case.number)
    assert known is not None and known.controller == "peer"


def test_all_that_is_parked_is_told_again_at_once(tmp_path: Path, mirror: Mirror) -> None:
    mirror.opens("c-1")
    mirror.opens("c-2")
    mirror.helpdesk.breaks(REFUSED, REFUSED)
    mirror.drains()
    refused = run(tmp_path, "replay", "--as", INES)
    assert refused.exit_code == 1 and "--all" in refused.stderr
    output = run(tmp_path, "replay", "--all", "--as", INES).output
    assert output == "Of what was parked, 2 are told again while the server runs.\n"
    mirror.drains()
    assert run(tmp_path, "parked").output == "Nothing is parked.\n" and len(mirror.helpdesk.cases) == 2


def test_only_staff_may_tell_it_again(tmp_path: Path, mirror: Mirror) -> None:
    mirror.opens()
    assert run(tmp_path, "replay", "1001", "--as", "nobody@x.example").exit_code == 1
