"""The desk's live stream: what changed after a place in its log, who is at which case, who was called in.

case      {case, what}                      with its place in the log, from which the stream resumes;
                                            `summarised`: its case file was written anew, its row is as it was
presence  {case, people: [{email, name, doing}]}    whenever they change, the reader left out
mention   {case, seq, by, by_name, headline}        of the reader, as it is written
me        {email, status, capacity}         of the reader, whenever somebody or the clock changes them
"""

from __future__ import annotations

import json
import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from handoff.aids.mentions import Mention
from handoff.aids.presence import Present
from handoff.desk import Desk
from handoff.entry import LogRow
from handoff.errors import ShapeError
from handoff.values import JsonObject

TOPICS = ("desk", "presence", "seats")
"""What the doorbell rings when there may be something to tell."""

_KEPT = 1_000  # rows of the log, for streams that come to them a little later


class Doorbell(Protocol):
    """What tells the stream to read again; `config.database.Doorbell` is one."""

    def count(self, topic: str) -> int: ...

    def subscribe(self, topics: Sequence[str], wake: Callable[[], None]) -> Callable[[], None]: ...


class LogLike(Protocol):
    """What changed at the desk; `handoff.desk.Desk` knows."""

    def log(self, after: int) -> tuple[LogRow, ...]: ...

    def log_end(self) -> int: ...


class PresenceLike(Protocol):
    """Who is at which case."""

    def now(self) -> tuple[Present, ...]: ...


class MentionsLike(Protocol):
    """Who was called into a case."""

    def after(self, email: str, place: int) -> tuple[Mention, ...]: ...

    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: their e-mail, whether they may still, and what they are told of themselves.

    present: asked every few seconds while the stream is open, so it also notes that its reader is there.
    """

    email: str
    present: Callable[[], bool]
    me: Callable[[], JsonObject]


class Tail:
    """The end of the desk's log and of the mentions; after a ring, one stream reads it for all.

    A ring comes once what it tells of can be read, so that what was read after the last one is all there is.
    """

    def __init__(self, desk: LogLike, mentions: MentionsLike, doorbell: Doorbell) -> None:
        self._desk, self._mentions, self._doorbell = desk, mentions, doorbell
        self._lock = threading.Lock()
        self._rings: int | None = None  # that had come when this was read
        self._from = 0  # the place after which all is known
        self._rows: list[LogRow] = []
        self._called = 0

    def after(self, place: int, *, anew: bool = False) -> tuple[Sequence[LogRow], int]:
        """What was logged after a place, in order, and the id of the last mention.

        anew: whatever has rung, so that a ring which went missing is made up for.
        """
        with self._lock:
            rings = self._doorbell.count("desk")
            if self._rings is None:
                self._from, self._called = min(place, self._desk.log_end()), self._mentions.end()
            if anew or rings != self._rings:
                self._read()
                self._rings = rings
            if place >= self._from:
                return self._rows[bisect_right(self._rows, place, key=_place) :], self._called
            called = self._called
        return self._desk.log(place), called

    def _read(self) -> None:
        fresh = self._desk.log(self._rows[-1].seq if self._rows else self._from)
        if not fresh:
            return
        self._called = self._mentions.end()  # a note that calls somebody in is one of them
        rows = [*self._rows, *fresh]
        if len(rows) > _KEPT:
            self._from = rows[-_KEPT - 1].seq
        self._rows = rows[-_KEPT:]


def _place(row: LogRow) -> int:
    return row.seq


class DeskFeed:
    """One agent's open stream; it keeps its own place in the log."""

    asks = True
    topics: tuple[str, ...] = TOPICS

    def __init__(
        self,
        tail: Tail,
        presence: PresenceLike,
        mentions: MentionsLike,
        doorbell: Doorbell,
        after: int,
        listener: Listener,
    ) -> None:
        self.doorbell = doorbell
        self._tail, self._presence, self._mentions = tail, presence, mentions
        self._after, self._listener = after, listener
        self._called = mentions.end()
        self._people: dict[int, list[JsonObject]] = {}
        self._me = listener.me()
        self._counts: dict[str, int] = {}

    def read(self) -> Sequence[tuple[str, int | None, str]]:
        """(event name, place in the log, JSON) of what happened since the last read, oldest first."""
        rung = {topic for topic in TOPICS if self._rung(topic)}
        # Read though nothing has rung: whatever may have gone missing is looked for.
        anew = not rung
        rows, called = self._tail.after(self._after, anew=anew)
        if rows:
            self._after = rows[-1].seq
        told: list[tuple[str, int | None, str]] = [
            ("case", row.seq, json.dumps({"case": row.case, "what": row.what})) for row in rows
        ]
        if called > self._called:
            told += [("mention", None, json.dumps(each)) for each in self._calls(called)]
        if anew or "presence" in rung:
            told += [("presence", None, json.dumps(each)) for each in self._comings()]
        if anew or "seats" in rung:
            me = self._listener.me()
            if me != self._me:
                told.append(("me", None, json.dumps(me)))
            self._me = me
        return told

    def alive(self) -> bool:
        """Whether its reader may still be told."""
        return self._listener.present()

    def _rung(self, topic: str) -> bool:
        """Whether the topic was rung since this was last asked."""
        count = self.doorbell.count(topic)
        was, self._counts[topic] = self._counts.get(topic), count
        return count != was

    def _calls(self, called: int) -> list[JsonObject]:
        """The reader's own, of those up to the id `called`, or later."""
        fresh = self._mentions.after(self._listener.email, self._called)
        self._called = max(called, fresh[-1].id if fresh else 0)
        return [
            {
                "case": each.case,
                "seq": each.seq,
                "by": each.by,
                "by_name": each.by_name,
                "headline": each.headline,
            }
            for each in fresh
        ]

    def _comings(self) -> list[JsonObject]:
        """The cases whose people are others than when they were last told."""
        people: dict[int, list[JsonObject]] = {}
        for each in self._presence.now():
            if each.agent != self._listener.email:
                one: JsonObject = {"email": each.agent, "name": each.name, "doing": each.doing}
                people.setdefault(each.case, []).append(one)
        changed = [case for case in {**self._people, **people} if self._people.get(case) != people.get(case)]
        self._people = people
        return [{"case": case, "people": people.get(case, [])} for case in changed]


class DeskStream:
    """`GET /desk/api/events?after=N`; without `after`, from now on.

    admit: raises for a request that may not listen, else gives its listener.
    """

    pattern = re.compile(r"/desk/api/events")

    def __init__(
        self,
        desk: Desk,
        presence: PresenceLike,
        mentions: MentionsLike,
        doorbell: Doorbell,
        admit: Callable[[Mapping[str, str]], Listener],
    ) -> None:
        self._desk, self._presence, self._mentions = desk, presence, mentions
        self._doorbell, self._admit = doorbell, admit
        self._tail = Tail(desk, mentions, doorbell)

    def open(self, match: re.Match[str], headers: Mapping[str, str], query: Mapping[str, str]) -> DeskFeed:
        listener = self._admit(headers)
        after = query.get("after") or str(self._desk.log_end())
        if not (after.isascii() and after.isdecimal() and len(after) <= 12):
            raise ShapeError("after", f"{after!r:.40} is not a place in the log")
        return DeskFeed(self._tail, self._presence, self._mentions, self._doorbell, int(after), listener)
