"""What every channel must do with whatever the bot says."""

from __future__ import annotations

import json

import pytest

from bot.channels import Channel
from bot.channels.rasa_callback import RasaCallbackChannel
from bot.channels.rasa_rest import RasaRestChannel
from bot.channels.rasa_socketio import RasaSocketIoChannel
from bot.channels.web import WebChannel
from bot.conversation import Author, Button, Message, Source, carrying
from handoff.file import FileRef
from tests.fakes import MONDAY_MORNING

CHANNELS: list[Channel] = [
    WebChannel(),
    RasaRestChannel(),
    RasaCallbackChannel(),
    RasaSocketIoChannel(),
]
RASA = CHANNELS[1:]
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
    carriers = [each for each in shown if each.get("buttons") or each.get("quick_replies")]
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


@pytest.mark.parametrize("said", ["x" * 8_000, "🦔" * 8_000, "One line.\n\n" * 700])
def test_a_long_message_is_shown_whole(channel: Channel, said: str) -> None:
    shown = json.dumps(channel.render(message(said), "maya"), ensure_ascii=False)
    assert sum(shown.count(letter) for letter in set(said) - set("\n")) >= len(said.replace("\n", ""))


@pytest.mark.parametrize("key", ["image", "attachment", "elements", "custom"])
def test_what_comes_beside_the_words_is_shown_without_any(channel: Channel, key: str) -> None:
    data = {
        "image": "https://pictures.example/a.png",
        "attachment": "https://files.example/a.pdf",
        "elements": [{"title": "https://cards.example", "subtitle": "It shines"}],
        "custom": {"type": "https://custom.example"},
    }
    shown = channel.render(message("", data={key: data[key]}), "maya")
    assert len(shown) == 1 and "https://" in json.dumps(shown)


@pytest.mark.parametrize("rasa", RASA, ids=lambda rasa: rasa.name)
def test_what_a_customer_sent_along_is_not_shown(rasa: Channel) -> None:
    shown = rasa.render(message("hi", "customer", data={"metadata": {"secret": 7}}), "maya")
    assert "secret" not in json.dumps(shown)


def test_rest_sends_the_parts_in_rasas_order() -> None:
    said = message(
        "Look.\n\nThere.",
        buttons=(Button("Shop", "Shop", {"type": "web_url", "url": "https://shop.example"}),),
        data={
            "elements": [{"title": "Lamp", "subtitle": "It shines", "buttons": [{"title": "Buy"}]}, "odd"],
            "attachment": {"type": "file"},
            "image": "https://pictures.example/a.png",
            "custom": {"type": "map"},
        },
    )
    shown = RasaRestChannel().render(said, "u1")
    assert [{key: each[key] for key in each if key != "recipient_id"} for each in shown] == [
        {
            "text": "Look.\n\nThere.",
            "buttons": [
                {"title": "Shop", "payload": "Shop", "type": "web_url", "url": "https://shop.example"}
            ],
        },
        {"custom": {"type": "map"}},
        {"image": "https://pictures.example/a.png"},
        {"attachment": {"type": "file"}},
        {"text": "Lamp : It shines", "buttons": [{"title": "Buy"}]},
        {"text": "odd"},
    ]


def test_socket_io_sends_a_custom_objects_data_where_it_has_some() -> None:
    sockets = RasaSocketIoChannel()
    assert sockets.render(message("", data={"custom": {"data": {"type": "map"}}}), "u1") == ({"type": "map"},)
    assert sockets.render(message("", data={"custom": {"handoff_host": "x"}}), "u1") == (
        {"handoff_host": "x"},
    )


def test_the_page_is_told_only_what_it_shows() -> None:
    data = {"image": "https://pictures.example/a.png", "metadata": {"secret": 7}}
    (shown,) = WebChannel().render(message("", data=data), "maya")
    assert shown["data"] == {"image": "https://pictures.example/a.png"}


def test_a_page_shows_files_and_elsewhere_they_are_lines_of_the_words(channel: Channel) -> None:
    file = FileRef("c" * 43, "label.pdf", "application/pdf", 9)
    shown = wire(channel, message("Print this.", "agent", data=carrying([file])))
    assert "Print this." in shown and (file.address in shown) is channel.shows_files
