"""How much somebody has had lately, exact to the last request, in memory that has a bound."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass

KEYS = 10_000
"""Who is remembered at the same time."""

ENTRIES = 100_000
"""Requests that are remembered at the same time, of all together; one takes 16 bytes."""


@dataclass(frozen=True, slots=True)
class Window:
    """No more than `most` within any `seconds` seconds."""

    most: int
    seconds: float


class Counts:
    """What each key has spent within the longest of its windows; every window holds.

    Past `KEYS` or `ENTRIES` the keys that were heard of longest ago are forgotten, and begin at nought.
    """

    def __init__(self, *windows: Window, keys: int = KEYS, entries: int = ENTRIES) -> None:
        self._windows = windows
        self._longest = max((each.seconds for each in windows), default=0.0)
        self._keys, self._entries = keys, entries
        self._spent: OrderedDict[str, _Spending] = OrderedDict()
        self._kept = 0

    def __len__(self) -> int:
        return len(self._spent)

    def wait(self, key: str, now: float, cost: int = 1) -> float:
        """The seconds until `key` may have so much more; 0 where it may at once.

        now: of a monotonic clock, never less than the last time. A cost that no window holds waits for ever,
        in steps of that window.
        """
        spent = self._spent.get(key)
        if spent is None:
            return max((each.seconds for each in self._windows if cost > each.most), default=0.0)
        return max((spent.wait(each, now, cost) for each in self._windows), default=0.0)

    def spend(self, key: str, now: float, cost: int = 1) -> None:
        """Count what `key` has been given."""
        if not self._windows:
            return
        spent = self._spent.setdefault(key, _Spending())
        self._spent.move_to_end(key)
        self._kept += 1 - spent.forget(now - self._longest)
        spent.add(now, cost)
        while len(self._spent) > 1 and self._forgettable(now):
            self._kept -= len(self._spent.popitem(last=False)[1])

    def _forgettable(self, now: float) -> bool:
        """Whether the key that was heard of longest ago is not needed any more, or has to go."""
        over = len(self._spent) > self._keys or self._kept > self._entries
        return over or next(iter(self._spent.values())).last <= now - self._longest


class _Spending:
    """When one key spent something, and how much it had spent in all by then."""

    __slots__ = ("_before", "_times", "_totals")

    def __init__(self) -> None:
        self._times, self._totals = array("d"), array("d")
        self._before = 0.0  # spent by the entries that are forgotten

    def __len__(self) -> int:
        return len(self._times)

    @property
    def last(self) -> float:
        return self._times[-1]

    def wait(self, window: Window, now: float, cost: int) -> float:
        """Seconds until `cost` fits into the window."""
        over = (self._totals[-1] if self._totals else self._before) + cost - window.most
        if over <= self._before:
            return 0.0
        # As soon as the entry that brought the total there has left the window, what is left fits.
        place = bisect_left(self._totals, over)
        if place == len(self._times):
            return window.seconds
        return max(0.0, self._times[place] + window.seconds - now)

    def add(self, now: float, cost: int) -> None:
        self._totals.append((self._totals[-1] if self._totals else self._before) + cost)
        self._times.append(now)

    def forget(self, until: float) -> int:
        """Drop what was spent up to then; how many entries that were."""
        place = bisect_left(self._times, until)
        if place:
            self._before = self._totals[place - 1]
            del self._times[:place], self._totals[:place]
        return place
