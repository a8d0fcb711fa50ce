"""Drives the shell as a server would, one ASGI message at a time."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from wsgiref.types import StartResponse, WSGIEnvironment

from bot.shell import Shell
from bot.shell.requests import Message
from config.doorbell import Doorbell


@dataclass(frozen=True)
class Limits:
    threads: int = 4
    max_body_bytes: int = 1000
    body_within_seconds: int = 5
    max_streams: int = 3
    max_streams_per_client: int = 2
    max_streams_per_token: int = 2


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers with what it was asked."""
    body = environ["wsgi.input"].read()
    told = {
        key: value for key, value in environ.items() if isinstance(value, str) and not key.startswith("wsgi.")
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"body": body.decode(), **told}).encode()]


class NotYoursError(Exception):
    status = 404


class Log:
    """Rows that a feed reads, and the doorbell that says there are more."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.doorbell = Doorbell()
        self.reads = 0
        self.alive = True
        self.fails = False
        self.forgotten = False
        self.topics: tuple[str, ...] = ("log",)
        self.then = ""

    def write(self, row: str) -> None:
        self.rows.append(row)
        self.doorbell.ring("log")


class LogFeed:
    asks = True

    def __init__(self, log: Log, after: int) -> None:
        self.doorbell = log.doorbell
        self.topics = log.topics
        self._log = log
        self._after = after

    def read(self) -> Sequence[tuple[str, int | None, str]]:
        self._log.reads += 1
        if self._log.fails:
            raise ZeroDivisionError("secret of the house")
        if self._log.forgotten:
            raise NotYoursError
        self.topics = self._log.topics
        found = [("row", self._after + 1 + i, row) for i, row in enumerate(self._log.rows[self._after :])]
        self._after += len(found)
        if found and self._log.then:  # somebody writes before the new topics are listened to
            self._log.rows.append(self._log.then)
            self._log.then = ""
        return found

    def alive(self) -> bool:
        return self._log.alive


class LogStream:
    pattern = re.compile(r"/log/(?P<name>\w+)")

    def __init__(self, log: Log) -> None:
        self._log = log

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> LogFeed:
        if match["name"] != "mine":
            raise NotYoursError("no such log; ask for /log/mine")
        return LogFeed(self._log, int(query.get("after", "0")))


@dataclass
class Response:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = False

    @property
    def error(self) -> str:
        code: str = json.loads(self.body)["error"]["code"]
        return code


CLIENT = "203.0.113.7"


def scope(
    method: str,
    path: str,
    query: str = "",
    headers: Sequence[tuple[str, str]] = (),
    client: str = CLIENT,
) -> dict[str, object]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "client": (client, 1234),
        "server": ("127.0.0.1", 5005),
        "http_version": "1.1",
        "scheme": "http",
    }


async def ask(
    shell: Shell,
    method: str,
    path: str,
    *,
    query: str = "",
    headers: Sequence[tuple[str, str]] = (),
    chunks: Sequence[bytes] = (b"",),
    stalls: bool = False,
    hangs_up: bool = False,
    client: str = CLIENT,
) -> Response:
    """One request from first to last byte. stalls: the last chunk never comes."""
    waiting = [
        {"type": "http.request", "body": chunk, "more_body": stalls or hangs_up or number < len(chunks)}
        for number, chunk in enumerate(chunks, start=1)
    ]
    response = Response()

    async def receive() -> Message:
        if waiting:
            return dict(waiting.pop(0))
        if hangs_up:
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError

    await shell(scope(method, path, query, headers, client), receive, recording(response))
    return response


def recording(response: Response) -> Callable[[Message], Awaitable[None]]:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert not response.status, "started twice"
            response.status = message["status"]  # type: ignore[assignment]
            response.headers = {
                name.decode(): value.decode()
                for name, value in message["headers"]  # type: ignore[attr-defined]
            }
        else:
            response.body += message["body"]  # type: ignore[operator]
            response.complete = not message.get("more_body")

    return send


def asked(shell: Shell, method: str, path: str, **details: object) -> Response:
    return asyncio.run(ask(shell, method, path, **details))  # type: ignore[arg-type]


class Reader:
    """A client with an open stream."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self.gone = asyncio.Event()
        self.ended = asyncio.Event()

    async def has(self, text: str) -> str:
        """Everything so far, once the text is in it."""
        async with asyncio.timeout(10):
            while text not in self.response.body.decode():
                await asyncio.sleep(0)
        return self.response.body.decode()

    async def is_over(self) -> None:
        async with asyncio.timeout(10):
            await self.ended.wait()


@asynccontextmanager
async def listening(
    shell: Shell, path: str = "/log/mine", query: str = "", token: str = "t"
) -> AsyncIterator[Reader]:
    reader = Reader(Response())
    first = True

    async def receive() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": b""}
        await reader.gone.wait()
        return {"type": "http.disconnect"}

    async def read() -> None:
        headers = [("Authorization", token)]
        await shell(scope("GET", path, query, headers), receive, recording(reader.response))
        reader.ended.set()

    reading = asyncio.create_task(read())
    try:
        yield reader
    finally:
        reader.gone.set()
        await reading
