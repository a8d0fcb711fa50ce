"""The cases that are not resolved, counted and found."""

from __future__ import annotations

from datetime import timedelta

from handoff.case import CaseStatus
from handoff.floor.board import Board
from handoff.floor.rules import Priority
from handoff.verbs.queue import UNFILTERED, Filters
from tests.handoff.conversations import MONDAY
from tests.handoff.floors import MINUTE, case, email, held

BOARD = Board(
    (
        case(1),
        case(2, team="billing", labels=("vip",), due_warned=True),
        held(3, "Ines", language="nb"),
        held(4, "Leo", priority=Priority.HIGH, at=MONDAY - timedelta(hours=2)),
        case(5, status=CaseStatus.SNOOZED, agent=email("Ines"), due_warned=True),
    ),
)


def test_each_view_is_counted_for_its_reader() -> None:
    assert BOARD.counts(UNFILTERED, agent=email("Ines"), now=MONDAY) == {
        "mine": 1,
        "unassigned": 2,
        "all": 4,
        "snoozed": 1,
        "breaching": 2,
    }


def test_what_falls_due_breaches_at_that_moment() -> None:
    due = min(each.due_by for each in BOARD.cases if each.number in (1, 3))
    for now, breaching in ((due - MINUTE, 2), (due, 4)):
        assert BOARD.counts(UNFILTERED, agent="", now=now)["breaching"] == breaching


def test_a_filter_counts_what_it_lets_through() -> None:
    for filters, found in (
        (Filters(team="billing"), 1),
        (Filters(label="vip"), 1),
        (Filters(language="nb"), 1),
        (Filters(priority=Priority.HIGH), 1),
        (Filters(channel="web"), 4),
        (Filters(team="billing", language="nb"), 0),
    ):
        assert BOARD.counts(filters, agent="", now=MONDAY)["all"] == found, filters


def test_a_case_is_found_by_its_number_and_by_its_conversation() -> None:
    assert BOARD.case(3) == BOARD.hearing("c3") == BOARD.cases[2]
    assert BOARD.case(9) is None and BOARD.hearing("c9") is None
