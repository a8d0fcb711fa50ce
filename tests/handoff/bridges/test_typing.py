"""That the customer writes, shown at the helpdesk that has their case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.bridges.errors import PeerAwayError
from handoff.bridges.typing import AGAIN_SECONDS
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.bridges.scripted import Mirrored, Scripted, incoming, mirrored
from tests.handoff.conftest import INES


@pytest.fixture
def house(room: Handoff, settings: Settings, clock: FakeClock) -> Iterator[Mirrored]:
    opened = mirrored(room, settings, clock)
    yield opened
    opened.mirror.close()


def types(house: Mirrored, *typing: bool) -> list[tuple[str, bool]]:
    """What the helpdesk has been shown after the customer's page has said this."""
    for each in typing:
        house.mirror.typing.ours(house.case.conversation_id, each)
        house.mirror.typing.told()
    return house.peer.typed


def test_it_is_shown_now_and_then_and_once_when_it_ends(house: Mirrored, clock: FakeClock) -> None:
    assert types(house, True, True, True) == [("T-1001", True)]
    clock.moves(timedelta(seconds=AGAIN_SECONDS))
    assert types(house, True, False, False) == [("T-1001", True), ("T-1001", True), ("T-1001", False)]


def test_who_has_not_begun_has_not_stopped(house: Mirrored) -> None:
    assert types(house, False) == []


def test_nothing_is_shown_once_our_own_desk_has_the_case(house: Mirrored) -> None:
    house.room.desk.claim(house.case.number, INES)
    assert types(house, True) == []


def test_a_peer_that_is_away_is_not_waited_for(room: Handoff, settings: Settings, clock: FakeClock) -> None:
    class Away(Scripted):
        def typing(self, case: object, typing: bool) -> None:
            raise PeerAwayError("nobody is there")

    house = mirrored(room, settings, clock, Away(clock))
    assert types(house, True, False) == []
    house.mirror.close()


def test_somebody_there_who_writes_is_seen_until_the_answer_is_there(house: Mirrored) -> None:
    house.mirror.typing.theirs(incoming("typing:1", type="typing"))
    assert [present.name for present in house.room.aids.presence.now()] == ["Kari"]
    house.hears(incoming("msg:1", "Hello."))
    assert house.room.aids.presence.now() == ()


def test_who_writes_a_note_is_seen_by_colleagues_as_doing_that(house: Mirrored) -> None:
    house.mirror.typing.theirs(incoming("typing:1", type="typing", visibility="private"))
    assert [present.doing for present in house.room.aids.presence.now()] == ["noting"]


def test_a_name_that_has_to_be_asked_for_is(house: Mirrored) -> None:
    house.peer.whole["typing:1"] = incoming("typing:1", type="typing", author_name="Kari Moe")
    house.mirror.typing.theirs(incoming("typing:1", type="typing", author_name="@kari", thin=True))
    house.mirror.typing.told()
    assert [present.name for present in house.room.aids.presence.now()] == ["Kari Moe"]


def test_nobody_is_seen_in_a_case_that_is_not_theirs(house: Mirrored) -> None:
    house.mirror.typing.theirs(incoming("typing:1", type="typing", case_key="T-9"))
    house.mirror.typing.theirs(incoming("typing:2", type="typing", author_kind="bot"))
    house.room.desk.claim(house.case.number, INES)
    house.mirror.typing.theirs(incoming("typing:3", type="typing"))
    assert house.room.aids.presence.now() == ()
