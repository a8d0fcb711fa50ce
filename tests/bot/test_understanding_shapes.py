from __future__ import annotations

from datetime import date

import pytest

from bot.dialogue.documents import JsonValue
from bot.understanding.shapes import SHAPES, Said

SUNDAY = date(2026, 11, 22)


def found(name: str, text: str, language: str = "en") -> list[tuple[str, JsonValue]]:
    said = Said(text, language, SUNDAY)
    return [(text[each.start : each.end], each.value) for each in SHAPES[name](said)]


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("it came on 2026-11-03", "2026-11-03", "2026-11-03"),
        ("since 3 November 2026", "3 November 2026", "2026-11-03"),
        ("on the 3rd of November", "3rd of November", "2026-11-03"),
        ("Nov 3rd, 2025", "Nov 3rd, 2025", "2025-11-03"),
        ("levert 3. november", "3. november", "2026-11-03"),
        ("2. januar", "2. januar", "2027-01-02"),
        ("03/11/2026", "03/11/2026", "2026-11-03"),
        ("11/23/26", "11/23/26", "2026-11-23"),
        ("delivered yesterday", "yesterday", "2026-11-21"),
        ("i går kveld", "i går", "2026-11-21"),
        ("kommer i  overmorgen", "i  overmorgen", "2026-11-24"),
        ("next Tuesday", "next Tuesday", "2026-11-24"),
        ("last Tuesday", "last Tuesday", "2026-11-17"),
        ("siden tirsdag", "siden tirsdag", "2026-11-17"),
        ("on Sunday", "on Sunday", "2026-11-29"),
        ("forrige søndag", "forrige søndag", "2026-11-15"),
        ("in two weeks", "in two weeks", "2026-12-06"),
        ("om en måned", "om en måned", "2026-12-22"),
        ("for 3 dager siden", "for 3 dager siden", "2026-11-19"),
        ("two days ago", "two days ago", "2026-11-20"),
        ("a couple of weeks ago", "a couple of weeks ago", "2026-11-08"),
        ("last week", "last week", "2026-W46"),
        ("neste måned", "neste måned", "2026-12"),
    ],
)
def test_a_date_is_told_in_iso(text: str, words: str, value: str) -> None:
    assert found("date", text) == [(words, value)]


def test_the_end_of_a_month_is_not_overrun() -> None:
    said = Said("in one month", "en", date(2026, 1, 31))
    assert [each.value for each in SHAPES["date"](said)] == ["2026-02-28"]


@pytest.mark.parametrize(
    "text", ["31.02.2026", "version 1.2.3.4", "may I ask", "mars is red", "NT-2026-11-03x", "in 2"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert found("date", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 5pm or 12 am", [("at 5pm", "17:00"), ("12 am", "00:00")]),
        ("kl. 14.30", [("kl. 14.30", "14:30")]),
        ("around 9:15", [("9:15", "09:15")]),
        ("$20.50, 25:00, 13 pm", []),
    ],
)
def test_a_time_of_day_has_24_hours(text: str, expected: list[tuple[str, str]]) -> None:
    assert found("time", text) == expected


@pytest.mark.parametrize(
    ("text", "words", "value"),
    [
        ("kr 1 299,-", "kr 1 299,-", "1299.00 NOK"),
        ("1.299,50 kr", "1.299,50 kr", "1299.50 NOK"),
        ("den koster 499,-", "499,-", "499.00 NOK"),
        ("$1,299.50 please", "$1,299.50", "1299.50 USD"),
        ("15 euros", "15 euros", "15.00 EUR"),
        ("£5", "£5", "5.00 GBP"),
    ],
)
def test_money_has_an_amount_and_a_currency(text: str, words: str, value: str) -> None:
    assert found("money", text) == [(words, value)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("four people and 2 rooms", "en", [("2", 2), ("four", 4)]),
        ("vi er fire", "nb", [("fire", 4)]),
        ("there is a fire, go to it", "en", []),
        ("this one", "en", []),
        ("-3.5 degrees", "en", [("-3.5", -3.5)]),
        ("1 299 stykker", "nb", [("1 299", 1299)]),
        ("NT-10427 or a1", "en", []),
    ],
)
def test_numbers_are_numbers(text: str, language: str, expected: list[tuple[str, float]]) -> None:
    assert found("number", text, language) == expected


@pytest.mark.parametrize(
    ("name", "text", "words", "value"),
    [
        ("email", "write to Maya.Lee@example.org.", "Maya.Lee@example.org", "Maya.Lee@example.org"),
        ("email", "æ.ø@blåbær.example", "æ.ø@blåbær.example", "æ.ø@blåbær.example"),
        ("phone", "call +47 912 34 567 please", "+47 912 34 567", "+4791234567"),
        ("phone", "0047 91234567", "0047 91234567", "+4791234567"),
        ("phone", "my number is 91234567", "91234567", "91234567"),
        ("phone", "(555) 123-4567", "(555) 123-4567", "5551234567"),
        ("url", "see https://x.example/a?b=1.", "https://x.example/a?b=1", "https://x.example/a?b=1"),
        ("url", "on shop.com, thanks", "shop.com", "shop.com"),
        ("order_number", "order 12345", "12345", "12345"),
        ("order_number", "where is #A-1234", "A-1234", "A-1234"),
        ("order_number", "bestillingen NT-10427", "NT-10427", "NT-10427"),
        ("postcode", "0150 Oslo", "0150", "0150"),
        ("postcode", "my zip is 90210", "90210", "90210"),
        ("postcode", "SW1A 1AA", "SW1A 1AA", "SW1A 1AA"),
    ],
)
def test_addresses_are_found_and_put_into_one_form(name: str, text: str, words: str, value: str) -> None:
    assert found(name, text) == [(words, value)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("phone", "2026-11-03"),
        ("phone", "1234567"),
        ("postcode", "I paid 1299 for it"),
        ("order_number", "I have 3 of them"),
        ("url", "end of sentence.Next one"),
    ],
)
def test_other_numbers_are_not_taken_for_addresses(name: str, text: str) -> None:
    assert found(name, text) == []


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_no_shape_minds_a_long_or_an_odd_text(name: str) -> None:
    for text in (
        "1" * 4_000,
        "1 " * 2_000,
        "a@" * 2_000,
        "\x00",
        "(" * 4_000,
        "kr " * 1_300,
        "www." * 1_000,
        "٣٤",
    ):
        list(SHAPES[name](Said(text, "en", SUNDAY)))
