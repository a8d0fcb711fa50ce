"""`make bench`: figures measured here and now; each benchmark tells its machine, its load and its method.

python -m tests.benchmarks [NAME...]           those named; without a name, the quick ones of the README
python -m tests.benchmarks NAME --flag ...     one of them, as it is asked for by its own flags
python -m tests.benchmarks NAME --help         which flags those are
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What one measures, and how it is asked for unless flags say so. quick: a few minutes at most."""

    what: str
    flags: tuple[str, ...] = ()
    quick: bool = False


BENCHMARKS: Mapping[str, Benchmark] = {
    "policy_turns": Benchmark("turns that rules and stories decide, understanding left out", quick=True),
    "summaries": Benchmark("case summaries of conversations of 40 messages", quick=True),
    "serving": Benchmark("one server: start, answers over REST, memory, Publish to answerable", quick=True),
    "knowledge": Benchmark("search in 1,000 and 100,000 passages, alone and while they change", quick=True),
    "rounds": Benchmark("rounds of routing over 1,000 and 5,000 open cases", quick=True),
    "live": Benchmark("what customers do, shown on desks: 200 open chats on one server"),
    "chats": Benchmark("2,000 open chats on one server, restarted in the middle"),
    "desk": Benchmark("the desk's list and search over 100,000 conversations, on SQLite or --postgres"),
    "races": Benchmark("20 agents who race for each of 500 cases, in one process and in two"),
    "waiting": Benchmark("whether the waits that customers are told come true, on simulated days"),
    "bridges": Benchmark("the way to a helpdesk and back, with a backlog", flags=("--peer", "webhook")),
    "understanding": Benchmark("intents on the published splits of BANKING77 and CLINC150"),
}


def main(arguments: Sequence[str]) -> int:
    """Run them one after the other, each in a process of its own; the exit status of the first that fails.

    It is 0 whatever the figures are: a benchmark measures, tests judge.
    """
    known = "\n".join(f"  {name:14} {each.what}" for name, each in BENCHMARKS.items())
    told = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=f"{__doc__}\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=not any(name in BENCHMARKS for name in arguments),
    )
    told.add_argument("names", nargs="*", metavar="NAME")
    given, flags = told.parse_known_args(arguments)
    if unknown := [name for name in given.names if name not in BENCHMARKS]:
        told.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    if flags and len(given.names) != 1:
        told.error(f"{flags[0]} is a flag of one benchmark: name that one alone")
    for name in given.names or [name for name, each in BENCHMARKS.items() if each.quick]:
        each = BENCHMARKS[name]
        print(f"== {name}: {each.what}", flush=True)
        command = [sys.executable, "-m", f"tests.benchmarks.{name}", *(flags or each.flags)]
        if status := subprocess.run(command, cwd=ROOT, check=False).returncode:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
