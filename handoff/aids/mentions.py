"""Colleagues called into a case by `@name` in a note: who is meant, and whether they have seen it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from handoff.verbs.agent import Agent

_CALLED = re.compile(r"(?<![\w@.])@([\w.\-']{2,80}(?: [\w\-']{1,60}){0,3})")


@dataclass(frozen=True, slots=True)
class Mention:
    """One agent called into a case by a note; `text` is the note's."""

    id: int
    case: int
    seq: int
    by: str
    by_name: str
    at: datetime
    seen: bool
    headline: str
    text: str


class MentionRows(Protocol):
    """Where they are kept; `handoff.store.mentions.MentionStore` is one."""

    def of(self, email: str, limit: int) -> tuple[Mention, ...]: ...

    def after(self, email: str, place: int) -> tuple[Mention, ...]: ...

    def unread(self, email: str) -> int: ...

    def end(self) -> int: ...

    def seen(self, email: str, ids: Sequence[int] | None, at: datetime) -> None: ...


class Mentions:
    """Those of each agent; the store writes one with the note that makes it."""

    def __init__(self, rows: MentionRows, clock: Clock) -> None:
        self._rows, self._clock = rows, clock

    def of(self, agent: Agent, limit: int = 100) -> tuple[Mention, ...]:
        """The newest first."""
        return self._rows.of(agent.email, limit)

    def unread(self, agent: Agent) -> int:
        """How many the agent has not seen."""
        return self._rows.unread(agent.email)

    def after(self, email: str, place: int) -> tuple[Mention, ...]:
        """An agent's after a place, in order."""
        return self._rows.after(email, place)

    def end(self) -> int:
        """The place after which nobody has been mentioned yet."""
        return self._rows.end()

    def seen(self, agent: Agent, ids: Sequence[int] | None = None) -> None:
        """The agent has seen these, or all; others' are left alone."""
        self._rows.seen(agent.email, ids, self._clock.now())


def mentioned(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The e-mails of those whom a note calls, in its order.

    names: e-mail → name. Called by e-mail, by what stands before its @, by full name, or by first name: one
    that two share calls both, as the note's reader would ask which is meant.
    """
    calls = _calls(names)
    found: dict[str, None] = {}
    for match in _CALLED.finditer(text):
        words = match[1].casefold().split(" ")
        for length in range(len(words), 0, -1):
            called = " ".join(words[:length]).rstrip(".-'")
            if called in calls:
                found.update((email, None) for email in calls[called])
                break
    return tuple(found)


def handles(names: Mapping[str, str]) -> Mapping[str, str]:
    """E-mail → the shortest words after `@` that call this one alone."""
    calls = _calls(names)
    return {
        email: next((word for word in _words(email, name) if len(calls[word.casefold()]) == 1), email)
        for email, name in names.items()
    }


def _calls(names: Mapping[str, str]) -> dict[str, list[str]]:
    calls: dict[str, list[str]] = {}
    for email, name in names.items():
        for word in dict.fromkeys(word.casefold() for word in _words(email, name)):
            calls.setdefault(word, []).append(email)
    return calls


def _words(email: str, name: str) -> list[str]:
    first = name.split()[:1]
    return [*first, " ".join(name.split()), email.partition("@")[0]]
