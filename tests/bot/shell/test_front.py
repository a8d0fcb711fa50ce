from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from bot.shell import Shell
from bot.shell.requests import Message
from tests.bot.shell.harness import Limits, asked, echo


def named(name: str) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [name.encode()]

    return app


def breaks(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise ZeroDivisionError("secret of the house")


@pytest.fixture
def shell() -> Shell:
    apps = {"/": named("front"), "/desk": named("desk"), "/desk/echo": echo, "/broken": breaks}
    return Shell(apps, [], settings=Limits())


@pytest.mark.parametrize(
    ("path", "app"),
    [("/", "front"), ("/chat", "front"), ("/desk", "desk"), ("/desk/cases", "desk"), ("/deskside", "front")],
)
def test_the_longest_prefix_wins(shell: Shell, path: str, app: str) -> None:
    assert asked(shell, "GET", path).body.decode() == app


def test_an_app_sees_the_request_as_it_came(shell: Shell) -> None:
    response = asked(
        shell,
        "POST",
        "/desk/echo/blåbær",
        query="a=1&b=%20",
        headers=[("Content-Type", "text/plain"), ("Cookie", "a=1"), ("Cookie", "b=2"), ("X-Y", "z")],
        chunks=[b"one ", b"two"],
    )
    seen = json.loads(response.body)
    assert seen["body"] == "one two"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/desk/echo/blåbær"
    assert (seen["QUERY_STRING"], seen["CONTENT_LENGTH"]) == ("a=1&b=%20", "7")
    assert (seen["HTTP_COOKIE"], seen["HTTP_X_Y"], seen["REMOTE_ADDR"]) == ("a=1; b=2", "z", "203.0.113.7")
    assert response.headers["content-length"] == str(len(response.body))


def test_a_header_cannot_pass_for_another(shell: Shell) -> None:
    response = asked(shell, "GET", "/desk/echo", headers=[("X_CSRF_Token", "guess")])
    assert "HTTP_X_CSRF_TOKEN" not in json.loads(response.body)


def test_an_announced_body_that_is_too_large_is_not_read(shell: Shell) -> None:
    response = asked(shell, "POST", "/", headers=[("Content-Length", "1001")], stalls=True)
    assert (response.status, response.error) == (413, "body_too_large")
    assert response.headers["connection"] == "close"


def test_a_body_that_grows_too_large_is_cut_off(shell: Shell) -> None:
    response = asked(shell, "POST", "/", chunks=[b"x" * 600, b"x" * 600], stalls=True)
    assert response.status == 413


def test_a_body_at_the_limit_is_taken(shell: Shell) -> None:
    assert asked(shell, "POST", "/", chunks=[b"x" * 1000]).status == 200


def test_where_larger_bodies_come_they_are_taken_up_to_their_own_limit() -> None:
    shell = Shell({"/": echo}, [], settings=Limits(), larger={"/kb/": 2000, "/kb/images": 3000})
    announced = [("Content-Length", "3000")]
    taken = asked(shell, "POST", "/kb/images", headers=announced, chunks=[b"x" * 1500, b"x" * 1500])
    assert taken.status == 200
    assert asked(shell, "POST", "/kb/text", chunks=[b"x" * 1001, b"x" * 1000], stalls=True).status == 413
    assert asked(shell, "POST", "/else", chunks=[b"x" * 1001], stalls=True).status == 413


def test_a_star_in_such_an_address_stands_for_anything() -> None:
    shell = Shell({"/": echo}, [], settings=Limits(), larger={"/chat/*/files": 2000})
    announced = [("Content-Length", "2000")]
    taken = asked(shell, "POST", "/chat/c1/files", headers=announced, chunks=[b"x" * 2000])
    assert taken.status == 200
    assert asked(shell, "POST", "/chat/c1/messages", headers=announced, stalls=True).status == 413


def test_a_body_that_does_not_arrive_is_given_up() -> None:
    shell = Shell({"/": echo}, [], settings=Limits(body_within_seconds=0))
    response = asked(shell, "POST", "/", chunks=[b"half"], stalls=True)
    assert (response.status, response.error) == (408, "body_too_slow")


def test_nobody_is_answered_who_has_hung_up(shell: Shell) -> None:
    assert asked(shell, "POST", "/", chunks=[b"half"], hangs_up=True).status == 0


def test_an_address_that_leads_nowhere_is_404() -> None:
    shell = Shell({"/desk": echo}, [], settings=Limits())
    response = asked(shell, "GET", "/")
    assert (response.status, response.error) == (404, "nothing_here")


def test_an_app_that_breaks_is_logged_and_told_as_500(shell: Shell, caplog: pytest.LogCaptureFixture) -> None:
    response = asked(shell, "GET", "/broken")
    assert response.status == 500
    assert b"secret" not in response.body
    assert "secret of the house" in caplog.text


def test_requests_past_what_can_be_worked_on_are_refused(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.shell.front._WAITING_PER_THREAD", 0)
    response = asked(shell, "GET", "/")
    assert (response.status, response.headers["retry-after"]) == (503, "1")


def test_a_websocket_is_declined(shell: Shell) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(shell({"type": "websocket"}, receive, send))
    assert [message["type"] for message in sent] == ["websocket.close"]
