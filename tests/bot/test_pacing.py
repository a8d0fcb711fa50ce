"""A flurry of calls becomes few, and the last is never lost."""

from __future__ import annotations

from collections.abc import Callable

from bot.pacing import Paced


class Timer:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, do: Callable[[], None]) -> None:
        self.due.append((self.now + seconds, do))

    def pass_by(self, seconds: float) -> None:
        self.now += seconds
        ready = [do for at, do in self.due if at <= self.now]
        self.due = [each for each in self.due if each[0] > self.now]
        for do in ready:
            do()


def test_the_first_is_done_at_once_and_a_flurry_after_it_once_more() -> None:
    timer, done = Timer(), list[float]()
    paced = Paced(lambda: done.append(timer.now), 1.0, now=lambda: timer.now, later=timer.later)
    for _ in range(5):
        paced()
        timer.pass_by(0.1)
    assert done == [0.0]
    timer.pass_by(0.6)
    assert len(done) == 2 and len(timer.due) == 0


def test_after_a_pause_it_is_done_at_once_again() -> None:
    timer, done = Timer(), list[float]()
    paced = Paced(lambda: done.append(timer.now), 1.0, now=lambda: timer.now, later=timer.later)
    paced()
    timer.pass_by(3.0)
    paced()
    assert done == [0.0, 3.0]
