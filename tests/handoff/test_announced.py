from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handoff.escalation import Author, Line
from handoff.finding.announced import hidden

_SPEAKERS: dict[str, Author] = {"b": "bot", "c": "customer", "a": "agent"}


def _lines(*said: str) -> tuple[Line, ...]:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return tuple(Line(i, _SPEAKERS[text[0]], text[3:], at) for i, text in enumerate(said, 1))


@pytest.mark.parametrize(
    "said",
    [
        ("b: Which password did you type?", "c: Moonlight99"),
        ("b: Hva er passordet?", "c: det er fjelltur"),
        ("c: jeg sender passordet mitt nå:", "c: hemmelig123"),
        ("c: here comes my password", "b: Please don't.", "c: tooLate!1"),
        ("a: Please type the verification code", "c: 481516"),
    ],
)
def test_a_password_that_was_asked_for_or_announced_is_hidden(said: tuple[str, ...]) -> None:
    assert hidden(_lines(*said))[-1].text.endswith("••••")


@pytest.mark.parametrize(
    "said",
    [
        ("b: Hva er passordet?", "c: glemt"),
        ("b: Please never share your PIN.", "c: Understood"),
        ("b: What is your password?", "c: no"),
        ("c: my password is wrong", "c: help"),
        ("b: Which order is it?", "c: NT-10427"),
    ],
)
def test_nothing_else_is(said: tuple[str, ...]) -> None:
    assert [line.text for line in hidden(_lines(*said))] == [line.text for line in _lines(*said)]
