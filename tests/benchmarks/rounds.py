"""What a round over the desk costs, with thousands of cases open: in processor time of the whole process.

    python -m tests.benchmarks.rounds [--cases 1000 5000] [--agents 20]

Every agent holds as many cases as they have room for and all others wait in the queue, their deadlines spread
over the next day. A server goes round every second, so what an idle round costs is paid all day long.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from config.settings import load_settings
from handoff.case import CaseStatus
from handoff.desk import Agent
from handoff.opening import Handoff, open_handoff
from tests.benchmarks.desk import write
from tests.benchmarks.machine import machine
from tests.benchmarks.threads import NOW, Made, conversations
from tests.fakes import FakeClock

CAPACITY = 3
TIMES = 15
TEAMS = ("support", "billing", "orders", "technical", "security")


def main() -> None:
    """Print what rounds cost, at each number of open cases."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--cases", type=int, nargs="+", default=[1_000, 5_000])
    told.add_argument("--agents", type=int, default=20)
    given = told.parse_args()
    print(machine())
    for cases in given.cases:
        with tempfile.TemporaryDirectory(prefix="firstline-rounds-") as folder:
            clock = FakeClock(NOW)
            with closing(open_handoff(load_settings(Path(folder), {}), clock)) as room:
                measure(room, clock, cases, given.agents)
    print(machine())


def measure(room: Handoff, clock: FakeClock, cases: int, agents: int) -> None:
    """Fill the desk, let its rounds come to rest, then look at those that have little to do."""
    staff = [Agent(f"agent{i}@nettly.example", f"Agent{i} Berg") for i in range(agents)]
    made = [opened(each, place, staff) for place, each in enumerate(conversations(cases, 2))]
    while batch := made[:500]:
        room.database.write(lambda tx, batch=batch: write(tx, batch))  # type: ignore[misc]
        del made[:500]
    for agent in staff:
        room.seats.save_member(agent.email, agent.name, by="bench", capacity=CAPACITY)
        room.seats.set_status(agent.email, "online")

    def passes() -> None:
        clock.moves(timedelta(seconds=1))
        for agent in staff:
            room.seats.sit_down(agent.email, agent.name)

    numbers = itertools.count(1001)

    def noted() -> None:
        passes()
        room.desk.note(next(numbers), staff[0], "Looked at it again.")

    def resolved() -> None:
        passes()
        number = next(numbers)
        room.desk.resolve(number, staff[(number - 1001) % agents], "solved")

    print(f"{cases:,} open cases, {agents} agents with {CAPACITY} each:")
    rounds, used = rested(room)
    print(f"  until nothing is left to do at first: {rounds} rounds, {1_000 * used:.0f} ms of processor time")
    for what, before in (("a second later", passes), ("a case changed", noted), ("a case ended", resolved)):
        took = sorted(after(room, before) for _ in range(TIMES))
        print(
            f"  {what + ', until at rest':34} p50 {statistics.median(took):6.1f} ms, max {took[-1]:6.1f} ms"
        )


def opened(made: Made, place: int, staff: list[Agent]) -> Made:
    """As a case that is open: the first few have an agent, the others are due later and later."""
    agent = staff[place % len(staff)] if place < CAPACITY * len(staff) else None
    case = replace(
        made.case,
        status=CaseStatus.OPEN,
        team=TEAMS[place % len(TEAMS)],
        outcome=None,
        resolved_at=None,
        agent=agent.email if agent else None,
        agent_name=agent.name if agent else None,
        opened_at=NOW - timedelta(minutes=1),
        waiting_since=None if agent else NOW - timedelta(minutes=1),
        held_since=NOW if agent else None,
        claimed_at=NOW if agent else None,
        first_reply_by=None if agent else NOW + timedelta(hours=4, seconds=20 * place),
        resolve_by=NOW + timedelta(days=2),
    )
    return replace(made, case=case)


def after(room: Handoff, before: Callable[[], None]) -> float:
    """Milliseconds of processor time until nothing is left to do after something has happened."""
    before()
    return 1_000 * rested(room)[1]


def rested(room: Handoff) -> tuple[int, float]:
    """Go round until nothing is left to do; how often, and in how many seconds of processor time."""
    used, rounds = time.process_time(), 1
    while room.rounds.work():
        rounds += 1
    return rounds, time.process_time() - used


if __name__ == "__main__":
    main()
