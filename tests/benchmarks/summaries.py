"""How long a case summary takes: `python -m tests.benchmarks.summaries` prints its figures by itself."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from config.teams import load_teams
from handoff.casefile.summary import summarise
from handoff.evaluation.labelled import read_labelled
from handoff.evaluation.trial import escalation_of
from handoff.finding.finders import ANY_COMPANY
from handoff.floor.arrangements.opening import rules_of
from tests.benchmarks.machine import machine

CONVERSATIONS = Path(__file__).parents[1] / "quality" / "handoff_conversations.jsonl"
LONG = 38  # messages
RUNS = 50


def main() -> None:
    """Print p50 and p95 of the long conversations, one after the other, everything warm."""
    rules = rules_of(load_teams())
    told = [escalation_of(each) for each in read_labelled(CONVERSATIONS) if len(each.lines) >= LONG]
    for each in told:
        summarise(each, 1, rules, ANY_COMPANY)
    print(machine())
    began, worked = time.perf_counter(), time.process_time()
    took = sorted(_milliseconds(partial(summarise, each, 1, rules, ANY_COMPANY)) for each in told * RUNS)
    busy = (time.process_time() - worked) / (time.perf_counter() - began)
    messages = statistics.mean(len(each.lines) for each in told)
    print(
        f"a case summary of {messages:.0f} messages, {len(took)} times, one thread, warm: "
        f"p50 {statistics.median(took):.1f} ms, p95 {took[int(0.95 * len(took))]:.1f} ms; "
        f"{busy:.0%} of the time on a processor, p50 {busy * statistics.median(took):.1f} ms of it"
    )


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
