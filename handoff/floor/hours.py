"""Business time: when a team works, and when a deadline counted in its hours falls due. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Opening = tuple[time, time]
"""From and to, local time of one day; a `to` not after `from` is on the next day, midnight being 00:00."""

_LOOK_AHEAD = 400  # days; a calendar that has not opened by then never does


@dataclass(frozen=True, slots=True)
class Calendar:
    """A team's working hours: openings by weekday (Monday is 0) in its zone, none on its holidays."""

    zone: str = "UTC"
    hours: Mapping[int, tuple[Opening, ...]] = field(default_factory=dict, hash=False)
    holidays: frozenset[date] = frozenset()

    def is_open(self, moment: datetime) -> bool:
        """Whether the team works at this moment."""
        return any(start <= moment < end for start, end in self._openings(moment, days=1))

    def next_open(self, moment: datetime) -> datetime | None:
        """The moment itself if the team works, else when it starts again; None if it never does."""
        return next((max(start, moment) for start, _ in self._openings(moment)), None)

    def due(self, moment: datetime, within: timedelta) -> datetime:
        """When `within` of working time will have passed since `moment`, in UTC.

        Hours are counted as they pass, so a day on which clocks change is an hour shorter or longer. A team
        that never works counts around the clock: a deadline must fall due some day.
        """
        return _due(self, moment, within)

    def before(self, moment: datetime, within: timedelta) -> datetime:
        """The inverse: since when there has been no more than `within` of working time until `moment`."""
        return _before(self, moment, within)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; a team that never works counts around the clock."""
        if not self.hours:
            return max(end - start, timedelta())
        passed = timedelta()
        for opens, closes in self._openings(start, days=(end - start).days + 2):
            passed += max(min(closes, end) - max(opens, start), timedelta())
        return passed

    def _openings(self, moment: datetime, days: int = _LOOK_AHEAD) -> Iterator[tuple[datetime, datetime]]:
        """Openings in UTC that end after `moment`, in order, looking `days` ahead."""
        today = moment.astimezone(ZoneInfo(self.zone)).date()
        for offset in range(-1, days):  # yesterday's may last past midnight
            for start, end in self._day(today + timedelta(days=offset)):
                if end > moment:
                    yield start, end

    def _closings(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Openings in UTC that start before `moment`, the last first."""
        today = moment.astimezone(ZoneInfo(self.zone)).date()
        for offset in range(_LOOK_AHEAD):
            for start, end in reversed(self._day(today - timedelta(days=offset))):
                if start < moment:
                    yield start, end

    def _day(self, day: date) -> list[tuple[datetime, datetime]]:
        """The openings that begin on a day, in UTC."""
        if day in self.holidays:
            return []
        zone, found = ZoneInfo(self.zone), []
        for opens, closes in self.hours.get(day.weekday(), ()):
            last = day if closes > opens else day + timedelta(days=1)
            start = datetime.combine(day, opens, zone).astimezone(UTC)
            found.append((start, datetime.combine(last, closes, zone).astimezone(UTC)))
        return found


# A case's deadlines are asked for with every look at the desk and change rarely.
@lru_cache(maxsize=50_000)
def _due(calendar: Calendar, moment: datetime, within: timedelta) -> datetime:
    left = within
    for start, end in calendar._openings(moment):
        begin = max(start, moment)
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return moment + within


@lru_cache(maxsize=50_000)
def _before(calendar: Calendar, moment: datetime, within: timedelta) -> datetime:
    left = within
    for start, end in calendar._closings(moment):
        stop = min(end, moment)
        if left <= stop - start:
            return stop - left
        left -= stop - start
    return moment - within


ALWAYS = Calendar(hours={day: ((time(0), time(0)),) for day in range(7)})
"""Around the clock, every day."""
