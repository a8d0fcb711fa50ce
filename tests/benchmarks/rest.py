"""Turns over Rasa's REST wire, against a running server: one client, many at once, one long conversation.

Each answer has two durable commits behind it: the message's and the turn's.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit
from zlib import crc32

from tests.benchmarks.machine import processor_seconds
from tests.server import Server

# Short conversations that the bot leads to their end. `{}` is another thing each time, so that what must be
# encoded is not remembered.
SCRIPT = (
    "hello",
    "my wifi is slow near the {}",
    "what does the warranty cover for my {}",
    "how do I return the {} I bought",
    "how long does delivery of a {} take",
    "thank you",
)
SHADES = (
    "red",
    "blue",
    "green",
    "black",
    "white",
    "brown",
    "pink",
    "grey",
    "golden",
    "silver",
    "big",
    "little",
)
THINGS = ("camera", "router", "speaker", "lamp", "sensor", "charger", "screen", "remote", "cable", "doorbell")
PATH = "/webhooks/rest/webhook"


@dataclass(frozen=True, slots=True)
class Load:
    """What a load took: milliseconds of each turn, seconds in all, the server's processor seconds."""

    turns: tuple[float, ...]
    seconds: float
    processor: float

    def quantile(self, share: float) -> float:
        """The time that this share of the turns stayed within, in milliseconds."""
        return sorted(self.turns)[min(int(share * len(self.turns)), len(self.turns) - 1)]

    @property
    def processor_ms(self) -> float:
        """The server's processor time for one turn."""
        return 1_000 * self.processor / len(self.turns)


def messages(start: int) -> Iterator[str]:
    """The script again and again, about something else each time."""
    things = [f"{shade} {thing}" for thing in THINGS for shade in SHADES]
    for turn in itertools.count():
        yield SCRIPT[turn % len(SCRIPT)].format(things[(start + turn) % len(things)])


def sequential(server: Server, turns: int = 300) -> Load:
    """One client, one message after the other, each conversation six turns long."""
    return _measured(server, lambda: _converse(server, f"one-{time.time()}", turns, len(SCRIPT)))


def concurrent(server: Server, clients: int = 32, turns: int = 2_400) -> Load:
    """Many clients at once, each with one message under way and conversations of six turns."""

    def run() -> list[float]:
        with ThreadPoolExecutor(clients) as pool:
            each = [
                pool.submit(_converse, server, f"many-{time.time()}-{client}", turns // clients, len(SCRIPT))
                for client in range(clients)
            ]
            return [took for future in each for took in future.result()]

    return _measured(server, run)


def long_conversation(server: Server, turns: int = 300, ends: int = 50) -> tuple[Load, Load]:
    """One conversation, one message after the other: its first turns and its last."""
    sender = f"long-{time.time()}"
    first = _measured(server, lambda: _converse(server, sender, ends, turns))
    _converse(server, sender, turns - 2 * ends, turns)
    return first, _measured(server, lambda: _converse(server, sender, ends, turns))


def main(server: Server) -> None:
    """Warm the server up and print the three figures."""
    sequential(server, 60)
    one = sequential(server)
    print(
        f"bot reply, REST, one client, {len(one.turns)} turns in conversations of {len(SCRIPT)}: "
        f"p50 {one.quantile(0.5):.1f} ms, p95 {one.quantile(0.95):.1f} ms, "
        f"{one.processor_ms:.1f} ms of processor time a turn{_load()}"
    )
    many = concurrent(server)
    print(
        f"bot reply, REST, 32 clients on the same machine, {len(many.turns)} turns: "
        f"{len(many.turns) / many.seconds:.0f} turns/s, p50 {many.quantile(0.5):.0f} ms, "
        f"p95 {many.quantile(0.95):.0f} ms, {many.processor_ms:.1f} ms of processor time a turn{_load()}"
    )
    first, last = long_conversation(server)
    print(
        f"one conversation of 300 turns, REST: its first 50 take {first.quantile(0.5):.1f} ms (median), its "
        f"last 50 {last.quantile(0.5):.1f} ms, {last.quantile(0.5) / first.quantile(0.5):.2f} times as long; "
        f"processor time {first.processor_ms:.1f} and {last.processor_ms:.1f} ms a turn{_load()}"
    )


def _converse(server: Server, sender: str, turns: int, each: int) -> list[float]:
    """So many turns over one connection that is kept open; milliseconds of each."""
    took: list[float] = []
    with closing(HTTPConnection(urlsplit(server.address).netloc, timeout=30)) as connection:
        connection.connect()
        for turn, text in enumerate(itertools.islice(messages(crc32(sender.encode())), turns)):
            body = json.dumps({"sender": f"{sender}-{turn // each}", "message": text})
            began = time.perf_counter()
            connection.request("POST", PATH, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read()
            took.append(1_000 * (time.perf_counter() - began))
            if answer.status != 200:
                raise RuntimeError(f"the server answered {answer.status}: {said[:200]!r}")
    return took


def _measured(server: Server, run: Callable[[], list[float]]) -> Load:
    before, began = processor_seconds(server.process.pid), time.perf_counter()
    turns = run()
    seconds = time.perf_counter() - began
    return Load(tuple(turns), seconds, processor_seconds(server.process.pid) - before)


def _load() -> str:
    return f" (load average {os.getloadavg()[0]:.1f})"
