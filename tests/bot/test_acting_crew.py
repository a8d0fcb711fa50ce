"""Work that hangs, raises and leaves things behind costs nobody else anything."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.acting.crew import Crew, OverdueError, StuckError

LONG, SHORT = 30.0, 0.05


@pytest.fixture
def crew() -> Iterator[Crew]:
    opened = Crew(idle=2, stuck_each=2, stuck_in_all=3)
    yield opened
    opened.close()


async def thread_name() -> int:
    return threading.get_ident()


class Hanging:
    """Work that can't be cancelled and hangs until the test lets go."""

    def __init__(self) -> None:
        self._let_go, self._begun = threading.Event(), threading.Semaphore(0)
        self._threads: list[threading.Thread] = []

    def in_(self, crew: Crew, name: str) -> None:
        """Have it done under this name, until it is given up."""
        with pytest.raises(OverdueError):
            crew.do(name, self._work, within=SHORT)
        assert self._begun.acquire(timeout=LONG)

    def ends(self) -> None:
        self._let_go.set()
        for thread in self._threads:
            thread.join(LONG)

    async def _work(self) -> None:
        self._threads.append(threading.current_thread())
        self._begun.release()
        self._let_go.wait()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    made = Hanging()
    yield made
    made.ends()


def test_a_thread_that_has_ended_its_work_takes_the_next(crew: Crew) -> None:
    threads = {crew.do("a", thread_name, within=LONG) for _ in range(5)}
    assert len(threads) == 1 and threading.get_ident() not in threads


def test_what_work_raises_is_raised(crew: Crew) -> None:
    async def raises() -> None:
        raise LookupError("no such shop")

    with pytest.raises(LookupError, match="no such shop"):
        crew.do("a", raises, within=LONG)


def test_a_timeout_of_the_works_own_is_not_ours(crew: Crew) -> None:
    async def raises() -> None:
        raise TimeoutError("the shop did not answer")

    with pytest.raises(TimeoutError, match="the shop did not answer"):
        crew.do("a", raises, within=LONG)


def test_work_that_leaves_the_process_stays(crew: Crew) -> None:
    async def leaves() -> None:
        sys.exit(3)

    with pytest.raises(RuntimeError, match="SystemExit"):
        crew.do("a", leaves, within=LONG)
    assert crew.do("a", thread_name, within=LONG)


def test_an_await_that_takes_too_long_is_cancelled(crew: Crew) -> None:
    cancelled = threading.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(OverdueError):
        crew.do("a", waits, within=SHORT)
    assert cancelled.wait(LONG)


def test_work_that_hangs_holds_nobody_up(crew: Crew, hanging: Hanging) -> None:
    hanging.in_(crew, "hangs")
    assert crew.stuck() == {"hangs": 1}
    assert crew.do("other", thread_name, within=LONG)


def test_work_that_always_hangs_is_no_longer_begun(crew: Crew, hanging: Hanging) -> None:
    for _ in range(2):
        hanging.in_(crew, "hangs")
    with pytest.raises(StuckError, match="2 calls of it still hang"):
        crew.do("hangs", thread_name, within=LONG)
    assert crew.do("other", thread_name, within=LONG)


def test_all_that_hangs_together_is_bounded(crew: Crew, hanging: Hanging) -> None:
    for name in ("a", "b", "c"):
        hanging.in_(crew, name)
    with pytest.raises(StuckError, match="3 calls still hang"):
        crew.do("d", thread_name, within=LONG)


def test_what_comes_back_late_makes_room_again(crew: Crew, hanging: Hanging) -> None:
    for _ in range(2):
        hanging.in_(crew, "hangs")
    hanging.ends()
    assert crew.stuck() == {}
    assert crew.do("hangs", thread_name, within=LONG)


def test_tasks_that_are_left_running_end_with_the_work(crew: Crew) -> None:
    ended: list[str] = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    left: list[asyncio.Task[None]] = []

    async def leaves() -> None:
        left.append(asyncio.create_task(waits()))
        await asyncio.sleep(0)

    crew.do("a", leaves, within=LONG)
    assert ended == ["ended"]


def test_callers_do_not_wait_for_each_other(crew: Crew) -> None:
    together = threading.Barrier(8, timeout=LONG)

    async def meets() -> int:
        return together.wait()

    met: list[int] = []
    callers = [
        threading.Thread(target=lambda: met.append(crew.do("a", meets, within=LONG))) for _ in range(8)
    ]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(LONG)
    assert sorted(met) == list(range(8))


def test_a_closed_crew_begins_nothing(crew: Crew) -> None:
    crew.do("a", thread_name, within=LONG)
    crew.close()
    with pytest.raises(StuckError, match="closing"):
        crew.do("a", thread_name, within=LONG)
