"""The desk's live stream: what changed after a place in its log."""

from __future__ import annotations

import json

import pytest

from config.identity import SignedOutError
from config.sign_in import COOKIE
from handoff.app import streams
from handoff.errors import ShapeError
from handoff.web.feed import DeskFeed
from tests.handoff.seats import Room, room

__all__ = ["room"]


def feed(room: Room, token: str, **query: str) -> DeskFeed:
    stream = streams(room.handoff, room.identity)[0]
    match = stream.pattern.fullmatch("/desk/api/events")
    assert match
    return stream.open(match, {"cookie": f"{COOKIE}={token}"}, query)


def test_the_stream_tells_what_happened_after_a_place(room: Room) -> None:
    seat, before = room.seat(), room.handoff.desk.log_end()
    case = room.case()
    live = feed(room, seat.token, after=str(before))
    ((name, place, told),) = live.read()
    assert (name, place, json.loads(told)["case"]) == ("case", room.handoff.desk.log_end(), case.number)
    assert live.read() == []


def test_a_stream_without_a_place_starts_now(room: Room) -> None:
    room.case()
    assert feed(room, room.seat().token).read() == []


def test_the_stream_rings_when_a_case_opens(room: Room) -> None:
    live = feed(room, room.seat().token)
    rung: list[str] = []
    stop = live.doorbell.subscribe(live.topics, lambda: rung.append("ding"))
    room.case()
    stop()
    assert rung


def test_a_stream_ends_with_its_session(room: Room) -> None:
    seat = room.seat()
    live = feed(room, seat.token)
    assert live.alive()
    room.identity.sign_out(seat.token)
    assert not live.alive()


def test_a_stranger_hears_nothing(room: Room) -> None:
    with pytest.raises(SignedOutError):
        feed(room, "made-up")


def test_a_place_that_is_no_number_is_refused(room: Room) -> None:
    with pytest.raises(ShapeError):
        feed(room, room.seat().token, after="soon")
