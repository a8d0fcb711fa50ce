from __future__ import annotations

import pytest

from handoff.finding.masking import luhn, mask, mod97, secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("card 4111 1111 1111 1111 please", "card •••• 1111 please"),
        ("4111-1111-1111-1111", "•••• 1111"),
        ("amex 378282246310005", "amex •••• 0005"),
        ("my visa 4111 1111 1111 1112", "my visa •••• 1112"),
        ("NO93 8601 1117 947 is my account", "•••• 7947 is my account"),
        ("no9386011117947", "•••• 7947"),
        ("GB82WEST12345698765432", "•••• 5432"),
        ("IBAN NO93 8601 1117 948", "IBAN •••• 7948"),
        ("my password is Hunter2!", "my password is ••••"),
        ("password: hunter", "password: ••••"),
        ("passordet mitt er Sommer2026", "passordet mitt er ••••"),
        ('the passcode is "x7 y"', 'the passcode is "•••• y"'),
        ("pin 4821", "pin ••••"),
        ("cvv: 123", "cvv: ••••"),
        ("engangskode 482910", "engangskode ••••"),
        ("my id is 01010012356", "my id is ••••"),
        ("ssn 078-05-1120", "ssn ••••"),
    ],
)
def test_a_secret_is_hidden(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "my password is not working",
        "I forgot my password",
        "passord virker ikke",
        "reset password please",
        "order 10427 and invoice INV-2026-00318",
        "call +47 912 34 567",
        "tracking 370712345678901234",
        "2026-11-23 12:00",
        "the bulb shows code red",
        "NO INTERNET SINCE 0900",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert mask(text) == text


def test_masking_twice_is_masking_once() -> None:
    text = "card 4111 1111 1111 1111, password: hunter2, IBAN NO93 8601 1117 947"
    assert mask(mask(text)) == mask(text)


def test_two_secrets_in_one_message_are_both_hidden() -> None:
    assert [secret.name for secret in secrets("4111 1111 1111 1111 pin: 9911")] == ["card", "password"]


def test_check_digits() -> None:
    assert luhn("4111111111111111") and not luhn("4111111111111112")
    assert mod97("NO9386011117947") and not mod97("NO9386011117948")
