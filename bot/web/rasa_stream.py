"""Rasa's REST channel with `?stream=true`: each message as a line of JSON as soon as it is there.

Source of the wire: Rasa Open Source 3.6, `rasa.core.channels.rest.RestInput.stream_response`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot.channels import Channel
from bot.chat import Chat, Heard
from bot.conversation import Message
from bot.shell import ServerLimits
from bot.shell.requests import Head, Receive, Scope, Send, read_body
from bot.web.rasa_rest import Posted, heard, read

T = TypeVar("T")

PATH = "/webhooks/rest/webhook"
OUTPUT = "queue"
"""How a response's `channel:` calls this wire."""

_log = logging.getLogger(__name__)


class RestStream:
    """`POST /webhooks/rest/webhook?stream=true`. Agents' waiting lines go out before the bot has thought."""

    def __init__(self, chat: Chat, channel: Channel, limits: ServerLimits) -> None:
        self._chat, self._channel, self._limits = chat, channel, limits
        self._threads = ThreadPoolExecutor(limits.threads, "rest-stream")

    def serves(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            return False
        return Head.of(scope).parameters().get("stream", "").lower() == "true"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = Head.of(scope)
        body = await read_body(head, receive, self._limits.max_body_bytes, self._limits.body_within_seconds)
        posted = read(body, channel="rest", output=OUTPUT)
        asked = await self._threaded(lambda: heard(self._chat, self._channel, posted))
        await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
        if asked is not None:
            try:
                await self._pour(asked, posted, send)
            except Exception:  # too late for a status; what was collected has gone out
                _log.exception("a streamed answer was cut short")
        await send({"type": "http.response.body", "body": b""})

    async def stop(self) -> None:
        self._threads.shutdown(wait=False)

    async def _pour(self, asked: Heard, posted: Posted, send: Send) -> None:
        last = 0
        if asked.fresh:
            waiting = await self._threaded(lambda: self._chat.waiting(asked.conversation))
            last = await self._write(waiting, last, posted, send)
        answer = await self._threaded(lambda: self._chat.answer(asked))
        await self._write(answer, last, posted, send)

    async def _write(self, messages: tuple[Message, ...], last: int, posted: Posted, send: Send) -> int:
        """Send the messages with a number above `last`; the highest number now sent."""
        for message in messages:
            if message.number <= last:
                continue
            last = message.number
            for wire in self._channel.render(message, posted.sender):
                line = json.dumps(wire, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
                await send({"type": "http.response.body", "body": line, "more_body": True})
        return last

    async def _threaded(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


_HEADERS = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)
