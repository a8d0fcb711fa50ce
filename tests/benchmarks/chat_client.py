"""One customer's chat page as a load test has it: a stream, an outbox, and a journal of both.

The stream is read on the bare socket, because two thousand of them share two cores with the server.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

import aiohttp

from tests.benchmarks.live import Times

POST_WITHIN = aiohttp.ClientTimeout(total=15)  # as the page waits for an answer

Wire = Mapping[str, object]


@dataclass
class Journal:
    """What all the chats have seen since it was last cleared."""

    shown: Times = field(default_factory=Times)
    pushed: Times = field(default_factory=Times)
    answered: Times = field(default_factory=Times)
    posted: Times = field(default_factory=Times)
    retries: int = 0
    refused_when_up: Counter[int] = field(default_factory=Counter)
    ready: float = float("inf")
    heard_at: float = 0.0

    def clear(self) -> None:
        self.shown, self.pushed, self.answered, self.posted = Times(), Times(), Times(), Times()
        self.retries = 0


@dataclass
class Sent:
    """One message of this customer's; `due` is when it should have left."""

    client_id: str
    due: float
    answered: bool = False


class Chat:
    """One conversation. `numbers` are the messages that its stream has brought, `sent` what it has said."""

    def __init__(self, number: int, http: aiohttp.ClientSession, address: str, journal: Journal) -> None:
        self.number, self.sent, self.numbers = number, list[Sent](), list[int]()
        self.own: list[str] = []
        self.back_at = 0.0
        self._http, self._journal = http, journal
        self._host = urlsplit(address).netloc
        self._api = f"{address}/chat/api/conversations"
        # From the block that is kept for measuring networks (RFC 2544).
        self._headers = {"X-Forwarded-For": f"198.18.{number // 250}.{number % 250 + 1}"}
        self._id, self._due = "", dict[str, Sent]()
        self._one_by_one = asyncio.Lock()
        self._open = asyncio.Event()

    async def begin(self) -> None:
        """Make the conversation."""
        body = {"language": "en"}
        async with self._http.post(self._api, json=body, headers=self._headers) as answer:
            answer.raise_for_status()
            begun = await answer.json()
        self._id = begun["conversation_id"]
        self._headers["Authorization"] = f"Bearer {begun['token']}"

    async def connected(self) -> None:
        """Wait until the stream is open."""
        await self._open.wait()

    async def say(self, text: str, due: float | None = None) -> None:
        """Send until it is acknowledged; later ones of this chat wait their turn."""
        said = Sent(f"{self.number}-{len(self.sent)}", time.perf_counter() if due is None else due)
        self.sent.append(said)
        self._due[said.client_id] = said
        async with self._one_by_one:
            misses = 0
            while not await self._post({"client_id": said.client_id, "text": text}):
                misses += 1
                self._journal.retries += 1
                await asyncio.sleep(back_off(misses))

    async def _post(self, body: Wire) -> bool:
        began = time.perf_counter()
        try:
            url = f"{self._api}/{self._id}/messages"
            async with self._http.post(url, json=body, headers=self._headers, timeout=POST_WITHIN) as answer:
                await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False
        if answer.status == 202:
            self._journal.posted.took.append(time.perf_counter() - began)
            return True
        if answer.status < 500 and answer.status != 429:
            raise RuntimeError(f"chat {self.number} was answered {answer.status}")
        if began > self._journal.ready:
            self._journal.refused_when_up[answer.status] += 1
        return False

    async def follow(self) -> None:
        """Read the stream, and come back whenever it ends, as the page does."""
        misses = 0
        while True:
            opened = await self._listen()
            self._open.clear()
            misses = 0 if opened else misses + 1
            await asyncio.sleep(spread(1.0) if opened else back_off(misses))

    async def _listen(self) -> bool:
        """One stream from its opening to its end; whether it was opened at all."""
        host, _, port = self._host.partition(":")
        after = self.numbers[-1] if self.numbers else 0
        lines = [
            f"GET /chat/api/conversations/{self._id}/events?after={after} HTTP/1.1",
            f"Host: {self._host}",
            *(f"{name}: {value}" for name, value in self._headers.items()),
        ]
        reader = EventReader(self._hear, self._opened)
        try:
            transport, _ = await asyncio.get_running_loop().create_connection(lambda: reader, host, int(port))
        except OSError:
            return False
        transport.write("\r\n".join((*lines, "", "")).encode())
        try:
            await reader.over
        finally:
            transport.close()
        return reader.status == 200

    def _opened(self) -> None:
        self.back_at = time.perf_counter()
        self._open.set()

    def _hear(self, name: str, data: Wire) -> None:
        if name != "message":
            return
        now = self._journal.heard_at = time.perf_counter()
        self.numbers.append(cast(int, data["number"]))
        if data["author"] == "customer":
            said = self._due[str(data["client_id"])]
            self.own.append(said.client_id)
            self._journal.shown.took.append(now - said.due)
            return
        written = datetime.fromisoformat(str(data["sent_at"])).timestamp()
        self._journal.pushed.took.append(time.time() - written)
        for said in self.sent:
            if said.client_id in self.own and not said.answered:
                said.answered = True
                self._journal.answered.took.append(now - said.due)

    def missing(self) -> bool:
        """Whether something that was sent has not come back."""
        return len(self.own) < len(self.sent)

    async def kept(self) -> Sequence[Wire]:
        """All messages, as the server has them."""
        async with self._http.get(
            f"{self._api}/{self._id}/messages?after=0", headers=self._headers
        ) as answer:
            answer.raise_for_status()
            return cast("Sequence[Wire]", (await answer.json())["messages"])

    def faults(self, kept: Sequence[Wire]) -> Counter[str]:
        """What is wrong between what was sent, what was shown and what is kept."""
        sent = [each.client_id for each in self.sent]
        stored = [str(each["client_id"]) for each in kept if each["author"] == "customer"]
        numbers = [cast(int, each["number"]) for each in kept]
        wrong: Counter[str] = Counter()
        for want, had in ((sent, stored), (sent, self.own), (numbers, self.numbers)):
            wrong["lost"] += len(set(want) - set(had))
            wrong["doubled"] += len(had) - len(set(had))
            wrong["out of order"] += list(dict.fromkeys(had)) != [each for each in want if each in set(had)]
        return wrong


class EventReader(asyncio.Protocol):
    """The answer to one request for a stream; `over` is done when it has ended."""

    def __init__(self, hear: Callable[[str, Wire], None], opened: Callable[[], None]) -> None:
        self._hear, self._opened = hear, opened
        self._rest = b""
        self._name = ""
        self.status = 0
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._take(line.rstrip(b"\r"))

    def _take(self, line: bytes) -> None:
        """A line of the head, of a chunk's frame, or of an event; each begins as no other does."""
        if line.startswith(b"HTTP/1.1 "):
            self.status = int(line[9:12])
            if self.status == 200:
                self._opened()
            else:
                self._end()
        elif line.startswith(b"event: "):
            self._name = line[7:].decode()
        elif line.startswith(b"data: "):
            self._hear(self._name, json.loads(line[6:]))
        elif line == b"0":  # the last chunk
            self._end()

    def connection_lost(self, problem: Exception | None) -> None:
        self._end()

    def _end(self) -> None:
        with suppress(asyncio.InvalidStateError):
            self.over.set_result(None)


def spread(seconds: float) -> float:
    """Half of it to one and a half, as the page has it."""
    return seconds * (0.5 + random.random())


def back_off(misses: int) -> float:
    """How long a page waits after so many failures in a row."""
    return spread(min(30.0, 2.0 ** (misses - 6 if misses > 8 else min(misses - 1, 2))))
