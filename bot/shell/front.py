"""Takes every request in and shows it the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from typing import Protocol, cast
from wsgiref.types import WSGIApplication

from bot.shell.cors import Cors, Headers
from bot.shell.errors import BusyError, NothingHereError
from bot.shell.limits import Limits
from bot.shell.proxies import Proxies
from bot.shell.requests import (
    Answer,
    ClientGoneError,
    Head,
    Message,
    Receive,
    Scope,
    Send,
    call,
    read_body,
    refusal,
)
from bot.shell.streams import Stream, Streams

_WAITING_PER_THREAD = 32  # requests; with more than this in line the last one would wait for seconds
_STREAM_THREADS = 4  # of their own, so that slow pages don't hold up the streams

_LARGE_AT_ONCE = 4  # bodies of many megabytes, so that they can't fill the memory
_LARGE_TIMES = 6  # as long as any other body may take

_log = logging.getLogger(__name__)


class ServerLimits(Protocol):
    """The `[server]` settings that the shell keeps to."""

    @property
    def threads(self) -> int: ...
    @property
    def max_body_bytes(self) -> int: ...
    @property
    def body_within_seconds(self) -> int: ...
    @property
    def max_streams(self) -> int: ...
    @property
    def max_streams_per_client(self) -> int: ...
    @property
    def max_streams_per_token(self) -> int: ...


class Native(Protocol):
    """An ASGI app of its own inside the shell, for what no thread can serve: answers that come bit by bit."""

    def serves(self, scope: Scope) -> bool:
        """Whether this request (type "http") or this connection (type "websocket") is its own."""
        ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve it. An error that is raised before anything was sent becomes the answer."""
        ...

    async def stop(self) -> None:
        """Let go of every client: the server is about to stop."""
        ...


class Shell:
    """An ASGI app. Bodies are read here, within limits, before a thread is spent on them."""

    def __init__(
        self,
        apps: Mapping[str, WSGIApplication],
        streams: Sequence[Stream],
        *,
        settings: ServerLimits,
        natives: Sequence[Native] = (),
        cors: Cors | None = None,
        larger: Mapping[str, int] | None = None,
        limits: Limits | None = None,
        proxies: Proxies | None = None,
    ) -> None:
        """apps: path prefix -> app, the longest one that fits wins; an app sees the whole path.

        larger: path prefix -> bytes, where a body may have more than the settings allow elsewhere; a `*` in
        it stands for anything. limits: how much clients may ask for; without them as much as they like.
        proxies: who may say for whom it asks; without them nobody.
        """
        self._limits, self._proxies = limits, proxies or Proxies()
        self._larger = sorted((larger or {}).items(), key=lambda entry: len(entry[0]), reverse=True)
        self._natives = tuple(natives)
        self._cors = cors or Cors()
        self._apps = sorted(apps.items(), key=lambda entry: len(entry[0]), reverse=True)
        self._kinds = tuple(streams)
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.threads, "request")
        self._stream_threads = ThreadPoolExecutor(_STREAM_THREADS, "stream")
        self._streams = Streams(
            self._stream_threads,
            settings.max_streams,
            per_client=settings.max_streams_per_client,
            per_token=settings.max_streams_per_token,
        )
        self._waiting = 0
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    @property
    def most_bytes(self) -> int:
        """The largest body, or message of a websocket, that is taken."""
        return self._settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await self._connect(scope, receive, send)

    async def stop(self) -> None:
        """Let go of everybody who listens; call it on the loop, before the server stops."""
        self.stop_streams()
        for native in self._natives:
            await native.stop()

    def stop_streams(self) -> None:
        """Send the event streams' clients away for a second."""
        self._streams.stop()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._threads.shutdown()
        self._stream_threads.shutdown()
        await send({"type": "lifespan.shutdown.complete"})

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket: only a native takes one."""
        for native in self._natives:
            if native.serves(scope):
                try:
                    await native(scope, receive, send)
                except Exception:
                    _log.exception("a websocket failed")
                return
        await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = self._proxies.seen_through(Head.of(scope))
        preflight = self._cors.preflight(head.method, head.path, head.headers)
        if preflight is not None:
            await Answer(200, (*preflight, ("Content-Length", "0")), b"").send(send)
            return
        send = _adding(send, self._cors.headers(head.path, head.headers))
        try:
            if self._limits is not None:
                self._limits.take(head, self._most(head.path))
            for native in self._natives:
                if native.serves(scope):
                    await native(scope, receive, send)
                    return
            if head.method in ("GET", "HEAD"):
                for stream in self._kinds:
                    if match := stream.pattern.fullmatch(head.path):
                        await self._streams.serve(stream, match, head, receive, send)
                        return
            answer = await self._ask(self._app(head.path), head, receive)
        except ClientGoneError:
            return
        except Exception as error:
            answer = refusal(error)
        if self._limits is not None:
            answer = self._limits.after(head, answer)
        await answer.send(send)

    async def _ask(self, app: WSGIApplication, head: Head, receive: Receive) -> Answer:
        body = await self._body(head, receive)
        if self._waiting >= self._settings.threads * _WAITING_PER_THREAD:
            raise BusyError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call, app, head, body)
        finally:
            self._waiting -= 1

    async def _body(self, head: Head, receive: Receive) -> bytes:
        """The body; one that may be larger than most is given more time, and few of them come in at once."""
        usual, most = self._settings.max_body_bytes, self._most(head.path)
        within = self._settings.body_within_seconds
        announced = head.headers.get("content-length", "" if "transfer-encoding" in head.headers else "0")
        if most == usual or (announced.isdigit() and int(announced) <= usual):
            return await read_body(head, receive, usual, within)
        async with self._large:
            return await read_body(head, receive, most, within * _LARGE_TIMES)

    def _most(self, path: str) -> int:
        """Bytes of a body that this path takes."""
        larger = (bytes for prefix, bytes in self._larger if fnmatchcase(path, f"{prefix}*"))
        return max(self._settings.max_body_bytes, next(larger, 0))

    def _app(self, path: str) -> WSGIApplication:
        for prefix, app in self._apps:
            if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                return app
        raise NothingHereError(path)


def _adding(send: Send, headers: Headers) -> Send:
    """The same way out, with these headers on the answer."""
    if not headers:
        return send
    more = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*cast("list[object]", message["headers"]), *more]}
        await send(message)

    return sending
