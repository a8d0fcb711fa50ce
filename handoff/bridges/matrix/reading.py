"""Reading what happened at a homeserver: all rooms since the last look, one room backwards, who wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from handoff.bridges import Incoming
from handoff.bridges.http import PeerHttp
from handoff.bridges.json_values import JsonValue, objects_at, text_at, true_at, value_at
from handoff.bridges.matrix.settings import MatrixSettings

_PAGE = 100  # events
_MOST_ANSWER = 16 * 1024 * 1024  # bytes of a look at all rooms
_GAP_PAGES = 50  # of one room between two looks
_NONE: dict[str, object] = {"types": []}
_FILTER = json.dumps(
    {
        "presence": _NONE,
        "account_data": _NONE,
        "room": {
            "timeline": {"limit": _PAGE, "types": ["m.room.message", "m.room.redaction"]},
            "state": _NONE,
            "ephemeral": _NONE,
            "account_data": _NONE,
        },
    }
)


class MatrixReading:
    """Reads as our own user, who is in every case's room."""

    def __init__(self, http: PeerHttp, settings: MatrixSettings) -> None:
        self._http, self._settings = http, settings
        self._names: dict[str, str] = {}

    def since(self, cursor: str, rooms: Sequence[str]) -> tuple[list[tuple[str, JsonValue]], str]:
        """Room and event of all that is new, oldest first in a room, and the next cursor.

        rooms: the only ones that are read where there is no cursor yet.
        """
        asked = {"filter": _FILTER, "timeout": "0"} | ({"since": cursor} if cursor else {})
        said = self._http.get("/client/v3/sync", query=asked, most=_MOST_ANSWER).json()
        joined = value_at(said, "rooms", "join")
        found: list[tuple[str, JsonValue]] = []
        for room in joined if isinstance(joined, dict) else ():
            if cursor or room in rooms:
                timeline = value_at(said, "rooms", "join", room, "timeline")
                missed = self._missed(room, timeline, cursor) if cursor else []
                found += [(room, event) for event in (*missed, *objects_at(timeline, "events"))]
        return found, text_at(said, "next_batch") or cursor

    def backwards(
        self, room: str, pages: int, *, back_from: str = "", until: str = ""
    ) -> Iterator[JsonValue]:
        """A room's events, newest first, so many pages at most; between two places, where they are given."""
        for _ in range(pages):
            places = {"from": back_from, "to": until}
            asked = {"dir": "b", "limit": str(_PAGE), **{key: at for key, at in places.items() if at}}
            said = self._http.get(f"/client/v3/rooms/{quote(room, safe='')}/messages", query=asked).json()
            yield from objects_at(said, "chunk")
            back_from = text_at(said, "end")
            if not back_from:
                return

    def named(self, event: Incoming) -> Incoming:
        """The event with its author's name as people know it."""
        if event.author not in self._names:
            path = f"/client/v3/profile/{quote(event.author, safe='')}/displayname"
            answer = self._http.get(path, allow=(403, 404))
            self._names[event.author] = text_at(answer.json(), "displayname")
        name = self._names[event.author] or event.author_name
        assignee = name if event.type == "assigned" else event.assignee
        return replace(event, author_name=name, assignee=assignee, thin=False)

    def _missed(self, room: str, timeline: JsonValue, cursor: str) -> list[JsonValue]:
        """What lies between the last look and the part of a room that this one shows."""
        if not true_at(timeline, "limited"):
            return []
        start = text_at(timeline, "prev_batch")
        events = self.backwards(room, _GAP_PAGES, back_from=start, until=cursor)
        return list(events)[::-1]
