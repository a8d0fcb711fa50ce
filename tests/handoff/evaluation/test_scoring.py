from __future__ import annotations

from dataclasses import replace

import pytest

from handoff.evaluation.labelled import FactLabel
from handoff.evaluation.scoring import agree, ask_is_right, count_facts
from handoff.finding.facts import Fact

PAID = Fact("amount", "49,90 €", "49.90 EUR", (3,), validated=True)
CARD = Fact("card", "•••• 4242", "•••• 4242", (3,), validated=True, masked=True)


@pytest.mark.parametrize("value", ["49.90 EUR", "49,90 €", "49.90eur", " 49,90€"])
def test_value_or_words_are_compared_without_case_blanks_and_punctuation(value: str) -> None:
    assert agree(PAID, FactLabel("amount", value, 3))


@pytest.mark.parametrize(
    "label",
    [
        FactLabel("amount", "49.90 EUR", 4),
        FactLabel("date", "49.90 EUR", 3),
        FactLabel("amount", "49.91 EUR", 3),
        FactLabel("amount", "49.90 EUR", 3, superseded=True),
    ],
)
def test_another_message_name_value_or_standing_is_another_fact(label: FactLabel) -> None:
    assert not agree(PAID, label)


def test_a_superseded_fact_counts_only_as_superseded() -> None:
    old = replace(PAID, superseded=True)
    assert agree(old, FactLabel("amount", "49.90 EUR", 3, superseded=True))
    assert not agree(old, FactLabel("amount", "49.90 EUR", 3))


@pytest.mark.parametrize("value", ["4242 4242 4242 4242", "4242", "•••• 4242"])
def test_a_masked_fact_agrees_on_its_last_four_characters(value: str) -> None:
    assert agree(CARD, FactLabel("card", value, 3))
    assert not agree(CARD, FactLabel("card", "4111 1111 1111 1111", 3))


def test_a_password_agrees_on_name_and_message() -> None:
    hidden = Fact("password", "••••", "••••", (2,), validated=False, masked=True)
    assert agree(hidden, FactLabel("password", "whatever", 2))
    assert not agree(hidden, FactLabel("password", "whatever", 3))


@pytest.mark.parametrize("name", ["detail:claim number", "detail:Claim no.", "detail:claim"])
def test_a_details_word_counts_without_number_behind_it(name: str) -> None:
    assert agree(Fact("detail:claim number", "CL-1", "CL-1", (1,), False), FactLabel(name, "CL-1", 1))
    assert not agree(Fact("detail:policy number", "CL-1", "CL-1", (1,), False), FactLabel(name, "CL-1", 1))


def test_what_is_written_and_what_is_labelled_are_counted_apart() -> None:
    counted = count_facts((PAID, CARD), (FactLabel("amount", "49.90 EUR", 3), FactLabel("order", "1", 1)))
    assert (counted.written, counted.right, counted.labelled, counted.found) == (2, 1, 2, 1)


@pytest.mark.parametrize(
    ("cited", "labelled", "right"),
    [
        ({5}, {5}, True),
        ({5}, {1, 5}, True),
        ({1, 5}, {5}, True),
        ({1, 2, 5}, {5}, False),
        ({1}, {1, 5}, False),
        (set(), {5}, False),
        (set(), set(), True),
        ({1}, set(), True),
        ({1, 2}, set(), False),
    ],
)
def test_an_ask_cites_the_last_labelled_message_and_at_most_one_too_many(
    cited: set[int], labelled: set[int], right: bool
) -> None:
    assert ask_is_right(frozenset(cited), frozenset(labelled)) is right
