"""Who is looking at a case right now, and whether they are writing: so that two do not answer at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, get_args

from config.clock import Clock
from handoff.errors import ShapeError
from handoff.verbs.agent import Agent

Doing = Literal["viewing", "replying", "noting"]

DOINGS: tuple[Doing, ...] = get_args(Doing)

LASTS = timedelta(seconds=30)
"""How long somebody is taken to be there; a page says so again at least every 15 seconds."""

_AGAIN = timedelta(seconds=10)  # after which the same is worth writing once more


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody at a case."""

    case: int
    agent: str
    name: str
    doing: str
    at: datetime


class PresenceRows(Protocol):
    """Where it is kept; `handoff.store.drafts.PresenceStore` is one."""

    def since(self, at: datetime) -> tuple[Present, ...]: ...

    def put(self, present: Present, stale: datetime) -> None: ...

    def leave(self, agent: str, case: int | None, stale: datetime) -> None: ...


class Presence:
    """Rows that nobody has renewed for a while are gone."""

    def __init__(self, rows: PresenceRows, clock: Clock) -> None:
        self._rows, self._clock = rows, clock

    def now(self) -> tuple[Present, ...]:
        """Everybody who is at a case, by case and then by who came first."""
        return self._rows.since(self._clock.now() - LASTS)

    def says(self, by: Agent, case: int | None, doing: str | None) -> None:
        """An agent is at a case; with `doing` None, no longer; with `case` None too, at none any more."""
        now = self._clock.now()
        stale = now - LASTS
        if doing is None or case is None:
            self._rows.leave(by.email, case, stale)
            return
        if doing not in DOINGS:
            raise ShapeError("doing", f"{doing!r:.40} is not one of {', '.join(DOINGS)}")
        held = next((p for p in self.now() if (p.agent, p.case) == (by.email, case)), None)
        if held is None or held.doing != doing or now - held.at >= _AGAIN:
            self._rows.put(Present(case, by.email, by.name, doing, now), stale)
