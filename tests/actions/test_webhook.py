"""Our actions behind `python -m rasa_sdk --actions actions`, called as a stock Rasa calls them."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from config.clock import SystemClock
from config.settings import load_settings
from handoff.case import Case
from handoff.opening import open_handoff
from tests.action_server import ROOT, STOCK, action_server, listening_on
from tests.actions.webhooks import DOMAIN, Json, Recorded, recorded
from tests.conftest import own_copy

RETURNS = "how long do i have to send something back?"
RESPONSE = {"text", "buttons", "elements", "custom", "template", "response", "image", "attachment"}


@pytest.fixture(scope="module")
def data(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return own_copy(prepared, tmp_path_factory.mktemp("stock") / "data")


@pytest.fixture(scope="module")
def stock(data: Path) -> Iterator[str]:
    """The address of a stock action server over a prepared folder."""
    with action_server(*STOCK, env={"FIRSTLINE_HOME": str(data), "SANIC_HOST": "127.0.0.1"}) as address:
        yield address


def post(stock: str, body: object, **how: Any) -> requests.Response:
    return requests.post(f"{stock}/webhook", json=body, timeout=60, **how)


def answer(stock: str, body: dict[str, Any]) -> Any:
    answered = post(stock, body)
    assert answered.status_code == 200, answered.text
    return answered.json()


def cases(data: Path) -> tuple[Case, ...]:
    handoff = open_handoff(load_settings(data, {}), SystemClock())
    try:
        return handoff.desk.queue("all")
    finally:
        handoff.close()


def names(stock: str) -> set[str]:
    return {each["name"] for each in requests.get(f"{stock}/actions", timeout=60).json()}


def test_it_is_well_and_has_our_actions_and_no_others(stock: str) -> None:
    assert requests.get(f"{stock}/health", timeout=60).json() == {"status": "ok"}
    defined = {
        words[1]
        for path in (ROOT / "actions").glob("*.py")
        if (words := re.search(r'return "((?:action|validate)_\w+)"', path.read_text(encoding="utf-8")))
    }
    assert names(stock) == defined and defined >= set(DOMAIN["actions"])


def test_it_listens_on_this_machine_only_where_it_is_told_to(stock: str) -> None:
    assert listening_on(int(stock.rpartition(":")[2])) == {"0100007F"}


def test_an_answer_comes_with_its_source_and_in_rasas_shape(stock: str) -> None:
    body = Recorded().hears(RETURNS, "return_item").body("action_answer")
    given = answer(stock, body)
    assert all(set(each) >= RESPONSE for each in given["responses"])
    [about, said, asked] = given["responses"]
    assert about["response"] == "utter_about_return_item"
    assert said["custom"]["answer"]["url"].startswith("/help/en/")
    assert asked["response"] == asked["template"] == "utter_did_this_help"
    assert [(each["event"], each["timestamp"]) for each in given["events"]] == [("slot", None)] * 3


def test_a_message_that_means_nothing_is_a_miss(stock: str) -> None:
    body = Recorded().hears("glorp the fizzle wibbly", "return_item", 0.11).body("action_answer")
    given = answer(stock, body)
    assert [each["response"] for each in given["responses"]] == ["utter_ask_rephrase"]
    assert {each["name"]: each["value"] for each in given["events"]}["misses"] == 1


def test_a_case_is_opened_once_with_what_was_said(stock: str, data: Path) -> None:
    talk = (
        Recorded()
        .hears("my order NT-10427 arrived broken", "complaint")
        .says("I'm sorry.", "utter_about_complaint")
        .hears("let me speak to a person", "human_handoff")
    )
    first, again = (answer(stock, talk.body("action_escalate")) for _ in range(2))
    # The server goes by the machine's clock: where the team is closed now, a way to answer is asked for, too.
    lasting = [each["event"] for each in first["events"] if each.get("name") != "contact"]
    assert lasting == ["slot", "pause", "action"]
    assert again["events"] == first["events"]
    [case] = (case for case in cases(data) if case.conversation_id == "u1")
    assert case.reason == "asked_for_person"
    assert first["responses"][0]["case"] == case.number


def test_a_rejected_answer_leads_on(stock: str) -> None:
    talk = Recorded(question=RETURNS).hears(RETURNS, "return_item")
    for event in answer(stock, talk.body("action_answer"))["events"]:
        talk.sets(event["name"], event["value"])
    talk.says("Did this help?", "utter_did_this_help").hears("no", "deny")
    given = answer(stock, talk.body("action_feedback"))
    slots = {each["name"]: each["value"] for each in given["events"] if each["event"] == "slot"}
    assert slots["rejected"] == [talk.slots["last_article"]]


@pytest.mark.parametrize(("told", "kept"), [("nt 10427", "NT-10427"), ("no idea", None)])
def test_a_form_is_validated_by_its_last_events(stock: str, told: str, kept: str | None) -> None:
    form = "order_status_form"
    talk = Recorded(order_number=None, order_proof=None).hears("where is my order", "order_status")
    talk.asks(form, "order_number").hears(told, "order_status").candidate(form, "order_number", told)
    given = answer(stock, talk.body("validate_order_status_form"))
    assert {each["event"] for each in given["events"]} == {"slot"}
    assert {each["name"]: each["value"] for each in given["events"]}["order_number"] == kept
    assert len(given["responses"]) == (kept is None)


@pytest.mark.parametrize(
    ("about", "says", "sets"),
    [
        ("an answer", ["utter_about_return_item", None, "utter_did_this_help"], {"misses": 0}),
        ("a rejected answer", None, {"rejected": ["return-something"]}),
        ("a miss", ["utter_ask_rephrase"], {"misses": 1, "last_article": None}),
        ("a form is told its number", [], {"order_number": "NT-10427"}),
    ],
)
def test_what_rasa_sent_is_answered(stock: str, about: str, says: list[str] | None, sets: Json) -> None:
    given = answer(stock, recorded()[about])
    slots = {each["name"]: each["value"] for each in given["events"] if each["event"] == "slot"}
    assert {name: slots[name] for name in sets} == sets
    assert says is None or [each.get("response") for each in given["responses"]] == says


def test_what_rasa_sent_opens_one_case(stock: str, data: Path) -> None:
    first, again = (answer(stock, recorded()["a person"]) for _ in range(2))
    assert first["events"] == again["events"]
    [case] = (case for case in cases(data) if case.conversation_id == "maya")
    assert case.reason == "asked_for_person"


def test_our_bodies_have_the_shape_of_those_that_rasa_sent() -> None:
    form = "order_status_form"
    talk = Recorded(order_number=None).hears("where is it", "order_status").asks(form, "order_number")
    talk.says("Which one?", "utter_ask_order_number").hears("that one", "order_status")
    ours, rasas = (
        talk.candidate(form, "order_number", "that").body("a"),
        recorded()["a form is told its number"],
    )
    for of in (dict, lambda body: body["tracker"], lambda body: body["tracker"]["latest_message"]):
        assert list(of(ours)) == list(of(rasas))
    kinds = {each["event"]: list(each) for each in rasas["tracker"]["events"]}
    assert {each["event"]: list(each) for each in ours["tracker"]["events"]} == kinds


def test_a_deflated_body_is_read(stock: str) -> None:
    body = json.dumps(Recorded().hears("no", "deny").body("action_feedback")).encode()
    headers = {"Content-Type": "application/json", "Content-Encoding": "deflate"}
    given = requests.post(f"{stock}/webhook", data=zlib.compress(body), headers=headers, timeout=60)
    assert [each["response"] for each in given.json()["responses"]] == ["utter_what_is_wrong"]


def test_an_action_that_nobody_has_is_404(stock: str) -> None:
    given = post(stock, Recorded().hears("hi", "greet").body("action_nope"))
    assert (given.status_code, given.json()["action_name"]) == (404, "action_nope")


def test_a_call_without_a_domain_is_449(stock: str) -> None:
    body = Recorded().hears("hi", "greet").body("action_answer")
    given = post(stock, {key: value for key, value in body.items() if key != "domain"})
    assert (given.status_code, given.json()["action_name"]) == (449, "action_answer")


def test_a_call_of_nothing_is_null(stock: str) -> None:
    given = post(stock, {})
    assert (given.status_code, given.json()) == (200, None)


def test_a_call_that_is_not_json_is_refused(stock: str) -> None:
    assert requests.post(f"{stock}/webhook", data=b"{", timeout=60).status_code in (400, 500)


def test_a_first_contact_without_a_single_message_breaks_nothing(stock: str) -> None:
    for name in names(stock) - {"action_escalate"}:
        assert answer(stock, Recorded().body(name))["events"] is not None
