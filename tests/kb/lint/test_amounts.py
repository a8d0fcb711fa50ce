from __future__ import annotations

import pytest

from kb.lint.amounts import agree, amounts, bare_numbers, differing


def read(text: str, language: str = "en") -> list[tuple[str, float, float]]:
    return [(amount.unit, amount.low, amount.high) for amount in amounts(text, language)[0]]


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("It costs EUR 4.90 (NOK 49).", "en", [("EUR", 4.9, 4.9), ("NOK", 49, 49)]),
        ("Det koster 1 290 kr.", "nb", [("NOK", 1290, 1290)]),
        ("From $9 to $19 a month", "en", [("USD", 9, 19)]),
        ("You have 60 days.", "en", [("minute", 86400, 86400)]),
        ("a two-hour window", "en", [("minute", 120, 120)]),
        ("et tidsrom på to timer", "nb", [("minute", 120, 120)]),
        ("We choose to wait a day", "en", []),
        ("Vent to dager", "nb", [("minute", 2880, 2880)]),
        ("2–4 working days", "en", [("working_day", 2, 4)]),
        ("3 års garanti", "nb", [("month", 36, 36)]),
        ("at least 30 % battery", "en", [("%", 30, 30)]),
        ("Open 08:00–17:00", "en", [("clock", 480, 480), ("clock", 1020, 1020)]),
        ("Åpent kl. 08.00 til 21.00", "nb", [("clock", 480, 480), ("clock", 1260, 1260)]),
        ("Open 9am to 5 pm", "en", [("clock", 540, 540), ("clock", 1020, 1020)]),
        ("On 24 and 26 December", "en", [("date", 1224, 1226)]),
        ("før 1. mars 2027", "nb", [("date with year", 20270301, 20270301)]),
        ("from −20 to +45 °C", "en", [("°C", -20, 45)]),
        ("2.4 GHz and 50 Mbit/s", "en", [("GHz", 2.4, 2.4), ("Mbit/s", 50, 50)]),
        ("10,000 pageviews", "en", [("#pageview", 10000, 10000)]),
        ("INV-2026-00318 and NT-10427", "en", []),
    ],
)
def test_values_are_read_in_both_languages(
    text: str, language: str, values: list[tuple[str, float, float]]
) -> None:
    assert read(text, language) == values


def test_what_is_left_of_a_sentence_has_units_instead_of_values() -> None:
    assert amounts("Wait 30 seconds, then 2 minutes.", "en")[1] == "Wait minute, then minute."


def test_numbers_without_a_unit_are_told_apart() -> None:
    assert bare_numbers("Android 10, within 5 minutes", "en") == ("10",)


def test_a_value_within_a_range_agrees_with_it() -> None:
    ((one,), _), ((ranged,), _) = amounts("3 days", "en"), amounts("2 to 4 days", "en")
    assert agree(one, ranged)


def test_two_ranges_agree_only_if_they_are_the_same() -> None:
    ((one,), _), ((other,), _) = amounts("2 to 4 days", "en"), amounts("2 to 5 days", "en")
    assert not agree(one, other)


def test_the_same_time_in_another_unit_is_the_same() -> None:
    assert not list(differing(amounts("24 hours", "en")[0], amounts("one day", "en")[0]))


def test_a_unit_that_only_one_side_has_says_nothing() -> None:
    assert not list(differing(amounts("EUR 75 (NOK 790)", "en")[0], amounts("790 kr", "nb")[0]))
