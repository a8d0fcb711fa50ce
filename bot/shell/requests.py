"""One HTTP request: its head, its body within limits, and a WSGI app's answer to it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from types import TracebackType
from typing import cast
from urllib.parse import parse_qsl
from wsgiref.types import WSGIApplication, WSGIEnvironment

from bot.shell.errors import BodyTooLargeError, BodyTooSlowError, code_of

Message = MutableMapping[str, object]
Scope = Mapping[str, object]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_log = logging.getLogger(__name__)

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


class ClientGoneError(Exception):
    """The client hung up before its request was complete; there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class Head:
    """A request without its body."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Lower-case names; values of a repeated name joined as HTTP has it."""
    client: str
    """The peer's address."""
    scheme: str
    server: tuple[str, int]
    version: str

    @classmethod
    def of(cls, scope: Scope) -> Head:
        """Read an ASGI scope of type "http"."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in cast("Iterable[tuple[bytes, bytes]]", scope["headers"]):
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            if "_" in name:  # would pass for the header with a hyphen once it is a WSGI variable
                continue
            joint = "; " if name == "cookie" else ", "
            headers[name] = f"{headers[name]}{joint}{value}" if name in headers else value
        client = cast("tuple[str, int] | None", scope.get("client"))
        return cls(
            method=str(scope["method"]),
            path=str(scope["path"]),
            query=cast("bytes", scope.get("query_string", b"")).decode("latin-1"),
            headers=headers,
            client=client[0] if client else "",
            scheme=str(scope.get("scheme", "http")),
            server=cast("tuple[str, int] | None", scope.get("server")) or ("localhost", 80),
            version=str(scope.get("http_version", "1.1")),
        )

    def parameters(self) -> dict[str, str]:
        """The query, the last value of a repeated name."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    async def send(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": self.status,
                "headers": [
                    (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in self.headers
                ],
            }
        )
        await send({"type": "http.response.body", "body": self.body})


async def read_body(head: Head, receive: Receive, most: int, within: float) -> bytes:
    """The whole body, so that a slow sender costs a socket and not a thread.

    most: bytes, announced or not. within: seconds from now to the last byte. Raises BodyTooLargeError,
    BodyTooSlowError, ClientGoneError.
    """
    announced = head.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise BodyTooLargeError(most)
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientGoneError
                body += cast("bytes", message.get("body", b""))
                if len(body) > most:
                    raise BodyTooLargeError(most)
                more = bool(message.get("more_body", False))
    except TimeoutError:
        raise BodyTooSlowError(within) from None
    return bytes(body)


def call(app: WSGIApplication, head: Head, body: bytes) -> Answer:
    """Ask a WSGI app, and take its whole answer; what it raises is logged and becomes a 500."""
    status = 500
    headers: list[tuple[str, str]] = []
    written: list[bytes] = []

    def start_response(
        line: str, fields: list[tuple[str, str]], exc_info: _ExcInfo | None = None
    ) -> Callable[[bytes], object]:
        nonlocal status
        status = int(line.partition(" ")[0])
        headers[:] = fields
        return written.append

    try:
        chunks = app(_environ(head, body), start_response)
        try:
            written.extend(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
    except Exception as error:
        return refusal(error)
    answer = b"".join(written)
    if status not in (204, 304) and "content-length" not in {name.lower() for name, _ in headers}:
        headers.append(("Content-Length", str(len(answer))))
    return Answer(status, tuple(headers), answer)


def refusal(error: Exception) -> Answer:
    """An error as JSON; one that does not say a status is logged and told without its words."""
    status = getattr(error, "status", 500)
    if not isinstance(status, int) or not 400 <= status < 600 or status == 500:
        _log.error("a request failed", exc_info=error)
        told = {"code": "internal_server_error", "message": "something went wrong on our side; try again"}
        status = 500
    else:
        told = {"code": code_of(error), "message": str(error)}
    body = json.dumps({"error": told}).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    wait = getattr(error, "retry_after", None)
    if isinstance(wait, int):
        headers.append(("Retry-After", str(wait)))
    if status in (408, 413):  # the rest of the body may still be coming
        headers.append(("Connection", "close"))
    return Answer(status, tuple(headers), body)


def _environ(head: Head, body: bytes) -> WSGIEnvironment:
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": head.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": head.path.encode("utf-8").decode("latin-1"),
        "QUERY_STRING": head.query,
        "SERVER_NAME": head.server[0],
        "SERVER_PORT": str(head.server[1]),
        "SERVER_PROTOCOL": f"HTTP/{head.version}",
        "REMOTE_ADDR": head.client,
        "CONTENT_TYPE": head.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": head.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in head.headers.items():
        if name not in ("content-type", "content-length", "transfer-encoding"):
            environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
