from __future__ import annotations

from datetime import UTC

from config.clock import SystemClock


def test_the_machines_time_is_told_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_monotonic_time_does_not_run_backwards() -> None:
    clock = SystemClock()
    moments = [clock.monotonic() for _ in range(1000)]
    assert moments == sorted(moments)
