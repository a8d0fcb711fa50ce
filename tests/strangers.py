"""Servers that are not ours: an action server as good or as bad as a test wants it, on 127.0.0.1."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Call:
    """One request as a server got it, and the line to answer on. `over` is set when the test ends."""

    path: str
    headers: dict[str, str]
    body: bytes
    line: socket.socket
    over: threading.Event

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)

    def json(self) -> Any:
        return json.loads(self.body)

    def answers(self, body: object, status: int = 200, **headers: str) -> None:
        """A whole answer; what is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        every = {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}
        named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in every.items())
        self.sends(f"HTTP/1.1 {status} -\r\n{named}\r\n".encode() + content)

    def sends(self, data: bytes) -> None:
        self.line.sendall(data)

    def drips(self, data: bytes) -> None:
        """The same bytes again and again, slowly, for as long as anybody listens."""
        while not self.over.wait(0.02):
            self.sends(data)


@dataclass
class Stranger:
    """A running server: its address, what it was asked, and `left`, set once a caller has hung up on it."""

    url: str
    calls: list[Call] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)


@contextmanager
def stranger(answer: Callable[[Call], object], tls: ssl.SSLContext | None = None) -> Iterator[Stranger]:
    """A server that does this with every request, over HTTPS where it is given a certificate."""
    over = threading.Event()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                while (call := _read(self.rfile, self.connection, over)) is not None:
                    running.calls.append(call)
                    answer(call)
            running.left.set()

    class Server(ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "http" if tls is None else "https"
        running = Stranger(f"{scheme}://127.0.0.1:{server.server_address[1]}/webhook")
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield running
        finally:
            over.set()
            server.shutdown()
            serving.join()


def nobody() -> str:
    """An address where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/webhook"


def _read(stream: Any, line: socket.socket, over: threading.Event) -> Call | None:
    first = stream.readline().decode()
    if not first:
        return None
    headers: dict[str, str] = {}
    while (header := stream.readline().decode().strip()) != "":
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", "0")))
    return Call(first.split()[1], headers, body, line, over)


def hangs(call: Call) -> None:
    call.over.wait()


def drips_headers(call: Call) -> None:
    call.sends(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    call.drips(b"x")


def drips_body(call: Call) -> None:
    call.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    call.drips(b" ")


def drips_continues(call: Call) -> None:
    call.drips(b"HTTP/1.1 100 Continue\r\n\r\n")


def fails(call: Call) -> None:
    call.answers({"error": "the shop's database is away", "request_body": call.json()}, 500)


def speaks_garbage(call: Call) -> None:
    call.sends(b"\x00\x01\x02 SSH-2.0-nonsense\r\n\r\n")
    call.line.shutdown(socket.SHUT_WR)


def answers_a_page(call: Call) -> None:
    call.answers(b"<html>Welcome</html>", Content_Type="text/html")


def answers_too_much(call: Call) -> None:
    call.answers(b'{"events": [], "responses": [{"text": "' + b"a" * 10_000_000 + b'"}]}')


def answers_without_end(call: Call) -> None:
    call.sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not call.over.is_set():
        call.sends(b"10000\r\n" + b" " * 65536 + b"\r\n")


def redirects(call: Call) -> None:
    call.answers(b"", 307, Location="http://192.0.2.1/elsewhere?token=hidden")


def hangs_up(call: Call) -> None:
    call.line.shutdown(socket.SHUT_RDWR)


def hangs_up_midway(call: Call) -> None:
    call.sends(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"events": [')
    call.line.shutdown(socket.SHUT_WR)


def gives(events: object = (), responses: object = ()) -> Callable[[Call], None]:
    """A server that answers every call with these."""
    return lambda call: call.answers({"events": events, "responses": responses})


# What a broken or hostile action server may do, each with a word of the reason that an operator reads.
HOSTILE: dict[str, tuple[Callable[[Call], None], str]] = {
    "hangs": (hangs, "no answer within"),
    "drips headers": (drips_headers, "no answer within"),
    "drips body": (drips_body, "no answer within"),
    "drips continues": (drips_continues, "no answer within"),
    "fails": (fails, "the shop's database is away"),
    "speaks garbage": (speaks_garbage, "not HTTP"),
    "answers a page": (answers_a_page, "not JSON"),
    "answers too much": (answers_too_much, "longer than 4 MB"),
    "answers without end": (answers_without_end, "longer than 4 MB"),
    "redirects": (redirects, "redirects to http://192.0.2.1/elsewhere;"),
    "hangs up": (hangs_up, "closed the connection without"),
    "hangs up midway": (hangs_up_midway, "in the middle"),
    "gives a list": (lambda call: call.answers([]), "a list and not events"),
    "gives events that are none": (gives(events=["slot"]), "not a list of objects"),
    "gives half an event": (gives(events=[{"event": "slot"}]), "has no `name`"),
    "gives an unknown event": (gives(events=[{"event": "explode"}]), "'explode'"),
}
