from __future__ import annotations

import pytest

from bot.understanding.ranking import Ranking
from bot.understanding.reading import Entity, Intent
from bot.understanding.wishes import clauses, wishes, worth_reading


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("cancel it and where's my refund", ["cancel it", "where's my refund"]),
        ("Cancel my order. When do you open?", ["Cancel my order.", "When do you open?"]),
        ("avbestill ordren og når kommer pengene", ["avbestill ordren", "når kommer pengene"]),
        ("my wifi is slow\nI want an invoice", ["my wifi is slow", "I want an invoice"]),
        ("track NT-10427, and I need a receipt", ["track NT-10427", "I need a receipt"]),
        ("where is it, also send me the invoice", ["where is it", "send me the invoice"]),
    ],
)
def test_a_message_falls_into_its_clauses(message: str, expected: list[str]) -> None:
    found = clauses(message)
    assert [each.text for each in found] == expected
    assert [message[each.start : each.end] for each in found] == expected


@pytest.mark.parametrize(
    "message",
    [
        "",
        "where is my order",
        "the hub and the plug are broken",
        "pizza and pasta, please",
        "ok. thanks",
        "a b. " * 40,
        "I ordered it in May. " * 60,
    ],
)
def test_one_wish_is_not_cut(message: str) -> None:
    assert clauses(message) == ()


def ranking(*intents: tuple[str, float], known: float = 1.0) -> Ranking:
    return Ranking(tuple(Intent(*each) for each in intents), known, "")


CLAUSES = clauses("cancel it and where's my refund")
CANCEL, REFUND = (
    ranking(("cancel_order", 0.9), ("other", 0.1)),
    ranking(("refund_status", 0.8), ("other", 0.2)),
)


def test_two_sure_clauses_are_two_wishes_in_their_order() -> None:
    number = Entity("order_number", "it", "it", 7, 9)
    first, second = wishes(CLAUSES, (CANCEL, REFUND), (number,))
    assert (first.intent.name, first.text, first.entities) == ("cancel_order", "cancel it", (number,))
    assert (second.intent.name, second.text, second.entities) == ("refund_status", "where's my refund", ())


@pytest.mark.parametrize(
    "second",
    [
        CANCEL,
        ranking(("refund_status", 0.5), ("other", 0.5)),
        ranking(("refund_status", 0.9), known=0.5),
        ranking(("refund_status", 0.65), ("cancel_order", 0.35)),
        ranking(("thank", 1.0)),
        ranking(("affirm", 1.0)),
        ranking(),
    ],
    ids=["the same", "unsure", "out of scope", "close to the first", "manners", "an answer", "nothing"],
)
def test_anything_less_is_one(second: Ranking) -> None:
    assert wishes(CLAUSES, (CANCEL, second), ()) == ()


def test_clauses_are_read_only_where_their_words_differ() -> None:
    assert worth_reading(CLAUSES, lambda text: REFUND if "refund" in text else CANCEL)
    assert not worth_reading(CLAUSES, lambda text: CANCEL)
    assert not worth_reading(CLAUSES, lambda text: CANCEL if "cancel" in text else ranking(("thank", 1.0)))
