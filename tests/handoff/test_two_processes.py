"""Agents in two processes race for cases: each case has one winner, and the others are told who it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from handoff.opening import Handoff
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

ROOT = Path(__file__).parents[2]
AGENTS = 20

RACER = """
import json, sys, threading, time
from pathlib import Path
from config.clock import SystemClock
from config.settings import load_settings
from handoff.desk import Agent
from handoff.errors import TakenError
from handoff.opening import open_handoff

data, first, agents, cases = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
room = open_handoff(load_settings(data), SystemClock())
told = []
here = threading.Barrier(agents + 1)

def race(name):
    agent = Agent(f"{name}@nettly.example", name)
    here.wait()
    for case in cases:
        since = time.monotonic()
        try:
            won = room.desk.claim(case, agent)
            told.append((case, name, won.agent_name, 200, time.monotonic() - since))
        except TakenError as error:
            told.append((case, name, error.holder_name, error.status, time.monotonic() - since))

racers = [threading.Thread(target=race, args=(f"A{first + number}",)) for number in range(agents)]
for racer in racers:
    racer.start()
print("ready", flush=True)
sys.stdin.readline()
here.wait()
for racer in racers:
    racer.join()
print(json.dumps(told))
room.close()
"""


def opened(room: Handoff, count: int) -> list[int]:
    return [room.intake.open(escalation(conversation=f"conv{number}")).number for number in range(count)]


def raced(
    data: Path, environment: dict[str, str], cases: list[int]
) -> list[tuple[int, str, str, int, float]]:
    """What each agent was told of each case: number, agent, who has it, status, seconds."""
    half = AGENTS // 2
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(data), str(first), str(half), json.dumps(cases)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in (0, half)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=800)[0] for process in processes]
    return [tuple(each) for answer in answers for each in json.loads(answer)]


def check(room: Handoff, told: list[tuple[int, str, str, int, float]], cases: list[int]) -> None:
    assert len(told) == len(cases) * AGENTS
    holders = {case: room.desk.case(case).agent_name for case in cases}
    assert Counter(case for case, _, _, status, _ in told if status == 200) == Counter(cases)
    for case, agent, holder, status, _ in told:
        assert holder == holders[case]
        assert (status == 200) == (agent == holder)
        assert status in (200, 409)


def test_of_twenty_agents_in_two_processes_one_wins_each_case(
    room: Handoff, tmp_path: Path, environment: dict[str, str]
) -> None:
    cases = opened(room, 10)
    check(room, raced(tmp_path, environment, cases), cases)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_as_many_cases_as_there_are_have_one_winner_each(
    room: Handoff, tmp_path: Path, environment: dict[str, str]
) -> None:
    # A file of SQLite belongs to one server, so a second process is a command: fewer cases say as much.
    cases = opened(room, 500 if environment else 60)
    told = raced(tmp_path, environment, cases)
    check(room, told, cases)
    seconds = sorted(each[4] for each in told)
    print(f"\n{len(told)} claims: p50 {seconds[len(seconds) // 2]:.3f} s, slowest {seconds[-1]:.3f} s")
