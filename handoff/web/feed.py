"""The desk's live stream: what changed after a place in its log, one event a row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from handoff.desk import Desk
from handoff.errors import ShapeError


class Doorbell(Protocol):
    """What tells the stream to read again; `config.database.Doorbell` is one."""

    def count(self, topic: str) -> int: ...

    def subscribe(self, topics: Sequence[str], wake: Callable[[], None]) -> Callable[[], None]: ...


class DeskFeed:
    """One agent's open stream; it keeps its own place in the log."""

    topics: tuple[str, ...] = ("desk",)

    def __init__(self, desk: Desk, doorbell: Doorbell, after: int, signed_in: Callable[[], bool]) -> None:
        self.doorbell = doorbell
        self._desk, self._after, self._signed_in = desk, after, signed_in

    def read(self) -> Sequence[tuple[str, int | None, str]]:
        """(event name, place in the log, JSON) of what happened since the last read, oldest first."""
        rows = self._desk.log(self._after)
        if rows:
            self._after = rows[-1].seq
        return [("case", row.seq, json.dumps({"case": row.case, "what": row.what})) for row in rows]

    def alive(self) -> bool:
        """Whether its reader may still be told."""
        return self._signed_in()


class DeskStream:
    """`GET /desk/api/events?after=N`; without `after`, from now on.

    admit: raises for a request that may not listen, else gives what tells whether its reader still may.
    """

    pattern = re.compile(r"/desk/api/events")

    def __init__(
        self, desk: Desk, doorbell: Doorbell, admit: Callable[[Mapping[str, str]], Callable[[], bool]]
    ) -> None:
        self._desk, self._doorbell, self._admit = desk, doorbell, admit

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> DeskFeed:
        signed_in = self._admit(headers)
        after = query.get("after") or str(self._desk.log_end())
        if not after.isdecimal():
            raise ShapeError("after", f"{after!r:.40} is not a place in the log")
        return DeskFeed(self._desk, self._doorbell, int(after), signed_in)
