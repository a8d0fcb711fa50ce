"""Published words and examples over an assistant's files."""

from __future__ import annotations

from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.dialogue.responses import choose
from bot.editing.applied import fits, variants_of, with_taught, with_words
from kb.coaching.training import Example, Taught
from kb.coaching.wordings import Button, Variant
from tests.bot.editing.conftest import TINY
from tests.fakes import MONDAY_MORNING, FirstChoice

TRACK = '/parcel{{"order_number":"{order_number}"}}'


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return load_assistant(TINY)


def said(assistant: Assistant, name: str, language: str = "en", channel: str = "web") -> str | None:
    slots: dict[str, Any] = {"language": language, "order_number": "TS-1"}
    chosen = choose(assistant, name, slots, channel, FirstChoice())
    return None if chosen is None else chosen.text


def taught(number: int, text: str, intent: str) -> Example:
    return Example(number, text, "en", intent, "ines", MONDAY_MORNING)


def test_the_changed_language_is_said_and_the_others_stay(assistant: Assistant) -> None:
    edited = with_words(assistant, {"utter_greet": {"en": (Variant(0, "Welcome."),)}})
    assert said(edited, "utter_greet") == "Welcome."
    assert said(edited, "utter_greet", "nb") == "Hei fra den lille butikken."
    assert said(assistant, "utter_greet") == "Hello from the tiny shop."


def test_a_wording_keeps_the_channel_of_the_one_it_stands_for(assistant: Assistant) -> None:
    edited = with_words(assistant, {"utter_greet": {"en": (Variant(0, "Welcome."), Variant(3, "Yo."))}})
    assert said(edited, "utter_greet", channel="sms") == "Yo."
    assert said(edited, "utter_greet") == "Welcome."


def test_a_translation_is_said_in_its_language_only(assistant: Assistant) -> None:
    edited = with_words(assistant, {"utter_sorry": {"nb": (Variant(0, "Beklager."),)}})
    assert said(edited, "utter_sorry", "nb") == "Beklager."
    assert said(edited, "utter_sorry") == said(edited, "utter_sorry", "de") == "I am sorry."


def test_a_button_has_its_new_title_and_its_old_payload(assistant: Assistant) -> None:
    words = Variant(0, "{order_number} is near.", (Button("Show me", TRACK),))
    edited = with_words(assistant, {"utter_parcel": {"en": (words,)}})
    (variant,) = edited.domain.responses["utter_parcel"]
    assert [(each.title, each.payload) for each in variant.buttons] == [("Show me", TRACK)]
    assert said(edited, "utter_parcel") == "TS-1 is near."


def test_action_servers_are_sent_the_same_words(assistant: Assistant) -> None:
    words = Variant(0, "{order_number} is near.", (Button("Show me", TRACK),))
    edited = with_words(
        assistant, {"utter_parcel": {"en": (words,)}, "utter_sorry": {"nb": (Variant(0, "Beklager."),)}}
    )
    written: Any = edited.domain.written["responses"]
    assert written["utter_parcel"] == [
        {"text": "{order_number} is near.", "buttons": [{"title": "Show me", "payload": TRACK}]}
    ]
    assert written["utter_sorry"][1] == {
        "text": "Beklager.",
        "condition": [{"type": "slot", "name": "language", "value": "nb"}],
    }


@pytest.mark.parametrize(
    "wording",
    [
        Variant(7, "From a file that was longer."),
        Variant(0, "Buttons have changed.", (Button("Old", "/old"),)),
        Variant(0, "{company} says hello."),
    ],
)
def test_words_that_no_longer_fit_the_files_are_left_out(assistant: Assistant, wording: Variant) -> None:
    assert not fits(variants_of(assistant, "utter_greet"), [wording])
    edited = with_words(assistant, {"utter_greet": {"en": (wording,)}})
    assert said(edited, "utter_greet") == "Hello from the tiny shop."


def test_the_houses_own_lines_can_be_worded(assistant: Assistant) -> None:
    edited = with_words(assistant, {"utter_joined": {"en": (Variant(0, "{agent} is with you."),)}})
    assert edited.domain.responses["utter_joined"][0].text == "{agent} is with you."


def test_examples_join_those_of_the_files_and_change_the_fingerprint(assistant: Assistant) -> None:
    edited = with_taught(assistant, Taught((4,), (taught(4, "wibble", "parcel"),)))
    assert len(edited.nlu.examples) == len(assistant.nlu.examples) + 1
    assert edited.fingerprint != assistant.fingerprint
    assert with_taught(assistant, Taught()).fingerprint == assistant.fingerprint


def test_a_sentence_of_the_files_means_what_editors_say(assistant: Assistant) -> None:
    edited = with_taught(assistant, Taught((1,), (taught(1, "Cheers, thanks", "greet"),)))
    meant = [each.intent for each in edited.nlu.examples if each.text.casefold() == "cheers, thanks"]
    assert meant == ["greet"]


def test_a_forgotten_example_does_not_make_another_model_of_it(assistant: Assistant) -> None:
    whole = with_taught(assistant, Taught((1, 2), (taught(1, "a", "greet"), taught(2, "b", "greet"))))
    less = with_taught(assistant, Taught((1, 2), (taught(2, "b", "greet"),)))
    assert whole.fingerprint == less.fingerprint
