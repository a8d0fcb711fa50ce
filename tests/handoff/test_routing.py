from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.case import CaseStatus
from handoff.floor.floor import GONE_WITHIN, Floor, Watch
from handoff.floor.hours import Calendar
from handoff.floor.routing import HANDED_ON_WITHIN, overflowing, route, silent, stuck, taken
from handoff.floor.rules import Rules
from tests.handoff.conversations import MONDAY
from tests.handoff.floors import MINUTE, RULES, case, email, floor, held, member

LATER = MONDAY + 11 * MINUTE


def given(desk: Floor, rules: Rules = RULES) -> dict[int, str]:
    """Case number -> the name of who gets it."""
    return {each.case.number: each.agent.name for each in route(desk, rules, MONDAY)}


def because(desk: Floor) -> list[str]:
    return [each.because for each in route(desk, RULES, MONDAY)]


def test_a_case_goes_to_somebody_online_who_has_room() -> None:
    assert given(floor(case(1), member("Ines"))) == {1: "Ines"}


def test_a_channels_own_people_are_first_handed_its_cases() -> None:
    theirs = case(1, channel="chatwoot")
    assert given(floor(theirs, member("Ines"))) == {}
    late = MONDAY + HANDED_ON_WITHIN
    online = member("Ines", last_seen=late)
    assert [each.case.number for each in route(floor(theirs, online), RULES, late)] == [1]


def test_nothing_is_taken_from_who_works_elsewhere() -> None:
    elsewhere = replace(held(1, "Ines"), agent="people@chatwoot.outside")
    assert floor(elsewhere).held == () and list(taken(floor(elsewhere), RULES, LATER)) == []


@pytest.mark.parametrize("status", ["busy", "away"])
def test_who_is_busy_or_away_gets_nothing(status: str) -> None:
    assert given(floor(case(1), member("Ines", status=status))) == {}


def test_who_has_closed_the_desk_gets_nothing() -> None:
    gone = MONDAY - GONE_WITHIN - timedelta(seconds=1)
    assert given(floor(case(1), member("Ines", last_seen=gone))) == {}


def test_nobody_gets_more_than_they_have_room_for() -> None:
    cases = [case(number) for number in range(1, 6)]
    assert given(floor(*cases, held(9, "Ines"), member("Ines", capacity=3))) == {1: "Ines", 2: "Ines"}


def test_a_case_that_sleeps_takes_no_room() -> None:
    asleep = replace(held(9, "Ines"), status=CaseStatus.SNOOZED)
    assert given(floor(case(1), asleep, member("Ines", capacity=1))) == {1: "Ines"}


def test_the_first_in_the_queue_comes_first() -> None:
    assert given(floor(case(7), case(2), member("Ines", capacity=1))) == {7: "Ines"}


def test_only_the_team_gets_its_cases() -> None:
    people = (member("Ines", teams=("billing",)), member("Leo", teams=("support",)))
    assert given(floor(case(1, team="billing"), case(2), *people)) == {1: "Ines", 2: "Leo"}


def test_who_belongs_to_no_team_takes_any_case() -> None:
    assert given(floor(case(1, team="billing"), case(2), member("Ines"))) == {1: "Ines", 2: "Ines"}


def test_a_skill_that_is_missing_keeps_a_case_away() -> None:
    people = (member("Ines", skills=("support",)), member("Leo", skills=("support", "billing")))
    assert given(floor(case(1, team="billing"), *people)) == {1: "Leo"}


def test_those_who_write_the_language_best_come_first_then_those_who_write_it_too() -> None:
    best, too = member("Leo", languages=("nb", "en")), member("Ines", languages=("en", "nb"))
    line = [case(number, language="nb") for number in (1, 2)]
    assert given(floor(*line, best, too)) == {1: "Leo", 2: "Leo"}
    assert given(floor(*line, replace(best, capacity=1), too)) == {1: "Leo", 2: "Ines"}


def test_who_does_not_write_the_language_helps_after_a_while_and_it_says_so() -> None:
    ines = member("Ines", languages=("en",))
    assert given(floor(case(1, language="nb"), ines)) == {}
    waited = floor(case(1, language="nb", at=MONDAY - 5 * MINUTE), ines)
    assert given(waited) == {1: "Ines"}
    assert because(waited) == [
        "it is their turn, and nobody who writes the customer's language had room for 5 min"
    ]


def test_who_helped_the_customer_last_is_preferred() -> None:
    desk = floor(
        case(1),
        member("Ines", given_at=MONDAY),
        member("Leo", given_at=MONDAY - MINUTE),
        last_agents={1: email("Ines")},
    )
    assert given(desk) == {1: "Ines"}
    assert because(desk) == ["they helped this customer before"]


def test_where_the_last_agent_has_no_room_another_helps() -> None:
    desk = floor(case(1), held(2, "Ines"), member("Ines", capacity=1), member("Leo"))
    assert given(replace(desk, last_agents={1: email("Ines")})) == {1: "Leo"}


def test_the_turn_goes_round_by_who_was_given_a_case_longest_ago() -> None:
    people = (
        member("Ines", given_at=MONDAY - MINUTE),
        member("Leo", given_at=MONDAY - 5 * MINUTE),
        member("Mira"),
    )
    line = [case(number) for number in range(1, 7)]
    assert list(given(floor(*line, *people)).values()) == ["Mira", "Leo", "Ines", "Ines", "Leo", "Mira"]


def test_who_lost_a_case_is_not_given_it_again_at_once() -> None:
    lost = {1: {email("Ines"): (MONDAY - MINUTE,)}}
    assert given(floor(case(1), member("Ines"), tried=lost)) == {}
    assert given(floor(case(1), member("Ines"), member("Leo"), tried=lost)) == {1: "Leo"}


def test_a_case_does_not_go_back_and_forth_for_ever() -> None:
    once = {1: {email("Ines"): (MONDAY - 40 * MINUTE,)}}
    assert given(floor(case(1), member("Ines"), tried=once)) == {1: "Ines"}
    twice = {1: {email("Ines"): (MONDAY - 90 * MINUTE, MONDAY - 40 * MINUTE)}}
    desk = floor(case(1), member("Ines"), tried=twice)
    assert given(desk) == {}
    assert [each.says for each in stuck(desk, RULES, MONDAY)] == [
        "Everybody who could take it has had it; somebody must claim it by hand"
    ]
    assert not list(stuck(replace(desk, watches={1: Watch(told=("stuck",))}), RULES, MONDAY))


def test_a_case_of_a_team_that_is_no_more_goes_to_the_fallback() -> None:
    gone = replace(case(1), team="gone", skills=("en",))
    assert given(floor(gone, member("Leo", teams=("support",)))) == {1: "Leo"}


def lost(desk: Floor, at: object = LATER) -> list[str]:
    return [each.because for each in taken(desk, RULES, at)]  # type: ignore[arg-type]


def test_an_agent_who_is_silent_loses_the_case_to_somebody_who_could_answer() -> None:
    there = (member("Ines", at=LATER), member("Leo", at=LATER))
    assert lost(floor(held(1, "Ines"), *there)) == ["Ines has not answered for 10 min"]
    assert lost(floor(held(1, "Ines"), *there), MONDAY + 9 * MINUTE) == []


def test_a_silent_agent_keeps_the_case_while_nobody_else_is_free_and_is_told_once() -> None:
    desk = floor(
        held(1, "Ines"),
        held(2, "Leo"),
        member("Ines", at=LATER, capacity=1),
        member("Leo", at=LATER, capacity=1),
    )
    assert lost(desk) == []
    ines, leo = silent(desk, RULES, LATER)
    assert ines.says == "Ines has not answered for 10 min, and nobody else is free"
    told = {1: Watch(told=(ines.key,)), 2: Watch(told=(leo.key,))}
    assert not list(silent(replace(desk, watches=told), RULES, LATER))


def test_silence_is_warned_of_at_four_fifths() -> None:
    desk = floor(held(1, "Ines"), member("Ines"))
    assert not list(silent(desk, RULES, MONDAY + 7 * MINUTE))
    (says,) = silent(desk, RULES, MONDAY + 8 * MINUTE)
    assert says.says == "Ines has not answered for 8 min"


def test_silence_is_counted_while_the_customer_waits_and_since_the_case_is_theirs() -> None:
    there = (member("Ines", at=LATER), member("Leo", at=LATER))
    assert lost(floor(replace(held(1, "Ines"), waiting_since=None), *there)) == []
    fresh = held(1, "Ines", since=LATER - MINUTE, waiting_since=MONDAY - 90 * MINUTE)
    assert lost(floor(fresh, *there)) == []


def test_silence_is_counted_in_business_time() -> None:
    closed = replace(RULES.teams[0], calendar=Calendar(hours={1: ((MONDAY.time(), LATER.time()),)}))
    rules = replace(RULES, teams=(closed, RULES.teams[1]))
    desk = floor(held(1, "Ines"), member("Ines", at=LATER), member("Leo", at=LATER))
    assert not taken(desk, rules, LATER)


def test_mail_may_wait_for_as_long_as_was_promised() -> None:
    there = (member("Ines", at=LATER), member("Leo", at=LATER))
    assert lost(floor(held(1, "Ines", channel="email"), *there)) == []


def test_who_goes_away_loses_the_customers_who_wait() -> None:
    away = member("Ines", status="away", status_at=MONDAY + MINUTE, at=MONDAY + MINUTE)
    desk = floor(held(1, "Ines"), replace(held(2, "Ines"), waiting_since=None), away)
    assert lost(desk, MONDAY + MINUTE + GONE_WITHIN) == ["Ines is away from the desk"]
    assert lost(desk, MONDAY + MINUTE + GONE_WITHIN - timedelta(seconds=1)) == []


def test_who_has_closed_the_desk_loses_them_too() -> None:
    desk = floor(held(1, "Ines"), member("Ines", last_seen=MONDAY + MINUTE))
    assert lost(desk, MONDAY + MINUTE + GONE_WITHIN - timedelta(seconds=1)) == []
    assert lost(desk, MONDAY + MINUTE + GONE_WITHIN) == ["Ines is away from the desk"]


def test_a_case_given_to_a_desk_that_was_just_closed_does_not_stay_there() -> None:
    desk = floor(held(1, "Ines", since=MONDAY + MINUTE / 2), member("Ines", last_seen=MONDAY))
    assert lost(desk, MONDAY + GONE_WITHIN) == ["Ines is away from the desk"]


def test_who_claims_by_hand_while_away_keeps_the_case() -> None:
    away = member("Ines", status="away", status_at=MONDAY - 60 * MINUTE)
    assert lost(floor(held(1, "Ines"), away), MONDAY + 5 * MINUTE) == []
    never = member("Ines", status="away", status_at=None, last_seen=None)
    assert lost(floor(held(1, "Ines"), never), MONDAY + 5 * MINUTE) == []


def moved(desk: Floor, at: object = MONDAY) -> list[tuple[str, str]]:
    return [(each.team.name, each.because) for each in overflowing(desk, RULES, at)]  # type: ignore[arg-type]


def test_another_team_helps_out_where_a_team_has_nobody() -> None:
    desk = floor(case(1, team="billing"), member("Leo", teams=("support",)))
    assert moved(desk) == [("support", "nobody of Billing is at the desk")]


def test_another_team_helps_out_where_a_team_takes_too_long() -> None:
    people = (member("Ines", at=LATER, teams=("billing",)), member("Leo", at=LATER, teams=("support",)))
    assert moved(floor(case(1, team="billing"), *people)) == []
    late = MONDAY + 15 * MINUTE
    people = tuple(replace(each, last_seen=late) for each in people)
    assert moved(floor(case(1, team="billing"), *people), late) == [
        ("support", "nobody of Billing has taken it for 15 min")
    ]


def test_nothing_moves_where_the_other_team_has_nobody_either() -> None:
    assert moved(floor(case(1, team="billing"))) == []
    assert moved(floor(case(1, team="billing"), member("Ines", teams=("billing",)))) == []


def test_a_case_does_not_go_back_to_a_team_it_came_from() -> None:
    desk = floor(case(1, team="billing"), member("Leo", teams=("support",)))
    assert moved(replace(desk, watches={1: Watch(teams=("support", "billing"))})) == []
