"""What points to a person is replaced by what it was; everything else stays as it was written."""

from __future__ import annotations

import pytest

from handoff.learning.impersonal import impersonal


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("where is my order NT-10427?", "where is my order [order number]?"),
        ("mail me at maya.berg@example.com please", "mail me at [e-mail] please"),
        ("My name is Maya Berg and it blinks", "My name is [name] and it blinks"),
        ("call me on +47 912 34 567", "call me on [phone number]"),
        ("I live at 12 Harbour Street, Oslo 0150", "I live at [address]"),
        ("invoice INV-2026-00318 is wrong", "invoice [invoice number] is wrong"),
        ("my password is hunter2", "my password is ••••"),
        ("Hello Maya, hold the button for 10 seconds.", "Hello [name], hold the button for 10 seconds."),
    ],
)
def test_personal_data_is_named_and_not_shown(text: str, left: str) -> None:
    assert impersonal(text) == left
    assert impersonal(left) == left


@pytest.mark.parametrize(
    "text",
    [
        "Hold the button of the Hub 3 for 10 seconds until it blinks twice.",
        "It costs 49.90 EUR and arrives within 5 working days.",
        "Hi there, the firmware is 2.4.1",
        "Hello again. Version 12 fixes it.",
    ],
)
def test_what_helps_the_next_customer_stays_word_for_word(text: str) -> None:
    assert impersonal(text) == text


def test_the_placeholders_speak_the_customers_language() -> None:
    assert impersonal("Hei Kari, ordre NT-10427 er sendt", language="nb") == (
        "Hei [navn], ordre [ordrenummer] er sendt"
    )


def test_a_name_that_is_known_is_taken_out_wherever_it_stands() -> None:
    said = impersonal("I told Maya that Ms Berg's lamp works", names=["Maya Berg"])
    assert said == "I told [name] that Ms [name]'s lamp works"
