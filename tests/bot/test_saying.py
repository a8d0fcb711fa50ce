"""From what an action wants said to the words, in Rasa's order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.conversation import Draft, Source
from bot.dialogue import load_assistant
from bot.saying import Voice, drafted
from bot.store import JsonObject
from tests.fakes import MONDAY_MORNING, FirstChoice

DOMAIN = """
intents: [greet]
slots:
  language: {type: text, initial_value: en, mappings: [{type: custom}]}
  name: {type: text, mappings: [{type: custom}]}
responses:
  utter_hi:
  - text: Hello {name}.
    buttons: [{title: Go on, payload: /greet}]
  - text: Hei {name}.
    condition: [{type: slot, name: language, value: nb}]
  utter_two:
  - text: One.
  - text: Two.
  utter_card:
  - text: Look.
    custom: {type: card}
  utter_picture:
  - image: https://pictures.example/{name}.png
    quick_replies: [{title: More, payload: /more}]
    metadata: {mood: calm}
  utter_cards:
  - text: Choose.
    elements: [{title: Lamp}]
    attachment: {type: file, url: https://files.example/a.pdf}
    channel: socketio
  utter_only_nb:
  - text: Bare norsk.
    condition: [{type: slot, name: language, value: nb}]
  utter_did_this_help:
  - text: Did this help?
    buttons: [{title: 'Yes', payload: /helped}]
"""
ANSWER = {
    "article": "return",
    "title": "Return something",
    "url": "/help/en/return",
    "heading": "",
    "updated": "2026-11-02",
    "language": "en",
}
SLOTS = {"language": "en", "name": "Maya"}


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    return Voice(load_assistant(tmp_path), ("en", "nb"), FirstChoice())


def say(
    voice: Voice, *responses: dict[str, Any], slots: dict[str, str] = SLOTS, before: tuple[str, ...] = ()
) -> tuple[tuple[Draft, ...], list[JsonObject]]:
    said: tuple[Draft, ...] = ()
    events: list[JsonObject] = []
    for response in responses:
        said, more = voice.say(response, slots, output="web", said=said, at=MONDAY_MORNING, before=before)
        events += more
    return said, events


def test_a_response_is_worded_with_its_slots_and_buttons(voice: Voice) -> None:
    [draft], _ = say(voice, {"response": "utter_hi"})
    assert (draft.author, draft.text) == ("bot", "Hello Maya.")
    assert [(button.title, button.payload) for button in draft.buttons] == [("Go on", "/greet")]


def test_a_response_is_worded_in_the_customers_language(voice: Voice) -> None:
    [draft], _ = say(voice, {"response": "utter_hi"}, slots={"language": "nb", "name": "Kari"})
    assert draft.text == "Hei Kari."


def test_what_the_action_gives_fills_the_blanks_first(voice: Voice) -> None:
    [draft], _ = say(voice, {"response": "utter_hi", "name": "Omar"})
    assert draft.text == "Hello Omar."


def test_an_actions_own_words_stand_over_the_responses(voice: Voice) -> None:
    response = {"response": "utter_hi", "text": "Good day.", "buttons": [{"title": "Stop"}]}
    [draft], _ = say(voice, response)
    assert draft.text == "Good day."
    assert [button.payload for button in draft.buttons] == ["/greet", "Stop"]


def test_plain_text_needs_no_response(voice: Voice) -> None:
    [draft], [event] = say(voice, {"text": "Just so."})
    assert draft.text == "Just so." and event["metadata"] == {"draft": 0}


def test_a_wording_not_used_yet_is_preferred(voice: Voice) -> None:
    [draft], _ = say(voice, {"response": "utter_two"}, before=("One.",))
    assert draft.text == "Two."


def test_a_response_nobody_wrote_is_left_out(voice: Voice, caplog: pytest.LogCaptureFixture) -> None:
    drafts, events = say(voice, {"response": "utter_gone"}, {"text": "And on."})
    assert [draft.text for draft in drafts] == ["And on."] and len(events) == 1
    assert "utter_gone" in caplog.text


def test_a_response_without_a_fitting_variant_is_left_out(voice: Voice) -> None:
    assert say(voice, {"response": "utter_only_nb"}) == ((), [])


def test_the_event_names_the_response_and_the_place_of_its_message(voice: Voice) -> None:
    _, events = say(voice, {"text": "First."}, {"response": "utter_two"})
    assert events[1]["metadata"] == {"draft": 1, "utter_action": "utter_two"}


def test_an_answer_carries_its_source(voice: Voice) -> None:
    [draft], [event] = say(voice, {"text": "Sixty days.", "custom": {"answer": ANSWER}})
    assert draft.source == Source(**ANSWER)
    data: Any = event["data"]
    assert data["custom"]["answer"] == ANSWER


def test_a_responses_own_custom_object_is_kept(voice: Voice) -> None:
    _, [event] = say(voice, {"response": "utter_card"})
    data: Any = event["data"]
    assert data["custom"] == {"type": "card"}


def test_the_question_whether_it_helped_belongs_to_its_answer(voice: Voice) -> None:
    drafts, events = say(
        voice, {"text": "Sixty days.", "custom": {"answer": ANSWER}}, {"response": "utter_did_this_help"}
    )
    assert len(drafts) == len(events) == 1
    assert drafts[0].question == "Did this help?"
    assert [button.payload for button in drafts[0].buttons] == ["/helped"]


def test_without_an_answer_the_question_is_a_message(voice: Voice) -> None:
    drafts, _ = say(voice, {"text": "Hm."}, {"response": "utter_did_this_help"})
    assert [draft.text for draft in drafts] == ["Hm.", "Did this help?"]


def test_the_houses_own_lines_need_no_response(voice: Voice) -> None:
    assert voice.words("utter_joined", {"agent": "Ines"}) == "Ines has joined the conversation."
    assert voice.words("utter_two", SLOTS) == "One."


def test_a_picture_needs_no_words(voice: Voice) -> None:
    [draft], [event] = say(voice, {"response": "utter_picture"})
    assert draft.text == "" and draft.data == {"image": "https://pictures.example/Maya.png"}
    data: Any = event["data"]
    assert event["text"] is None and data["image"] == data["attachment"] == draft.data["image"]
    assert event["metadata"] == {
        "utter_action": "utter_picture",
        "metadata": {"mood": "calm"},
        "draft": 0,
    }


def test_quick_replies_are_buttons(voice: Voice) -> None:
    [draft], _ = say(voice, {"response": "utter_picture", "buttons": [{"title": "Stop", "type": "x"}]})
    assert [(each.title, each.payload, each.more) for each in draft.buttons] == [
        ("More", "/more", {}),
        ("Stop", "Stop", {"type": "x"}),
    ]


def test_a_response_for_one_channel_is_said_there_alone(voice: Voice) -> None:
    said, _ = voice.say({"response": "utter_cards"}, SLOTS, output="socketio", said=(), at=MONDAY_MORNING)
    assert said[0].data == {
        "elements": [{"title": "Lamp"}],
        "attachment": {"type": "file", "url": "https://files.example/a.pdf"},
    }
    assert say(voice, {"response": "utter_cards"}) == ((), [])


def test_what_an_action_leaves_empty_overrides_nothing(voice: Voice) -> None:
    empty = {"text": "", "image": None, "custom": {}, "elements": [], "attachment": None}
    [draft], _ = say(voice, {**empty, "response": "utter_card"})
    assert (draft.text, draft.data) == ("Look.", {"custom": {"type": "card"}})


def test_an_empty_response_shows_nothing_and_is_remembered(voice: Voice) -> None:
    drafts, [event] = say(voice, {"text": None, "custom": {}})
    assert drafts == () and "draft" not in event["metadata"]


def test_an_answers_other_custom_fields_stay(voice: Voice) -> None:
    [draft], _ = say(voice, {"text": "Sixty days.", "custom": {"answer": ANSWER, "type": "map"}})
    assert draft.source == Source(**ANSWER) and draft.data == {"custom": {"type": "map"}}


def test_a_bot_event_of_somebody_elses_is_a_message() -> None:
    draft = drafted("Hi, Anna here", {"buttons": [{"title": "Yes", "payload": "/affirm"}]}, agent="anna")
    assert draft is not None and (draft.author, draft.name, draft.text) == ("agent", "anna", "Hi, Anna here")
    assert drafted(" ", {"image": None}) is None
