"""The screen of customers' data, in a browser without scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from config.identity import Role
from config.pages import Brand
from config.sign_in import COOKIE
from handoff.app import handoff_app
from tests.fakes import MONDAY_MORNING
from tests.handoff.admins import Admin, admin
from tests.handoff.seats import Room, Seat, room

__all__ = ["room"]

NASTY = '<b>Maya</b> "Lind"'


@dataclass(frozen=True)
class Known:
    conversation: str = "c-1"
    channel: str = "web"
    started_at: datetime = MONDAY_MORNING
    messages: int = 12
    name: str | None = NASTY
    contact: str | None = "maya@lind.example"
    verified: bool = True
    about: str = "My lamp is broken"
    cases: tuple[int, ...] = (1001,)


@dataclass(frozen=True)
class Asked:
    id: int
    state: str
    proof: dict[str, object] | None = None
    by: str = "customer"
    asked_at: datetime = MONDAY_MORNING


@dataclass
class People:
    """One customer with two conversations; what was asked for is remembered."""

    forgotten: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    exported: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)
    erasures: tuple[Asked, ...] = ()

    def find(self, words: str) -> Sequence[Known]:
        return (Known(), Known("c-2", cases=())) if words == "maya@lind.example" else ()

    def packed(self, conversations: Sequence[str], *, notes: bool) -> bytes:
        self.exported.append((tuple(conversations), notes))
        return b"PK"

    def forget_all(self, conversations: Sequence[str], by: str) -> Sequence[int]:
        self.forgotten.append((tuple(conversations), by))
        return (1,)

    def latest(self) -> Sequence[Asked]:
        return self.erasures


def boss(room: Room, people: People) -> Admin:
    known = admin(room)
    app = handoff_app(room.handoff, room.identity, Brand.load(), clock=room.clock, people=people)
    client = app.test_client()
    client.set_cookie(COOKIE, known.seat.token)
    return Admin(Seat(client, known.seat.csrf, known.seat.token))


def test_somebody_is_found_and_their_words_are_no_markup(room: Room) -> None:
    page = boss(room, People()).opens("person?who=+maya@lind.example+")
    assert page.count('name="conversation"') == 2 and "#1001" in page
    assert "&lt;b&gt;Maya&lt;/b&gt;" in page and NASTY not in page


def test_nobody_is_found_for_other_words(room: Room) -> None:
    assert "Nobody is known by that." in boss(room, People()).opens("person?who=somebody")


def test_erasing_asks_first(room: Room) -> None:
    people = People()
    clerk = boss(room, people)
    chosen = {"conversation": ["c-1", "c-2"], "who": "maya@lind.example"}
    asked = clerk.sends("person/forget", chosen)
    assert "Erase these conversations for ever?" in asked.text and people.forgotten == []
    done = clerk.sends("person/forget", {**chosen, "sure": "1"})
    assert done.headers["Location"].endswith("person?done=1")
    assert people.forgotten == [(("c-1", "c-2"), clerk_email(room))]


def clerk_email(room: Room) -> str:
    return next(each.email for each in room.identity.list() if Role.ADMIN in each.roles)


def test_without_a_choice_nothing_is_erased(room: Room) -> None:
    people = People()
    assert boss(room, people).sends("person/forget", {"sure": "1"}).status_code == 303
    assert people.forgotten == []


def test_an_export_is_a_file_that_no_cache_keeps(room: Room) -> None:
    people = People()
    packed = boss(room, people).sends("person/export", {"conversation": ["c-1"], "notes": "on"})
    assert (packed.data, packed.mimetype) == (b"PK", "application/zip")
    assert "attachment" in packed.headers["Content-Disposition"]
    assert packed.headers["Cache-Control"] == "no-store"
    assert people.exported == [(("c-1",), True)]


@pytest.mark.parametrize("language", ["en", "nb"])
def test_it_is_told_how_far_an_erasure_is(room: Room, language: str) -> None:
    proof: dict[str, object] = {"files": 40, "bytes": 2**21, "words": 5, "found": {}}
    left = {**proof, "found": {"kb.db": 2}}
    states = (Asked(3, "asked"), Asked(2, "done", left, "ada@nettly.example"), Asked(1, "done", proof))
    page = boss(room, People(erasures=states)).opens(f"person?lang={language}")
    assert "kb.db" in page and "2.0" in page and "ada@nettly.example" in page


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT])
def test_only_administrators_come_in(room: Room, role: Role) -> None:
    people = People()
    known = admin(room, "Sam Lie", role)
    app = handoff_app(room.handoff, room.identity, Brand.load(), clock=room.clock, people=people)
    client = app.test_client()
    client.set_cookie(COOKIE, known.seat.token)
    seat = Admin(Seat(client, known.seat.csrf, known.seat.token))
    seat.opens("person?who=maya@lind.example", 403)
    assert seat.sends("person/forget", {"conversation": "c-1", "sure": "1"}).status_code == 403
    assert seat.sends("person/export", {"conversation": "c-1"}).status_code == 403
    assert (people.forgotten, people.exported) == ([], [])


def test_a_form_without_the_sessions_token_erases_nothing(room: Room) -> None:
    people = People()
    refused = boss(room, people).sends("person/forget", {"conversation": "c-1", "sure": "1", "csrf": "guess"})
    assert refused.status_code == 403 and people.forgotten == []


def test_a_room_that_is_served_alone_has_no_such_screen(room: Room) -> None:
    assert "/desk/admin/person" not in admin(room).opens("customers")
    admin(room).opens("person", 404)
