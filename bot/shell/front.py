"""Takes every request in and shows it the way."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol
from wsgiref.types import WSGIApplication

from bot.shell.errors import BusyError, NothingHereError
from bot.shell.requests import ClientGoneError, Head, Receive, Scope, Send, call, read_body, refusal
from bot.shell.streams import Stream, Streams

_WAITING_PER_THREAD = 32  # requests; with more than this in line the last one would wait for seconds
_STREAM_THREADS = 4  # of their own, so that slow pages don't hold up the streams


class Limits(Protocol):
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


class Shell:
    """An ASGI app. Bodies are read here, within limits, before a thread is spent on them."""

    def __init__(
        self, apps: Mapping[str, WSGIApplication], streams: Sequence[Stream], *, settings: Limits
    ) -> None:
        """apps: path prefix -> app, the longest one that fits wins; an app sees the whole path."""
        self._apps = sorted(apps.items(), key=lambda entry: len(entry[0]), reverse=True)
        self._kinds = tuple(streams)
        self._settings = settings
        self._threads = ThreadPoolExecutor(settings.threads, "request")
        self._stream_threads = ThreadPoolExecutor(_STREAM_THREADS, "stream")
        self._streams = Streams(self._stream_threads, settings.max_streams, settings.max_streams_per_client)
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(Head.of(scope), receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    def stop_streams(self) -> None:
        """Send the event streams' clients away for a second; call it on the loop, before the server stops."""
        self._streams.stop()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._threads.shutdown()
        self._stream_threads.shutdown()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, head: Head, receive: Receive, send: Send) -> None:
        try:
            if head.method in ("GET", "HEAD"):
                for stream in self._kinds:
                    if match := stream.pattern.fullmatch(head.path):
                        await self._streams.serve(stream, match, head, receive, send)
                        return
            await self._ask(self._app(head.path), head, receive, send)
        except ClientGoneError:
            return
        except Exception as error:
            await refusal(error).send(send)

    async def _ask(self, app: WSGIApplication, head: Head, receive: Receive, send: Send) -> None:
        limits = self._settings
        body = await read_body(head, receive, limits.max_body_bytes, limits.body_within_seconds)
        if self._waiting >= limits.threads * _WAITING_PER_THREAD:
            raise BusyError
        self._waiting += 1
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._threads, call, app, head, body)
        finally:
            self._waiting -= 1
        await answer.send(send)

    def _app(self, path: str) -> WSGIApplication:
        for prefix, app in self._apps:
            if path == prefix or path.startswith(prefix.rstrip("/") + "/"):
                return app
        raise NothingHereError(path)
