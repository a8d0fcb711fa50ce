"""Secrets that the desk hides: who is shown them, and what the audit keeps."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from config.identity import Role
from handoff.case import Case
from handoff.store.tables import AUDIT
from tests.handoff.seats import Room, Seat, room

pytestmark = pytest.mark.engines

__all__ = ["room"]

TOLD = "My card is 4111 1111 1111 1111 and my password is hunter22x. Let me talk to a human"


@pytest.fixture
def case(room: Room) -> Case:
    return room.case(text=TOLD)


def revealed(seat: Seat, case: Case, fact: str = "card", message: object = 2) -> tuple[int, object]:
    response = seat.post(f"/api/cases/{case.number}/reveal", fact=fact, message=message)
    return response.status_code, response.get_json().get("text")


def test_who_holds_the_case_is_shown_a_card(room: Room, case: Case) -> None:
    seat = room.seat()
    seat.post(f"/api/cases/{case.number}/claim")
    assert revealed(seat, case) == (200, "4111 1111 1111 1111")


def test_a_lead_is_shown_it_too(room: Room, case: Case) -> None:
    assert revealed(room.seat("Sara Lie", Role.SUPERVISOR), case)[0] == 200


def test_who_does_not_hold_the_case_is_not(room: Room, case: Case) -> None:
    room.seat("Omar Haddad").post(f"/api/cases/{case.number}/claim")
    assert revealed(room.seat(), case) == (409, None)


def test_a_password_stays_hidden_from_everybody(room: Room, case: Case) -> None:
    assert revealed(room.seat("Sara Lie", Role.SUPERVISOR), case, "password") == (404, None)


@pytest.mark.parametrize("message", [1, 99, "2", True, None])
def test_another_message_hides_nothing(room: Room, case: Case, message: object) -> None:
    status, text = revealed(room.seat("Sara Lie", Role.SUPERVISOR), case, "card", message)
    assert status in (400, 404)
    assert text is None


def test_the_audit_keeps_who_looked_and_never_the_secret(room: Room, case: Case) -> None:
    revealed(room.seat("Sara Lie", Role.SUPERVISOR), case)
    with room.handoff.database.read() as tx:
        rows = tx.execute(sa.select(AUDIT).where(AUDIT.c.verb == "revealed")).mappings().all()
    assert [(row["actor"], row["case_number"]) for row in rows] == [("sara@nettly.example", case.number)]
    assert "4111" not in str(rows)
