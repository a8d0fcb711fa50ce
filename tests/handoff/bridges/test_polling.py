"""When a helpdesk is asked what happened there, and what becomes of the answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.bridges.errors import PeerAwayError
from handoff.bridges.polling import QUIET_AT_MOST
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.bridges.scripted import PUSHED_AND_POLLED, Mirrored, Scripted, incoming, mirrored
from tests.handoff.conftest import LEO
from tests.handoff.conversations import MONDAY

POLLED = replace(PUSHED_AND_POLLED, receive="poll")
SECOND = timedelta(seconds=1)


@pytest.fixture
def house(room: Handoff, settings: Settings, clock: FakeClock) -> Iterator[Mirrored]:
    """With a helpdesk that can't push, and wants to be asked every five seconds."""
    opened = mirrored(room, settings, clock, Scripted(clock, capabilities=POLLED))
    yield opened
    opened.mirror.close()


def test_what_a_poll_finds_is_applied_and_the_next_one_goes_on_from_there(
    house: Mirrored, clock: FakeClock
) -> None:
    house.peer.says = [
        [incoming("msg:1", "Hello.")],
        [incoming("msg:1", "Hello."), incoming("msg:2", "You.")],
    ]
    assert house.mirror.polling.work()
    clock.moves(house.peer.wait)
    assert house.mirror.polling.work()
    house.works()
    assert house.peer.polled == ["", "1"]
    assert [text for kind, _, text in house.told() if kind == "reply"] == ["Hello.", "You."]


def test_it_is_asked_no_more_often_than_it_wants(house: Mirrored, clock: FakeClock) -> None:
    house.mirror.polling.work()
    clock.moves(house.peer.wait - SECOND)
    house.mirror.polling.work()
    assert len(house.peer.polled) == 1
    clock.moves(SECOND)
    house.mirror.polling.work()
    assert len(house.peer.polled) == 2


def test_while_a_customer_may_wait_it_is_asked_as_often_as_ever(house: Mirrored, clock: FakeClock) -> None:
    asked(house, clock, timedelta(minutes=10), house.peer.wait)
    assert len(house.peer.polled) == 121


def test_with_no_open_case_it_is_asked_ever_more_rarely(house: Mirrored, clock: FakeClock) -> None:
    house.room.desk.claim(house.case.number, LEO)
    house.room.desk.resolve(house.case.number, LEO, "solved")
    house.mirror.polling.work()
    assert house.peer.polled == []  # never asked before, and there is nothing to ask for
    house.room.desk.reopen(house.case.number, LEO)
    house.mirror.polling.work()
    house.room.desk.resolve(house.case.number, LEO, "solved")
    asked(house, clock, timedelta(hours=1), house.peer.wait)
    assert len(house.peer.polled) < 6 + timedelta(hours=1) / QUIET_AT_MOST
    house.room.desk.reopen(house.case.number, LEO)
    before = len(house.peer.polled)
    asked(house, clock, house.peer.wait)
    assert len(house.peer.polled) > before


def test_one_that_pushes_is_asked_as_settings_say(
    room: Handoff, settings: Settings, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    house = mirrored(room, settings, clock)
    asked(house, clock, timedelta(seconds=settings.bridge.poll_seconds * 10), 10 * SECOND)
    assert len(house.peer.polled) == 11
    with caplog.at_level(logging.WARNING):
        house.peer.says = [[incoming("msg:1", "Nobody told you?", occurred_at=MONDAY)]]
        asked(house, clock, timedelta(seconds=settings.bridge.poll_seconds))
    assert "firstline bridge check scripted" in caplog.text
    assert (standing := room.helpdesk.standing()) and standing.missed and standing.missed.events == 1
    clock.moves(timedelta(days=2))
    assert (standing := room.helpdesk.standing()) and standing.missed is None
    house.mirror.close()


def test_one_that_only_pushes_is_never_asked(room: Handoff, settings: Settings, clock: FakeClock) -> None:
    only = replace(PUSHED_AND_POLLED, receive="push")
    house = mirrored(room, settings, clock, Scripted(clock, capabilities=only))
    asked(house, clock, timedelta(minutes=5))
    assert house.peer.polled == []
    house.mirror.close()


def test_a_poll_that_fails_is_tried_again_from_the_same_place(house: Mirrored, clock: FakeClock) -> None:
    house.peer.says = [[incoming("msg:1", "Hello.")], PeerAwayError("nobody is there")]
    asked(house, clock, timedelta(minutes=1))
    house.peer.says = [[incoming("msg:2", "You.")]]
    asked(house, clock, timedelta(minutes=1))
    house.works()
    assert house.peer.polled[:3] == ["", "1", "1"]
    assert [text for kind, _, text in house.told() if kind == "reply"] == ["Hello.", "You."]


def test_one_that_is_down_is_asked_once_in_a_while(house: Mirrored, clock: FakeClock) -> None:
    house.peer.says = [PeerAwayError("nobody is there")] * 1_000
    asked(house, clock, timedelta(minutes=2))
    before = len(house.peer.polled)
    asked(house, clock, timedelta(minutes=10), 5 * SECOND)
    assert 10 <= len(house.peer.polled) - before <= 20


def test_one_that_holds_the_line_is_hung_up_on_when_the_server_stops(
    room: Handoff, settings: Settings, clock: FakeClock
) -> None:
    closed: list[bool] = []

    class Held(Scripted):
        def poll(self, cursor: str, cases: object) -> tuple[tuple[()], str, timedelta]:
            house.mirror.stop()
            raise PeerAwayError("the line was cut")

        def close(self) -> None:
            closed.append(True)

    held = replace(PUSHED_AND_POLLED, receive="stream")
    house = mirrored(room, settings, clock, Held(clock, capabilities=held))
    assert not house.mirror.polling.work() and closed == [True]
    assert house.inbox.reading().why is None  # it was not the helpdesk that failed
    assert not house.mirror.polling.work()
    house.mirror.close()


def asked(house: Mirrored, clock: FakeClock, within: timedelta, every: timedelta = SECOND) -> None:
    """Let time pass, with a worker that looks that often."""
    house.mirror.polling.work()
    for _ in range(round(within / every)):
        clock.moves(every)
        house.mirror.polling.work()
