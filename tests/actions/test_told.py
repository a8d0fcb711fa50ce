from __future__ import annotations

from typing import Any

from actions.told import told
from handoff.escalation import Told
from tests.actions.trackers import bot, tracked, user

FORM = {"event": "active_loop", "name": "return_form"}
LEFT = {"event": "active_loop", "name": None}


def keeps(slot: str, value: object) -> dict[str, Any]:
    return {"event": "slot", "name": slot, "value": value}


def test_what_a_form_kept_is_told_in_a_colleagues_words() -> None:
    tracker = tracked(
        FORM,
        user("10427", "inform", number=2),
        keeps("order_number", "NT-10427"),
        bot("What would you like to return?", number=3),
        user("the lamp", number=4),
        keeps("return_product", "the lamp"),
        user("Opened", "inform", number=6),
        keeps("return_condition", "opened"),
    )
    assert told(tracker) == (
        Told("order", "NT-10427", 2, True),
        Told("product", "the lamp", 4, False),
        Told("detail:condition", "opened, as good as new", 6, False),
    )


def test_what_a_form_could_not_use_is_not_told() -> None:
    tracker = tracked(FORM, user("banana"), keeps("order_number", "banana"), keeps("order_number", None))
    assert told(tracker) == ()


def test_a_form_that_is_done_forgets_and_the_case_does_not() -> None:
    given = (FORM, user("5003"), keeps("order_proof", "5003"), LEFT, keeps("order_proof", None))
    assert told(tracked(*given)) == (Told("detail:postcode", "5003", 1, False),)


def test_an_address_shows_an_order_to_be_the_customers() -> None:
    given = (FORM, user("Kari@Example.org"), keeps("order_proof", "Kari@Example.org"))
    assert told(tracked(*given)) == (Told("email", "kari@example.org", 1, True),)


def test_a_corrected_value_is_told_with_the_message_that_corrected_it() -> None:
    tracker = tracked(
        FORM,
        user("NT-10427", number=1),
        keeps("order_number", "NT-10427"),
        user("NT-10472, sorry", number=3),
        keeps("order_number", "NT-10472"),
    )
    assert told(tracker) == (Told("order", "NT-10472", 3, True),)


def test_a_slot_carried_over_into_a_new_session_is_not_told_anew() -> None:
    tracker = tracked(
        user("NT-10427", number=1),
        keeps("order_number", "NT-10427"),
        user("hello again", "greet", number=3),
        keeps("order_number", "NT-10427"),
    )
    assert told(tracker) == (Told("order", "NT-10427", 1, True),)
