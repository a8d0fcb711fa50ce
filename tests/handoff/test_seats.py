from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from config.settings import Settings
from handoff.errors import MemberError, NoMemberError
from handoff.floor.floor import GONE_WITHIN
from handoff.floor.seats import Member
from handoff.opening import Handoff, open_handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

ADMIN = "admin@nettly.example"


@pytest.fixture
def ines(room: Handoff) -> Iterator[Member]:
    yield room.seats.sit_down(INES.email, INES.name)


def status(room: Handoff) -> str:
    member = room.seats.member(INES.email)
    assert member is not None
    return member.status


def test_an_agent_starts_away_with_the_room_that_the_settings_give(ines: Member) -> None:
    assert (ines.name, ines.status, ines.capacity, ines.teams) == ("Ines", "away", 3, ())


def test_who_sits_down_again_is_the_same_member_under_their_new_name(room: Handoff, ines: Member) -> None:
    room.seats.set_status(INES.email, "busy")
    again = room.seats.sit_down(INES.email, "Ines Berg")
    assert (again.name, again.status) == ("Ines Berg", "busy")
    assert len(room.seats.members()) == 1


def test_whose_desk_is_closed_for_a_minute_is_away(room: Handoff, clock: FakeClock, ines: Member) -> None:
    room.seats.set_status(INES.email, "online")
    clock.moves(GONE_WITHIN)
    assert status(room) == "online"
    clock.moves(timedelta(seconds=1))
    assert status(room) == "away"


def test_whose_desk_is_open_stays_online(room: Handoff, clock: FakeClock, ines: Member) -> None:
    room.seats.set_status(INES.email, "online")
    for _ in range(10):
        clock.moves(timedelta(seconds=20))
        room.seats.seen(INES.email)
    assert status(room) == "online"


def test_who_comes_back_stays_away_until_they_say_otherwise(
    room: Handoff, clock: FakeClock, ines: Member
) -> None:
    room.seats.set_status(INES.email, "online")
    clock.moves(GONE_WITHIN * 2)
    room.seats.seen(INES.email)
    assert status(room) == "away"
    room.seats.set_status(INES.email, "online")
    assert status(room) == "online"


def test_saying_the_same_again_does_not_begin_anew(room: Handoff, clock: FakeClock, ines: Member) -> None:
    since = room.seats.set_status(INES.email, "busy").status_at
    clock.moves(timedelta(seconds=30))
    assert room.seats.set_status(INES.email, "busy").status_at == since


def test_a_status_that_there_is_not_is_refused(room: Handoff, ines: Member) -> None:
    with pytest.raises(MemberError, match="one of online, busy, away"):
        room.seats.set_status(INES.email, "asleep")


def test_who_was_never_there_has_no_status(room: Handoff) -> None:
    with pytest.raises(NoMemberError):
        room.seats.set_status("nobody@nettly.example", "online")
    assert room.seats.member("nobody@nettly.example") is None
    room.seats.seen("nobody@nettly.example")


def test_an_administrator_says_what_a_member_takes(room: Handoff, ines: Member) -> None:
    room.seats.set_status(INES.email, "online")
    saved = room.seats.save_member(
        INES.email,
        "Ines",
        by=ADMIN,
        teams=("billing",),
        skills=("billing",),
        languages=("NB", "en"),
        capacity=5,
    )
    assert (saved.teams, saved.languages, saved.capacity, saved.status) == (
        ("billing",),
        ("nb", "en"),
        5,
        "online",
    )
    assert room.seats.member(INES.email) == saved
    assert room.audit.verify().rows == 1


def test_a_member_can_be_made_before_they_have_come(room: Handoff) -> None:
    saved = room.seats.save_member("leo@nettly.example", "Leo", by=ADMIN, teams=("support",))
    assert (saved.status, saved.last_seen) == ("away", None)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("teams", {"teams": ("biling",)}),
        ("skills", {"skills": (" ",)}),
        ("languages", {"languages": ("x" * 41,)}),
        ("capacity", {"capacity": 51}),
        ("capacity", {"capacity": -1}),
    ],
)
def test_what_can_not_be_is_refused_by_its_name(room: Handoff, field: str, given: dict[str, object]) -> None:
    with pytest.raises(MemberError) as caught:
        room.seats.save_member(INES.email, "Ines", by=ADMIN, **given)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_the_load_counts_cases_that_are_awake(room: Handoff, clock: FakeClock) -> None:
    for name in ("a", "b"):
        case = room.intake.open(escalation(conversation=name))
        room.desk.claim(case.number, INES)
    room.desk.snooze(1002, INES, clock.now() + timedelta(hours=1))
    assert room.seats.open_cases() == {INES.email: 1}


def test_another_process_sees_the_same_seats(
    room: Handoff, settings: Settings, clock: FakeClock, ines: Member
) -> None:
    room.seats.set_status(INES.email, "online")
    other = open_handoff(settings, clock)
    try:
        assert other.seats.members() == room.seats.members()
    finally:
        other.close()
