from __future__ import annotations

from datetime import date

import pytest

from handoff.finding.dates import dates

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-09", "2026-11-09"),
        ("09.11.2026", "2026-11-09"),
        ("9/11/26", "2026-11-09"),
        ("den 9.11.", "2026-11-09"),
        ("9 November", "2026-11-09"),
        ("November 9th, 2026", "2026-11-09"),
        ("the 9th of nov", "2026-11-09"),
        ("9. november", "2026-11-09"),
        ("3 January", "2027-01-03"),
        ("28. desember", "2026-12-28"),
        ("today", "2026-11-23"),
        ("day before yesterday", "2026-11-21"),
        ("i går", "2026-11-22"),
        ("i  morgen", "2026-11-24"),
        ("two weeks ago", "2026-11-09"),
        ("for tre dager siden", "2026-11-20"),
        ("in 3 days", "2026-11-26"),
        ("om en uke", "2026-11-30"),
        ("on Friday", "2026-11-20"),
        ("by Friday", "2026-11-27"),
        ("last Monday", "2026-11-16"),
        ("next Monday", "2026-11-30"),
        ("forrige tirsdag", "2026-11-17"),
        ("på lørdag", "2026-11-28"),
        ("MONDAY", "2026-11-23"),
        ("3 May 1984", "1984-05-03"),
        ("12/15/2026", "2026-12-15"),
        ("27/2", "2027-02-27"),
        ("ons 25.11 kl 10", "2026-11-25"),
        ("the 28th", "2026-11-28"),
        ("tirsdag 8. desember", "2026-12-08"),
        ("we fly on Thursday", "2026-11-26"),
        ("it broke on Thursday", "2026-11-19"),
        ("since this morning", "2026-11-23"),
        ("i overmorgen", "2026-11-25"),
        ("before Christmas Eve", "2026-12-24"),
    ],
)
def test_a_date_is_resolved_against_the_day_it_was_said(text: str, day: str) -> None:
    assert [found.day.isoformat() for found in dates(text, MONDAY)] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "last month",
        "24/7",
        "31 February",
        "2026-02-31",
        "version 12.11.3",
        "someday",
        "i may go",
        "every Friday",
        "Monday to Friday",
        "about a week ago",
        "2.4 ghz",
        "on 2.4 GHz",
    ],
)
def test_what_names_no_single_day_is_left_out(text: str) -> None:
    assert dates(text, MONDAY) == ()


def test_the_span_is_where_the_date_stands() -> None:
    (found,) = dates("It came İ on den 9.11. at noon", MONDAY)
    assert "It came İ on den 9.11. at noon"[found.start : found.end] == "9.11."


def test_both_ends_of_a_span_are_days() -> None:
    found = dates("away from 3 to 5 December", MONDAY)
    assert [each.day.isoformat() for each in found] == ["2026-12-03", "2026-12-05"]


def test_an_answer_to_the_question_for_a_day_may_be_short() -> None:
    assert dates("3.12", MONDAY) == ()
    (found,) = dates("3.12", MONDAY, asked=True)
    assert found.day.isoformat() == "2026-12-03"


def test_a_bare_weekday_looks_the_way_the_question_did() -> None:
    (coming,) = dates("friday", MONDAY, asked=True, ahead=True)
    (past,) = dates("friday", MONDAY, asked=True, ahead=False)
    assert (coming.day.isoformat(), past.day.isoformat()) == ("2026-11-27", "2026-11-20")
