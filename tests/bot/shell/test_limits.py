from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from bot.shell import Limits, Proxies, Shell
from tests.bot.shell.harness import CLIENT, Log, LogStream, Response, ask, asked
from tests.bot.shell.harness import Limits as ServerLimits
from tests.fakes import FakeClock

CHATS = "/chat/api/conversations"
ONE = f"{CHATS}/one"
MINE = (("Authorization", "Bearer mine"),)


@dataclass(frozen=True)
class Settings:
    messages_10_seconds: int = 3
    messages_minute: int = 5
    requests_minute: int = 4
    transcripts_hour: int = 2
    upload_bytes_hour: int = 1500
    conversations_hour: int = 2
    address_requests_minute: int = 50
    misses_5_minutes: int = 3


class Rooms:
    """An app that says how often it was asked; what has `missing` in its address is not there."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        start_response("404 Not Found" if "missing" in environ["PATH_INFO"] else "200 OK", [])
        return [b"{}"]


@pytest.fixture
def rooms() -> Rooms:
    return Rooms()


@pytest.fixture
def shell(rooms: Rooms, clock: FakeClock) -> Shell:
    return limited(rooms, clock)


def limited(rooms: Rooms, clock: FakeClock, settings: Settings | None = None) -> Shell:
    proxies = Proxies(("127.0.0.1",))
    return Shell(
        {"/": rooms},
        [],
        settings=ServerLimits(),
        limits=Limits(settings or Settings(), proxies, clock),
        proxies=proxies,
    )


def statuses(
    shell: Shell, times: int, method: str, path: str, client: str = CLIENT, token: str = "mine"
) -> list[int]:
    headers = [("Authorization", f"Bearer {token}")]
    return [asked(shell, method, path, client=client, headers=headers).status for _ in range(times)]


def test_one_message_more_is_refused_before_anybody_works_on_it(shell: Shell, rooms: Rooms) -> None:
    assert statuses(shell, 3, "POST", f"{ONE}/messages") == [200] * 3
    refused = asked(shell, "POST", f"{ONE}/messages", headers=MINE)
    assert (refused.status, refused.error) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "10"
    assert b"messages in this conversation" in refused.body
    assert rooms.asked == 3


def test_who_waits_as_long_as_told_is_heard(shell: Shell, clock: FakeClock) -> None:
    statuses(shell, 3, "POST", f"{ONE}/messages")
    clock.moves(timedelta(seconds=3.5))
    assert asked(shell, "POST", f"{ONE}/messages", headers=MINE).headers["retry-after"] == "7"
    clock.moves(timedelta(seconds=7))
    assert statuses(shell, 2, "POST", f"{ONE}/messages") == [200] * 2
    refused = asked(shell, "POST", f"{ONE}/messages", headers=MINE)
    assert refused.headers["retry-after"] == "50", "five in the minute"


def test_other_conversations_go_on(shell: Shell) -> None:
    statuses(shell, 4, "POST", f"{ONE}/messages")
    assert statuses(shell, 1, "POST", f"{CHATS}/two/messages", token="theirs") == [200]


def test_whoever_knows_the_id_alone_uses_up_nothing_of_the_customers(shell: Shell) -> None:
    statuses(shell, 4, "POST", f"{ONE}/messages", token="made up")
    assert statuses(shell, 1, "POST", f"{ONE}/messages") == [200]


def test_reading_is_not_writing(shell: Shell) -> None:
    statuses(shell, 4, "POST", f"{ONE}/messages")
    assert statuses(shell, 5, "GET", f"{ONE}/messages") == [200] * 4 + [429]


@pytest.mark.parametrize("verb", ["language", "case/facts", "contact", "rating", "end", "identity", "forget"])
def test_every_other_verb_is_counted_too(shell: Shell, verb: str) -> None:
    assert statuses(shell, 5, "POST", f"{ONE}/{verb}") == [200] * 4 + [429]


def test_transcripts_by_mail_are_few(shell: Shell, clock: FakeClock) -> None:
    assert statuses(shell, 3, "POST", f"{ONE}/transcript") == [200, 200, 429]
    clock.moves(timedelta(hours=1))
    assert statuses(shell, 1, "POST", f"{ONE}/transcript") == [200]


def test_files_are_counted_by_their_bytes(shell: Shell) -> None:
    def sent(size: int) -> int:
        headers = [("Content-Length", str(size))]
        return asked(shell, "POST", f"{ONE}/files", headers=headers, chunks=[b"x" * size]).status

    assert [sent(900), sent(600), sent(1)] == [200, 200, 429]


def test_a_file_of_unknown_size_counts_as_the_largest(shell: Shell) -> None:
    unknown = [("Transfer-Encoding", "chunked")]
    assert asked(shell, "POST", f"{ONE}/files", headers=unknown, chunks=[b"x"]).status == 200
    assert asked(shell, "POST", f"{ONE}/files", headers=unknown, chunks=[b"x"]).status == 429


def test_a_file_that_is_too_large_costs_nothing(shell: Shell) -> None:
    announced = [("Content-Length", "9" * 12)]
    assert asked(shell, "POST", f"{ONE}/files", headers=announced).status == 413
    assert asked(shell, "POST", f"{ONE}/files", chunks=[b"x"]).status == 200


def test_one_address_begins_only_so_many_conversations(shell: Shell, clock: FakeClock) -> None:
    assert statuses(shell, 3, "POST", CHATS) == [200, 200, 429]
    assert statuses(shell, 1, "POST", CHATS, client="203.0.113.8") == [200]
    clock.moves(timedelta(minutes=59, seconds=59))
    assert asked(shell, "POST", CHATS).headers["retry-after"] == "1"
    clock.moves(timedelta(seconds=1))
    assert statuses(shell, 1, "POST", CHATS) == [200]


def test_addresses_of_one_household_are_one(shell: Shell) -> None:
    household = [statuses(shell, 1, "POST", CHATS, client=f"2001:db8::{number}") for number in range(3)]
    assert household == [[200], [200], [429]]
    assert statuses(shell, 1, "POST", CHATS, client="2001:db8:0:1::1") == [200]


def test_behind_a_proxy_of_ours_each_customer_is_counted_for_themselves(shell: Shell) -> None:
    def begins(customer: str) -> int:
        headers = [("X-Forwarded-For", customer)]
        return asked(shell, "POST", CHATS, headers=headers, client="127.0.0.1").status

    assert [begins("198.51.100.1") for _ in range(3)] == [200, 200, 429]
    assert begins("198.51.100.2") == 200
    assert begins("1.1.1.1, 198.51.100.1") == 429, "what a customer makes up does not help"


def test_the_operators_own_machine_has_no_limit_of_an_address(shell: Shell) -> None:
    assert set(statuses(shell, 60, "POST", CHATS, client="127.0.0.1")) == {200}
    assert statuses(shell, 4, "POST", f"{ONE}/messages", client="127.0.0.1") == [200] * 3 + [429]


def test_all_that_one_address_asks_has_an_end(shell: Shell, rooms: Rooms) -> None:
    found = [statuses(shell, 1, "GET", f"{ONE}/messages", token=f"t{number}")[0] for number in range(60)]
    assert found == [200] * 50 + [429] * 10
    assert rooms.asked == 50
    for path in ("/webhooks/rest/webhook", "/bridges/zammad"):
        assert statuses(shell, 1, "POST", path) == [429]


def test_staff_and_pages_are_not_counted(shell: Shell) -> None:
    statuses(shell, 60, "GET", f"{ONE}/messages")
    for path in ("/chat", "/chat/static/chat.js", "/desk/api/cases", "/kb/", "/health/live"):
        assert statuses(shell, 1, "GET", path) == [200]


def test_guessing_ends_and_customers_at_the_same_address_go_on(shell: Shell) -> None:
    found = [statuses(shell, 1, "GET", f"{CHATS}/missing{number}/messages")[0] for number in range(4)]
    found += statuses(shell, 1, "GET", f"{CHATS}/missing/messages", token="theirs")
    assert found == [404, 404, 404, 429, 429]
    assert asked(shell, "GET", "/files/missing/name").headers["retry-after"] == "300"
    assert statuses(shell, 1, "GET", f"{ONE}/messages", token="a customer's") == [200]
    assert statuses(shell, 1, "GET", f"{CHATS}/missing/messages", client="203.0.113.8", token="x") == [404]


def test_a_stream_that_is_not_there_is_a_guess_too(rooms: Rooms, clock: FakeClock) -> None:
    stream = LogStream(Log())
    stream.pattern = re.compile(r"/chat/api/conversations/(?P<name>\w+)/events")
    proxies = Proxies()
    limits = Limits(Settings(), proxies, clock)
    shell = Shell({"/": rooms}, [stream], settings=ServerLimits(), limits=limits)

    async def guesses() -> list[Response]:
        return [await ask(shell, "GET", f"{CHATS}/guess{number}/events") for number in range(4)]

    assert [each.status for each in asyncio.run(guesses())] == [404, 404, 404, 429]


def test_nought_is_no_limit(rooms: Rooms, clock: FakeClock) -> None:
    shell = limited(rooms, clock, Settings(0, 0, 0, 0, 0, 0, 0, 0))
    assert set(statuses(shell, 100, "POST", f"{ONE}/messages")) == {200}
    assert set(statuses(shell, 100, "GET", f"{CHATS}/missing/messages")) == {404}


def test_a_made_up_token_of_any_length_takes_little_room(rooms: Rooms, clock: FakeClock) -> None:
    limits = Limits(Settings(), Proxies(), clock)
    shell = Shell({"/": rooms}, [], settings=ServerLimits(), limits=limits)
    statuses(shell, 1, "GET", f"{ONE}/messages", token="x" * 60_000)
    assert [len(key) for key in limits._requests.counts._spent] == [24]


def test_the_log_hears_of_a_flood_once_a_minute(
    shell: Shell, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    statuses(shell, 30, "POST", f"{ONE}/messages")
    assert caplog.text.count("too many messages in this conversation") == 1
    clock.moves(timedelta(minutes=1))
    statuses(shell, 30, "POST", f"{ONE}/messages")
    assert caplog.text.count("too many messages in this conversation") == 2
