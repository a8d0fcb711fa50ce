from __future__ import annotations

from datetime import timedelta

from config.sign_in import COOKIE
from config.staff import Role
from handoff.app import streams
from handoff.floor.floor import GONE_WITHIN
from tests.handoff.seats import Room, code, room

__all__ = ["room"]


def test_an_agent_sees_their_own_seat(room: Room) -> None:
    assert room.seat("Ines Berg").get("/api/me").get_json() == {
        "email": "ines@nettly.example",
        "name": "Ines Berg",
        "roles": ["agent"],
        "status": "away",
        "capacity": 3,
        "open": 0,
        "teams": [],
    }


def test_an_agent_says_that_they_are_there_and_is_given_a_case(room: Room) -> None:
    ines = room.seat("Ines Berg")
    assert ines.post("/api/me/status", status="online").get_json()["status"] == "online"
    room.case()
    while room.handoff.rounds.work():
        pass
    assert ines.get("/api/me").get_json()["open"] == 1
    (row,) = ines.get("/api/cases?view=mine").get_json()["cases"]
    assert row["agent"] == {"email": "ines@nettly.example", "name": "Ines Berg"}


def test_a_status_that_there_is_not_is_refused(room: Room) -> None:
    ines = room.seat("Ines Berg")
    refused = ines.post("/api/me/status", status="asleep")
    assert (refused.status_code, code(refused)) == (422, "member")
    assert ines.post("/api/me/status").status_code == 400


def test_colleagues_are_all_who_may_sit_at_the_desk(room: Room) -> None:
    ines = room.seat("Ines Berg")
    room.seat("Leo Dahl", Role.SUPERVISOR)
    room.seat("Edda Foss", Role.EDITOR)
    room.seat("Old Hand")
    room.identity.disable("old@nettly.example")
    ines.post("/api/me/status", status="busy")
    colleagues = ines.get("/api/colleagues").get_json()["colleagues"]
    assert [(each["name"], each["roles"], each["status"]) for each in colleagues] == [
        ("Ines Berg", ["agent"], "busy"),
        ("Leo Dahl", ["supervisor"], "away"),
    ]


def test_strangers_and_forged_requests_are_refused(room: Room) -> None:
    assert room.stranger().get("/desk/api/me").status_code == 401
    ines = room.seat("Ines Berg")
    assert ines.client.post("/desk/api/me/status", json={"status": "online"}).status_code == 403


def test_an_open_stream_keeps_its_agent_at_the_desk(room: Room) -> None:
    ines = room.seat("Ines Berg")
    ines.post("/api/me/status", status="online")
    stream = streams(room.handoff, room.identity)[0]
    match = stream.pattern.fullmatch("/desk/api/events")
    assert match is not None
    feed = stream.open(match, {"cookie": f"{COOKIE}={ines.token}"}, {})
    for _ in range(6):
        room.clock.moves(timedelta(seconds=20))
        assert feed.alive()
    assert ines.get("/api/me").get_json()["status"] == "online"
    room.clock.moves(GONE_WITHIN * 2)
    assert room.handoff.seats.members()[0].status == "away"
