"""Business time: when a team works, and when a deadline counted in its hours falls due. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Opening = tuple[time, time]
"""From and to, local time of one day; a `to` not after `from` is on the next day, midnight being 00:00."""

_LOOK_AHEAD = 400  # days; a calendar that has not opened by then never does


@dataclass(frozen=True, slots=True)
class Calendar:
    """A team's working hours: openings by weekday (Monday is 0) in its zone, none on its holidays."""

    zone: str = "UTC"
    hours: Mapping[int, tuple[Opening, ...]] = field(default_factory=dict)
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
        left = within
        for start, end in self._openings(moment):
            begin = max(start, moment)
            if left <= end - begin:
                return begin + left
            left -= end - begin
        return moment + within

    def _openings(self, moment: datetime, days: int = _LOOK_AHEAD) -> Iterator[tuple[datetime, datetime]]:
        """Openings in UTC that end after `moment`, in order, looking `days` ahead."""
        zone = ZoneInfo(self.zone)
        today = moment.astimezone(zone).date()
        for offset in range(-1, days):  # yesterday's may last past midnight
            day = today + timedelta(days=offset)
            if day in self.holidays:
                continue
            for opens, closes in self.hours.get(day.weekday(), ()):
                last = day if closes > opens else day + timedelta(days=1)
                start = datetime.combine(day, opens, zone).astimezone(UTC)
                end = datetime.combine(last, closes, zone).astimezone(UTC)
                if end > moment:
                    yield start, end


ALWAYS = Calendar(hours={day: ((time(0), time(0)),) for day in range(7)})
"""Around the clock, every day."""
