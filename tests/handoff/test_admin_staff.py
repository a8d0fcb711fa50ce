"""The staff screen: inviting, changing what somebody may do, closing and opening accounts, links by hand."""

from __future__ import annotations

import re

from config.identity import Role
from tests.handoff.admins import admin, form_on
from tests.handoff.seats import PASSWORD, Room, room

__all__ = ["room"]

LEO = "leo@nettly.example"


def link_on(page: str) -> str:
    """The one-time link that a page shows."""
    found = re.search(r'id="link" readonly value="http://[^/]+([^"]+)"', page)
    assert found, page
    return found[1]


def test_without_mail_the_link_is_shown_once_and_lets_them_in(room: Room) -> None:
    boss = admin(room)
    given = boss.fills("staff/new", email=LEO, roles=["agent"], teams=["billing"], capacity="5")
    assert given.status_code == 200
    link = link_on(given.text)
    assert link not in boss.opens("staff") and "Invited" in boss.opens("staff")
    member = room.handoff.seats.member(LEO)
    assert member is not None and (member.teams, member.capacity) == (("billing",), 5)
    stranger = room.stranger()
    assert stranger.post(link, data={"name": "Leo Dahl", "password": PASSWORD}).status_code == 303
    assert room.identity.sign_in(LEO, PASSWORD, "127.0.0.1")
    assert "Leo Dahl" in boss.opens("staff")


def test_nobody_is_invited_twice(room: Room) -> None:
    boss = admin(room)
    boss.fills("staff/new", email=LEO)
    again = boss.fills("staff/new", email=LEO)
    assert again.status_code == 422 and "There is an account with this address already." in again.text


def test_roles_and_teams_are_changed_and_sessions_keep_up(room: Room) -> None:
    boss, ines = admin(room), room.seat("Ines Berg")
    assert ines.get("/admin/canned").status_code == 403
    boss.saves("staff/edit/ines@nettly.example", roles=["agent", "supervisor"], languages="nb, en")
    assert ines.get("/admin/canned").status_code == 200
    member = room.handoff.seats.member("ines@nettly.example")
    assert member is not None and member.languages == ("nb", "en")


def test_a_closed_account_is_out_at_once_and_can_come_back(room: Room) -> None:
    boss, ines = admin(room), room.seat("Ines Berg")
    assert boss.sends("staff/press/ines@nettly.example", {"deed": "disable"}).status_code == 303
    assert ines.get("/api/cases").status_code == 401
    assert "Closed" in boss.opens("staff")
    boss.sends("staff/press/ines@nettly.example", {"deed": "enable"})
    room.seat("Ines Berg")


def test_an_admin_gives_a_link_to_a_new_password(room: Room) -> None:
    boss = admin(room)
    room.seat("Ines Berg")
    given = boss.sends("staff/press/ines@nettly.example", {"deed": "link"})
    assert (
        room.stranger().post(link_on(given.text), data={"password": "a new long password"}).status_code == 303
    )
    assert room.identity.sign_in("ines@nettly.example", "a new long password", "127.0.0.1")


def test_nobody_closes_their_own_account_and_the_last_admin_stays(room: Room) -> None:
    boss = admin(room)
    assert boss.sends("staff/press/ada@nettly.example", {"deed": "disable"}).status_code == 404
    refused = boss.fills("staff/edit/ada@nettly.example", roles=["agent"])
    assert refused.status_code == 422 and "This is the last admin." in refused.text
    assert Role.ADMIN in room.identity.staff("ada@nettly.example").roles


def test_what_is_done_to_accounts_is_written_down(room: Room) -> None:
    boss = admin(room)
    boss.fills("staff/new", email=LEO)
    boss.saves(f"staff/edit/{LEO}", name="Leo", roles=["editor"])
    told = [(row.actor, row.verb) for row in room.identity.audited() if row.about == LEO]
    assert told == [("ada@nettly.example", "invite"), ("ada@nettly.example", "save_staff")]


def test_a_form_from_before_somebody_elses_change_is_refused(room: Room) -> None:
    boss = admin(room)
    room.seat("Ines Berg")
    form = form_on(boss.opens("staff/edit/ines@nettly.example"))
    room.identity.save("ines@nettly.example", name="Ines B.", roles=["agent", "editor"])
    refused = boss.sends("staff/edit/ines@nettly.example", {**form, "roles": ["supervisor"]})
    assert refused.status_code == 409 and "Ines B." in refused.text and "Agent, Editor" in refused.text
