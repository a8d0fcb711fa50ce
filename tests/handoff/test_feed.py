"""The desk's live stream: what changed after a place in its log."""

from __future__ import annotations

import json

import pytest

from config.doorbell import Doorbell
from config.identity import SignedOutError
from config.sign_in import COOKIE
from handoff.aids.mentions import Mention
from handoff.app import streams
from handoff.entry import LogRow
from handoff.errors import ShapeError
from handoff.web.feed import DeskFeed, Tail
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


def test_after_a_ring_one_stream_reads_the_log_for_all() -> None:
    desk, bell = Desk(), Doorbell()
    tail = Tail(desk, Nobody(), bell)
    tail.after(0)
    desk.rows += [LogRow(1, 1001, "opened"), LogRow(2, 1001, "claimed")]
    bell.ring("desk")
    before = desk.reads
    assert [list(tail.after(place)[0]) for place in (0, 1, 2)] == [desk.rows, desk.rows[1:], []]
    assert desk.reads == before + 1


def test_a_ring_that_went_missing_is_made_up_for() -> None:
    desk, bell = Desk(), Doorbell()
    tail = Tail(desk, Nobody(), bell)
    tail.after(0)
    desk.rows.append(LogRow(1, 1001, "opened"))
    assert not tail.after(0)[0]
    assert list(tail.after(0, anew=True)[0]) == desk.rows


def test_a_place_that_is_not_there_yet_keeps_the_others_from_nothing() -> None:
    desk, bell = Desk(), Doorbell()
    tail = Tail(desk, Nobody(), bell)
    assert not tail.after(99)[0]
    desk.rows.append(LogRow(1, 1001, "opened"))
    bell.ring("desk")
    before = desk.reads
    assert [list(tail.after(0)[0]) for _ in range(3)] == [desk.rows] * 3
    assert desk.reads == before + 1


def test_a_stream_that_comes_from_long_ago_hears_all_since() -> None:
    desk, bell = Desk(), Doorbell()
    desk.rows = [LogRow(seq, 1001, "noted") for seq in range(1, 3_001)]
    tail = Tail(desk, Nobody(), bell)
    tail.after(2_990)
    assert list(tail.after(10)[0]) == desk.rows[10:510]
    desk.rows += [LogRow(seq, 1001, "noted") for seq in range(3_001, 5_001)]
    for _ in range(5):
        tail.after(5_000, anew=True)
    assert list(tail.after(3_500)[0]) == desk.rows[3_500:4_000]
    assert list(tail.after(4_990)[0]) == desk.rows[4_990:]


class Desk:
    """A log, 500 rows at a time, and how often it was read."""

    def __init__(self) -> None:
        self.rows: list[LogRow] = []
        self.reads = 0

    def log(self, after: int) -> tuple[LogRow, ...]:
        self.reads += 1
        return tuple(row for row in self.rows if row.seq > after)[:500]

    def log_end(self) -> int:
        return self.rows[-1].seq if self.rows else 0


class Nobody:
    """Whom nobody calls in."""

    def after(self, email: str, place: int) -> tuple[Mention, ...]:
        return ()

    def end(self) -> int:
        return 0


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


def test_the_stream_tells_who_comes_to_a_case_and_who_leaves(room: Room) -> None:
    ines, leo, case = room.seat(), room.seat("Leo Moen"), room.case()
    live = feed(room, ines.token)
    leo.post("/api/presence", case=case.number, doing="viewing")
    ines.post("/api/presence", case=case.number, doing="replying")
    ((name, place, told),) = live.read()
    assert (name, place) == ("presence", None)
    person = {"email": "leo@nettly.example", "name": "Leo Moen", "doing": "viewing"}
    assert json.loads(told) == {"case": case.number, "people": [person]}
    assert live.read() == []
    leo.post("/api/presence", case=None, doing=None)
    ((_, _, left),) = live.read()
    assert json.loads(left) == {"case": case.number, "people": []}


def test_the_stream_tells_its_reader_of_a_mention_once(room: Room) -> None:
    ines, leo, case = room.seat(), room.seat("Leo Moen"), room.case()
    leo.get("/api/me")
    live, others = feed(room, leo.token), feed(room, ines.token)
    ines.post(f"/api/cases/{case.number}/note", text="@Leo, please", client_id="n1")
    events = {name: json.loads(told) for name, _, told in live.read()}
    assert (events["mention"]["case"], events["mention"]["by_name"]) == (case.number, "Ines Berg")
    assert [name for name, _, _ in live.read()] == []
    assert [name for name, _, _ in others.read()] == ["case"]


def test_the_stream_tells_its_reader_of_their_own_status(room: Room) -> None:
    ines, leo = room.seat(), room.seat("Leo Moen")
    for seat in (ines, leo):
        seat.get("/api/me")
    live, others = feed(room, ines.token), feed(room, leo.token)
    ines.post("/api/me/status", status="online")
    told = [json.loads(told) for name, _, told in live.read() if name == "me"]
    assert [each["status"] for each in told] == ["online"]
    assert others.read() == []


def test_a_place_that_is_no_number_is_refused(room: Room) -> None:
    with pytest.raises(ShapeError):
        feed(room, room.seat().token, after="soon")
