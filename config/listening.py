"""Hears over PostgreSQL what other processes have written, and rings this one's doorbell."""

from __future__ import annotations

import logging
import os
import selectors
import threading
from collections.abc import Callable, Iterator, Sequence

import psycopg
from psycopg import sql

from config.doorbell import EVERY, Doorbell

_LONGEST = 7_900  # bytes; PostgreSQL takes less than 8,000
_PROBE_SECONDS = 10.0  # of silence, after which the connection is tried
_RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)

_log = logging.getLogger(__name__)


def payloads(sender: str, topics: Sequence[str]) -> Iterator[str]:
    """What to notify of the topics: who tells, and then a topic a line; none of them too long."""
    held, size = [sender], len(sender)
    for topic in dict.fromkeys(topics):
        length = len(topic.encode()) + 1
        if length > _LONGEST // 2:
            topic, length = EVERY, 2
        if size + length > _LONGEST:
            yield "\n".join(held)
            held, size = [sender], len(sender)
        held.append(topic)
        size += length
    if len(held) > 1:
        yield "\n".join(held)


class Listener:
    """One thread and one connection. It rings everything once it hears again after it could not."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection[tuple[object, ...]]],
        channel: str,
        sender: str,
        doorbell: Doorbell,
    ) -> None:
        """sender: what this process's own notifications begin with; they have rung here already.

        Raises what `connect` raises.
        """
        self._connect, self._sender, self._doorbell = connect, sender, doorbell
        self._listen = sql.SQL("LISTEN {}").format(sql.Identifier(channel))
        self._closing = threading.Event()
        self._wake, self._woken = os.pipe()
        connection = self._begin()
        self._thread = threading.Thread(
            target=self._serve, args=(connection,), name=f"listening {channel}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        if not self._closing.is_set():
            self._closing.set()
            os.write(self._woken, b".")
            self._thread.join()
            os.close(self._wake)
            os.close(self._woken)

    def _begin(self) -> psycopg.Connection[tuple[object, ...]]:
        connection = self._connect()
        try:
            connection.execute(self._listen)
        except BaseException:
            connection.close()
            raise
        return connection

    def _serve(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        tries = 0
        while not self._closing.is_set():
            try:
                if connection.closed:
                    connection = self._begin()
                    tries = 0
                    self._doorbell.ring_here(EVERY)
                self._hear(connection)
            except psycopg.Error as error:
                if not tries:
                    _log.warning("the database's doorbell is out of order: %s", " ".join(str(error).split()))
                connection.close()
                self._closing.wait(_RETRY_SECONDS[min(tries, len(_RETRY_SECONDS) - 1)])
                tries += 1
        connection.close()

    def _hear(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        """Ring for what comes, until closing. Raises psycopg.Error once the connection is gone."""
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while not self._closing.is_set():
                if not selector.select(_PROBE_SECONDS):
                    connection.execute("SELECT 1")
                for notify in connection.notifies(timeout=0):
                    sender, *topics = notify.payload.split("\n")
                    if sender != self._sender:
                        self._doorbell.ring_here(*topics)
