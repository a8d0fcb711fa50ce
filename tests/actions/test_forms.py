"""Both forms from their first question to a colleague's desk, and everything that may come between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.opening import House, open_house
from config.settings import load_settings
from handoff.verbs.agent import Agent
from tests.actions.played import Customer
from tests.fakes import FakeClock

ORDER, RETURN = "order_status_form", "return_form"
ASKED_ON = ["utter_order_status_noted", "action_escalate", "utter_handoff_policy"]

LEAD = Agent("liv@nettly.example", "Liv", frozenset({"supervisor"}))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house without models or articles, as the readings are given: no question has an answer here."""
    room = open_house(load_settings(tmp_path_factory.mktemp("forms"), {}), clock=FakeClock())
    yield room
    room.close()


@pytest.fixture
def kari(house: House, request: pytest.FixtureRequest) -> Iterator[Customer]:
    customer = Customer(house, sender=request.node.name)
    yield customer
    customer.actions.close()
    # Whoever comes next is to be the first in line, who is told no place.
    for case in house.handoff.desk.queue():
        house.handoff.desk.spam(case.number, LEAD)


def asks_for_an_order(kari: Customer) -> None:
    said = kari.says("where is my order", "order_status")
    assert said == ["utter_order_status_intro", "utter_ask_order_number"]


def test_an_order_is_looked_up_by_a_colleague(kari: Customer, house: House) -> None:
    asks_for_an_order(kari)
    assert kari.says("it's nt10427", "inform") == ["utter_ask_order_proof"]
    assert "NT-10427" in kari.said[0] or "e-mail" in kari.said[0]
    assert kari.says("kari@example.org", "inform") == ASKED_ON
    assert kari.form is None and kari.tracker.paused
    case = house.handoff.desk.case(kari.slot("handoff")["handoff_id"])
    assert (case.team, case.reason) == ("orders", "policy")
    assert "NT-10427" in house.handoff.desk.summary(case.number).reason.sentence


def test_a_number_said_first_is_not_asked_for(kari: Customer) -> None:
    said = kari.says("has NT-20931 been sent?", "order_status")
    assert said == ["utter_order_status_intro", "utter_ask_order_proof"]


def test_nothing_is_asked_where_all_was_said(kari: Customer) -> None:
    said = kari.says("where is NT-20931? I'm kari@example.org", "order_status")
    assert said == ["utter_order_status_intro", *ASKED_ON]


def test_an_order_number_by_itself_is_asked_about(kari: Customer) -> None:
    assert kari.says("NT-20931", "inform") == ["utter_order_status_intro", "utter_ask_order_proof"]
    assert kari.says("0482", "inform") == ASKED_ON


def test_a_fact_that_nobody_asked_for_is_asked_back(kari: Customer) -> None:
    assert kari.says("the Range Plug", "inform") == ["utter_what_for"]


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("how long does delivery take", "delivery_time", "utter_no_answer"),
        ("I want to return it", "return_item", "utter_no_answer"),
        ("thanks", "thank", "utter_welcome"),
        ("hello", "greet", "utter_greet_again"),
        ("are you a bot", "bot_challenge", "utter_iam_a_bot"),
        ("yes", "affirm", "utter_still_needed"),
        ("no", "deny", "utter_still_needed"),
    ],
)
def test_the_form_comes_back_after_what_comes_between(
    kari: Customer, text: str, intent: str, said: str
) -> None:
    asks_for_an_order(kari)
    assert kari.says(text, intent) == [said, "utter_ask_order_number"]
    assert (kari.form, kari.slot("order_number"), kari.slot("form_tries")) == (ORDER, None, None)
    assert kari.says("NT-10427", "inform") == ["utter_ask_order_proof"]


def test_a_wrong_number_is_put_right(kari: Customer) -> None:
    asks_for_an_order(kari)
    kari.says("NT-10427", "inform")
    again = ["utter_order_number_changed", "utter_ask_order_proof"]
    assert kari.says("no, I meant NT-10472", "correction") == again
    assert kari.slot("order_number") == "NT-10472" and "NT-10472" in kari.said[0]
    said = kari.says("change the order number", "correction")
    assert said == ["utter_lets_correct", "utter_ask_order_number"]
    assert kari.says("NT-10999", "inform") == ["utter_ask_order_proof"]


def test_two_useless_answers_get_a_person_offered_and_yes_takes_one(kari: Customer) -> None:
    asks_for_an_order(kari)
    assert kari.says("hm", "nlu_fallback") == ["utter_order_number_unclear", "utter_ask_order_number"]
    assert kari.says("NT-1", "inform") == [
        "utter_order_number_digits",
        "utter_form_offer_person",
        "utter_ask_order_number",
    ]
    assert kari.says("yes please", "affirm") == ["action_escalate", "utter_handoff_asked_for_person"]
    assert kari.form is None and kari.slot("form_stuck") is None


@pytest.mark.parametrize(("wish", "form"), [("order_status", ORDER), ("return_item", RETURN)])
def test_a_form_is_left_with_a_kind_word(kari: Customer, wish: str, form: str) -> None:
    kari.says("please", wish)
    assert kari.form == form
    assert kari.says("never mind", "stop") == ["utter_stopped"]
    assert kari.form is None and kari.slot("requested_slot") is None
    assert kari.says("stop", "stop") == ["utter_nothing_to_stop"]


@pytest.mark.parametrize("wish", ["order_status", "return_item"])
def test_goodbye_leaves_a_form(kari: Customer, wish: str) -> None:
    kari.says("please", wish)
    assert kari.says("bye", "goodbye") == ["utter_goodbye"]
    assert kari.form is None


@pytest.mark.parametrize(
    ("text", "intent", "said"),
    [
        ("a person please", "human_handoff", ["action_escalate", "utter_handoff_asked_for_person"]),
        (
            "cancel it",
            "cancel_order",
            ["utter_about_cancel_order", "action_escalate", "utter_handoff_policy"],
        ),
    ],
)
def test_a_form_ends_where_a_person_takes_over(
    kari: Customer, house: House, text: str, intent: str, said: list[str]
) -> None:
    asks_for_an_order(kari)
    kari.says("NT-10427", "inform")
    assert kari.says(text, intent) == said
    assert kari.form is None and kari.tracker.paused
    summary = house.handoff.desk.summary(kari.slot("handoff")["handoff_id"])
    assert "NT-10427" in [fact.value for fact in summary.facts]


def test_a_return_is_registered_by_a_colleague(kari: Customer, house: House) -> None:
    said = kari.says("I'd like to return my Cam Porch", "return_item")
    assert said == ["utter_return_intro", "utter_ask_order_number"]
    assert kari.says("NT-10427", "inform") == ["utter_ask_return_reason"]
    assert kari.says("it never connected to my wifi", "wifi_no_connection") == ["utter_ask_return_wish"]
    assert kari.says("hm", "nlu_fallback") == ["utter_return_wish_unclear", "utter_ask_return_wish"]
    assert kari.taps('/inform{"return_wish":"exchange"}') == ["utter_ask_return_condition"]
    assert kari.says("sorry, I'd rather have the money", "correction")[0] == "utter_choice_changed"
    assert kari.says("used for a week", "inform") == [
        "utter_return_noted",
        "action_escalate",
        "utter_handoff_policy",
    ]
    case = house.handoff.desk.case(kari.slot("handoff")["handoff_id"])
    assert case.team == "orders"
    because = house.handoff.desk.summary(case.number).reason.sentence
    assert "“Nettly Cam Porch” from order NT-10427: does not work" in because
    assert kari.slot("return_product") is None and kari.slot("order_number") == "NT-10427"


def test_an_item_is_tapped(kari: Customer) -> None:
    kari.says("I want to return something from NT-10427", "return_item")
    assert kari.slot("requested_slot") == "return_product"
    assert kari.taps('/inform{"product":"Nettly Bulb"}') == ["utter_ask_return_reason"]
    assert kari.says("actually the Mesh Duo", "correction")[0] == "utter_return_product_changed"


def test_a_product_in_a_question_is_not_what_is_returned(kari: Customer) -> None:
    kari.says("I want to return something", "return_item")
    kari.says("is the Hub 3 waterproof", "product_question")
    assert kari.slot("return_product") is None


def test_the_next_return_begins_afresh(kari: Customer) -> None:
    kari.says("I'd like to return my Cam Porch", "return_item")
    kari.says("NT-10427", "inform")
    kari.says("stop", "stop")
    assert kari.says("I want to return something", "return_item")[-1] == "utter_ask_return_product"


def test_a_form_speaks_bokmal(house: House) -> None:
    ola = Customer(house, language="nb", sender="ola")
    ola.says("hvor er pakken min", "order_status")
    assert "ordrenummer" in ola.said[-1]
    ola.actions.close()
