"""Labels, fields and priority."""

from __future__ import annotations

import pytest

from handoff.case import Case
from handoff.errors import EmptyTextError, FieldError, LabelError, UnknownPriorityError
from handoff.floor.rules import Priority
from handoff.opening import Handoff
from handoff.verbs.custom_fields import FieldDefinition
from tests.handoff.conftest import INES, LEO
from tests.handoff.conversations import MONDAY, escalation


@pytest.fixture
def case(room: Handoff) -> Case:
    return room.intake.open(escalation("c: human please"))


def test_a_case_has_the_labels_it_was_given(room: Handoff, case: Case) -> None:
    labelled = room.desk.label(case.number, LEO, ["vip", "  late   parcel ", "vip"])
    assert labelled.labels == ("vip", "late parcel")
    assert room.desk.thread(case.number)[-1].text == "Leo labelled the case vip, late parcel"
    assert room.desk.label(case.number, LEO, ["vip", "late parcel"]) == labelled
    assert room.desk.label(case.number, LEO, []).labels == ()


@pytest.mark.parametrize("labels", [[""], [" "], ["x" * 61], [f"l{i}" for i in range(21)]])
def test_labels_that_cannot_be_are_refused(room: Handoff, case: Case, labels: list[str]) -> None:
    with pytest.raises(LabelError):
        room.desk.label(case.number, INES, labels)


def test_markup_in_a_label_is_text(room: Handoff, case: Case) -> None:
    assert room.desk.label(case.number, INES, ["<b>\u202etset"]).labels == ("<b>\u202etset",)


def test_another_priority_moves_the_deadlines_and_says_why(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    pressed = room.desk.set_priority(case.number, INES, "urgent", "The shop is closed.")
    rules = room.rules()
    target, calendar = rules.targets[Priority.URGENT], rules.team(case.team).calendar
    assert pressed.priority is Priority.URGENT
    assert pressed.priority_because == "Urgent: Ines set it: “The shop is closed.”."
    assert pressed.first_reply_by == calendar.due(MONDAY, target.first_reply_within)
    assert pressed.resolve_by == calendar.due(MONDAY, target.resolve_within)
    note, event = room.desk.thread(case.number)[-2:]
    assert (note.kind, note.text) == ("note", "The shop is closed.")
    assert event.text == "Ines set the priority to urgent"


def test_after_the_first_reply_only_the_resolution_is_due(room: Handoff, case: Case) -> None:
    room.desk.claim(case.number, INES)
    room.desk.reply(case.number, INES, "Hello", "r1")
    assert room.desk.set_priority(case.number, INES, "high", "She is abroad.").first_reply_by is None


def test_the_same_priority_changes_nothing(room: Handoff, case: Case) -> None:
    assert room.desk.set_priority(case.number, INES, case.priority, "As it was.") == case


def test_a_priority_needs_a_reason_and_a_name(room: Handoff, case: Case) -> None:
    with pytest.raises(EmptyTextError):
        room.desk.set_priority(case.number, INES, "high", " ")
    with pytest.raises(UnknownPriorityError, match="urgent"):
        room.desk.set_priority(case.number, INES, "asap", "Now.")


FIELDS = (
    FieldDefinition("contract", "text", {"en": "Contract"}, position=1),
    FieldDefinition("users", "number", position=2),
    FieldDefinition("plan", "choice", choices=("basic", "pro"), position=3),
    FieldDefinition("renewal", "date", position=4),
)


@pytest.fixture
def fields(room: Handoff) -> None:
    for definition in FIELDS:
        room.fields.save(definition, INES)


@pytest.mark.usefixtures("fields")
def test_fields_are_filled_in_and_emptied(room: Handoff, case: Case) -> None:
    filled = room.desk.set_fields(
        case.number,
        INES,
        {"contract": " A-12 ", "users": "1 200,50", "plan": "pro", "renewal": "2026-12-01"},
    )
    assert filled.fields == {
        "contract": "A-12",
        "users": "1200.50",
        "plan": "pro",
        "renewal": "2026-12-01",
    }
    assert room.desk.set_fields(case.number, INES, {"contract": "A-12"}) == filled
    emptied = room.desk.set_fields(case.number, INES, {"contract": "", "plan": "basic"})
    assert dict(emptied.fields) == {"users": "1200.50", "plan": "basic", "renewal": "2026-12-01"}
    assert room.desk.thread(case.number)[-1].text == "Ines filled in contract: -, plan: basic"


@pytest.mark.usefixtures("fields")
@pytest.mark.parametrize(
    "values",
    [
        {"users": "many"},
        {"users": "NaN"},
        {"users": "1e99"},
        {"plan": "free"},
        {"renewal": "1.12.2026"},
        {"contract": "x" * 501},
        {"unknown": "x"},
    ],
)
def test_a_value_that_its_field_cannot_hold_is_refused(
    room: Handoff, case: Case, values: dict[str, str]
) -> None:
    with pytest.raises(FieldError):
        room.desk.set_fields(case.number, INES, values)
    assert room.desk.case(case.number) == case
