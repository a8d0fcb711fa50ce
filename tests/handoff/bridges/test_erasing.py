"""A helpdesk outside is asked to erase what it has of a customer, until it has done it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.bridges.errors import PeerRefusedError
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.memory_helpdesk import AWAY, UNSURE

BY_HAND = PeerRefusedError("messages stay; delete ticket 1 by hand")


@pytest.fixture
def mirror(room: Handoff, clock: FakeClock) -> Mirror:
    mirror = mirror_over(room, clock)
    mirror.opens()
    mirror.drains()
    room.forget("c-1")
    return mirror


@pytest.mark.engines
def test_it_erases_the_case_and_nobody_knows_it_any_more(mirror: Mirror) -> None:
    assert mirror.erasing.work()
    assert mirror.helpdesk.erased == ["c-1-1"]
    assert mirror.room.mirrored.of_case(1001) is None
    assert mirror.room.mirrored.by_key("memory", "1") is None
    assert not mirror.erasing.work()


def test_one_that_can_not_be_reached_is_asked_again(mirror: Mirror) -> None:
    mirror.helpdesk.breaks(AWAY, UNSURE)
    for _ in range(3):
        mirror.erasing.work()
        mirror.clock.moves(timedelta(minutes=2))
    assert mirror.helpdesk.erased == ["c-1-1", "c-1-1"]  # of the second nobody knew
    assert mirror.room.erasures.owed() == ()


def test_what_only_a_person_can_erase_stays_on_the_list_and_says_how(mirror: Mirror) -> None:
    mirror.helpdesk.breaks(BY_HAND)
    mirror.erasing.work()
    [owed] = mirror.room.erasures.owed()
    assert (owed.parked, owed.why) == (True, BY_HAND.says)
    mirror.clock.moves(timedelta(days=1))
    assert not mirror.erasing.work()


def test_nothing_else_of_a_forgotten_case_is_told(mirror: Mirror) -> None:
    asked = list(mirror.helpdesk.asked)
    mirror.waits(minutes=1)
    assert mirror.helpdesk.asked == asked
