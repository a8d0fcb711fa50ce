"""Canned responses, and the labels of the house."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.aids.canned import Canned, blanks, fill
from handoff.aids.labels import Label
from handoff.case import Case
from handoff.errors import NoAidError, NotFilledError, NotKeptError
from handoff.opening import Handoff
from handoff.verbs.agent import Agent
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation

pytestmark = pytest.mark.engines

TEAMS = ("support", "billing", "orders", "technical", "security")
HELLO = Canned(
    0,
    "hello",
    "Greeting",
    {
        "en": "Hello {{customer.first_name}}, about {{fact.order}}: {{agent.first_name}} here.",
        "nb": "Hei {{customer.first_name}}, om {{fact.order}}: dette er {{agent.first_name}}.",
    },
)


@pytest.fixture
def case(room: Handoff) -> Case:
    return room.intake.open(escalation("c: where is order NT-10427? I want a human", name="Maya Lind"))


def test_a_response_is_kept_changed_and_removed(room: Handoff) -> None:
    kept = room.aids.canned.save(HELLO, INES, teams=TEAMS)
    assert room.aids.canned.all() == (kept,) and kept.id
    changed = room.aids.canned.save(replace(kept, title="Welcome"), INES, teams=TEAMS)
    assert [(each.id, each.title) for each in room.aids.canned.all()] == [(changed.id, "Welcome")]
    room.aids.canned.remove(kept.id, INES)
    assert room.aids.canned.all() == ()
    with pytest.raises(NoAidError):
        room.aids.canned.remove(kept.id, INES)
    with pytest.raises(NoAidError):
        room.aids.canned.save(kept, INES, teams=TEAMS)


def test_it_is_filled_with_the_cases_words_in_the_customers_language(room: Handoff, case: Case) -> None:
    room.aids.canned.save(HELLO, INES, teams=TEAMS)
    (english,) = room.aids.canned.filled(case, INES)
    assert (english.text, english.empty) == ("Hello Maya, about NT-10427: Ines here.", ())
    (norwegian,) = room.aids.canned.filled(case, INES, "nb")
    assert norwegian.text == "Hei Maya, om NT-10427: dette er Ines."
    (other,) = room.aids.canned.filled(case, INES, "de")
    assert (other.language, other.text) == ("en", english.text)


def test_what_the_case_does_not_know_is_named_and_stays_to_be_filled_by_hand(room: Handoff) -> None:
    room.aids.canned.save(HELLO, INES, teams=TEAMS)
    nobody = room.intake.open(escalation("c: human please", conversation="b"))
    (filled,) = room.aids.canned.filled(nobody, INES)
    assert filled.empty == ("customer.first_name", "fact.order")
    assert blanks(filled.text) == filled.empty


def test_a_customers_words_never_become_a_variable() -> None:
    assert fill("Hi {{customer.name}}", {"customer.name": "{{agent.name}}\n", "agent.name": "Ines"}) == (
        "Hi {{agent.name}}",
        (),
    )


def test_a_teams_own_goes_before_everybodys_and_others_do_not_see_it(room: Handoff, case: Case) -> None:
    room.aids.canned.save(HELLO, INES, teams=TEAMS)
    own = replace(HELLO, team=case.team, title="Ours")
    room.aids.canned.save(own, INES, teams=TEAMS)
    other = next(team for team in TEAMS if team != case.team)
    room.aids.canned.save(replace(HELLO, team=other, title="Theirs"), INES, teams=TEAMS)
    assert [each.title for each in room.aids.canned.filled(case, INES)] == ["Ours"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (replace(HELLO, shortcut="two words"), "shortcut"),
        (replace(HELLO, shortcut=""), "shortcut"),
        (replace(HELLO, title=" \n"), "title"),
        (replace(HELLO, title="x" * 121), "title"),
        (replace(HELLO, team="no such"), "team"),
        (replace(HELLO, texts={}), "text"),
        (replace(HELLO, texts={"en": " "}), "text"),
        (replace(HELLO, texts={"en": "x" * 8_001}), "text"),
        (replace(HELLO, texts={"english": "x"}), "language"),
        (replace(HELLO, texts={"en": "Hello {{customer.nickname}}"}), "text"),
    ],
)
def test_what_could_not_be_used_is_not_kept(room: Handoff, wrong: Canned, field: str) -> None:
    with pytest.raises(NotKeptError) as refused:
        room.aids.canned.save(wrong, INES, teams=TEAMS)
    assert refused.value.field == field
    assert room.aids.canned.all() == ()


def test_a_shortcut_is_one_responses(room: Handoff) -> None:
    room.aids.canned.save(HELLO, INES, teams=TEAMS)
    with pytest.raises(NotKeptError):
        room.aids.canned.save(replace(HELLO, shortcut="/Hello", title="Another"), INES, teams=TEAMS)


def test_every_change_is_in_the_audit(room: Handoff) -> None:
    kept = room.aids.canned.save(HELLO, INES, teams=TEAMS)
    room.aids.canned.remove(kept.id, Agent("admin@nettly.example", "Ada"))
    room.aids.labels.save(Label("vip", "red"), INES)
    room.aids.labels.remove("vip", INES)
    assert room.audit.verify().broken_at is None
    assert room.audit.verify().rows == 4


def test_labels_are_a_list_with_colours_in_words(room: Handoff) -> None:
    room.aids.labels.save(Label("vip", "red"), INES)
    room.aids.labels.save(Label("  second   try ", "blue"), INES)
    room.aids.labels.save(Label("VIP", "green"), INES)
    assert room.aids.labels.all() == (Label("second try", "blue"), Label("vip", "green"))
    room.aids.labels.remove("vip", INES)
    assert [label.name for label in room.aids.labels.all()] == ["second try"]
    with pytest.raises(NoAidError):
        room.aids.labels.remove("vip", INES)


@pytest.mark.parametrize(
    "wrong", [Label("", "red"), Label("x" * 41, "red"), Label("a, b", "red"), Label("a", "pink")]
)
def test_a_label_that_could_not_be_read_is_not_kept(room: Handoff, wrong: Label) -> None:
    with pytest.raises(NotKeptError):
        room.aids.labels.save(wrong, INES)


def test_a_reply_with_a_variable_left_in_it_is_refused_and_a_note_is_not(room: Handoff) -> None:
    case = room.desk.claim(room.intake.open(escalation()).number, INES)
    with pytest.raises(NotFilledError, match=r"{{customer\.name}} left in it"):
        room.desk.reply(case.number, INES, "Hello {{ customer.name }}", "r1")
    assert room.desk.note(case.number, INES, "Say {{customer.name}} next time").kind == "note"
