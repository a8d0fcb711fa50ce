"""An agent's own figures of the day. Pure but for where they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Figures:
    """What one agent did since a moment.

    taken: cases that became theirs, by how. first_reply: the median of how long customers waited for the
    first answer that the agent gave, None without any. reasks: facts asked for again. open_now: cases that
    they hold. rated: how often customers rated them, score: the median of what they gave, from 1 to 5.
    """

    since: datetime
    taken: Mapping[str, int]
    replied: int
    noted: int
    resolved: int
    first_reply: timedelta | None
    reasks: int
    open_now: int
    rated: int
    score: float | None


@dataclass(frozen=True, slots=True)
class Reasked:
    """How often agents asked again in a time: in all, by agent and by fact, and out of how many replies."""

    total: int
    replies: int
    by_agent: Mapping[str, int]
    by_fact: Mapping[str, int]


class FigureRows(Protocol):
    """Where they are read; `handoff.store.figures.FigureStore` is one."""

    def of(self, email: str, since: datetime) -> Figures: ...

    def reasked(self, since: datetime, until: datetime) -> Reasked: ...
