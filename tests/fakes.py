"""Small honest fakes: they do what the real thing does, without the machine's clock or chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from argon2 import PasswordHasher

T = TypeVar("T")

MONDAY_MORNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes as the house does, with a thousandth of its work: the tests' passwords are no secret."""


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = MONDAY_MORNING) -> None:
        self._at, self._monotonic = at, 0.0

    def now(self) -> datetime:
        return self._at

    def monotonic(self) -> float:
        return self._monotonic

    def moves(self, by: timedelta) -> None:
        self._at += by
        self._monotonic += by.total_seconds()


class FirstChoice(random.Random):
    """Always picks the first variant, so that a story reads the same every time."""

    def choice(self, seq: Sequence[T]) -> T:  # type: ignore[override]
        return seq[0]
