"""Workers: woken by the doorbell, unshaken by a failure, drained for tests and one-off commands."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.workers import Job, Workers
from config.doorbell import Doorbell

PATIENCE = 30.0
NEVER = 3600.0  # seconds: the clock is not what wakes these


@dataclass
class Pile:
    """Work that is due, and a mark for each time it was looked at."""

    due: int = 0
    looked: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)
    fails: bool = False

    def work(self) -> bool:
        with self.changed:
            self.looked += 1
            self.changed.notify_all()
            if self.fails:
                self.fails = False
                raise RuntimeError("the disk is full")
            done, self.due = self.due, 0
        return bool(done)

    def comes_to(self, true: Callable[[Pile], bool]) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: true(self), PATIENCE)


def test_work_left_by_a_crash_is_done_at_the_start() -> None:
    pile = Pile(due=1)
    workers = Workers((Job("pile", pile.work, Doorbell(), "pile", NEVER),))
    workers.start()
    assert pile.comes_to(lambda pile: pile.due == 0)
    workers.stop()


def test_a_ring_wakes_the_worker() -> None:
    pile, bell = Pile(), Doorbell()
    workers = Workers((Job("pile", pile.work, bell, "pile", NEVER),))
    workers.start()
    assert pile.comes_to(lambda pile: pile.looked >= 1)
    pile.due = 1
    bell.ring("pile")
    assert pile.comes_to(lambda pile: pile.due == 0)
    workers.stop()


def test_the_clock_wakes_a_worker_that_missed_its_ring() -> None:
    pile = Pile()
    workers = Workers((Job("pile", pile.work, Doorbell(), "pile", 0.01),))
    workers.start()
    assert pile.comes_to(lambda pile: pile.looked >= 3)
    workers.stop()


def test_a_failure_is_tried_again() -> None:
    pile = Pile(due=1, fails=True)
    workers = Workers((Job("pile", pile.work, Doorbell(), "pile", 0.01),))
    workers.start()
    assert pile.comes_to(lambda pile: pile.due == 0)
    workers.stop()


def test_a_slow_job_holds_up_no_other() -> None:
    let_go, pile = threading.Event(), Pile(due=1)
    slow = Job("slow", lambda: not let_go.wait(PATIENCE), Doorbell(), "slow", NEVER)
    workers = Workers((slow, Job("pile", pile.work, Doorbell(), "pile", NEVER)))
    workers.start()
    assert pile.comes_to(lambda pile: pile.due == 0)
    let_go.set()
    workers.stop()


def test_draining_goes_on_until_nothing_is_due_anywhere() -> None:
    first, second = Pile(due=1), Pile()

    def hands_on() -> bool:
        second.due += first.due
        return first.work()

    bell = Doorbell()
    Workers((Job("second", second.work, bell, "b"), Job("first", hands_on, bell, "a"))).drain()
    assert (first.due, second.due) == (0, 0)


def test_what_another_process_is_at_is_left_to_it() -> None:
    pile, free = Pile(2), [False, True]
    asked: list[str] = []

    @contextmanager
    def alone(key: str, *, wait: bool) -> Iterator[bool]:
        asked.append(key)
        assert not wait
        yield free.pop(0)

    job = Job("pile", pile.work, Doorbell(), "pile", alone=alone)
    assert (job.run(), job.run()) == (False, True)
    assert asked == ["job pile", "job pile"]
