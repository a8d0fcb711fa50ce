"""What our own people see of the helpdesk outside: at the desk, on the administrators' screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.identity import Role
from handoff.store.inbox import InboxStore
from tests.handoff.admins import admin
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.seats import Room, room
from tests.memory_helpdesk import REFUSED

__all__ = ["room"]


@pytest.fixture
def mirror(room: Room) -> Mirror:
    return mirror_over(room.handoff, room.clock)


def test_a_case_says_where_else_it_is_and_the_link_leads_there(room: Room, mirror: Mirror) -> None:
    case = mirror.opens()
    seat = room.seat()
    [row] = seat.get("/api/cases").get_json()["cases"]
    assert row["at"] == {"name": "Memory", "url": None, "theirs": True}
    mirror.drains()
    at = seat.get(f"/api/cases/{case.number}").get_json()["case"]["at"]
    assert at == {"name": "Memory", "url": "https://desk.example/1", "theirs": True}
    claimed = seat.post(f"/api/cases/{case.number}/claim").get_json()["case"]
    assert claimed["at"]["theirs"] is False


def test_a_case_of_our_own_desk_is_nowhere_else(room: Room) -> None:
    case = room.case()
    assert room.seat().get(f"/api/cases/{case.number}").get_json()["case"]["at"] is None


def test_an_address_that_is_none_becomes_no_link(room: Room, mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.drains()
    known = room.handoff.mirrored.of_case(case.number)
    assert known is not None and known.ref is not None
    evil = replace(known.ref, url="javascript:alert(1)")
    room.handoff.mirrored.follow(case.number, evil, room.clock.now())
    assert room.seat().get(f"/api/cases/{case.number}").get_json()["case"]["at"]["url"] is None


def test_without_a_helpdesk_the_screen_says_how_to_come_by_one(room: Room) -> None:
    page = admin(room).opens("helpdesk")
    assert "firstline bridge guide NAME" in page and "Parked" not in page


def test_what_it_refused_is_told_again_by_a_button_and_the_case_given_back_by_another(
    room: Room, mirror: Mirror
) -> None:
    boss = admin(room)
    assert "Well" in boss.opens("helpdesk")
    case = mirror.opens()
    mirror.helpdesk.breaks(REFUSED)
    mirror.drains()
    page = boss.opens("helpdesk")
    assert f"Case #{case.number}: The case itself" in page
    assert REFUSED.says.replace("'", "&#39;") in page
    assert "Memory does not take what is sent to it" in page
    [parked] = room.handoff.helpdesk.parked()
    assert boss.sends(f"helpdesk/replay/{parked.id}", {}).status_code == 303
    assert boss.sends(f"helpdesk/cases/{case.number}", {}).status_code == 303
    mirror.drains()
    assert "Nothing is parked." in boss.opens("helpdesk")
    known = room.handoff.mirrored.of_case(case.number)
    assert known is not None and known.controller == "peer" and known.ref is not None


def test_all_that_is_parked_is_told_again_by_one_button(room: Room, mirror: Mirror) -> None:
    boss = admin(room)
    cases = [mirror.opens("c-1"), mirror.opens("c-2")]
    mirror.helpdesk.breaks(REFUSED, REFUSED)
    mirror.drains()
    assert len(room.handoff.helpdesk.parked()) == 2
    assert "Tell all that is parked again" in boss.opens("helpdesk")
    assert boss.sends("helpdesk/replay", {}).status_code == 303
    mirror.drains()
    page = boss.opens("helpdesk?done=all")
    assert "All that was parked is told again now." in page and "Nothing is parked." in page
    assert "Tell all that is parked again" not in page
    assert all(mirror.at_peer(case) for case in cases)


def test_what_webhooks_have_missed_is_shown(room: Room, mirror: Mirror) -> None:
    boss, inbox = admin(room), InboxStore(room.handoff.database, "memory")
    assert "have missed" not in boss.opens("helpdesk")
    inbox.missed(2, room.clock.now())
    inbox.missed(1, room.clock.now())
    page = boss.opens("helpdesk")
    assert "Its webhooks have missed events that polling found: 3, since" in page
    assert "Check the webhook there" in page


def test_a_supervisor_may_an_agent_may_not(room: Room, mirror: Mirror) -> None:
    assert room.seat("Sol Vik", Role.SUPERVISOR).get("/admin/helpdesk").status_code == 200
    assert room.seat("Ines Berg").get("/admin/helpdesk").status_code == 403


def test_everybody_at_the_desk_is_told_that_it_is_down_and_what_came_back(room: Room, mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    case = mirror.opens()
    mirror.waits(minutes=16)
    page = room.seat().get("/").text
    assert "Memory can&#39;t be reached. What waits to be told there: 2." in page
    assert f"Our own desk has taken over cases from Memory: #{case.number}." in page
    boss = admin(room)
    assert "Down" in boss.opens("helpdesk") and "no connection; is it running there?" in boss.opens(
        "helpdesk"
    )


def test_the_screen_speaks_the_readers_language(room: Room, mirror: Mirror) -> None:
    mirror.helpdesk.is_down()
    mirror.opens()
    mirror.waits(minutes=16)
    seat = room.seat("Boss Bo", Role.ADMIN)
    page = seat.get("/admin/helpdesk?lang=nb").text
    assert "Overtatt ved vårt eget arbeidsbord" in page
    assert "Memory kunne ikke nås på 15 min" in page
