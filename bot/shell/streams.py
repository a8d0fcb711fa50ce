"""Server-Sent Events from a cursor: thousands of open streams, and no thread for one that is quiet."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.shell.errors import TooManyOfYourStreamsError, TooManyStreamsError
from bot.shell.requests import Answer, Head, Receive, Send

T = TypeVar("T")

Events = Sequence[tuple[str, "int | None", str]]
"""(event name, id, JSON) of each."""

ALIVE_SECONDS = 5.0
"""How often a stream asks whether it may go on."""

HEARTBEAT_SECONDS = 15.0
"""The longest silence; a client that hears nothing for three of these reconnects."""

SEND_SECONDS = 30.0
"""A client that takes longer to take what it is sent is cut off; it resumes from its cursor."""

_log = logging.getLogger(__name__)

_LINE_END = re.compile(r"\r\n|\r|\n")


class DoorbellLike(Protocol):
    """Where a stream hears that its feed has something new."""

    def subscribe(self, topics: Sequence[str], wake: Callable[[], None]) -> Callable[[], None]: ...


class Feed(Protocol):
    """One client's cursor. Its methods may block and are called from a pool, one at a time.

    asks: whether `alive` blocks, too; where it does not, thousands of quiet streams need no thread for it.
    """

    @property
    def asks(self) -> bool: ...

    @property
    def doorbell(self) -> DoorbellLike: ...

    @property
    def topics(self) -> tuple[str, ...]:
        """What its client is to be woken by; a reading may change them."""
        ...

    def read(self) -> Events:
        """What is new since the last call, as (event name, id, JSON); an id is what `after` resumes from.

        Called at least every fifteen seconds. An error with a status of 4xx ends the stream.
        """
        ...

    def alive(self) -> bool:
        """Whether the client may go on reading; asked every five seconds."""
        ...


class Stream(Protocol):
    """A kind of feed and the addresses at which it is had, by GET."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """Matched against the whole path."""
        ...

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> Feed:
        """The feed of this client, from the cursor it names; may raise an error with a status."""
        ...


class Streams:
    """The open ones, within their limits."""

    def __init__(self, pool: ThreadPoolExecutor, most: int, *, per_client: int, per_token: int) -> None:
        """most: of all together; per_client: with one cookie, or without one from one address."""
        self._pool = pool
        self._most, self._per_client, self._per_token = most, per_client, per_token
        self._clients: Counter[str] = Counter()
        self._bells: set[_Bell] = set()
        self._stopping = False

    async def serve(
        self, stream: Stream, match: re.Match[str], head: Head, receive: Receive, send: Send
    ) -> None:
        """Open a feed and pour it out until the client, the feed or the server has had enough.

        Raises TooManyOfYourStreamsError, TooManyStreamsError, or what the stream raised, before anything was
        sent.
        """
        token = head.headers.get("authorization")
        client = token or head.headers.get("cookie") or head.client
        share = self._per_token if token else self._per_client
        if self._clients[client] >= share:
            raise TooManyOfYourStreamsError(share)
        if self._stopping or self._clients.total() >= self._most:
            raise TooManyStreamsError
        self._clients[client] += 1
        bell = _Bell(asyncio.get_running_loop())

        def opened() -> _Opened:
            feed = stream.open(match, head.headers, head.parameters())
            # One errand to the pool, not three: after a restart everybody comes at once.
            ears = _Ears(feed, bell)
            try:
                return _Opened(feed, ears, feed.read())
            except BaseException:
                ears.close()
                raise

        try:
            begun = await self._in_pool(opened)
            if head.method == "HEAD":
                begun.ears.close()
                await Answer(200, _HEADERS, b"").send(send)
            else:
                await self._serve(begun, bell, receive, send)
        finally:
            self._clients[client] -= 1
            if not self._clients[client]:
                del self._clients[client]

    def stop(self) -> None:
        """Ask every client to come back in a second, and let go of it; refuse new ones."""
        self._stopping = True
        for bell in self._bells:
            bell.end()

    async def _serve(self, begun: _Opened, bell: _Bell, receive: Receive, send: Send) -> None:
        self._bells.add(bell)
        watching = asyncio.create_task(_watch(receive, bell))
        pipe = _Pipe(send)
        try:
            await pipe.open(b"retry: 2000\n: here you are\n\n" + _wires(begun.events))
            try:
                await self._pour(begun, bell, pipe)
            except TimeoutError:
                raise
            except Exception as error:  # too late for a status; the client comes back and is told
                if not 400 <= getattr(error, "status", 500) < 500:
                    _log.exception("an event stream failed")
            if not bell.gone:
                await pipe.close(b"retry: 1000\n\n" if self._stopping else b"")
        except TimeoutError:
            _log.info("an event stream was cut off because its client does not read")
        finally:
            begun.ears.close()
            watching.cancel()
            self._bells.discard(bell)

    async def _pour(self, begun: _Opened, bell: _Bell, pipe: _Pipe) -> None:
        feed, ears = begun.feed, begun.ears
        clock = asyncio.get_running_loop().time
        asked = sent = clock()
        due = ears.follow()  # what has rung in between was not heard, so look again
        while not bell.over:
            if due:
                bell.listen()
                if events := await self._in_pool(feed.read):
                    await pipe.write(_wires(events))
                    sent = clock()
                if ears.follow():
                    continue  # what has rung in between was not heard, so look again
            due = await bell.rung(min(asked + ALIVE_SECONDS, sent + HEARTBEAT_SECONDS) - clock())
            if clock() - asked >= ALIVE_SECONDS and not bell.over:
                asked = clock()
                if not (await self._in_pool(feed.alive) if feed.asks else feed.alive()):
                    break
            if clock() - sent >= HEARTBEAT_SECONDS and not bell.over:
                await pipe.write(b":\n\n")
                sent = clock()
                due = True  # a ring that went missing is made up for now

    async def _in_pool(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)


class _Bell:
    """Wakes one stream, from any thread; rings that come before it has looked count once."""

    __slots__ = ("_awake", "_loop", "_rung", "gone", "over")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._awake = asyncio.Event()
        self._rung = False
        self.over = False
        self.gone = False

    def ring(self) -> None:
        if not self._rung:
            self._rung = True
            with contextlib.suppress(RuntimeError):  # the loop has ended, and the stream with it
                self._loop.call_soon_threadsafe(self._awake.set)

    def listen(self) -> None:
        """Hear rings from here on; the feed is read after this, so nothing falls in between."""
        self._awake.clear()
        self._rung = False

    def end(self, *, gone: bool = False) -> None:
        """On the loop only."""
        self.over = True
        self.gone = self.gone or gone
        self._awake.set()

    async def rung(self, seconds: float) -> bool:
        """Wait for a ring or the end, at most that long; whether there was one."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._awake.wait()
        except TimeoutError:
            return False
        return True


class _Ears:
    """What one stream's bell is rung by."""

    __slots__ = ("_bell", "_feed", "_topics", "_unsubscribe")

    def __init__(self, feed: Feed, bell: _Bell) -> None:
        self._feed, self._bell = feed, bell
        self._topics = feed.topics
        self._unsubscribe = feed.doorbell.subscribe(self._topics, bell.ring)

    def follow(self) -> bool:
        """Listen to what the feed listens to by now; whether that is anything else than before."""
        if self._feed.topics == self._topics:
            return False
        self.close()
        self._topics = self._feed.topics
        self._unsubscribe = self._feed.doorbell.subscribe(self._topics, self._bell.ring)
        return True

    def close(self) -> None:
        self._unsubscribe()


@dataclass(frozen=True, slots=True)
class _Opened:
    """A feed that is listened to, and what was new at its first reading."""

    feed: Feed
    ears: _Ears
    events: Events


class _Pipe:
    """The response of one stream."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def open(self, first: bytes) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.write(first)

    async def write(self, data: bytes) -> None:
        """Raises TimeoutError if the client does not take it."""
        async with asyncio.timeout(SEND_SECONDS):
            await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def close(self, last: bytes) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._send({"type": "http.response.body", "body": last})


async def _watch(receive: Receive, bell: _Bell) -> None:
    """End the stream as soon as its client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    bell.end(gone=True)


def _wires(events: Events) -> bytes:
    return "".join(_wire(*event) for event in events).encode()


def _wire(name: str, number: int | None, data: str) -> str:
    """One event as Server-Sent Events write it."""
    id_line = "" if number is None else f"id: {number}\n"
    lines = "".join(f"data: {line}\n" for line in _LINE_END.split(data))
    return f"event: {name}\n{id_line}{lines}\n"


_HEADERS = (
    ("Content-Type", "text/event-stream; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Accel-Buffering", "no"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
