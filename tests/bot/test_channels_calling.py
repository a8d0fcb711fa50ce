"""A platform that is away is left alone for a while, and files are fetched from its own hosts alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.calling import Calls, Line, fetched
from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.outbound import Outbound
from handoff.bridges.errors import PeerAwayError, PeerRefusedError
from tests.fakes import FakeClock
from tests.strangers import Call, nobody, stranger


def admitted(line: Line) -> bool:
    try:
        line.admit()
    except NotDeliveredError:
        return False
    return True


def test_after_three_failures_in_a_row_it_is_left_alone_longer_each_time(clock: FakeClock) -> None:
    line, waits = Line(clock), []
    for _ in range(8):
        seconds = 0
        while not admitted(line):
            clock.moves(timedelta(seconds=1))
            seconds += 1
        waits.append(seconds)
        line.failed()
    assert waits == [0, 0, 0, 5, 10, 20, 40, 60]


def test_one_that_works_in_between_begins_the_count_anew(clock: FakeClock) -> None:
    line = Line(clock)
    for _ in range(5):
        line.failed()
        line.failed()
        line.worked()
    assert admitted(line)


def test_while_it_is_away_it_is_not_called(outbound: Outbound, clock: FakeClock) -> None:
    calls = Calls(outbound.to(Endpoint(nobody())), clock)
    for _ in range(3):
        with pytest.raises(NotDeliveredError, match="no connection"):
            calls.post("/send", json={})
    with pytest.raises(NotDeliveredError, match="for now") as closed:
        calls.post("/send", json={})
    assert closed.value.retry_in == timedelta(seconds=5) and not closed.value.permanent


def test_too_many_requests_close_it_for_everybody(outbound: Outbound, clock: FakeClock) -> None:
    with stranger(lambda call: call.answers({}, 429, Retry_After="30")) as platform:
        calls = Calls(outbound.to(Endpoint(platform.url)), clock)
        for _ in range(2):
            with pytest.raises(NotDeliveredError) as refused:
                calls.post("/send", json={})
            assert refused.value.retry_in == timedelta(seconds=30)
        assert len(platform.calls) == 1


def test_a_file_is_followed_to_another_of_its_hosts_without_our_token(outbound: Outbound) -> None:
    def store(call: Call) -> None:
        assert "authorization" not in call.headers
        call.answers(b"bytes")

    with (
        stranger(store) as elsewhere,
        stranger(lambda call: call.answers(b"", 307, Location=elsewhere.url)) as first,
    ):
        content = fetched(outbound, first.url, ["127.0.0.1"], 100, basic_auth=("me", "secret"))
        assert content == b"bytes" and "authorization" in first.calls[0].headers


def test_a_file_is_not_followed_to_anybody_else(outbound: Outbound) -> None:
    with (
        stranger(lambda call: call.answers(b"", 307, Location="http://evil.example/x")) as first,
        pytest.raises(PeerRefusedError, match=r"evil\.example, where nothing is fetched"),
    ):
        fetched(outbound, first.url, ["127.0.0.1"], 100)


@pytest.mark.parametrize(("status", "raised"), [(404, PeerRefusedError), (503, PeerAwayError)])
def test_a_file_that_is_not_given_says_whether_to_come_again(
    outbound: Outbound, status: int, raised: type[Exception]
) -> None:
    with (
        stranger(lambda call: call.answers(b"", status)) as platform,
        pytest.raises(raised, match=str(status)),
    ):
        fetched(outbound, platform.url, ["127.0.0.1"], 100)


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/a",
        "https://evilslack.com/a",
        "https://[broken/a",
        "file:///etc/passwd",
    ],
)
def test_only_the_hosts_that_were_named_are_asked(outbound: Outbound, url: str) -> None:
    with pytest.raises(PeerRefusedError, match="nothing is fetched"):
        fetched(outbound, url, ["other.slack.com", ".cdn.slack.com"], 100)
