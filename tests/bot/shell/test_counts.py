from __future__ import annotations

import random

import pytest

from bot.shell.counts import Counts, Window


@pytest.fixture
def counts() -> Counts:
    return Counts(Window(3, 10.0), Window(5, 60.0))


def spend(counts: Counts, key: str, now: float, cost: int = 1) -> float:
    """Ask, and spend where there is nothing to wait for."""
    if (wait := counts.wait(key, now, cost)) == 0:
        counts.spend(key, now, cost)
    return wait


def test_the_limit_itself_is_allowed_and_one_more_is_not(counts: Counts) -> None:
    assert [spend(counts, "a", 0.0) for _ in range(4)] == [0, 0, 0, 10.0]


def test_who_waits_as_long_as_told_may_go_on(counts: Counts) -> None:
    for now in (0.0, 1.0, 2.0):
        spend(counts, "a", now)
    assert spend(counts, "a", 4.0) == 6.0
    assert spend(counts, "a", 9.999) > 0
    assert spend(counts, "a", 10.0) == 0


def test_every_window_holds(counts: Counts) -> None:
    for now in (0.0, 0.0, 0.0, 20.0, 20.0):
        assert spend(counts, "a", now) == 0
    assert spend(counts, "a", 20.0) == 40.0
    assert spend(counts, "a", 60.0) == 0


def test_each_key_has_its_own(counts: Counts) -> None:
    for _ in range(4):
        spend(counts, "a", 0.0)
    assert spend(counts, "b", 0.0) == 0


def test_asking_alone_costs_nothing(counts: Counts) -> None:
    for _ in range(100):
        counts.wait("a", 0.0)
    assert spend(counts, "a", 0.0) == 0


def test_what_is_large_counts_for_more() -> None:
    counts = Counts(Window(1000, 60.0))
    assert spend(counts, "a", 0.0, 600) == 0
    assert spend(counts, "a", 1.0, 300) == 0
    assert spend(counts, "a", 2.0, 200) == 58.0
    assert spend(counts, "a", 2.0, 100) == 0
    assert spend(counts, "a", 60.0, 600) == 0
    assert spend(counts, "a", 60.0, 1) == 1.0


def test_what_fits_into_no_window_waits_for_one() -> None:
    counts = Counts(Window(1000, 60.0))
    assert spend(counts, "a", 0.0, 1001) == 60.0
    assert spend(counts, "a", 0.0, 10) == 0
    assert spend(counts, "a", 0.0, 1001) == 60.0


def test_no_window_is_no_limit() -> None:
    counts = Counts()
    assert [spend(counts, "a", 0.0) for _ in range(1000)] == [0] * 1000
    assert len(counts) == 0


def test_it_never_allows_more_than_the_windows_say_and_never_less() -> None:
    chance = random.Random(1)
    windows = (Window(5, 7.0), Window(12, 30.0))
    counts, given, now = Counts(*windows), list[float](), 0.0
    for _ in range(3000):
        now += chance.choice((0.0, 0.25, 0.5, 2.0))
        fits = all(sum(at > now - each.seconds for at in given) < each.most for each in windows)
        assert (spend(counts, "a", now) == 0) == fits
        if fits:
            given.append(now)


def test_however_many_come_few_are_remembered() -> None:
    counts = Counts(Window(10, 60.0), keys=100, entries=1000)
    for number in range(10_000):
        counts.spend(f"k{number}", now=number / 1000)
    assert len(counts) <= 100


def test_however_much_they_spend_little_is_remembered() -> None:
    counts = Counts(Window(1_000_000, 60.0), keys=100, entries=1000)
    for number in range(20_000):
        counts.spend(f"k{number % 50}", now=0.0)
    assert sum(len(each) for each in counts._spent.values()) <= 1000


def test_whoever_has_been_quiet_for_long_is_forgotten(counts: Counts) -> None:
    for number in range(50):
        counts.spend(f"k{number}", now=0.0)
    counts.spend("late", now=60.0)
    assert len(counts) == 1
