"""What a case learns of its customer after it was opened: told once, and nothing they left is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import handoff
from handoff.casefile.render import as_text
from handoff.escalation import Customer, Line, Site
from handoff.opening import Handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import MONDAY, escalation

pytestmark = pytest.mark.engines

MAYA = Customer("visitor:42", "Maya Lind", "maya@mail.example", True, "en", business=True)
ORDER = (("order_status", 0.9),)
HUB = Site("https://nettly.example/hub", "Hub 3", "NT-10427")


@pytest.fixture
def room(room: Handoff) -> Handoff:
    room.intake.open(escalation("c: where is my parcel? human please"))
    return room


def events(room: Handoff) -> list[str]:
    return [entry.text for entry in room.desk.thread(1001) if entry.kind == "event"]


def test_a_case_learns_who_its_customer_is(room: Handoff) -> None:
    room.intake.introduce("conv1", replace(MAYA, site=HUB))
    case, card = room.desk.case(1001), room.desk.summary(1001).customer
    assert (case.customer_id, case.customer_name, case.contact) == ("visitor:42", "Maya Lind", MAYA.address)
    assert case.customer_verified and card.verified and card.business and card.site == HUB
    assert events(room)[-1] == "The company's site says who the customer is: Maya Lind"


def test_the_same_again_is_not_told_again(room: Handoff) -> None:
    room.intake.introduce("conv1", MAYA)
    before = room.desk.case(1001)
    room.intake.introduce("conv1", MAYA)
    assert room.desk.case(1001) == before


def test_what_a_customer_left_themselves_stays_where_the_site_is_silent(room: Handoff) -> None:
    room.intake.contact("conv1-1", "Maya", "left@mail.example")
    room.intake.introduce("conv1", replace(MAYA, name=None, address=None))
    case, card = room.desk.case(1001), room.desk.summary(1001).customer
    assert (case.customer_name, case.contact) == (card.name, card.address) == ("Maya", "left@mail.example")


def test_what_an_anonymous_customer_looks_at_verifies_nobody(room: Handoff) -> None:
    room.intake.introduce("conv1", Customer("conv1", None, None, False, "en", site=HUB))
    assert not room.desk.case(1001).customer_verified
    assert "says who the customer is" not in events(room)[-1]
    assert room.desk.summary(1001).customer.site == HUB


def test_what_the_page_said_is_not_missing_once_the_customer_goes_on(room: Handoff) -> None:
    asked = escalation("c: where is my parcel? human please", conversation="conv2", intents=ORDER)
    number = room.intake.open(asked).number
    assert room.desk.summary(number).completeness.missing == ("order",)
    room.intake.introduce("conv2", Customer("conv2", None, None, False, "en", site=HUB))
    room.intake.hear("conv2-1", [Line(2, "customer", "are you there?", MONDAY)])
    assert room.desk.summary(number).completeness.missing == ()
    assert room.desk.summary(number).customer.site == HUB


def test_a_resolved_case_is_their_history_too(room: Handoff) -> None:
    room.desk.claim(1001, INES)
    room.desk.resolve(1001, INES, "solved", "")
    room.intake.introduce("conv1", MAYA)
    assert room.desk.case(1001).customer_id == "visitor:42"
    room.intake.open(replace(escalation("c: human please", conversation="conv2"), customer=MAYA))
    assert room.desk.summary(1002).customer.previous.conversations == 1


def test_a_conversation_without_a_case_has_nobody_to_tell(room: Handoff) -> None:
    room.intake.introduce("never-was", MAYA)
    assert [case.number for case in room.desk.queue("all")] == [1001]


def test_as_text_the_page_is_a_source_of_its_own(room: Handoff) -> None:
    room.intake.introduce("conv1", replace(MAYA, site=HUB))
    text = as_text(room.desk.summary(1001))
    assert "order    NT-10427 · from the page" in text and "product  Hub 3 · from the page" in text
    assert "Maya Lind · maya@mail.example · verified · business customer · en" in text


def test_the_documents_schema_knows_of_it(room: Handoff) -> None:
    room.intake.introduce("conv1", replace(MAYA, site=HUB))
    schema = json.loads((Path(handoff.__path__[0]) / "case-summary.schema.json").read_text(encoding="utf-8"))
    card = room.desk.summary(1001).to_json()["customer"]
    assert isinstance(card, dict) and card.keys() == schema["properties"]["customer"]["properties"].keys()
