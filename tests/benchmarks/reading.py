"""One message read after the other by the understanding that is served from a data folder."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path

from bot.opening import open_house
from config.settings import load_settings
from tests.benchmarks.rest import messages

READINGS = 300


def main(data: Path) -> None:
    """Print the median, the 95th percentile and the processor time of a reading."""
    house = open_house(load_settings(data))
    try:
        degraded = house.understanding.degraded
        texts = list(itertools.islice(messages(0), 20 + READINGS))
        for text in texts[:20]:
            house.understanding.read(text)
        took: list[float] = []
        processor = time.process_time()
        for text in texts[20:]:
            began = time.perf_counter()
            house.understanding.read(text)
            took.append(1_000 * (time.perf_counter() - began))
        processor = time.process_time() - processor
    finally:
        house.close()
    took.sort()
    print(
        f"one reading, {READINGS} messages one after the other, served encoder: "
        f"p50 {took[READINGS // 2]:.1f} ms, p95 {took[int(READINGS * 0.95)]:.1f} ms, "
        f"{1_000 * processor / READINGS:.1f} ms of processor time (load average {os.getloadavg()[0]:.1f})"
        + (f"; NOT AS SERVED: {degraded}" if degraded else "")
    )
