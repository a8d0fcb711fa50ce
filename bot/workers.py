"""Threads that work off durable rows: woken by the doorbell, and by the clock in case a ring was missed.

Every process that serves the house has all of them. What takes its rows under a lease, or only looks to
itself, runs in each at once; the rest runs `alone`: in one process at a time, whichever comes first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

_log = logging.getLogger(__name__)


class Doorbell(Protocol):
    """What a worker asks of a doorbell."""

    def count(self, topic: str) -> int: ...

    def wait_past(self, topic: str, seen: int, timeout: float) -> int: ...

    def ring(self, *topics: str) -> None: ...


class Alone(Protocol):
    """Keeps other processes out: gives False at once where one of them has the key."""

    def __call__(self, key: str, *, wait: bool) -> AbstractContextManager[bool]: ...


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of work: `work()` does what is due and says whether there was any."""

    name: str
    work: Callable[[], bool]
    doorbell: Doorbell
    topic: str
    every_seconds: float = 1.0
    upkeep: bool = False  # nothing waits for it, so `drain` leaves it out
    alone: Alone | None = None  # None: safe in several processes at once
    apart_seconds: float = 0.0  # the least time between two rounds, where one looks at everything

    def run(self) -> bool:
        """Work, unless another process is at it; True if there was anything to do."""
        if self.alone is None:
            return self.work()
        with self.alone(f"job {self.name}", wait=False) as free:
            return free and self.work()


class Workers:
    """One thread a job, so that a slow one holds up no other."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = jobs
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every job; each works at once, for what a crash left behind."""
        for job in self._jobs:
            thread = threading.Thread(target=self._run, args=(job,), name=job.name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Let each job finish what it is at."""
        self._stop.set()
        for job in self._jobs:
            job.doorbell.ring(job.topic)
        for thread in self._threads:
            thread.join()

    def drain(self) -> None:
        """Work here and now until nothing is due: for tests and one-off commands, instead of `start`."""
        while any([job.run() for job in self._jobs if not job.upkeep]):
            pass

    def _run(self, job: Job) -> None:
        while not self._stop.is_set():
            seen = job.doorbell.count(job.topic)
            try:
                job.run()
            except Exception:
                # The rows are still there; the next round tries them again.
                _log.exception("worker %s failed", job.name)
                self._stop.wait(job.every_seconds)
            self._stop.wait(job.apart_seconds)
            job.doorbell.wait_past(job.topic, seen, job.every_seconds)
