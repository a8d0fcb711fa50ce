"""Reading what happened at a homeserver: in the cases' rooms since the last look, in one, and who wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from urllib.parse import quote

from handoff.bridges import Incoming
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import JsonValue, objects_at, text_at
from handoff.bridges.matrix.settings import MatrixSettings

_PAGE = 100  # events
_GAP_PAGES = 50  # of one room between two looks
_ENDED = 20  # rooms whose case has been resolved that are still looked into: the last ones


_GONE = (403, 404)  # what a room is to us that an administrator has erased


class MatrixReading:
    """Reads as our own user, who is in every case's room."""

    def __init__(self, http: PeerHttp, settings: MatrixSettings) -> None:
        self._http, self._settings = http, settings
        self._names: dict[str, str] = {}

    def since(self, cursor: str, rooms: Sequence[str]) -> tuple[list[tuple[str, JsonValue]], str]:
        """Room and event of all that is new in these rooms, oldest first in each, and the next cursor.

        The rooms that were read before and are not among them any more have ended; somebody may go on in one.
        Each room is asked: a homeserver owes application services no `sync`, and Synapse fails at it.
        """
        read: dict[str, str] = json.loads(cursor) if cursor else {}
        ended = [room for room in read if room not in set(rooms)][-_ENDED:]
        found: list[tuple[str, JsonValue]] = []
        for room in (*ended, *rooms):
            told = self.backwards(room, _GAP_PAGES, allow=_GONE if room in ended else ())
            fresh = list(takewhile(_before(read.get(room)), told))
            found += [(room, event) for event in reversed(fresh)]
            if fresh:
                read[room] = text_at(fresh[0], "event_id")
        return found, json.dumps({room: read[room] for room in (*ended, *rooms) if room in read})

    def backwards(self, room: str, pages: int, allow: Collection[int] = ()) -> Iterator[JsonValue]:
        """A room's events, newest first, so many pages at most. allow: answers that stand for no events."""
        place: dict[str, str] = {}
        path = f"/client/v3/rooms/{quote(room, safe='')}/messages"
        for _ in range(pages):
            asked = {"dir": "b", "limit": str(_PAGE), **place}
            said = self._http.get(path, query=asked, allow=allow).json()
            yield from objects_at(said, "chunk")
            if not text_at(said, "end"):
                return
            place = {"from": text_at(said, "end")}

    def named(self, event: Incoming) -> Incoming:
        """The event with its author's name as people know it."""
        if event.author not in self._names:
            path = f"/client/v3/profile/{quote(event.author, safe='')}/displayname"
            answer = self._http.get(path, allow=(403, 404))
            self._names[event.author] = text_at(answer.json(), "displayname")
        name = self._names[event.author] or event.author_name
        assignee = name if event.type == "assigned" else event.assignee
        return replace(event, author_name=name, assignee=assignee, thin=False)


def _before(last: str | None) -> Callable[[JsonValue], bool]:
    """Whether an event, of those newest first, came after the last that was read."""
    return lambda event: text_at(event, "event_id") != last
