from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from config import doorbell
from config.doorbell import EVERY, Doorbell


def test_a_ring_is_counted_for_its_topic_only() -> None:
    bell = Doorbell()
    before = bell.count("a"), bell.count("b")
    bell.ring("a")
    assert bell.count("a") > before[0]
    assert bell.count("b") == before[1]


def test_ringing_every_topic_counts_for_one_never_heard_of() -> None:
    bell = Doorbell()
    bell.ring("a")
    known, unknown = bell.count("a"), bell.count("b")
    bell.ring(EVERY)
    assert bell.count("a") > known
    assert bell.count("b") > unknown


def test_ringing_nothing_wakes_nobody() -> None:
    bell = Doorbell()
    woken: list[None] = []
    bell.subscribe([EVERY, "a"], lambda: woken.append(None))
    bell.ring()
    assert not woken


def test_waiting_past_an_old_count_returns_at_once() -> None:
    bell = Doorbell()
    seen = bell.count("a")
    bell.ring("a")
    assert bell.wait_past("a", seen, 60) > seen


def test_waiting_ends_with_the_timeout() -> None:
    bell = Doorbell()
    seen = bell.count("a")
    assert bell.wait_past("a", seen, 0) == seen


def test_a_waiting_thread_is_woken() -> None:
    bell = Doorbell()
    seen = bell.count("a")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(bell.wait_past, "a", seen, 60)
        bell.ring("a")
        assert waiting.result(10) > seen


def test_no_wake_up_is_lost_between_reading_and_waiting() -> None:
    bell = Doorbell()
    work: list[int] = []
    done: list[int] = []

    def worker() -> None:
        while len(done) < 2000:
            seen = bell.count("work")
            while work:
                done.append(work.pop())
            if len(done) < 2000 and bell.wait_past("work", seen, 30) == seen:
                return  # a lost wake-up

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(worker)
        for number in range(2000):
            work.append(number)
            bell.ring("work")
        working.result(60)
    assert len(done) == 2000


def test_forgetting_old_topics_may_wake_for_nothing_but_never_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_REMEMBERED", 2)
    bell = Doorbell()
    seen = bell.count("old")
    bell.ring("old")
    for topic in ("b", "c", "d"):
        bell.ring(topic)
    assert bell.count("old") > seen


def test_a_subscriber_is_woken_once_a_ring() -> None:
    bell = Doorbell()
    woken: list[None] = []
    bell.subscribe(["a", "b"], lambda: woken.append(None))
    bell.ring("a", "b")
    assert len(woken) == 1


def test_every_subscriber_hears_the_ring_for_all() -> None:
    bell = Doorbell()
    woken: list[str] = []
    bell.subscribe(["a"], lambda: woken.append("a"))
    bell.subscribe(["b"], lambda: woken.append("b"))
    bell.ring(EVERY)
    assert sorted(woken) == ["a", "b"]


def test_who_unsubscribes_is_left_alone() -> None:
    bell = Doorbell()
    woken: list[None] = []
    unsubscribe = bell.subscribe(["a"], lambda: woken.append(None))
    unsubscribe()
    unsubscribe()
    bell.ring("a")
    assert not woken


def test_one_broken_listener_does_not_silence_the_others(caplog: pytest.LogCaptureFixture) -> None:
    bell = Doorbell()
    woken = threading.Event()

    def broken() -> None:
        raise RuntimeError("I am broken")

    bell.subscribe(["a"], broken)
    bell.subscribe(["a"], woken.set)
    bell.ring("a")
    assert woken.is_set()
    assert "I am broken" in caplog.text
