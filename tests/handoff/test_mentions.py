"""Colleagues called into a case, drafts, and who is at which case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.aids.mentions import handles, mentioned
from handoff.aids.presence import LASTS
from handoff.case import Case
from handoff.errors import ShapeError, TextTooLongError
from handoff.opening import Handoff
from tests.fakes import FakeClock
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import escalation

NAMES = {
    "ines@nettly.example": "Ines Berg",
    "kari.n@nettly.example": "Kari Nordmann",
    "kari.h@nettly.example": "Kari Haugen",
    "oyvind@nettly.example": "Øyvind Aas-Lie",
}


@pytest.fixture
def case(room: Handoff) -> Case:
    for who in (INES, LEO):
        room.seats.sit_down(who.email, who.name)
    return room.intake.open(escalation())


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ines can you look?", ["ines"]),
        ("ask @ines, please", ["ines"]),
        ("(@Ines Berg)", ["ines"]),
        ("@Kari Nordmann knows", ["kari.n"]),
        ("@kari knows", ["kari.n", "kari.h"]),
        ("@kari.h@nettly.example", ["kari.h"]),
        ("@Øyvind Aas-Lie and @Ines.", ["oyvind", "ines"]),
        ("mail maya@ines.example or foo@Ines", []),
        ("@nobody @ @@Ines", []),
        ("@Inesita", []),
    ],
)
def test_a_note_calls_whom_it_names(text: str, called: list[str]) -> None:
    assert [email.partition("@")[0] for email in mentioned(text, NAMES)] == called


def test_everybody_has_words_that_call_them_alone() -> None:
    words = handles(NAMES)
    assert words["ines@nettly.example"] == "Ines"
    assert words["kari.n@nettly.example"] == "Kari Nordmann"
    assert all(mentioned(f"@{word}", NAMES) == (email,) for email, word in words.items())


@pytest.mark.engines
def test_a_mention_is_there_with_its_note_until_it_is_seen(room: Handoff, case: Case) -> None:
    note = room.desk.note(case.number, INES, "@Leo please look, not @Ines", "n1")
    room.desk.note(case.number, INES, "@Leo please look, not @Ines", "n1")
    (mention,) = room.aids.mentions.of(LEO)
    assert (mention.case, mention.seq, mention.by_name, mention.seen) == (
        case.number,
        note.seq,
        "Ines",
        False,
    )
    assert (mention.headline, mention.text) == (case.headline, note.text)
    assert room.aids.mentions.of(INES) == ()
    room.aids.mentions.seen(INES)
    assert room.aids.mentions.unread(LEO) == 1
    room.aids.mentions.seen(LEO, [mention.id])
    assert (room.aids.mentions.unread(LEO), room.aids.mentions.of(LEO)[0].seen) == (0, True)


@pytest.mark.engines
def test_the_view_of_mentions_holds_those_cases(room: Handoff, case: Case) -> None:
    room.desk.note(case.number, INES, "@Leo?")
    assert [each.number for each in room.desk.queue("mentions", agent=LEO.email)] == [case.number]
    assert list(room.desk.queue("mentions", agent=INES.email)) == []


@pytest.mark.engines
def test_a_draft_is_kept_for_each_agent_and_kind(room: Handoff, case: Case) -> None:
    drafts = room.aids.drafts
    drafts.put(case.number, INES, "reply", "Hello, I have ")
    drafts.put(case.number, INES, "note", "she is angry")
    drafts.put(case.number, INES, "reply", "Hello, I have looked")
    assert {each.kind: each.text for each in drafts.of(case.number, INES)} == {
        "reply": "Hello, I have looked",
        "note": "she is angry",
    }
    assert drafts.of(case.number, LEO) == ()
    drafts.put(case.number, INES, "note", " \n")
    assert [each.kind for each in drafts.all(INES)] == ["reply"]


@pytest.mark.engines
def test_a_draft_that_was_sent_is_gone_and_one_that_was_not_stays(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    room.aids.drafts.put(case.number, INES, "reply", "  Hello\n")
    room.aids.drafts.put(case.number, INES, "note", "mine")
    room.desk.reply(case.number, INES, "Hello", "r1")
    room.desk.note(case.number, LEO, "mine")
    assert [each.kind for each in room.aids.drafts.all(INES)] == ["note"]


def test_a_draft_that_could_not_be_is_refused(room: Handoff, case: Case) -> None:
    with pytest.raises(ShapeError):
        room.aids.drafts.put(case.number, INES, "poem", "x")
    with pytest.raises(TextTooLongError):
        room.aids.drafts.put(case.number, INES, "reply", "x" * 16_001)


@pytest.mark.engines
def test_who_is_at_a_case_is_gone_after_a_while_or_at_once(
    room: Handoff, case: Case, clock: FakeClock
) -> None:
    presence = room.aids.presence
    presence.says(INES, case.number, "viewing")
    presence.says(LEO, case.number, "replying")
    assert [(each.name, each.doing) for each in presence.now()] == [("Ines", "viewing"), ("Leo", "replying")]
    presence.says(INES, case.number, "noting")
    presence.says(LEO, case.number, None)
    assert [(each.name, each.doing) for each in presence.now()] == [("Ines", "noting")]
    clock.moves(LASTS)
    assert presence.now() == ()


@pytest.mark.engines
def test_saying_the_same_again_keeps_it_alive_and_is_seldom_written(
    room: Handoff, case: Case, clock: FakeClock
) -> None:
    presence, bell = room.aids.presence, room.database.doorbell
    presence.says(INES, case.number, "viewing")
    rung = bell.count("presence")
    clock.moves(timedelta(seconds=5))
    presence.says(INES, case.number, "viewing")
    assert bell.count("presence") == rung
    for _ in range(4):
        clock.moves(timedelta(seconds=15))
        presence.says(INES, case.number, "viewing")
    assert len(presence.now()) == 1


def test_what_nobody_can_do_is_refused(room: Handoff, case: Case) -> None:
    with pytest.raises(ShapeError):
        room.aids.presence.says(INES, case.number, "dancing")
