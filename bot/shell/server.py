"""Runs the shell on a port until it is told to stop."""

from __future__ import annotations

import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from bot.shell.errors import PortInUseError
from bot.shell.front import Shell

_FINISH_SECONDS = 10  # for requests that are under way when the server is told to stop
_KEEP_ALIVE_SECONDS = 30
_OPEN_FILES = 65_536
SWITCH_SECONDS = 0.0005
"""How long a thread may keep the interpreter while others wait. A search hands it back some ten times; at
Python's own 5 ms each time, an article that is indexed meanwhile would make it four times as slow."""


def run(shell: Shell, host: str, port: int, on_ready: Callable[[int], None] | None = None) -> None:
    """Serve until SIGTERM or Ctrl+C, then let event streams go, finish what is under way, and return.

    port: 0 takes any free one. on_ready: called with the port once requests are taken. Raises PortInUseError.
    """
    _allow_many_sockets()
    sys.setswitchinterval(SWITCH_SECONDS)
    config = uvicorn.Config(
        shell,
        loop="auto",
        http="auto",
        ws="websockets-sansio",
        ws_max_size=shell.most_bytes,
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_FINISH_SECONDS,
    )
    with _listening(host, port) as listener, _signals_that_return():
        _Server(config, shell, listener.getsockname()[1], on_ready).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Tells when it is ready, and lets the event streams go before it waits for requests to end."""

    def __init__(
        self, config: uvicorn.Config, shell: Shell, port: int, on_ready: Callable[[int], None] | None
    ) -> None:
        super().__init__(config)
        self._shell = shell
        self._port = port
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready(self._port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._shell.stop()
        await super().shutdown(sockets)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise PortInUseError(host, port, error.strerror or str(error)) from error
    with listener:
        yield listener


@contextmanager
def _signals_that_return() -> Iterator[None]:
    """uvicorn raises the signal that stopped it once more at the end; here that must not kill the caller."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _nothing) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _nothing(number: int, frame: object) -> None:
    """Received already."""


def _allow_many_sockets() -> None:
    """Thousands of streams need more than the usual 1,024 open files, where the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
