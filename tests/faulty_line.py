"""A bad network between a browser and a server: a proxy that cuts, slows, stalls and swallows on demand."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

CHUNK = 16 * 1024
_PIECE = 20  # how many pieces a second are sent where the line is slow


class FaultyLine:
    """Connections to `target`, through `address`. It begins as a good line."""

    def __init__(self, target: str) -> None:
        """target: a server's address, `http://127.0.0.1:PORT`."""
        self._target = ("127.0.0.1", int(target.rpartition(":")[2]))
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._dead: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._rate = 0
        self._ends = threading.Event()
        self._stalls = self._swallows = False
        threading.Thread(target=self._welcome, daemon=True).start()

    def cuts(self) -> None:
        """Break every connection, and every new one as soon as it is made."""
        self._closed = True
        self._break()

    def slows(self, bytes_per_second: int) -> None:
        """Carry no more than this in each direction of each connection."""
        self._rate = bytes_per_second

    def stalls(self) -> None:
        """Half-open: nobody hangs up, and nothing arrives any more, on old connections and on new ones."""
        with self._lock:
            self._stalls = True
            self._dead |= self._open

    def swallows_answers(self) -> None:
        """Carry what is asked, and nothing of what is answered."""
        self._swallows = True

    def heals(self) -> None:
        """A good line again for what connects from now on; what was half-open stays dead."""
        self._closed = self._stalls = self._swallows = False
        self._rate = 0

    def end(self) -> None:
        self._ends.set()
        self._closed = True
        self._door.close()
        self._break()

    def _break(self) -> None:
        with self._lock:
            for each in (*self._open, *self._dead):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _welcome(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return  # the line has ended
            if self._closed:
                near.close()
                continue
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        """One connection, from its first byte to its last."""
        try:
            far = socket.create_connection(self._target)
        except OSError:
            near.close()
            return
        with near, far:
            pair = {near, far}
            with self._lock:
                self._open |= pair
                if self._stalls:
                    self._dead |= pair
            back = threading.Thread(target=self._pour, args=(far, near, True), daemon=True)
            back.start()
            self._pour(near, far, False)
            back.join()
            with self._lock:
                self._open -= pair
                self._dead -= pair

    def _pour(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        """Carry bytes one way until either side hangs up."""
        with contextlib.suppress(OSError):
            while data := source.recv(self._rate // _PIECE or CHUNK):
                if source in self._dead or (answers and self._swallows):
                    continue
                if self._rate:
                    self._ends.wait(1 / _PIECE)
                sink.sendall(data)
        for each in (source, sink):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def faulty_line(target: str) -> Iterator[FaultyLine]:
    """A line for the length of a `with`."""
    line = FaultyLine(target)
    try:
        yield line
    finally:
        line.end()
