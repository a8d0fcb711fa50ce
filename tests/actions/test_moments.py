"""Moments as customers read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actions.moments import moment_in_words, wait_in_words

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


DANISH = {"da": Path(__file__).parents[2] / "config" / "languages" / "da" / "moments.toml"}


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(hours=1), "i dag klokken 19:30"),
        (timedelta(days=2, hours=13, minutes=30), "mandag den 23. november klokken 08:00"),
        (timedelta(days=120), "lørdag den 20. marts klokken 18:30"),
    ],
)
def test_a_further_language_brings_its_own_words(later: timedelta, said: str) -> None:
    assert moment_in_words(FRIDAY + later, FRIDAY, "Europe/Oslo", "da", DANISH) == said
    assert (
        wait_in_words((timedelta(minutes=4), timedelta(minutes=9)), "da", DANISH) == "mellem 4 og 9 minutter"
    )


def test_which_day_is_today_is_told_by_the_zone() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert moment_in_words(late, FRIDAY, "Europe/Oslo", "en") == "tomorrow at 00:30"


@pytest.mark.parametrize(
    ("least", "most", "language", "said"),
    [
        (0, 40, "en", "about a minute"),
        (230, 480, "en", "between 4 and 8 minutes"),
        (500, 535, "en", "about 9 minutes"),
        (3_600, 9_000, "en", "between 1 and 3 hours"),
        (0, 40, "nb", "omtrent ett minutt"),
        (230, 480, "nb", "mellom 4 og 8 minutter"),
        (3_600, 9_000, "nb", "mellom 1 og 3 timer"),
        (230, 480, "de", "between 4 and 8 minutes"),
    ],
)
def test_a_wait_is_told_as_a_range_and_never_too_short(
    least: int, most: int, language: str, said: str
) -> None:
    assert wait_in_words((timedelta(seconds=least), timedelta(seconds=most)), language) == said
