from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handoff.casefile.mood import felt, mood
from handoff.casefile.signs import signs, strength
from handoff.errors import SourceMissingError
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


def test_the_same_request_in_other_words_is_heard_by_its_meaning() -> None:
    said = lines("c: where is my parcel from last week", "c: has the package been delivered anywhere")
    assert mood(said).label == "calm"
    felt_again = mood(said, lambda one, other: 0.9)
    assert [found.sign for found in felt_again.evidence] == ["repetition"]
    assert mood(said, lambda one, other: 0.7).label == "calm"


def test_a_curt_reply_after_a_long_message_is_a_sign() -> None:
    long = "c: I have restarted the router three times and pressed every button on it and there is no light"
    assert [sign.name for sign in felt(lines(long, "c: didn't work")).signs] == ["curt"]
    assert felt(lines(long, "c: ok thanks")).signs[0].name == "kind words"
    assert felt(lines("c: my router is dead", "c: didn't work")).signs == ()


def test_who_had_to_wait_long_shows_it() -> None:
    first, second = lines("c: where is my parcel", "c: so when does it come")
    late = replace(second, at=first.at + timedelta(minutes=25))
    assert [sign.name for sign in felt((first, late)).signs] == ["delay"]
    assert felt((first, late)).label == "calm"


@pytest.mark.parametrize(
    ("text", "weaker"),
    [
        ("I am extremely disappointed", "I am disappointed"),
        ("jeg er utrolig skuffet", "jeg er skuffet"),
        ("I am disappointed", "I am not disappointed"),
        ("jeg er skuffet", "jeg er ikke skuffet"),
        ("this is useless", "this is useless, but thanks"),
    ],
)
def test_intensity_negation_and_kindness_change_what_a_word_weighs(text: str, weaker: str) -> None:
    assert strength(signs(text)) > strength(signs(weaker))
