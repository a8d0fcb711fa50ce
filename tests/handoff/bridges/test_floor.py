"""The floor leaves alone what the people of a helpdesk outside work on, and still keeps its promises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.floor.rounds import decide
from handoff.floor.routing import overflowing, route, silent, taken
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.conftest import INES
from tests.handoff.conversations import MONDAY
from tests.handoff.floors import MINUTE, RULES, case, floor, held, member


@pytest.fixture
def mirror(room: Handoff, clock: FakeClock) -> Mirror:
    return mirror_over(room, clock)


def test_nobody_here_is_given_or_loses_what_is_theirs() -> None:
    theirs = floor(case(1), held(2, "Kim"), member("Ines"), member("Leo"), outside=frozenset({1, 2}))
    late = MONDAY + 30 * MINUTE
    assert route(theirs, RULES, MONDAY) == ()
    assert taken(theirs, RULES, late) == ()
    assert list(silent(theirs, RULES, late)) == []
    assert list(overflowing(theirs, RULES, late)) == []
    assert theirs.load == {}
    ours = floor(case(1), member("Ines"))
    assert [routed.case.number for routed in route(ours, RULES, MONDAY)] == [1]


def test_their_deadlines_and_their_waits_count_all_the_same() -> None:
    theirs = floor(case(1), member("Ines"), outside=frozenset({1}))
    moves = decide(theirs, RULES, MONDAY + 61 * MINUTE).moves
    assert [move.change.what for move in moves] == ["raised"]


@pytest.mark.engines
def test_the_floor_knows_whose_a_case_is_as_soon_as_that_changes(mirror: Mirror) -> None:
    room = mirror.room
    room.seats.save_member(INES.email, INES.name, by=INES.email)
    room.seats.set_status(INES.email, "online")
    first = mirror.opens("c-1")
    room.rounds.work()
    assert room.desk.case(first.number).agent is None
    mirror.helpdesk.is_down()
    mirror.waits(minutes=16)
    room.seats.set_status(INES.email, "online")
    room.rounds.work()
    assert room.desk.case(first.number).agent == INES.email


def test_who_waits_there_is_told_hours_and_usual_waits_and_not_our_own_seats(mirror: Mirror) -> None:
    room = mirror.room
    room.seats.save_member(INES.email, INES.name, by=INES.email)
    room.seats.seen(INES.email)
    for n in range(6):
        done = mirror.opens(f"d-{n}")
        mirror.clock.moves(timedelta(minutes=4))
        room.desk.claim(done.number, INES)
    one, two = mirror.opens("c-1"), mirror.opens("c-2")
    outlook = room.intake.outlook(two.handoff_id)
    assert (outlook.staffed, outlook.anybody_online, outlook.open) == (False, False, True)
    assert outlook.place is not None and outlook.place.position == 2
    assert outlook.place.wait is not None and outlook.place.wait[1] <= timedelta(minutes=5)
    assert room.intake.anybody_waits()
    room.desk.claim(one.number, INES)
    assert room.intake.outlook(two.handoff_id).place.position == 1  # type: ignore[union-attr]
