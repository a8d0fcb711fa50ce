"""What a person's bytes are known by."""

from __future__ import annotations

from bot.conversation import Author, Message
from bot.privacy.telling import LEAST, MOST, MOST_CHARACTERS, telling
from tests.fakes import MONDAY_MORNING

LONG = "my grandmother's lamp has fallen into the aquarium and the fish are glowing"


def said(text: str, author: Author = "customer", payload: str | None = None) -> Message:
    return Message(1, author, text, MONDAY_MORNING, payload=payload)


def test_it_is_what_the_customer_wrote_and_nobody_else_would() -> None:
    found = telling(
        [said("hi"), said(LONG), said("We are here " * 5, "bot")], ["maya@lind.example", None, "47"]
    )
    assert found == ("maya@lind.example", LONG[:MOST_CHARACTERS])


def test_what_a_button_says_is_everybodys() -> None:
    assert telling([said("I would like to talk to a person", payload="/human")], []) == ()


def test_only_a_run_of_plain_words_is_looked_for() -> None:
    (found,) = telling([said('short "quoted words that go on and on, my dear" end')], [])
    assert found == "quoted words that go on and on, my dear" and len(found) >= LEAST


def test_what_the_bot_itself_was_trained_on_tells_of_nobody() -> None:
    assert telling(
        [said("I want to talk to a person"), said(LONG)], [], ["i want to talk to a person now"]
    ) == (LONG[:MOST_CHARACTERS],)


def test_the_longest_are_enough() -> None:
    many = [said(f"{LONG[: 30 + number]}") for number in range(20)]
    assert len(telling(many, [])) <= MOST
