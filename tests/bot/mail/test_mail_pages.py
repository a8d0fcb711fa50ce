"""A mail's links: nothing happens when a program opens one, and pressing the button is a tapped reply."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.conversation import Button, Draft, Event
from bot.store import Outcome, Promise
from bot.web.mail_pages import mail_pages
from config.pages import Brand, dress
from config.texts import Texts
from tests.bot.mail.mail_room import MailRoom, links, mail

HELP = (Button("Yes, it did", "/helped"), Button("No", "/did_not_help"))


@pytest.fixture
def client(room: MailRoom) -> FlaskClient:
    app, texts = Flask("mail"), Texts({"nb": {"Your answer": "Svaret ditt"}})
    dress(app, Brand.load(), texts)
    app.register_blueprint(mail_pages(room.mails, room.chat, room.endings.rate, texts.say))
    return app.test_client()


@pytest.fixture
def yes(room: MailRoom) -> str:
    """The link of the first reply in the answer to a mail."""
    room.answers = [(Draft("bot", "Hold it.", question="Did this help?", buttons=HELP),)]
    room.hears(mail())
    return links(room.box.received[0])[0]


def test_opening_a_link_changes_nothing_however_often(room: MailRoom, client: FlaskClient, yes: str) -> None:
    for ask in (client.get, client.head, client.get):
        assert ask(yes).status_code == 200
    page = client.get(yes).text
    assert "Did this help?" in page and "Yes, it did" in page and 'method="post"' in page
    assert len(room.only()[1]) == 1


def test_the_button_says_it_once(room: MailRoom, client: FlaskClient, yes: str) -> None:
    for _ in range(3):
        assert "Thank you" in client.post(yes).text
    _, said = room.only()
    assert [(each.text, each.payload) for each in said][1:] == [("Yes, it did", "/helped")]


def test_a_page_needs_no_cookie_no_script_and_is_kept_by_nobody(client: FlaskClient, yes: str) -> None:
    answer = client.get(yes)
    assert "<script" not in answer.text and "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.text


def test_it_speaks_the_conversations_language(room: MailRoom, client: FlaskClient, yes: str) -> None:
    room.chat.speak(room.only()[0].id, "nb")
    assert "Svaret ditt" in client.get(yes).text


def _other_place(link: str) -> str:
    head, message, _, signature = link.rsplit("/", 3)
    return f"{head}/{message}/1/{signature}"


def _other_message(link: str) -> str:
    head, _, place, signature = link.rsplit("/", 3)
    return f"{head}/1/{place}/{signature}"


def _other_thread(link: str) -> str:
    return link.replace(link.split("/")[2], "a" * 20)


@pytest.mark.parametrize(
    "changed",
    [_other_place, _other_message, _other_thread, lambda link: f"{link[:-4]}AAAA", lambda link: f"{link}é"],
    ids=["place", "message", "thread", "signature", "letters"],
)
def test_a_link_that_was_not_made_here_opens_nothing(
    room: MailRoom, client: FlaskClient, yes: str, changed: Callable[[str], str]
) -> None:
    assert client.get(changed(yes)).status_code == 404
    assert client.post(changed(yes)).status_code == 404
    assert len(room.only()[1]) == 1


@pytest.fixture
def four(room: MailRoom) -> str:
    """The link that gives four of five, in the mail that tells of a case's end."""
    room.hears(mail())
    conversation = room.only()[0].id
    promise = Promise("room-1", conversation, "asked_for_person", "asked", None, 1, False)
    handed = Outcome(event=Event.ESCALATED, promise=promise, drafts=(Draft("bot", "A person."),))
    room.store.write(conversation, handed)
    room.says(conversation, Draft("agent", "Fixed.", name="Ines"))
    told = Draft("system", "Ines has closed the case.", data={"happened": "resolved"})
    room.store.write(
        conversation, Outcome(drafts=(told,), event=Event.RESOLVED, ended_by="agent", rates=True)
    )
    room.works()
    return next(each for each in links(room.box.received[-1]) if "/rating/4/" in each)


def test_a_score_is_given_by_the_button_alone_and_once(
    room: MailRoom, client: FlaskClient, four: str
) -> None:
    page = client.get(four).text
    assert "How was the help from our colleague?" in page and "Give 4 of 5" in page
    assert room.endings.untold() == ()
    given = {"of": "agent", "comment": " Very kind. "}
    assert "Thank you" in client.post(four, data=given).text
    assert "nothing to rate" in client.post(four, data=given).text
    [rating] = room.endings.untold()
    assert (rating.helper, rating.score, rating.comment) == ("agent", 4, "Very kind.")
    assert "How was the help from the assistant?" in client.get(four).text


def test_once_the_customer_goes_on_there_is_nothing_to_rate(
    room: MailRoom, client: FlaskClient, four: str
) -> None:
    room.chat.hear("email", room.only()[0].address, "And now?")
    page = client.post(four, data={"of": "agent"}).text
    assert "nothing to rate" in page and room.endings.untold() == ()


@pytest.mark.parametrize("wrong", ["/rating/5/", "/rating/9/"])
def test_a_score_that_was_not_signed_is_nobodys(client: FlaskClient, four: str, wrong: str) -> None:
    assert client.post(four.replace("/rating/4/", wrong)).status_code == 404
