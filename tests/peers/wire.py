"""A wire to a server that speaks in lines, such as SMTP or IMAP: cut, or full of nonsense, when told."""

from __future__ import annotations

import contextlib
import socket
import threading

from tests.peers import Garbage

_PAGE = b"<!doctype html><html><title>Welcome</title><h1>It works!</h1></html>\r\n"
_HUGE = 50 * 1024 * 1024


class Wire:
    """Passes bytes on to 127.0.0.1:`port`, from an address of its own."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        self._garbage: Garbage | None = None
        self._over = threading.Event()
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self.port = 0
        self.up()

    def garbage(self, kind: Garbage) -> None:
        self._garbage = kind
        self._hang_up()

    def down(self) -> None:
        """Nobody listens any more, and who is connected is hung up on."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self._hang_up()

    def up(self) -> None:
        if self._garbage is not None:
            self._garbage = None
            self._hang_up()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self.port = self._listener.getsockname()[1]
            self._start(self._serve, self._listener)

    def close(self) -> None:
        self._over.set()
        self.down()
        for thread in self._threads:
            thread.join()

    def _start(self, work: object, *given: object) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _serve(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            near.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._keep(near)
            if self._garbage is not None:
                self._start(self._rave, near, self._garbage)
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._keep(far)
            self._start(self._pass, near, far)
            self._start(self._pass, far, near)

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while said := one.recv(65536):
                other.sendall(said)
        self._end(one, other)

    def _rave(self, near: socket.socket, kind: Garbage) -> None:
        with contextlib.suppress(OSError):
            if kind == "html":
                near.sendall(_PAGE)
            elif kind == "broken_json":
                near.sendall(b'{"id": 7, "subject": "Par')
            while kind == "drip" and not self._over.wait(0.02):
                near.sendall(b"2")
            for _ in range(_HUGE // 65536 if kind == "huge" else 0):
                near.sendall(b" " * 65536)
        self._end(near)

    def _keep(self, one: socket.socket) -> None:
        with self._guard:
            self._open.add(one)

    def _end(self, *sockets: socket.socket) -> None:
        with self._guard:
            for one in sockets:
                if one in self._open:
                    self._open.discard(one)
                    with contextlib.suppress(OSError):
                        one.shutdown(socket.SHUT_RDWR)
                    one.close()

    def _hang_up(self) -> None:
        with self._guard:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
