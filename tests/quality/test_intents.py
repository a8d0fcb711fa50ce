"""How well the shipped assistant understands messages that it was not trained on: floors, not goals.

`shipped_messages.csv` holds messages with intent, article and language, none of them a training example.
It is older than some intents, which have taken an article's questions from a wider one: see `TAKEN`.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bot.dialogue import load_assistant
from bot.understanding import Reading, Understanding, open_understanding
from kb.embedders.onnx import OnnxEmbedder

SHIPPED = Path(__file__).parents[2] / "config" / "rasa"
MESSAGES = Path(__file__).with_name("shipped_messages.csv")
SURE = 0.55
TAKEN = {
    "business-customers": ("business_account",),
    "camera-recordings": ("camera_recordings",),
    "contact-hours": ("opening_hours",),
    "damaged-or-missing-item": ("damaged_item",),
    "exchange-item": ("return_item", "return_policy"),
    "firmware": ("firmware_update",),
    "gift-cards": ("gift_card",),
    "guest-network": ("guest_network", "parental_controls"),
    "parcel-late-or-missing": ("delivery_problem",),
    "payment-methods": ("payment_methods",),
    "restart-reset-hub": ("factory_reset",),
    "return-something": ("return_item", "return_policy"),
}
"""The intents that an article's questions have now, whatever the file says."""

Judged = list[tuple[dict[str, str], Reading]]


@pytest.fixture(scope="module")
def understanding(prepared: Path) -> Understanding:
    assistant = load_assistant(SHIPPED, examples=False)
    return open_understanding(
        prepared / "models" / "intents", OnnxEmbedder(prepared / "models" / "encoder"), assistant
    )


@pytest.fixture(scope="module")
def judged(understanding: Understanding) -> Judged:
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(row, understanding.read(row["text"], language=row["language"])) for row in rows]


def meant(row: dict[str, str]) -> tuple[str, ...]:
    """The intents of which any is right; a question about a device may be one about the product, too."""
    article = row["article"].removesuffix("-nb")
    if row["intent"] == "general_question" and article in ("install-thermo", "pair-door-sensor"):
        return ("general_question", "product_question")
    return TAKEN.get(article, (row["intent"],))


def right(judged: Judged) -> float:
    return sum(reading.intents[0].name in meant(row) for row, reading in judged) / len(judged)


def test_no_message_is_a_training_example(judged: Judged) -> None:
    shown = {example.text.casefold() for example in load_assistant(SHIPPED).nlu.examples}
    assert not [row["text"] for row, _ in judged if row["text"].casefold() in shown]


@pytest.mark.parametrize(("language", "floor"), [("en", 0.75), ("nb", 0.72)])
def test_most_messages_are_understood(judged: Judged, language: str, floor: float) -> None:
    assert right([each for each in judged if each[0]["language"] == language]) >= floor


def test_what_the_bot_acts_on_is_seldom_wrong(judged: Judged) -> None:
    sure = [each for each in judged if each[1].certainty >= SURE]
    assert len(sure) >= 0.5 * len(judged)
    assert right(sure) >= 0.92


def test_the_language_is_told(judged: Judged) -> None:
    told = sum(reading.language == row["language"] for row, reading in judged)
    assert told >= 0.97 * len(judged)


def test_a_person_is_fetched_for_those_who_ask_and_for_few_others(judged: Judged) -> None:
    asked = {row["text"]: row["intent"] == "human_handoff" for row, _ in judged}
    heard = {row["text"]: reading.wants_person >= 0.5 for row, reading in judged}
    assert sum(heard[text] for text in asked if asked[text]) >= 0.7 * sum(asked.values())
    assert sum(heard[text] for text in asked if not asked[text]) <= 0.02 * len(asked)


def test_everyday_wishes_are_not_taken_for_ours(understanding: Understanding) -> None:
    strange = [
        "which socks go with brown shoes",
        "the train to Skien was late",
        "hvem vant gullet i stafetten",
    ]
    for text in strange:
        reading = understanding.read(text)
        assert reading.certainty < SURE or reading.intents[0].name == "out_of_scope", text
