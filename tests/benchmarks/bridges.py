"""How fast a case is at a helpdesk outside, an answer from there with the customer, and a backlog told.

    python -m tests.benchmarks.bridges --peer webhook

runs the agents' room over a folder of its own, with the bridge and its workers as they are served, against
the peer of that name under tests/peers: a fake or a real helpdesk. The customers' room is left out, which
shows an answer within a doorbell's ring: what counts here is when the answer is theirs to be told.

A real peer is also sent the bare requests of the same backlog, half of them before it and half after it, by
as many threads and with nothing else around: what it takes over those is its own rate, and `times_its_own`
how much longer the house needs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import cast

from bot.jobs import mirroring
from bot.workers import Workers
from config.clock import SystemClock
from config.outbound import Outbound
from config.settings import load_settings
from handoff.bridges.opening import Mirror, open_mirror
from handoff.bridges.sending import THREADS
from handoff.case import Case
from handoff.escalation import Line
from handoff.opening import Handoff, open_handoff
from handoff.store.peer_log import PeerLog
from handoff.web.bridges_api import bridges_app
from tests.benchmarks.bare import Bare, bare_of
from tests.benchmarks.machine import machine
from tests.blank import furnish
from tests.contract.bridges.house import settings_table
from tests.handoff.conversations import escalation
from tests.peers import Peer

DISPATCHES = 1_000
_SAID = ("c: My lamp is broken, order NT-10427", "b: Have you tried another bulb?", "c: I want a person")
_EVERY = 0.02  # seconds between two looks
_EVERY_BACKLOG = 0.25  # that read more, of a database that is at work
_WORDS = 9  # that a customer goes on writing in each case of a backlog
_AT_MOST = 600.0  # that anything may take
DEFAULT_POLL = 60


class Bench:
    """A room at work with one helpdesk. Clocks and times are the machine's."""

    def __init__(self, folder: Path, name: str, peer: Peer, poll_seconds: int | None = None) -> None:
        """poll_seconds: how often it is polled, as settings have it by themselves if None."""
        folder.mkdir(parents=True, exist_ok=True)
        given = {key: value for key, value in peer.settings.items() if poll_seconds or key != "poll_seconds"}
        table = settings_table(name, given, {"poll_seconds": poll_seconds or DEFAULT_POLL})
        (folder / "firstline.toml").write_text(table, encoding="utf-8")
        settings = load_settings(furnish(folder, ["handoff"]), {})
        self.name, self.peer, self.clock = name, peer, SystemClock()
        self.room: Handoff = open_handoff(settings, self.clock)
        self._outbound = Outbound()
        mirror = open_mirror(self.room, settings, self._outbound, self.clock)
        assert mirror is not None, f"{name} is no helpdesk outside"
        self.mirror: Mirror = mirror
        self._client = bridges_app(mirror.receiving).test_client()
        self._conversations = iter(f"bench-{time.time_ns()}-{n}" for n in range(1_000_000))
        self._line = 100
        self._stop = threading.Event()
        self._workers = Workers(mirroring(mirror, self.room.database))

    def starts(self) -> None:
        self._workers.start()

    def close(self) -> None:
        self._stop.set()
        self._workers.stop()
        self.mirror.close()
        self._outbound.close()
        self.room.close()

    def opens(self) -> Case:
        conversation = next(self._conversations)
        return self.room.intake.open(
            escalation(*_SAID, conversation=conversation, customer=conversation, at=self.clock.now())
        )

    def says(self, case: Case, text: str) -> None:
        self._line += 1
        line = Line(self._line, "customer", text, self.clock.now())
        self.room.intake.overhear(case.handoff_id, [line])

    def is_open_there(self, case: Case) -> bool:
        known = self.room.mirrored.of_case(case.number)
        return known is not None and known.ref is not None

    def waiting(self) -> int:
        return self.room.helpdesk.standing().backlog.waiting  # type: ignore[union-attr]

    @contextmanager
    def pushing(self) -> Iterator[None]:
        """Bring the peer's webhooks here as soon as it has any."""
        ended = threading.Event()

        def bring() -> None:
            while not ended.wait(_EVERY):
                for hook in self.peer.webhooks(datetime.now(UTC)):
                    path = f"/bridges/{self.name}{hook.path}"
                    headers = dict(hook.headers)
                    self._client.open(path, method=hook.method, headers=headers, data=hook.body)

        bringing = threading.Thread(target=bring)
        bringing.start()
        try:
            yield
        finally:
            ended.set()
            bringing.join()


def until(holds: Callable[[], bool], what: str, every: float = _EVERY) -> float:
    """Seconds until it does, looked for every so many."""
    began = time.perf_counter()
    while not holds():
        if time.perf_counter() - began > _AT_MOST:
            raise TimeoutError(f"{what}: not within {_AT_MOST:g} s")
        time.sleep(every)
    return time.perf_counter() - began


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[18] if len(seconds) > 1 else seconds[0]


def escalations(bench: Bench, cases: int) -> tuple[list[float], list[float]]:
    """Seconds from the hand-over until the case is there, and those that the peer took of them."""
    log, took, theirs = PeerLog(bench.room.database), [], []
    for _ in range(cases):
        began = time.perf_counter()
        case = bench.opens()
        until(lambda case=case: bench.is_open_there(case), "a case is opened there")  # type: ignore[misc]
        took.append(time.perf_counter() - began)
        theirs.append(sum(attempt.seconds for attempt in log.of_case(case.number)[0].tries))
    return took, theirs


def answers(bench: Bench, replies: int) -> list[float]:
    """Seconds from an agent's answer there until it is the customer's to be told."""
    case = bench.opens()
    until(lambda: bench.is_open_there(case), "a case is opened there")
    key = bench.room.mirrored.of_case(case.number).ref.case_key  # type: ignore[union-attr]
    took = []
    for n in range(replies):
        bench.peer.replies(key, f"Answer {n}", "Omar")
        took.append(until(lambda n=n: _answered(bench, case, f"Answer {n}"), "an answer arrives"))  # type: ignore[misc]
    return took


def _answered(bench: Bench, case: Case, text: str) -> bool:
    return any(entry.kind == "reply" and text in entry.text for entry in bench.room.desk.thread(case.number))


def backlog(bench: Bench, dispatches: int, bare: Bare | None) -> dict[str, object]:
    """What it takes from the peer's return until all that has waited is told, beside the peer's own rate.

    Raises AssertionError where anything is there twice, not at all, or in another order.
    """
    bench.peer.door.down()
    each = 1 + _WORDS
    cases = [bench.opens() for _ in range(max(1, dispatches // each))]
    for n in range(_WORDS):
        for case in cases:
            bench.says(case, f"Word {n}.")
    before = bench.waiting()
    assert before >= dispatches - each, f"only {before} wait"
    until(lambda: bench.room.peers.peer(bench.name).down, "it is found to be down")
    alone = 0.0 if bare is None else bare.tells(len(cases) // 2, _WORDS, THREADS)
    calls = len(getattr(bench.peer.door, "calls", ()))
    began, worked = time.perf_counter(), time.process_time()
    bench.peer.door.up()
    idle = until(lambda: bench.waiting() < before, "it is found to be back", _EVERY_BACKLOG)
    until(lambda: bench.waiting() == 0, "all is told", _EVERY_BACKLOG)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    calls = len(getattr(bench.peer.door, "calls", ())) - calls
    alone += 0.0 if bare is None else bare.tells(len(cases) - len(cases) // 2, _WORDS, THREADS)
    _see_that_all_is_there(bench, cases)
    found: dict[str, object] = {
        "backlog": before,
        "backlog_told_s": round(took, 1),
        "of_it_until_found_back_s": round(idle, 1),
        "told_a_second": round(before / (took - idle), 1),
        "processor_ms_a_dispatch": round(1000 * worked / before, 1),
    }
    if calls:
        found["requests_a_dispatch"] = round(calls / before, 2)
    if alone:
        found |= {
            "bare_requests_s": round(alone, 1),
            "times_its_own": round(took / alone, 2),
            "times_its_own_once_found_back": round((took - idle) / alone, 2),
        }
    return found


def _see_that_all_is_there(bench: Bench, cases: Sequence[Case]) -> None:
    there = bench.peer.cases()
    known = {case.handoff_id: case for case in there}
    for case in cases:
        posts = [post.text for post in known[case.handoff_id].posts]
        words = [n for text in posts for n in range(_WORDS) if f"Word {n}." in text]
        assert words == list(range(_WORDS)), f"case {case.number} there: {words}"
    assert len(known) == len(there), "a case is there twice"


def measured(
    name: str, module: str, folder: Path, cases: int, dispatches: int, poll: int
) -> Iterator[dict[str, object]]:
    """Each figure as soon as it is known."""
    peer = cast(Peer, import_module(f"tests.peers.{module}").start(folder / "peer"))
    yield {"peer": module, "machine": machine()}
    with closing(peer):
        if cases:
            with closing(Bench(folder / "data", name, peer, poll)) as bench:
                bench.starts()
                yield from latencies(bench, cases, poll)
        if dispatches:
            with closing(Bench(folder / "backlog", name, peer)) as bench:
                bench.starts()
                escalations(bench, 1)
                yield backlog(bench, dispatches, bare_of(module, peer))
    yield {"machine": machine()}


def latencies(bench: Bench, cases: int, poll: int) -> Iterator[dict[str, object]]:
    """How fast a case is there, and an answer here."""
    escalations(bench, 1)  # the first one reads what all later ones have in memory
    took, theirs = escalations(bench, cases)
    beyond = [whole - own for whole, own in zip(took, theirs, strict=True)]
    yield {
        "cases": cases,
        "escalation_visible_p95_s": round(p95(took), 3),
        "beyond_the_peers_own_time_p95_s": round(p95(beyond), 3),
    }
    receive = bench.mirror.bridge.capabilities.receive
    if receive.startswith("push"):
        with bench.pushing():
            yield {"answer_by_push_p95_s": round(p95(answers(bench, cases)), 3)}
    if receive in ("poll", "push+poll", "stream"):
        yield {"answer_by_poll_p95_s": round(p95(answers(bench, cases)), 3), "poll_seconds": poll}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bridges")
    parser.add_argument("--peer", required=True, help="A module of tests/peers, such as webhook or rt_real.")
    parser.add_argument("--bridge", help="The bridge, where it has another name than the module.")
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--dispatches", type=int, default=DISPATCHES)
    parser.add_argument("--poll-seconds", type=int, default=2)
    given = parser.parse_args()
    name = given.bridge or given.peer.partition("_")[0]
    with tempfile.TemporaryDirectory() as folder:
        for found in measured(
            name, given.peer, Path(folder), given.cases, given.dispatches, given.poll_seconds
        ):
            print(json.dumps(found, indent=2), flush=True)


if __name__ == "__main__":
    main()
