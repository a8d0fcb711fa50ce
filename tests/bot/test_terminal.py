"""The chat in a terminal: over the API of a running house, and in one that no server has open."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask

from bot.app import customers_app
from bot.errors import BotError, EmptyMessageError
from bot.opening import House
from bot.terminal import Local, NoServerError, Remote, Session, talk
from config.pages import Brand
from tests.bot.canned_chat import listening


@pytest.fixture(scope="module")
def address(shared: House) -> Iterator[str]:
    with listening(customers_app(shared, Brand.load())) as found:
        yield found


@pytest.fixture
def remote(address: str) -> Iterator[Remote]:
    opened = Remote(address, "en")
    yield opened
    opened.close()


@pytest.fixture(params=["remote", "local"])
def session(request: pytest.FixtureRequest, shared: House, remote: Remote) -> Session:
    return remote if request.param == "remote" else Local(shared, "en")


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


class Terminal:
    """A terminal in which lines are typed; what it has shown at the end of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys

    def __call__(self, session: Session, *lines: str) -> str:
        self._monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        talk(session)
        return self._capsys.readouterr().out


def test_a_question_from_a_pipe_is_answered_before_the_end(types: Terminal, session: Session) -> None:
    shown = types(session, "how long do i have to send something back?")
    assert "60 days" in shown and "From " in shown and "1 Yes" in shown


def test_a_number_picks_a_reply(types: Terminal, session: Session) -> None:
    shown = types(session, "how long do i have to send something back?", "3")
    assert "person" in shown.split("3 Talk to a person")[1]


def test_an_empty_line_says_nothing(types: Terminal, session: Session) -> None:
    assert "write a few words" not in types(session, "", "   ")


def test_a_refused_message_is_told_and_the_chat_goes_on(types: Terminal, session: Session) -> None:
    shown = types(session, "x" * 8_001, "let me speak to a person")
    assert "8,000" in shown and "person" in shown.split("8,000")[1]


def test_words_in_brackets_are_words(types: Terminal, shared: House) -> None:
    class Bracketed(Local):
        def send(self, text: str, payload: str | None = None) -> None:
            raise BotError("[bold] is no markup")

    assert "[bold] is no markup" in types(Bracketed(shared, "en"), "hello")


def test_what_is_heard_is_heard_once(session: Session) -> None:
    greeting, typing = session.fresh()
    assert [message["author"] for message in greeting] == ["bot"] and not typing
    assert session.fresh() == ([], False)


def test_ones_own_words_are_not_heard_again(session: Session) -> None:
    session.fresh()
    session.send("hello there")
    typing, heard = True, []
    while typing:
        more, typing = session.fresh()
        heard += more
    assert heard and all(message["author"] == "bot" for message in heard)


def test_a_message_that_is_not_taken_says_why(remote: Remote, shared: House) -> None:
    with pytest.raises(BotError, match="write a few words"):
        remote.send("\u200b")
    with pytest.raises(EmptyMessageError):
        Local(shared, "en").send("\u200b")


def test_where_nobody_listens_the_way_out_is_told() -> None:
    with pytest.raises(NoServerError, match="firstline serve"):
        Remote("http://127.0.0.1:9", "en")


def test_another_program_at_the_address_is_not_taken_for_firstline() -> None:
    with listening(Flask("another")) as address, pytest.raises(NoServerError):
        Remote(address, "en")
