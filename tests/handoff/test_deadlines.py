from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handoff.case import CaseStatus
from handoff.floor.deadlines import Due, due, raised, woken
from handoff.floor.floor import Floor, Watch
from handoff.floor.hours import ALWAYS, Calendar
from handoff.floor.rules import Priority, Rules
from tests.handoff.conversations import MONDAY
from tests.handoff.floors import MINUTE, RULES, case, floor, held

WARNED = "first reply:2026-11-23T10:40:00+00:00:soon"


def said(desk: Floor, minutes: int, rules: Rules = RULES) -> list[str]:
    return [each.says for each in due(desk, rules, MONDAY + minutes * MINUTE)]


def test_a_deadline_is_warned_of_when_a_fifth_of_it_is_left() -> None:
    assert said(floor(case(1)), 47) == []
    assert said(floor(case(1)), 48) == ["The first reply is due in 12 min"]


def test_when_to_warn_can_be_set_as_a_time() -> None:
    early = replace(RULES.targets[Priority.NORMAL], warn_before=30 * MINUTE)
    rules = replace(RULES, targets={**RULES.targets, Priority.NORMAL: early})
    assert said(floor(case(1)), 30, rules) == ["The first reply is due in 30 min"]


def test_once_the_first_reply_is_given_the_resolution_falls_due() -> None:
    answered = replace(case(1), first_reply_by=None)
    assert said(floor(answered), 480 - 97) == []
    assert said(floor(answered), 480 - 96) == ["The resolution is due in 1 h 36 min"]
    assert said(floor(answered), 480) == ["The resolution is late"]


def test_a_deadline_is_warned_of_in_business_time() -> None:
    # Open until 10:00 and from 12:00 on: at 9:55, ten minutes are left of a reply that is due at 12:05.
    calendar = Calendar(
        hours={
            0: (
                (datetime(2026, 1, 1, 8).time(), datetime(2026, 1, 1, 10).time()),
                (datetime(2026, 1, 1, 12).time(), datetime(2026, 1, 1, 18).time()),
            )
        }
    )
    rules = replace(RULES, teams=(replace(RULES.teams[0], calendar=calendar), RULES.teams[1]))
    told = replace(case(1), first_reply_by=datetime(2026, 11, 23, 12, 5, tzinfo=UTC))
    assert said(floor(told), 15, rules) == ["The first reply is due in 10 min"]


def test_each_deadline_is_spoken_of_once() -> None:
    desk = floor(case(1))
    (soon,) = due(desk, RULES, MONDAY + 50 * MINUTE)
    assert soon.key == WARNED
    assert said(replace(desk, watches={1: Watch(told=(soon.key,))}), 50) == []


def test_a_deadline_that_was_moved_is_warned_of_again() -> None:
    moved = replace(case(1), first_reply_by=MONDAY + 55 * MINUTE)
    assert said(replace(floor(moved), watches={1: Watch(told=(WARNED,))}), 50) != []


def late(minutes: int, watch: Watch) -> Due | None:
    found = list(due(replace(floor(case(1)), watches={1: watch}), RULES, MONDAY + minutes * MINUTE))
    return found[0] if found else None


def test_a_promise_that_passes_gives_way_to_a_later_one_each_twice_as_far_off() -> None:
    watch, minutes = Watch(), 60
    for hours in (1, 2, 4):
        each = late(minutes, watch)
        assert each is not None and each.late
        assert each.promise == ALWAYS.due(MONDAY + minutes * MINUTE, timedelta(hours=hours))
        told = (*watch.told, each.key)
        watch = replace(watch, told=told, promised_by=each.promise, late=watch.late + 1)
        assert late(minutes + 1, watch) is None
        minutes += hours * 60
    assert late(minutes, watch) is None


def test_a_late_resolution_promises_nothing() -> None:
    (each,) = due(floor(replace(case(1), first_reply_by=None)), RULES, MONDAY + 480 * MINUTE)
    assert (each.late, each.promise) == (True, None)


def test_a_wait_raises_the_priority_by_one_step_and_says_so() -> None:
    desk = floor(case(1))
    assert not list(raised(desk, RULES, MONDAY + 29 * MINUTE))
    (up,) = raised(desk, RULES, MONDAY + 30 * MINUTE)
    assert (up.priority, up.because) == (Priority.HIGH, "High: nobody has taken it for long.")
    assert up.first_reply_by == MONDAY + 45 * MINUTE


def test_what_was_said_of_the_priority_before_is_kept() -> None:
    low = case(1, priority=Priority.LOW, priority_because="Low: a question without anything broken.")
    (up,) = raised(floor(low), RULES, MONDAY + 30 * MINUTE)
    assert (
        up.because
        == "Normal: a question without anything broken; raised because nobody has taken it for long."
    )


def test_a_wait_raises_once_and_not_above_what_the_rule_allows() -> None:
    once = replace(floor(case(1, priority=Priority.LOW)), watches={1: Watch(raised=("waiting",))})
    assert not list(raised(once, RULES, MONDAY + 90 * MINUTE))
    assert not list(raised(floor(case(1, priority=Priority.HIGH)), RULES, MONDAY + 90 * MINUTE))


def test_a_priority_that_a_person_has_set_stays() -> None:
    low = case(1, priority=Priority.LOW, priority_because="Low: Ines set it: “it can wait”.")
    assert not list(raised(floor(low), RULES, MONDAY + 90 * MINUTE))


def test_a_deadline_never_moves_back() -> None:
    (up,) = raised(floor(case(1)), RULES, MONDAY + 58 * MINUTE)
    assert up.first_reply_by == MONDAY + 60 * MINUTE


def test_a_case_that_somebody_has_is_not_raised() -> None:
    assert not list(raised(floor(held(1, "Ines")), RULES, MONDAY + 90 * MINUTE))


def test_a_case_wakes_when_its_time_has_come() -> None:
    asleep = replace(case(1), status=CaseStatus.SNOOZED, snoozed_until=MONDAY + 5 * MINUTE)
    until_reply = replace(case(2), status=CaseStatus.SNOOZED, wakes_on_reply=True)
    assert not list(woken(floor(asleep, until_reply), MONDAY + 4 * MINUTE))
    assert [each.number for each in woken(floor(asleep, until_reply), MONDAY + 5 * MINUTE)] == [1]
