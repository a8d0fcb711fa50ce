"""How fast a case is at a helpdesk outside, an answer from there with the customer, and a backlog told.

    python -m tests.benchmarks.bridges --peer webhook

runs the agents' room over a folder of its own, with the bridge and its workers as they are served, against
the peer of that name under tests/peers: a fake or a real helpdesk. The customers' room is left out, which
shows an answer within a doorbell's ring: what counts here is when the answer is theirs to be told.
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
from handoff.case import Case
from handoff.escalation import Line
from handoff.opening import Handoff, open_handoff
from handoff.store.peer_log import PeerLog
from handoff.web.bridges_api import bridges_app
from tests.benchmarks.machine import machine
from tests.blank import furnish
from tests.contract.bridges.house import settings_table
from tests.handoff.conversations import escalation
from tests.peers import Peer

DISPATCHES = 1_000
_SAID = ("c: My lamp is broken, order NT-10427", "b: Have you tried another bulb?", "c: I want a person")
_EVERY = 0.02  # seconds between two looks
_AT_MOST = 600.0  # that anything may take


class Bench:
    """A room at work with one helpdesk. Clocks and times are the machine's."""

    def __init__(self, folder: Path, name: str, peer: Peer, poll_seconds: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        table = settings_table(name, peer.settings, {"poll_seconds": poll_seconds})
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


def until(holds: Callable[[], bool], what: str) -> float:
    """Seconds until it does."""
    began = time.perf_counter()
    while not holds():
        if time.perf_counter() - began > _AT_MOST:
            raise TimeoutError(f"{what}: not within {_AT_MOST:g} s")
        time.sleep(_EVERY)
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
        bench.peer.replies(key, f"Answer {n}", "Kim")
        took.append(until(lambda n=n: _answered(bench, case, f"Answer {n}"), "an answer arrives"))  # type: ignore[misc]
    return took


def _answered(bench: Bench, case: Case, text: str) -> bool:
    return any(entry.kind == "reply" and text in entry.text for entry in bench.room.desk.thread(case.number))


def backlog(bench: Bench, dispatches: int) -> tuple[float, float]:
    """Seconds from the peer's return until all that has waited is told: in all, and from the first on.

    Raises AssertionError where anything is there twice, not at all, or in another order.
    """
    bench.peer.door.down()
    each = 10
    cases = [bench.opens() for _ in range(max(1, dispatches // each))]
    for n in range(each - 1):
        for case in cases:
            bench.says(case, f"Word {n}.")
    before = bench.waiting()
    assert before >= dispatches - each, f"only {before} wait"
    until(lambda: bench.room.peers.peer(bench.name).down, "it is found to be down")
    began = time.perf_counter()
    bench.peer.door.up()
    idle = until(lambda: bench.waiting() < before, "it is found to be back")
    until(lambda: bench.waiting() == 0, "all is told")
    took = time.perf_counter() - began
    known = {case.handoff_id: case for case in bench.peer.cases()}
    for case in cases:
        posts = [post.text for post in known[case.handoff_id].posts]
        words = [n for text in posts for n in range(each - 1) if f"Word {n}." in text]
        assert words == list(range(each - 1)), f"case {case.number} there: {words}"
    assert len(known) == len(bench.peer.cases()), "a case is there twice"
    return took, took - idle


def measured(
    name: str, module: str, folder: Path, cases: int, dispatches: int, poll: int
) -> dict[str, object]:
    peer = cast(Peer, import_module(f"tests.peers.{module}").start(folder / "peer"))
    with closing(peer), closing(Bench(folder / "data", name, peer, poll)) as bench:
        bench.starts()
        escalations(bench, 1)  # the first one reads what all later ones have in memory
        took, theirs = escalations(bench, cases)
        beyond = [whole - own for whole, own in zip(took, theirs, strict=True)]
        found: dict[str, object] = {
            "peer": module,
            "machine": machine(),
            "escalation_visible_p95_s": round(p95(took), 3),
            "beyond_the_peers_own_time_p95_s": round(p95(beyond), 3),
        }
        receive = bench.mirror.bridge.capabilities.receive
        if receive.startswith("push"):
            with bench.pushing():
                found["answer_by_push_p95_s"] = round(p95(answers(bench, cases)), 3)
        if receive in ("poll", "push+poll", "stream"):
            found["answer_by_poll_p95_s"] = round(p95(answers(bench, min(cases, 5))), 3)
            found["poll_seconds"] = poll
        whole, telling = backlog(bench, dispatches)
        found |= {
            "backlog": dispatches,
            "backlog_told_s": round(whole, 1),
            "of_it_telling_s": round(telling, 1),
            "told_a_second": round(dispatches / telling, 1),
        }
    return found


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
        found = measured(name, given.peer, Path(folder), given.cases, given.dispatches, given.poll_seconds)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
