from __future__ import annotations

import asyncio
import re
import threading

import pytest

from bot.shell import Shell, streams
from tests.bot.shell.harness import Limits, Log, LogStream, ask, asked, echo, listening


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def shell(log: Log) -> Shell:
    return Shell({"/": echo}, [LogStream(log)], settings=Limits())


def test_a_stream_says_something_at_once_and_then_what_there_is(shell: Shell, log: Log) -> None:
    async def story() -> None:
        log.write('{"n": 1}')
        async with listening(shell) as reader:
            text = await reader.has('data: {"n": 1}\n\n')
            assert text.startswith("retry: 2000\n")
            assert 'event: row\nid: 1\ndata: {"n": 1}\n\n' in text
            assert reader.response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert reader.response.headers["cache-control"] == "no-store"

    asyncio.run(story())


def test_a_stream_goes_on_from_its_cursor(shell: Shell, log: Log) -> None:
    async def story() -> None:
        for number in range(1, 4):
            log.write(str(number))
        async with listening(shell, query="after=2") as reader:
            text = await reader.has("data: 3")
            assert "data: 2" not in text

    asyncio.run(story())


def test_a_ring_from_another_thread_is_heard(shell: Shell, log: Log) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            threading.Thread(target=log.write, args=("hello",)).start()
            await reader.has("data: hello")

    asyncio.run(story())


def test_nothing_is_missed_and_nothing_doubled_while_rows_pour_in(shell: Shell, log: Log) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            writing = threading.Thread(target=lambda: [log.write(f"<{number}>") for number in range(1000)])
            writing.start()
            text = await reader.has("data: <999>")
            assert re.findall(r"data: <(\d+)>", text) == [str(number) for number in range(1000)]
            writing.join()

    asyncio.run(story())


def test_a_burst_of_rings_costs_one_reading(shell: Shell, log: Log) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            log.write("first")
            await reader.has("data: first")
            before = log.reads
            for number in range(100):  # nothing else runs in between
                log.write(f"<{number}>")
            await reader.has("data: <99>")
            assert log.reads <= before + 2

    asyncio.run(story())


def test_a_quiet_stream_beats_and_reads_again_in_case_a_ring_was_lost(
    shell: Shell, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.01)

    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("\n:\n\n")
            log.rows.append("nobody rang")
            await reader.has("data: nobody rang")

    asyncio.run(story())


def test_a_stream_whose_reader_may_no_longer_read_is_closed(
    shell: Shell, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "ALIVE_SECONDS", 0.01)

    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            log.alive = False
            await reader.is_over()
            assert reader.response.complete

    asyncio.run(story())


def test_a_client_that_hangs_up_is_let_go_at_once(shell: Shell, log: Log) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            reader.gone.set()
            await reader.is_over()
        assert not log.doorbell._wakes

    asyncio.run(story())


def test_stopping_sends_every_reader_away_for_a_second(shell: Shell) -> None:
    async def story() -> None:
        async with listening(shell) as one, listening(shell) as other:
            await one.has("retry")
            await other.has("retry")
            shell.stop_streams()
            for reader in (one, other):
                await reader.is_over()
                assert reader.response.body.decode().endswith("retry: 1000\n\n")
        assert (await ask(shell, "GET", "/log/mine")).status == 503

    asyncio.run(story())


def test_a_feed_that_breaks_closes_its_stream_and_is_logged(
    shell: Shell, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            log.fails = True
            log.write("x")
            await reader.is_over()
            assert reader.response.complete
            assert "secret" not in reader.response.body.decode()

    asyncio.run(story())
    assert "secret of the house" in caplog.text


def test_a_stream_that_may_not_be_opened_says_why(shell: Shell) -> None:
    response = asked(shell, "GET", "/log/yours")
    assert (response.status, response.error) == (404, "not_yours")


def test_head_of_a_stream_has_no_body(shell: Shell) -> None:
    response = asked(shell, "HEAD", "/log/mine")
    assert (response.status, response.body, response.complete) == (200, b"", True)


def test_streams_are_for_reading(shell: Shell) -> None:
    assert asked(shell, "POST", "/log/mine").headers["content-type"] == "application/json"


def test_one_client_has_its_share_of_streams(shell: Shell) -> None:
    async def story() -> None:
        async with listening(shell) as one, listening(shell) as two:
            await one.has("retry")
            await two.has("retry")
            refused = await ask(shell, "GET", "/log/mine", headers=[("Authorization", "t")])
            assert (refused.status, refused.headers["retry-after"]) == (429, "5")
            assert refused.error == "too_many_of_your_streams"
            async with listening(shell, token="another") as other:
                await other.has("retry")
                full = await ask(shell, "GET", "/log/mine", headers=[("Authorization", "third")])
                assert (full.status, full.headers["retry-after"]) == (503, "5")
        async with listening(shell) as again:
            await again.has("retry")

    asyncio.run(story())


def test_data_cannot_pass_for_an_event(shell: Shell, log: Log) -> None:
    async def story() -> None:
        log.rows.append("one\n\nevent: forged\r\ndata: two\u2028three")
        async with listening(shell) as reader:
            text = await reader.has("three")
            assert "\nevent: forged" not in text
            assert "data: data: two\u2028three" in text

    asyncio.run(story())


def test_a_feed_may_listen_to_something_else_after_a_reading(shell: Shell, log: Log) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            log.topics = ("queue",)
            log.write("from here on the queue")
            await reader.has("the queue")
            log.rows.append("rung by the queue")
            log.doorbell.ring("queue")
            await reader.has("data: rung by the queue")
            assert set(log.doorbell._wakes) == {"queue"}

    asyncio.run(story())


def test_what_rings_while_a_feed_turns_round_is_not_missed(shell: Shell, log: Log) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            log.write("zero")
            await reader.has("data: zero")
            log.topics = ("queue",)
            log.then = "written before anybody listened to the queue"
            log.write("one")
            await reader.has("data: written before")

    asyncio.run(story())


def test_a_feed_that_has_nothing_more_to_read_ends_quietly(
    shell: Shell, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with listening(shell) as reader:
            await reader.has("retry")
            log.forgotten = True
            log.write("x")
            await reader.is_over()
            assert reader.response.complete

    asyncio.run(story())
    assert caplog.text == ""


def test_one_cookie_may_have_other_numbers_of_streams_than_one_token(log: Log) -> None:
    settings = Limits(max_streams=9, max_streams_per_client=1, max_streams_per_token=2)
    shell = Shell({"/": echo}, [LogStream(log)], settings=settings)

    async def story() -> None:
        async with listening(shell) as one, listening(shell) as two:
            await one.has("retry")
            await two.has("retry")
            first = await ask(shell, "HEAD", "/log/mine", headers=[("Cookie", "staff=1")])
            refused = await ask(shell, "GET", "/log/mine", headers=[("Authorization", "t")])
            assert (first.status, refused.status) == (200, 429)

    asyncio.run(story())
