"""What customers write when a form asks, and what the form takes it for."""

from __future__ import annotations

import pytest

from actions.answers import (
    condition,
    digits,
    is_invoice_number,
    is_prefixed,
    order_number,
    product,
    proof,
    reason,
    wish,
)


@pytest.mark.parametrize(
    "text",
    [
        "NT-10427",
        "nt 10427",
        "NT10427",
        "nt - 10427",
        "NT–10427",
        "Nt: 1 0 4 2 7",
        "10427",
        "10 427",
        "it's #10427, thanks",
        "ordrenummeret er NT-10427.",
        "10427 or NT-10427",
    ],
)
def test_an_order_number_is_read_however_it_is_written(text: str) -> None:
    assert order_number(text) == "NT-10427"


@pytest.mark.parametrize(
    "text",
    ["", "I don't know", "NT-1042", "NT-104270", "104 270", "10427 or 10428", "INV-2026-00318", "412 34 567"],
)
def test_what_is_no_order_number_is_not_made_one(text: str) -> None:
    assert order_number(text) is None


def test_other_numbers_are_told_apart() -> None:
    assert is_prefixed("it is nt 10427") and not is_prefixed("10427")
    assert is_invoice_number("inv-2026-00318") and not is_invoice_number("NT-10427")
    assert digits("NT-1042") == 4


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Kari@Example.org", "kari@example.org"),
        ("it's kari@example.org, I think", "kari@example.org"),
        ("5003", "5003"),
        ("Storgata 120, 5003 Bergen", "5003"),
        ("N-0482 Oslo", "0482"),
        ("113 45 Stockholm", "11345"),
        ("00100", "00100"),
        ("1012 AB", "1012"),
        ("D02 X285", "D02 X285"),
        ("no idea", None),
        ("NT-10427", None),
        ("12", None),
    ],
)
def test_an_address_or_a_postcode_shows_whose_order_it_is(text: str, value: str | None) -> None:
    assert proof(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("money back please", "refund"),
        ("pengene tilbake, takk", "refund"),
        ("another one instead", "exchange"),
        ("kan jeg få en ny", "exchange"),
        ("no not a refund, I want to swap it", "exchange"),
        ("ikke bytte, jeg vil ha refusjon", "refund"),
        ("either a refund or a new one", None),
        ("hm", None),
    ],
)
def test_a_wish_is_one_of_two(text: str, value: str | None) -> None:
    assert wish(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("unopened, still in the plastic", "unopened"),
        ("uapnet", "unopened"),
        ("har ikke åpnet den", "unopened"),
        ("opened but never used", "opened"),
        ("åpnet, men aldri brukt", "opened"),
        ("as good as new", "opened"),
        ("opened and used for a week", "used"),
        ("den har noen riper", "used"),
        ("well", None),
    ],
)
def test_a_condition_is_one_of_three(text: str, value: str | None) -> None:
    assert condition(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I changed my mind", "changed_mind"),
        ("jeg trenger den ikke lenger", "changed_mind"),
        ("too big for the shelf", "not_as_expected"),
        ("den passer ikke", "not_as_expected"),
        ("it doesn't connect", "faulty"),
        ("den virker ikke", "faulty"),
        ("it came broken", "wrong_or_damaged"),
        ("dere sendte feil vare", "wrong_or_damaged"),
        ("vil helst ikke si det", "not_said"),
        ("my dog dislikes it", "other"),
    ],
)
def test_any_words_are_a_reason(text: str, value: str) -> None:
    assert reason(text) == value


def test_a_product_is_what_the_customer_calls_it() -> None:
    assert product(" the  black plug. ") == "the black plug"
    assert product("7") is None and product("a" * 81) is None
