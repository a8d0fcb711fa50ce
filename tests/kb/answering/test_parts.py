from __future__ import annotations

import pytest

from kb.answering.parts import LONGEST, parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "how do I return it and when do I get my money?",
            ("how do I return it", "when do I get my money?"),
        ),
        (
            "Do you deliver to Sweden? Can I pay by invoice?",
            ("Do you deliver to Sweden?", "Can I pay by invoice?"),
        ),
        (
            "Hvordan returnerer jeg kameraet, og når får jeg pengene?",
            ("Hvordan returnerer jeg kameraet", "når får jeg pengene?"),
        ),
        ("hva koster frakten, kan jeg hente selv?", ("hva koster frakten", "kan jeg hente selv?")),
    ],
)
def test_two_questions_in_one_are_parted(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("What does the Hub 3 cost and does it have WPA3?", "does it have WPA3 (Hub 3 cost)?"),
        ("Hvor lenge varer garantien og kan jeg bytte den", "kan jeg bytte den (lenge varer garantien)"),
        ("How do I pair the lamp? Where do I put the lamp then?", "Where do I put the lamp then?"),
    ],
)
def test_a_part_that_speaks_of_it_is_told_what_it_is(question: str, second: str) -> None:
    assert parts_of(question)[1] == second


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?",
        "How do I reset my hub and router?",
        "When do you open and close?",
        "how do I connect it and what if it fails?",
        "My hub is red. What do I do?",
        "can I return it or exchange it?",
        "What happens when I am away and when the power is gone?",
        "hvordan setter jeg opp huben og får gjestenett på den",
        "hva skjer når jeg er borte, når jeg kommer hjem?",
        "how much is it? and why? and how? and when is it?",
        "How is it? " + "word " * LONGEST,
    ],
)
def test_what_is_one_question_or_a_story_stays_whole(question: str) -> None:
    assert parts_of(question) == (question,)
