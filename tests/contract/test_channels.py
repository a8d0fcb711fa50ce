"""What every channel must do with whatever the bot says."""

from __future__ import annotations

import json

import pytest

from bot.channels import Channel
from bot.channels.rasa_rest import RasaRestChannel
from bot.channels.web import WebChannel
from bot.conversation import Author, Button, Message, Source
from tests.fakes import MONDAY_MORNING

CHANNELS: list[Channel] = [WebChannel(), RasaRestChannel()]
HELP = (Button("Yes", "/helped"), Button("No", "/did_not_help"))
SOURCE = Source("reset", "Reset your router", "/help/en/reset", "Reset › Hub", "2026-11-03", "en")


def message(text: str, author: Author = "bot", **more: object) -> Message:
    return Message(3, author, text, MONDAY_MORNING, **more)  # type: ignore[arg-type]


@pytest.fixture(params=CHANNELS, ids=lambda channel: channel.name)
def channel(request: pytest.FixtureRequest) -> Channel:
    found: Channel = request.param
    return found


def wire(channel: Channel, said: Message) -> str:
    return json.dumps(channel.render(said, "maya"), ensure_ascii=False)


@pytest.mark.parametrize(
    "text", ["Hello.", "One.\n\nTwo.", "1. Unplug it.\n2. Wait.", "<b>not bold</b>", "æøå 🦔 שלום"]
)
def test_no_word_is_lost(channel: Channel, text: str) -> None:
    shown = wire(channel, message(text))
    assert all(json.dumps(word, ensure_ascii=False)[1:-1] in shown for word in text.split())


def test_every_message_shows_as_something(channel: Channel) -> None:
    for author in ("bot", "agent", "system"):
        assert channel.render(message("Hello.", author), "maya")


def test_buttons_keep_title_and_payload(channel: Channel) -> None:
    shown = wire(channel, message("Which one?", buttons=HELP))
    assert all(button.title in shown and button.payload in shown for button in HELP)


def test_an_answer_names_its_article(channel: Channel) -> None:
    shown = wire(channel, message("Hold the button.", source=SOURCE))
    assert SOURCE.title in shown and SOURCE.url in shown


def test_the_question_whether_it_helped_comes_with_its_replies(channel: Channel) -> None:
    shown = channel.render(
        message("Hold it.", source=SOURCE, question="Did this help?", buttons=HELP), "maya"
    )
    carriers = [each for each in shown if each.get("buttons")]
    assert len(carriers) == 1
    assert carriers[0] is shown[-1]


def test_what_is_shown_is_json(channel: Channel) -> None:
    shown = channel.render(message("Hello.", source=SOURCE, buttons=HELP), "maya")
    assert json.loads(json.dumps(shown)) == list(shown)


def test_rest_splits_text_on_blank_lines_but_not_where_it_carries_buttons() -> None:
    rest = RasaRestChannel()
    assert rest.render(message("One.\n\nTwo."), "u1") == (
        {"recipient_id": "u1", "text": "One."},
        {"recipient_id": "u1", "text": "Two."},
    )
    assert len(rest.render(message("One.\n\nTwo.", buttons=HELP), "u1")) == 1
