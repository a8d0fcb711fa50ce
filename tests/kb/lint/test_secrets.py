from __future__ import annotations

import pytest

from kb.lint.secrets import secrets
from tests.kb.lint.bases import found, text


def said(line: str) -> list[tuple[str, str]]:
    findings = found(secrets, text("Contact", f"First line.\n\n{line}"))
    assert all(finding.places[0].line == 3 for finding in findings)
    return [(finding.case, finding.values[0]) for finding in findings]


@pytest.mark.parametrize(
    ("line", "case", "masked"),
    [
        ("Charge 4556 7375 8689 9855 again.", "card", "45…55"),
        ("The password is Sommer2026!", "password", "So…6!"),
        ("Passord: Vinter-99x", "password", "Vi…9x"),
        ("`AKIAIOSFODNN7EXAMPLE`", "key", "AK…LE"),
        ("Ask kari.nordmann@shop.no about it.", "mail", "k…@shop.no"),
        ("Ring Kari på 412 34 567.", "phone", "41…67"),
        ("Her mobile is +44 7700 900123", "phone", "+4…23"),
    ],
)
def test_what_must_not_be_public_is_found_and_masked(line: str, case: str, masked: str) -> None:
    assert said(line) == [(case, masked)]


@pytest.mark.parametrize(
    "line",
    [
        "Write to help@shop.no or to customer.service@shop.no.",
        "Type first.last@example.com as your address.",
        "Test with 4242 4242 4242 4242.",
        "Order 4556737586899856 has no check digit that fits.",
        "Choose a password of at least 12 characters.",
        "Passord: minst 12 tegn",
        "Invoice numbers look like INV-2026-00318, orders like NT-10427.",
        "2021-01-09,Mobile,12,13,140",
        "Call us on 22 33 44 55.",
        "Version 91234567 of the firmware.",
    ],
)
def test_shared_addresses_examples_and_rules_are_left_alone(line: str) -> None:
    assert said(line) == []


def test_the_finding_does_not_leak_what_it_found() -> None:
    (finding,) = found(secrets, text("Contact", "The password is Sommer2026!"))
    assert "Sommer2026" not in repr(finding)
