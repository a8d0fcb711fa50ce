from __future__ import annotations

import pytest

from handoff.casefile.ask import asks, headline, unsettled_since
from handoff.escalation import Miss, Tried
from handoff.finding.facts import facts
from tests.handoff.conversations import FACT_RULES, escalation, lines


def asked(*said: str, **more: object) -> list[str]:
    return [wish.claim.text for wish in asks(escalation(*said, **more))]  # type: ignore[arg-type]


def headlined(*said: str) -> str:
    told = escalation(*said)
    return headline(asks(told), facts(told.lines, FACT_RULES), told.lines[-1], unsettled_since(told)).text


@pytest.mark.parametrize(
    "text",
    [
        "human",
        "I want to talk to a real person please",
        "can you connect me to an agent?",
        "just get me someone from customer support now",
        "jeg vil snakke med et menneske",
        "kan jeg få snakke med en kundebehandler?",
        "Hi!",
        "thanks, bye",
        "no, that didn't help",
        "det hjalp ikke",
        "/human_handoff",
        "ok",
        "please hurry",
    ],
)
def test_courtesy_feedback_and_the_wish_for_a_person_are_no_ask(text: str) -> None:
    assert asked(f"c: {text}") == []


def test_a_wish_in_the_same_breath_as_a_person_is_an_ask() -> None:
    assert asked("c: I want to talk to a human about order 10427") == [
        "I want to talk to a human about order 10427"
    ]


def test_the_words_are_the_customers_without_the_courtesy_around_them() -> None:
    assert asked("c: Hello there! My Hub 3 keeps rebooting. Thanks. Can I talk to a person?") == [
        "My Hub 3 keeps rebooting."
    ]


def test_an_answer_to_the_bots_question_is_no_ask() -> None:
    assert asked("c: where is my parcel?", "b: What is your order number?", "c: it is 10427, from Oslo") == [
        "where is my parcel?"
    ]


def test_a_wish_that_was_met_is_no_ask() -> None:
    tried = (Tried("reset", 1, "Reset", 0.9, (2,), "helped"),)
    assert asked("c: how do I reset it?", "b: Hold the button.", "c: and how do I pair it?", tried=tried) == [
        "and how do I pair it?"
    ]


def test_what_the_customer_says_is_solved_is_no_ask() -> None:
    assert asked("c: my wifi is slow", "b: Restart.", "c: that worked! but how do I return a bulb?") == [
        "but how do I return a bulb?"
    ]


def test_it_has_not_worked_does_not_settle_a_wish() -> None:
    assert asked("c: my wifi is slow", "b: Restart.", "c: det hjalp ikke") == ["my wifi is slow"]


def test_a_wish_left_for_another_is_no_ask() -> None:
    tried = (Tried("bulbs", 1, "Bulbs", 0.9, (2,), "ignored"),)
    assert asked("c: do you sell red bulbs?", "b: Yes.", "c: where is my order?", tried=tried) == [
        "where is my order?"
    ]


def test_what_the_bot_did_not_understand_is_an_ask() -> None:
    assert asked("c: the thingy does the red thing", "c: hello?", misses=(Miss(1, None),)) == [
        "the thingy does the red thing"
    ]


def test_a_statement_is_the_ask_where_nothing_else_is() -> None:
    assert asked("c: Bulbs in the hallway since Tuesday") == ["Bulbs in the hallway since Tuesday"]


def test_secrets_are_masked_in_the_ask() -> None:
    assert asked("c: why was 4111 1111 1111 1111 charged twice?") == ["why was •••• 1111 charged twice?"]


def test_a_very_long_message_is_cut_around_its_wish() -> None:
    (text,) = asked("c: " + "It is a long story. " * 100 + "Where is my refund? " + "And so on. " * 100)
    assert text.startswith("Where is my refund?") and len(text) <= 500


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("hi, I was wondering if you could refund order 10427.", "You could refund order 10427"),
        ("Can you tell me where my parcel is", "Where my parcel is"),
        ("hei, jeg lurer på når pakken min kommer?", "Når pakken min kommer?"),
        ("my wifi\n\nis   slow", "Is slow"),
        ("refund", "Refund"),
        ("!!!", "!!!"),
        ("…", "…"),
    ],
)
def test_the_headline_comes_to_the_point(said: str, shown: str) -> None:
    assert headlined(f"c: {said}") == shown


def test_the_headline_names_order_and_product_where_the_wish_does_not() -> None:
    assert (
        headlined("c: it is about order 10427 with a Mesh Duo", "c: why is it not here yet")
        == "Why is it not here yet · 10427 · Mesh Duo"
    )


def test_a_fuller_wish_is_quoted_where_the_last_says_little() -> None:
    assert (
        headlined("c: my hub keeps dropping the wifi", "c: still broken") == "My hub keeps dropping the wifi"
    )


def test_a_long_headline_is_cut_between_words() -> None:
    shown = headlined("c: why is " + "something very long " * 10 + "broken in order 10427")
    assert len(shown) <= 90
    assert shown.endswith("…") or "… · 10427" in shown


def test_lines_of_earlier_episodes_are_not_read_again() -> None:
    assert lines("c: a")[0].number == 1
    assert asked("c: where is my refund?", "a: Paid.", "c: human please", since=3) == []
