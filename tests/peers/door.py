"""A door before a peer's HTTP server, which loses answers, refuses, raves, or is shut when it is told to."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.peers import Garbage

_CHANGES = ("POST", "PUT", "PATCH", "DELETE")
_DROPPED = ("connection", "transfer-encoding", "content-length", "keep-alive", "host", "date", "server")
_HUGE = 50 * 1024 * 1024
_PAGE = b"<!doctype html><html><title>Welcome</title><h1>It works!</h1></html>"


class Door:
    """Passes requests on to 127.0.0.1:`port`, from an address of its own.

    changes: whether a request changes something, by its method and its path with the query; the answer that
    is lost is one of these. calls: method and path of all that came in, for tests that count.
    """

    def __init__(self, port: int, changes: Callable[[str, str], bool] | None = None) -> None:
        self._port = port
        self._changes = changes or (lambda method, path: method in _CHANGES)
        self._guard = threading.Lock()
        self._loses = self._shut = False
        self._refusals: list[tuple[int, int | None]] = []
        self._garbage: Garbage | None = None
        self._over = threading.Event()
        self.calls: list[tuple[str, str]] = []
        self._server = _Server(0, self)
        self.port = self._server.port
        self.url = f"http://127.0.0.1:{self.port}"

    def lose_next_answer(self) -> None:
        self._loses = True

    def refuse(self, times: int, status: int, retry_after: int | None = None) -> None:
        self._refusals = [(status, retry_after)] * times

    def garbage(self, kind: Garbage) -> None:
        self._garbage = kind

    def down(self) -> None:
        """Nobody listens any more, and who is connected is hung up on."""
        if not self._shut:
            self._shut = True
            self._server.ends()

    def up(self) -> None:
        if self._shut:
            self._server = _Server(self.port, self)
        self._loses = self._shut = False
        self._refusals, self._garbage = [], None

    def close(self) -> None:
        """Shut it for good; what drips ends."""
        self._over.set()
        self.down()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """One request, by what the door is told to do."""
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        with self._guard:
            self.calls.append((asked.command, asked.path))
            shut, kind = self._shut, self._garbage
            refusal = self._refusals.pop() if self._refusals and not shut else None
            loses = self._loses and not shut and not refusal and self._changes(asked.command, asked.path)
            self._loses = self._loses and not loses
        if shut:
            _hang_up(asked)
        elif refusal is not None:
            _refuse(asked, *refusal)
        elif kind is not None:
            self._rave(asked, kind)
        else:
            status, headers, content = self._pass_on(asked, body)
            if loses:
                _hang_up(asked)
            else:
                _send(asked, status, headers, content)

    def _pass_on(
        self, asked: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        line = HTTPConnection("127.0.0.1", self._port, timeout=60)
        kept = {name: value for name, value in asked.headers.items() if name.lower() not in _DROPPED}
        # The peer builds its links from the name that it is asked by.
        line.request(asked.command, asked.path, body, {**kept, "Host": f"127.0.0.1:{self.port}"})
        with contextlib.closing(line):
            got = line.getresponse()
            headers = [(name, value) for name, value in got.getheaders() if name.lower() not in _DROPPED]
            return got.status, headers, got.read()

    def _rave(self, asked: BaseHTTPRequestHandler, kind: Garbage) -> None:
        if kind == "html":
            _send(asked, 200, [("Content-Type", "text/html")], _PAGE)
        elif kind == "broken_json":
            _send(asked, 200, [("Content-Type", "application/json")], b'{"id": 7, "subject": "Par')
        else:
            asked.send_response(200)
            asked.send_header("Content-Type", "application/json")
            asked.send_header("Content-Length", str(_HUGE))
            asked.end_headers()
            while kind == "drip" and not self._over.wait(0.02):
                asked.wfile.write(b" ")
            for _ in range(_HUGE // 65536 if kind == "huge" else 0):
                asked.wfile.write(b" " * 65536)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, door: Door) -> None:
        super().__init__(("127.0.0.1", port), _handler(door))
        self.port = int(self.server_address[1])
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def ends(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


def _handler(door: Door) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each answer waits 40 ms for its own body

        def handle(self) -> None:
            with contextlib.suppress(OSError):
                super().handle()

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            door.answer(self)

        def log_message(self, *args: object) -> None:
            """Tests print nothing of it."""

    return Handler


def _hang_up(asked: BaseHTTPRequestHandler) -> None:
    asked.close_connection = True
    asked.connection.shutdown(socket.SHUT_RDWR)


def _refuse(asked: BaseHTTPRequestHandler, status: int, retry_after: int | None) -> None:
    waits = [("Retry-After", str(retry_after))] if retry_after is not None else []
    _send(asked, status, [("Content-Type", "application/json"), *waits], b'{"error": "refused for a test"}')


def _send(asked: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
    asked.send_response(status)
    for name, value in headers:
        asked.send_header(name, value)
    asked.send_header("Content-Length", str(len(content)))
    asked.end_headers()
    asked.wfile.write(content)
