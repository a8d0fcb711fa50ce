"""What a helpdesk outside is given of a case: in its people's words, with files, nothing that is masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from handoff.bridges import Changes
from handoff.bridges.composing import Composing, Names
from handoff.bridges.opening import words_of
from handoff.case import CaseStatus
from handoff.errors import NoAidError
from handoff.escalation import Line
from handoff.floor.rules import Priority
from handoff.opening import Handoff
from handoff.store.peer_queue import Item
from tests.fakes import FakeClock
from tests.handoff.bridges.mirroring import Mirror, mirror_over
from tests.handoff.conftest import INES
from tests.handoff.conversations import MONDAY

ITEM = Item(1, 1001, "c-1-1", "update", "k", None, {}, 0, 0, False, MONDAY)
NAMES = Names({"billing": "Faktura"}, {"ines@nettly.example": "ines", "leo@nettly.example": "leo"})


@pytest.fixture
def mirror(room: Handoff, clock: FakeClock) -> Mirror:
    return mirror_over(room, clock)


def composing(room: Handoff) -> Composing:
    return Composing(room.store, lambda file: b"", NAMES, "", 10)


def test_what_changes_is_called_as_the_helpdesk_calls_it(room: Handoff) -> None:
    told = {"status": "snoozed", "priority": "high", "labels": ["a"], "team": "billing"}
    assert composing(room).changes(replace(ITEM, payload=told)) == Changes(
        CaseStatus.SNOOZED, Priority.HIGH, ("a",), "Faktura", None
    )
    assert composing(room).changes(replace(ITEM, payload={"team": "support"})) == Changes()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, "ines@nettly.example", "ines"),
        ("ines@nettly.example", None, ""),
        ("ines@nettly.example", "leo@nettly.example", "leo"),
        (None, "new@nettly.example", None),
        ("new@nettly.example", None, None),
    ],
)
def test_only_people_whom_the_helpdesk_knows_are_named(
    room: Handoff, before: str | None, after: str | None, told: str | None
) -> None:
    payload = {"assignee": after, "was_assignee": before}
    assert composing(room).changes(replace(ITEM, payload=payload)).assignee == told


def test_files_go_along_and_what_is_too_large_is_named(mirror: Mirror) -> None:
    case = mirror.opens()
    desk, files = mirror.room.desk, mirror.room.aids.files
    small = files.keep(case, INES, "small.txt", b"lamp")
    large = files.keep(case, INES, "large.txt", b"x" * 2_000)
    desk.note(case.number, INES, "", files=files.refs(case.number, [small.capability, large.capability]))
    mirror.drains()
    [(_, post)] = mirror.at_peer(case).posts
    assert (post.text, [file.ref.name for file in post.files]) == ("large.txt", ["small.txt"])
    assert post.files[0].read() == b"lamp"


def test_a_file_that_is_gone_says_so(mirror: Mirror) -> None:
    case = mirror.opens()
    file = mirror.room.aids.files.keep(case, INES, "a.txt", b"lamp")
    with pytest.raises(NoAidError):
        mirror.sending._composing._files(replace(file.ref, id="x" * 43))


def test_secrets_that_are_masked_at_the_desk_are_masked_there(mirror: Mirror) -> None:
    case = mirror.opens("c-1", "c: My card is 4111 1111 1111 1111, I was charged twice", "c: a person please")
    mirror.says(case, "The password is: hunter2secret")
    mirror.drains()
    kept = mirror.at_peer(case)
    there = [kept.new.note, kept.new.note_markdown, kept.new.note_html, kept.new.transcript, *kept.texts()]
    shown = [entry.text for entry in mirror.room.desk.thread(case.number) if entry.author == "customer"]
    assert kept.texts() == [shown[-1]]
    assert not [text for text in there if "4111 1111 1111 1111" in text]


def test_what_is_said_while_it_is_opened_is_told_once(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.says(case, "One more thing")
    mirror.drains()
    kept = mirror.at_peer(case)
    assert "One more thing" not in kept.new.transcript and kept.texts() == ["One more thing"]


def test_how_the_customer_is_reached_goes_along(mirror: Mirror) -> None:
    case = mirror.opens()
    mirror.room.intake.contact(case.handoff_id, "Maya", "maya@example.com")
    mirror.drains()
    assert mirror.at_peer(case).new.customer.email == "maya@example.com"
    phoned = mirror.opens("c-2")
    mirror.room.intake.contact(phoned.handoff_id, phone="+47 22 33 44 55")
    mirror.drains()
    customer = mirror.at_peer(phoned).new.customer
    assert customer.email is None


def test_the_notes_speak_the_first_language_of_the_house(tmp_path: Path) -> None:
    def settings(language: str) -> Settings:
        found = load_settings(tmp_path, {})
        return replace(found, bot=replace(found.bot, languages=(language, "en")))

    assert words_of(settings("en"))("Why") == "Why"
    assert words_of(settings("nb"))("Nothing is parked.") == "Ingenting er parkert."


def test_a_line_of_a_moment_has_that_moment(mirror: Mirror) -> None:
    case = mirror.opens()
    late = MONDAY + timedelta(hours=3)
    mirror.room.intake.hear(case.handoff_id, [Line(50, "customer", "Hello?", late)])
    mirror.drains()
    [(_, post)] = mirror.at_peer(case).posts
    assert post.at == late
