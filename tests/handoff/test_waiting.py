from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from handoff.floor.floor import Floor
from handoff.floor.hours import Calendar
from handoff.floor.rules import Priority, Rules
from handoff.floor.waiting import Pace, Range, forecast
from tests.benchmarks.waiting import measured
from tests.handoff.conversations import MONDAY
from tests.handoff.floors import MINUTE, RULES, case, email, floor, held, member

TEN = Pace({"support": [minutes * MINUTE for minutes in (8, 9, 10, 10, 11, 12)]})


def waits(desk: Floor, pace: Pace = TEN, rules: Rules = RULES, now: datetime = MONDAY) -> dict[int, Range]:
    return dict(forecast(desk, pace, rules, now))


def test_who_is_free_comes_at_once() -> None:
    assert waits(floor(case(1), member("Ines"))) == {1: (timedelta(), MINUTE)}


def test_who_is_behind_waits_until_a_case_is_closed() -> None:
    there = (held(9, "Ines", since=MONDAY - 4 * MINUTE), member("Ines", capacity=1))
    found = waits(floor(case(1), case(2), *there))
    assert 2 * MINUTE <= found[1][0] <= 6 * MINUTE <= found[1][1] <= 12 * MINUTE
    assert found[2][0] >= found[1][0] + 5 * MINUTE


def test_more_people_make_it_shorter() -> None:
    line = [case(number) for number in range(1, 7)]
    one = waits(floor(*line, member("Ines")))
    two = waits(floor(*line, member("Ines"), member("Leo")))
    assert two[6][1] < one[6][1]


def test_the_same_floor_gives_the_same_ranges() -> None:
    desk = floor(case(1), case(2), held(9, "Ines"), member("Ines", capacity=1))
    assert waits(desk) == waits(desk)


def test_without_anybody_or_anything_to_go_by_nothing_is_told() -> None:
    assert waits(floor(case(1))) == {}
    assert waits(floor(case(1), member("Ines")), Pace({})) == {}
    assert waits(floor(case(1), member("Ines", teams=("billing",)))) == {}


def test_who_writes_another_language_comes_later() -> None:
    ((least, _),) = waits(floor(case(1, language="nb"), member("Ines", languages=("en",)))).values()
    assert least == RULES.language_after


def test_who_is_more_urgent_goes_before() -> None:
    soon = case(2, first_reply_by=MONDAY + 5 * MINUTE)
    there = (held(9, "Ines"), member("Ines", capacity=1))
    found = waits(floor(soon, case(1), *there))
    assert found[2][1] <= found[1][1] and found[2][0] < found[1][0]


def test_urgent_cases_that_keep_coming_make_others_wait() -> None:
    there = (held(9, "Ines"), member("Ines", capacity=1))
    urgent = [case(20 + n, first_reply_by=MONDAY) for n in range(5)]
    pressing = Pace(TEN.held, tuple(replace(each, priority=Priority.URGENT) for each in urgent))
    assert waits(floor(case(1), *there), pressing)[1][1] > waits(floor(case(1), *there))[1][1]


def test_before_opening_those_who_were_there_lately_are_expected() -> None:
    calendar = Calendar(hours={0: ((time(11), time(17)),)})
    rules = replace(RULES, teams=tuple(replace(team, calendar=calendar) for team in RULES.teams))
    gone = member("Ines", status="away", last_seen=MONDAY - timedelta(days=3))
    ((least, most),) = waits(floor(case(1), gone), rules=rules).values()
    assert 60 * MINUTE <= least <= 80 * MINUTE <= most <= 95 * MINUTE
    never = member("Ines", status="away", last_seen=None)
    assert waits(floor(case(1), never), rules=rules) == {}


def test_who_has_lost_the_case_is_not_waited_for() -> None:
    tried = {1: {email("Ines"): (MONDAY, MONDAY)}}
    assert waits(floor(case(1), member("Ines"), tried=tried)) == {}


def test_four_in_five_waits_end_inside_the_range_that_was_told() -> None:
    found = measured(load=0.6, seed=0, days=1, plays=30)
    assert found.told > 150 and found.waited > 20
    assert found.inside / found.told >= 0.8
    assert found.waited_inside / found.waited >= 0.8
    assert sorted(found.widths)[len(found.widths) // 2] <= 15
