from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from handoff.floor.hours import ALWAYS, Calendar

OFFICE = Calendar(
    zone="Europe/Oslo",
    hours={day: ((time(8), time(16)),) for day in range(5)},
    holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25)}),
)
HOUR = timedelta(hours=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_time_is_counted_while_the_team_works() -> None:
    assert OFFICE.due(utc("2026-11-23 09:40"), HOUR) == utc("2026-11-23 10:40")


def test_what_is_left_in_the_evening_is_counted_the_next_morning() -> None:
    # 16:30 in Oslo is after hours; 15:30 leaves half an hour of today.
    assert OFFICE.due(utc("2026-11-23 15:30"), HOUR) == utc("2026-11-24 08:00")
    assert OFFICE.due(utc("2026-11-23 14:30"), HOUR) == utc("2026-11-24 07:30")


def test_a_weekend_does_not_count() -> None:
    assert OFFICE.due(utc("2026-11-27 14:30"), HOUR) == utc("2026-11-30 07:30")


def test_a_holiday_does_not_count() -> None:
    assert OFFICE.due(utc("2026-12-23 14:30"), HOUR) == utc("2026-12-28 07:30")


def test_a_deadline_may_take_days_of_work() -> None:
    assert OFFICE.due(utc("2026-11-23 07:00"), 16 * HOUR) == utc("2026-11-24 15:00")


def test_a_duration_that_ends_with_the_day_falls_due_at_closing() -> None:
    assert OFFICE.due(utc("2026-11-23 14:00"), HOUR) == utc("2026-11-23 15:00")


def test_clocks_going_back_keep_local_hours() -> None:
    # Summer time ends in Oslo on 25 October 2026: 08:00 is 06:00 UTC before and 07:00 UTC after.
    assert OFFICE.due(utc("2026-10-23 13:30"), HOUR) == utc("2026-10-26 07:30")


def test_a_night_shift_lasts_past_midnight() -> None:
    night = Calendar(hours={0: ((time(22), time(6)),)})
    assert night.is_open(utc("2026-11-24 05:00"))
    assert not night.is_open(utc("2026-11-24 06:00"))
    assert night.due(utc("2026-11-24 05:30"), HOUR) == utc("2026-11-30 22:30")


def test_around_the_clock_is_always_open() -> None:
    moment = utc("2026-12-25 03:00")
    assert ALWAYS.is_open(moment)
    assert ALWAYS.due(moment, 30 * HOUR) == moment + 30 * HOUR


def test_a_break_at_noon_does_not_count() -> None:
    split = Calendar(hours={0: ((time(8), time(12)), (time(13), time(16)))})
    assert split.due(utc("2026-11-23 11:30"), HOUR) == utc("2026-11-23 13:30")


def test_the_next_opening_is_now_while_open_and_later_else() -> None:
    assert OFFICE.next_open(utc("2026-11-23 09:40")) == utc("2026-11-23 09:40")
    assert OFFICE.next_open(utc("2026-11-28 12:00")) == utc("2026-11-30 07:00")


def test_a_team_that_never_works_counts_around_the_clock() -> None:
    never = Calendar()
    assert never.next_open(utc("2026-11-23 09:40")) is None
    assert never.due(utc("2026-11-23 09:40"), HOUR) == utc("2026-11-23 10:40")
