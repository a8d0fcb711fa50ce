"""Moments as customers read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from actions.moments import moment_in_words

FRIDAY = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "language", "said"),
    [
        (timedelta(hours=1), "en", "today at 19:30"),
        (timedelta(hours=14, minutes=30), "en", "tomorrow at 09:00"),
        (timedelta(days=2, hours=13, minutes=30), "en", "on Monday 23 November at 08:00"),
        (timedelta(hours=1), "nb", "i dag klokka 19:30"),
        (timedelta(hours=14, minutes=30), "nb", "i morgen klokka 09:00"),
        (timedelta(days=2, hours=13, minutes=30), "nb", "mandag 23. november klokka 08:00"),
        (timedelta(hours=1), "de", "today at 19:30"),
    ],
)
def test_a_moment_is_told_in_the_zone_and_language_of_the_reader(
    later: timedelta, language: str, said: str
) -> None:
    assert moment_in_words(FRIDAY + later, FRIDAY, "Europe/Oslo", language) == said


def test_which_day_is_today_is_told_by_the_zone() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert moment_in_words(late, FRIDAY, "Europe/Oslo", "en") == "tomorrow at 00:30"
