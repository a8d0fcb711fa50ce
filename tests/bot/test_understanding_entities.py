from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.understanding.entities import EntityFinder

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "config" / "rasa"


@pytest.fixture(scope="module")
def tiny() -> EntityFinder:
    return EntityFinder(load_assistant(HERE / "assistants" / "tiny"), ("en", "nb"))


@pytest.fixture(scope="module")
def shipped() -> EntityFinder:
    return EntityFinder(load_assistant(SHIPPED), ("en", "nb"))


def found(finder: EntityFinder, text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(entity.name, entity.value) for entity in finder.find(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to Maya.Lee@example.org.", [("email", "Maya.Lee@example.org")]),
        ("call +47 912 34 567 please", [("phone", "+47 912 34 567")]),
        ("my number is 91234567", [("phone", "91234567")]),
        ("it came on 2026-11-03", [("date", "2026-11-03")]),
        ("since 3 November 2026", [("date", "3 November 2026")]),
        ("delivered yesterday", [("date", "yesterday")]),
        ("TS-12 with a tiny mug", [("order_number", "TS-12"), ("product", "Tiny Mug")]),
        ("a pot of tea", [("product", "Tiny Pot")]),
        ("nothing here", []),
    ],
)
def test_what_the_assistant_knows_is_found(
    tiny: EntityFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(tiny, text) == expected


def test_norwegian_dates_are_found(tiny: EntityFinder) -> None:
    assert found(tiny, "levert 3. november", "nb") == [("date", "3. november")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order NT-10427", [("order_number", "NT-10427")]),
        ("it's 10427.", [("order_number", "10427")]),
        ("invoice INV-2026-00318", [("invoice_number", "INV-2026-00318")]),
        ("my HUB 3 and the cam porch", [("product", "Nettly Hub 3"), ("product", "Nettly Cam Porch")]),
        ("a@b.example", [("email", "a@b.example")]),
    ],
)
def test_the_shipped_assistant_s_numbers_and_products_are_found(
    shipped: EntityFinder, text: str, expected: list[tuple[str, str]]
) -> None:
    assert found(shipped, text) == expected


def test_entities_never_overlap(shipped: EntityFinder) -> None:
    entities = shipped.find("Nettly Hub 3, INV-2026-00318, NT-10427 and 10427@example.com", "en")
    assert all(first.end <= second.start for first, second in pairwise(entities))


def test_a_long_message_is_read_to_its_limit(shipped: EntityFinder) -> None:
    assert found(shipped, "a" * 3_900 + " NT-10427 " + "a" * 100_000) == [("order_number", "NT-10427")]
