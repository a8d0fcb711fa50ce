"""What an agent has begun to write in a case, kept until it is sent or cleared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

from config.clock import Clock
from handoff.errors import ShapeError, TextTooLongError
from handoff.verbs.agent import Agent
from handoff.verbs.sentences import TEXT_CHARACTERS, storable

DraftKind = Literal["reply", "note"]

KINDS: tuple[DraftKind, ...] = get_args(DraftKind)


@dataclass(frozen=True, slots=True)
class Draft:
    """One agent's unsent words in one case."""

    case: int
    kind: str
    text: str
    at: datetime


class DraftRows(Protocol):
    """Where they are kept; `handoff.store.drafts.DraftStore` is one."""

    def of(self, agent: str, case: int | None = None) -> tuple[Draft, ...]: ...

    def put(self, agent: str, draft: Draft) -> None: ...


class Drafts:
    """One reply and one note for each agent and case; nobody else reads them."""

    def __init__(self, rows: DraftRows, clock: Clock) -> None:
        self._rows, self._clock = rows, clock

    def of(self, case: int, by: Agent) -> Sequence[Draft]:
        """What the agent has begun in a case."""
        return self._rows.of(by.email, case)

    def all(self, by: Agent) -> Sequence[Draft]:
        """Everything that the agent has begun anywhere, the latest first."""
        return self._rows.of(by.email)

    def put(self, case: int, by: Agent, kind: str, text: str) -> None:
        """Keep what is written so far; without a word in it, forget it. Raises TextTooLongError."""
        if kind not in KINDS:
            raise ShapeError("kind", f"{kind!r:.40} is not one of {', '.join(KINDS)}")
        words = storable(text)
        # Blanks and lines that are cut off when it is sent may be there while it is written.
        if len(words) > 2 * TEXT_CHARACTERS:
            raise TextTooLongError("draft", len(words), 2 * TEXT_CHARACTERS)
        self._rows.put(by.email, Draft(case, kind, words if words.strip() else "", self._clock.now()))
