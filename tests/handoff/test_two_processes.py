"""Agents in two processes race for cases: each case has one winner, and the others are told who it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.races import misled, race, summary, winners

pytestmark = pytest.mark.engines

AGENTS = 20


def check(data: Path, environment: dict[str, str], cases: int) -> None:
    told = race(data, environment, cases, AGENTS, processes=2)
    print(f"\n{summary(told)}")
    assert len(told) == cases * AGENTS
    assert {case: len(names) for case, names in winners(told).items()} == dict.fromkeys(winners(told), 1)
    assert len(winners(told)) == cases
    assert misled(told) == [], "everybody else is told with 409 who has it"


def test_of_twenty_agents_in_two_processes_one_wins_each_case(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    check(tmp_path, environment, 6)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_as_many_cases_as_there_are_have_one_winner_each(tmp_path: Path, environment: dict[str, str]) -> None:
    # A file of SQLite belongs to one server, so a second process is a command: fewer cases say as much.
    check(tmp_path, environment, 500 if environment else 60)
