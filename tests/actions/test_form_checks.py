"""What the forms' validation makes of an answer: the slots it sets and the words it says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.correct import ActionCorrect
from actions.leave_form import ActionLeaveForm
from actions.order_form import ValidateOrderStatusForm
from actions.order_status import ActionOrderStatus
from actions.return_form import ValidateReturnForm
from actions.return_request import ActionReturnRequest
from bot.dialogue.loading import load_assistant
from tests.actions.trackers import tracked, user

ORDER, RETURN = "order_status_form", "return_form"
Told = tuple[dict[str, Any], list[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def domain() -> dict[str, Any]:
    folder = Path(__file__).parents[2] / "config" / "rasa"
    return dict(load_assistant(folder, examples=False).domain.written)


def begun(form: str) -> dict[str, Any]:
    return {"event": "active_loop", "name": form}


def slot(name: str, value: object) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value}


def answering(form: str, asked: str, text: str, intent: str = "inform", **given: object) -> Tracker:
    """A tracker as a form hands it over: what was given earlier, then the message and what it filled."""
    taken = given.pop("taken", text)
    earlier = [slot(name, value) for name, value in given.items()]
    events = [user("hello", "order_status"), begun(form), *earlier, user(text, intent)]
    filled = taken if isinstance(taken, dict) else {asked: taken}
    slots = {**given, **filled, "requested_slot": asked}
    tracker = tracked(*events, *(slot(name, value) for name, value in filled.items()), **slots)
    tracker.active_loop = {"name": form}
    return tracker


def run(action: Action, tracker: Tracker, domain: dict[str, Any]) -> Told:
    dispatcher = CollectingDispatcher()
    events = action.run(dispatcher, tracker, domain)
    events = asyncio.run(events) if asyncio.iscoroutine(events) else events
    slots = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
    return slots, [each["response"] for each in dispatcher.messages], dispatcher.messages


def test_an_order_number_is_kept_as_we_write_it(domain: dict[str, Any]) -> None:
    asked = answering(ORDER, "order_number", "nt 10427")
    assert run(ValidateOrderStatusForm(), asked, domain)[:2] == ({"order_number": "NT-10427"}, [])


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("on the parcel", "utter_order_number_unclear"),
        ("NT-104", "utter_order_number_digits"),
        ("INV-2026-00318", "utter_order_number_is_invoice"),
        ("kari@example.org", "utter_order_number_is_email"),
    ],
)
@pytest.mark.parametrize(("form", "check"), [(ORDER, ValidateOrderStatusForm), (RETURN, ValidateReturnForm)])
def test_what_is_wrong_with_a_number_is_said(
    form: str, check: type[Action], text: str, response: str, domain: dict[str, Any]
) -> None:
    slots, said, _ = run(check(), answering(form, "order_number", text), domain)
    assert (slots, said) == ({"order_number": None, "form_tries": 1}, [response])


def test_how_many_digits_there_were_is_said(domain: dict[str, Any]) -> None:
    _, _, [message] = run(ValidateOrderStatusForm(), answering(ORDER, "order_number", "NT-104"), domain)
    assert message["digits"] == 3


def test_two_useless_answers_in_a_row_get_a_person_offered(domain: dict[str, Any]) -> None:
    asked = answering(ORDER, "order_number", "on the parcel", form_tries=1)
    slots, said, _ = run(ValidateOrderStatusForm(), asked, domain)
    assert slots == {"order_number": None, "form_tries": 2, "form_stuck": True}
    assert said == ["utter_order_number_unclear", "utter_form_offer_person"]


@pytest.mark.parametrize("text", ["I lost it", "no idea", "i can't find the number", "jeg finner det ikke"])
@pytest.mark.parametrize("slot", ["order_number", "order_proof"])
def test_who_lacks_the_answer_is_told_where_it_is_and_offered_a_person(
    slot: str, text: str, domain: dict[str, Any]
) -> None:
    slots, said, _ = run(ValidateOrderStatusForm(), answering(ORDER, slot, text), domain)
    assert (slots, said) == ({slot: None, "form_tries": 1, "form_stuck": True}, [f"utter_{slot}_lacking"])


def test_the_wish_said_again_is_no_wrong_answer(domain: dict[str, Any]) -> None:
    asked = answering(ORDER, "order_number", "but where is my parcel", "order_status")
    slots, said, _ = run(ValidateOrderStatusForm(), asked, domain)
    assert (slots, said) == ({"order_number": None, "form_tries": 1}, [])


def test_a_useful_answer_starts_the_count_again(domain: dict[str, Any]) -> None:
    asked = answering(ORDER, "order_number", "10427", form_tries=2, form_stuck=True)
    slots, said, _ = run(ValidateOrderStatusForm(), asked, domain)
    assert (slots, said) == ({"order_number": "NT-10427", "form_tries": None, "form_stuck": None}, [])


def test_a_number_put_right_is_confirmed_and_the_proof_asked_for_again(domain: dict[str, Any]) -> None:
    text = "no, I meant NT-10472"
    taken = {"order_number": "NT-10472", "order_proof": text}
    asked = answering(ORDER, "order_proof", text, "correction", order_number="NT-10427", taken=taken)
    slots, said, _ = run(ValidateOrderStatusForm(), asked, domain)
    assert (slots, said) == (
        {"order_number": "NT-10472", "order_proof": None},
        ["utter_order_number_changed"],
    )


def test_the_same_number_again_is_nothing_to_confirm(domain: dict[str, Any]) -> None:
    asked = answering(
        ORDER, "order_proof", "10427", order_number="NT-10427", taken={"order_number": "NT10427"}
    )
    assert run(ValidateOrderStatusForm(), asked, domain)[1] == []


def test_a_postcode_of_five_digits_is_no_order_number(domain: dict[str, Any]) -> None:
    taken = {"order_number": "00100", "order_proof": "00100"}
    asked = answering(ORDER, "order_proof", "00100", order_number="NT-10427", taken=taken)
    slots, said, _ = run(ValidateOrderStatusForm(), asked, domain)
    assert (slots, said) == (taken | {"order_number": "NT-10427"}, [])


@pytest.mark.parametrize(("text", "kept"), [("Kari@Example.org", "kari@example.org"), ("N-0482", "0482")])
def test_a_proof_is_kept(text: str, kept: str, domain: dict[str, Any]) -> None:
    asked = answering(ORDER, "order_proof", text, order_number="NT-10427")
    assert run(ValidateOrderStatusForm(), asked, domain)[:2] == ({"order_proof": kept}, [])


def test_what_is_no_proof_is_said(domain: dict[str, Any]) -> None:
    asked = answering(ORDER, "order_proof", "it's mine", order_number="NT-10427")
    assert run(ValidateOrderStatusForm(), asked, domain)[1] == ["utter_order_proof_unclear"]


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("return_product", "the black plug", "the black plug"),
        ("return_reason", "faulty", "faulty"),
        ("return_reason", "not_said", "not_said"),
        ("return_reason", "den passer ikke", "not_as_expected"),
        ("return_wish", "exchange", "exchange"),
        ("return_wish", "pengene tilbake", "refund"),
        ("return_condition", "used", "used"),
        ("return_condition", "har ikke åpnet den", "unopened"),
    ],
)
def test_a_choice_is_tapped_or_told(asked: str, text: str, value: str, domain: dict[str, Any]) -> None:
    assert run(ValidateReturnForm(), answering(RETURN, asked, text), domain)[:2] == ({asked: value}, [])


@pytest.mark.parametrize("asked", ["return_product", "return_wish", "return_condition"])
def test_an_answer_that_fits_no_choice_is_asked_for_again(asked: str, domain: dict[str, Any]) -> None:
    slots, said, _ = run(ValidateReturnForm(), answering(RETURN, asked, "7"), domain)
    assert slots[asked] is None and said == [f"utter_{asked}_unclear"]


@pytest.mark.parametrize(
    ("text", "slot", "value", "response"),
    [
        ("change the order number", "order_number", None, "utter_lets_correct"),
        ("jeg ga deg feil postnummer, det er 5009", "order_proof", "5009", "utter_order_proof_changed"),
        ("that was wrong", "order_proof", None, "utter_lets_correct"),
    ],
)
def test_a_correction_replaces_the_answer_that_was_meant(
    text: str, slot: str, value: str | None, response: str, domain: dict[str, Any]
) -> None:
    given = {"order_number": "NT-10427", "order_proof": "5003"}
    tracker = answering(ORDER, "order_proof", text, "correction", taken={}, **given)
    assert run(ActionCorrect(), tracker, domain)[:2] == ({slot: value}, [response])


def test_a_correction_before_any_answer_only_asks_again(domain: dict[str, Any]) -> None:
    tracker = answering(ORDER, "order_number", "no, wrong", "correction", taken={})
    assert run(ActionCorrect(), tracker, domain)[:2] == ({}, ["utter_lets_correct"])


@pytest.mark.parametrize(
    ("text", "slots", "response"),
    [
        ("no, I meant NT-10472", {"order_number": "NT-10472"}, "utter_order_number_changed"),
        ("that was wrong", {}, "utter_what_to_correct"),
    ],
)
def test_a_correction_outside_a_form(
    text: str, slots: dict[str, str], response: str, domain: dict[str, Any]
) -> None:
    assert run(ActionCorrect(), tracked(user(text, "correction")), domain)[:2] == (slots, [response])


def test_leaving_a_form_keeps_nothing_but_the_order_number(domain: dict[str, Any]) -> None:
    tracker = answering(
        RETURN, "return_reason", "stop", "stop", taken={}, return_product="Bulb", form_tries=1
    )
    slots, said, _ = run(ActionLeaveForm(), tracker, domain)
    assert (slots, said) == ({"requested_slot": None, "return_product": None, "form_tries": None}, [])


def test_an_order_goes_to_a_colleague_with_its_facts(domain: dict[str, Any]) -> None:
    tracker = tracked(user("5003", "inform"), order_number="NT-10427", order_proof="5003")
    slots, said, [message] = run(ActionOrderStatus(), tracker, domain)
    assert said == ["utter_order_status_noted"] and message["order_proof"] == "5003"
    assert slots["handoff_because"] == "the customer asks where order NT-10427 is and gave its postcode"
    assert (slots["handoff_reason"], slots["order_proof"]) == ("policy", None)


def test_a_return_goes_to_a_colleague_with_its_facts(domain: dict[str, Any]) -> None:
    told = {"return_product": "Bulb", "return_reason": "faulty", "return_wish": "refund"}
    tracker = tracked(user("opened", "inform"), order_number="NT-10427", return_condition="opened", **told)
    slots, said, [message] = run(ActionReturnRequest(), tracker, domain)
    assert said == ["utter_return_noted"] and message["return_product"] == "Bulb"
    assert slots["handoff_because"] == (
        "the customer wants to return “Bulb” from order NT-10427: "
        "does not work as it should; wants a refund; opened, as good as new"
    )
    assert all(slots[name] is None for name in told)
