"""A server that dies where it is told to and is started again at once, as a supervisor of processes would.

Each is forked from a process that has imported all of Firstline, so that a life costs no more than opening a
house.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import faiss  # noqa: F401 - these are imported once, for all that are forked
import onnxruntime  # noqa: F401
import spacy  # noqa: F401

import bot.serving  # noqa: F401
from bot.cli import app
from config.failpoints import ENVIRONMENT
from tests.mail_server import free_port

KILLED = 137


class Mortal:
    """One server's lives. `deaths` are their exit statuses."""

    def __init__(self, data: Path, environment: Mapping[str, str], dies_at: Iterable[str]) -> None:
        """dies_at: the failpoint that is armed in each life, `name` or `name:nth`; in later ones none is."""
        self.port, self.deaths = free_port(), list[int]()
        self.address = f"http://127.0.0.1:{self.port}"
        self._data, self._environment, self._dies_at = data, dict(environment), iter(dies_at)
        self._over = threading.Event()
        self._life = self._begin()
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    def end(self) -> None:
        """Ask it to finish, and see that it has."""
        self._over.set()
        self._life.terminate()
        self._keeper.join()

    def log(self) -> str:
        """What it has logged in all its lives."""
        return (self._data / "server.log").read_text(encoding="utf-8")

    def _keep(self) -> None:
        while True:
            self._life.join()
            if self._over.is_set():
                return
            self.deaths.append(self._life.exitcode or 0)
            self._life = self._begin()
            if self._over.is_set():
                self._life.terminate()

    def _begin(self) -> ForkServerProcess:
        armed = next(self._dies_at, "")
        environment = {**self._environment, ENVIRONMENT: armed} if armed else self._environment
        life = _forking().Process(target=_live, args=(self._data, self.port, environment), daemon=True)
        life.start()
        return life


@contextmanager
def living(data: Path, environment: Mapping[str, str], *dies_at: str) -> Iterator[Mortal]:
    """A mortal server for the length of a `with`."""
    mortal = Mortal(data, environment, dies_at)
    try:
        yield mortal
    finally:
        mortal.end()


def _forking() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _live(data: Path, port: int, environment: Mapping[str, str]) -> None:
    """One life, in its own process: `firstline serve` as it is."""
    os.environ.update(environment)
    log = os.open(data / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    app(["serve", "--data", str(data), "--port", str(port)])
