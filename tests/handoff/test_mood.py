from __future__ import annotations

import pytest

from handoff.errors import SourceMissingError
from handoff.mood import mood
from tests.handoff.conversations import lines


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("where is my order", "calm"),
        ("thanks, that is great", "pleased"),
        ("still nothing, this is annoying", "frustrated"),
        ("THIS IS A SCAM!! I want my money", "angry"),
        ("dette er latterlig!!", "angry"),
        ("I'm not angry, just asking", "calm"),
        ("I will never buy from you", "frustrated"),
        ("USB and WPA2 settings?", "calm"),
        ("hello?? anyone there??", "frustrated"),
    ],
)
def test_the_mood_is_read_from_signs(said: str, label: str) -> None:
    assert mood(lines(f"c: {said}")).label == label


def test_every_sign_shows_its_words() -> None:
    felt = mood(lines("c: my order", "c: this is ridiculous!! STILL NOT HERE"))
    assert [(found.sign, found.text, found.messages) for found in felt.evidence] == [
        ("strong words", "ridiculous", (2,)),
        ("negative words", "STILL NOT", (2,)),
        ("capitals", "STILL NOT HERE", (2,)),
        ("exclamation", "this is ridiculous!!", (2,)),
    ]


def test_saying_the_same_again_is_a_sign() -> None:
    felt = mood(lines("c: where is my parcel from last week", "c: where is my parcel from last week please"))
    assert [found.sign for found in felt.evidence] == ["repetition"]


def test_the_trend_compares_the_second_half_with_the_first() -> None:
    assert mood(lines("c: hi", "c: where is it", "c: useless", "c: this is a scam")).trend == "worse"
    assert mood(lines("c: useless", "c: this is a scam", "c: ah, there", "c: thank you")).trend == "better"
    assert mood(lines("c: useless")).trend == "steady"


def test_a_mood_without_a_message_cannot_be_read() -> None:
    with pytest.raises((SourceMissingError, ValueError)):
        mood(())
