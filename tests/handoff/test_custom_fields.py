"""The fields that a house defines."""

from __future__ import annotations

import pytest

from handoff.errors import FieldError
from handoff.opening import Handoff
from handoff.verbs.custom_fields import FieldDefinition
from tests.handoff.conftest import INES

pytestmark = pytest.mark.engines


def test_fields_come_in_their_order(room: Handoff) -> None:
    room.fields.save(FieldDefinition("plan", "choice", choices=("basic",), position=2), INES)
    room.fields.save(FieldDefinition("contract", "text", {"nb": "Avtale"}, position=1), INES)
    assert [each.name for each in room.fields.all()] == ["contract", "plan"]


def test_a_field_is_called_what_its_reader_calls_it() -> None:
    field = FieldDefinition("contract", "text", {"en": "Contract", "nb": "Avtale"})
    assert (field.title("nb"), field.title("de")) == ("Avtale", "Contract")
    assert FieldDefinition("plan", "text").title("nb") == "plan"


def test_a_field_is_changed_under_its_name_and_removed(room: Handoff) -> None:
    room.fields.save(FieldDefinition("plan", "choice", choices=("basic",)), INES)
    changed = FieldDefinition("plan", "choice", choices=("basic", "pro"))
    room.fields.save(changed, INES)
    assert room.fields.all() == (changed,)
    room.fields.remove("plan", INES)
    assert room.fields.all() == ()
    with pytest.raises(FieldError):
        room.fields.remove("plan", INES)


@pytest.mark.parametrize(
    "definition",
    [
        FieldDefinition("Contract", "text"),
        FieldDefinition("", "text"),
        FieldDefinition("x" * 61, "text"),
        FieldDefinition("plan", "choice"),
        FieldDefinition("plan", "choice", choices=(" ",)),
        FieldDefinition("plan", "colour"),  # type: ignore[arg-type]
    ],
)
def test_a_field_that_cannot_be_is_refused(room: Handoff, definition: FieldDefinition) -> None:
    with pytest.raises(FieldError):
        room.fields.save(definition, INES)


def test_a_house_has_so_many_fields_and_no_more(room: Handoff) -> None:
    for i in range(50):
        room.fields.save(FieldDefinition(f"f{i}", "text"), INES)
    with pytest.raises(FieldError, match="50"):
        room.fields.save(FieldDefinition("one_more", "text"), INES)
    room.fields.save(FieldDefinition("f1", "number"), INES)


def test_whoever_defines_a_field_is_in_the_audit(room: Handoff) -> None:
    room.fields.save(FieldDefinition("plan", "text"), INES)
    assert room.audit.verify().rows == 1
