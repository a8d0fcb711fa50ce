from __future__ import annotations

import pytest

from handoff.finding.asking import asked_for, doubted
from tests.handoff.conversations import lines


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("What's the claim number?", {"detail:claim number"}),
        ("Og hva er målernummeret?", {"detail:målernummer"}),
        ("Could you give me your customer number and e-mail?", {"account", "email"}),
        ("Hvilken telefon har du?", {"device"}),
        ("Which router do you have?", {"product", "device"}),
        ("Please share your booking reference.", {"order"}),
        ("Is it order 99121?", set()),
        ("You find the order number in your e-mail.", set()),
        ("How can I help?", set()),
    ],
)
def test_a_question_asks_for_what_it_names(said: str, names: set[str]) -> None:
    (line,) = lines(f"b: {said}")
    assert asked_for(line) == names


def test_a_question_to_be_answered_with_no_names_what_may_be_wrong() -> None:
    (line,) = lines("b: Is it invoice 5512 of 1. March?")
    assert doubted(line) == {"invoice"}
    (own,) = lines("c: Is it invoice 5512?")
    assert doubted(own) == frozenset()
