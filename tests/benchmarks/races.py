"""Agents who claim the same case at the same moment: how many have it, and how soon the others hear who does.

    python -m tests.benchmarks.races [--cases 500] [--agents 20] [--only sqlite|postgres]

Every agent is signed in and asks the desk's own route; all of them claim one case after the other. First from
one process over SQLite, then from two over PostgreSQL, which have nothing in common but the database.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from config.clock import SystemClock
from config.settings import load_settings
from handoff.opening import open_handoff
from tests.benchmarks.machine import machine
from tests.benchmarks.racer import Told
from tests.handoff.conversations import escalation
from tests.postgres import running

ROOT = Path(__file__).parents[2]
WITHIN = 1.0  # seconds, for those who are too late to hear it


def main(arguments: Sequence[str] | None = None) -> None:
    """Race on both engines and print what came of it."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--cases", type=int, default=500)
    told.add_argument("--agents", type=int, default=20)
    told.add_argument("--only", choices=("sqlite", "postgres"))
    given = told.parse_args(arguments)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="firstline-races-") as folder, ExitStack() as stack:
        if given.only != "postgres":
            raced = race(Path(folder) / "sqlite", {}, given.cases, given.agents, processes=1)
            print(f"SQLite, one process: {summary(raced)}")
        if given.only != "sqlite":
            server = stack.enter_context(running(Path(folder) / "server"))
            environment = {"FIRSTLINE_SERVER_DATABASE_URL": server.uri}
            raced = race(Path(folder) / "desk", environment, given.cases, given.agents, processes=2)
            print(f"PostgreSQL, two processes: {summary(raced)}")
    print(machine())


def race(
    data: Path, environment: Mapping[str, str], cases: int, agents: int, *, processes: int
) -> tuple[Told, ...]:
    """Open so many cases and have the agents claim each; all that they were told."""
    data.mkdir(exist_ok=True)
    with closing(open_handoff(load_settings(data, environment), SystemClock())) as room:
        numbers = [
            room.intake.open(escalation(conversation=f"raced-{i}", customer=f"visitor-{i}")).number
            for i in range(cases)
        ]
    each = agents // processes
    told: list[Told] = []
    with ExitStack() as stack:
        racers = [
            stack.enter_context(_racer(data, environment, place * each, each)) for place in range(processes)
        ]
        for racer in racers:
            _line(racer)
        for number in numbers:
            for racer in racers:
                assert racer.stdin is not None
                print(number, file=racer.stdin, flush=True)
            for racer in racers:
                told += [Told(**answer) for answer in json.loads(_line(racer))]
    return tuple(told)


def winners(told: Sequence[Told]) -> Mapping[int, Sequence[str]]:
    """By case, who was told that it is theirs."""
    won: dict[int, list[str]] = {each.case: [] for each in told}
    for each in told:
        if each.status == 200:
            won[each.case].append(each.agent)
    return won


def misled(told: Sequence[Told]) -> list[Told]:
    """Those who were neither given the case nor told, with 409, who has it."""
    won = winners(told)
    return [
        each
        for each in told
        if each.status != 200
        and not (each.status == 409 and any(each.says.startswith(name) for name in won[each.case]))
    ]


def summary(told: Sequence[Told]) -> str:
    """Winners, and how soon the others heard of them."""
    won = winners(told)
    once = sum(len(names) == 1 for names in won.values())
    late = sorted(each.seconds for each in told if each.status != 200)
    p50, p95 = (1_000 * late[int(share * (len(late) - 1))] for share in (0.5, 0.95))
    statuses = ", ".join(
        f"{status} {count} times" for status, count in Counter(t.status for t in told).items()
    )
    return (
        f"{len(told)} claims of {len(won)} cases; {once} of them won by exactly one agent ({statuses})\n"
        f"  the others heard it after p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {1_000 * late[-1]:.0f} ms; "
        f"{len(misled(told))} were not told by whom, {sum(took > WITHIN for took in late)} later than "
        f"{WITHIN:.0f} s"
    )


@contextmanager
def _racer(
    data: Path, environment: Mapping[str, str], first: int, agents: int
) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.benchmarks.racer", str(data), str(first), str(agents)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as racer:
        try:
            yield racer
        except BaseException:
            racer.kill()
            raise


def _line(racer: subprocess.Popen[str]) -> str:
    assert racer.stdout is not None
    line = racer.stdout.readline()
    if not line:
        raise RuntimeError(f"a racer ended with {racer.wait()}")
    return line


if __name__ == "__main__":
    main()
