"""Teams, hours, targets and rules as they hold now: what the files say, and over it what was saved since."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from config.clock import Clock
from handoff.errors import TeamsError
from handoff.floor.arrangements.drafts import (
    HoursDraft,
    RaiseDraft,
    RoutingDraft,
    RuleDraft,
    Table,
    TargetDraft,
    TeamDraft,
    hours_draft,
    raise_draft,
    routing_draft,
    rule_draft,
    table_of,
    target_draft,
    team_draft,
)
from handoff.floor.rules import Rules
from handoff.store.arrangements import ArrangementStore, Edit, Edited
from handoff.values import JsonObject

__all__ = [
    "Arrangements",
    "Edit",
    "HoursDraft",
    "RaiseDraft",
    "RoutingDraft",
    "RuleDraft",
    "TargetDraft",
    "TeamDraft",
]

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Written:
    """The tables as they are written, by kind and name, in order; [routing] apart."""

    by_kind: Mapping[str, Mapping[str, Table]]
    routing: Table = field(default_factory=dict)


class Files(Protocol):
    """The door's way to the files."""

    def rules(self, edited: Edited) -> Rules:
        """What files and edits come to."""
        ...

    def checked(self, edited: Edited) -> Rules:
        """The same for edits that are about to be saved; raises TeamsError naming the field that is wrong."""
        ...

    def written(self, edited: Edited) -> Written: ...


class Doorbell(Protocol):
    """What tells of a change, wherever it was made."""

    def subscribe(self, topics: Sequence[str], wake: Callable[[], None]) -> Callable[[], None]: ...


class Arrangements:
    """What holds now, and the verbs that change it. Each raises TeamsError where nobody could work by it."""

    def __init__(self, store: ArrangementStore, files: Files, doorbell: Doorbell, clock: Clock) -> None:
        self._store, self._files, self._clock = store, files, clock
        self._lock = threading.Lock()
        self._stale = threading.Event()
        version, edited = store.edited()
        self._version, self._rules = version, files.rules(edited)
        doorbell.subscribe(("arrangements",), self._stale.set)

    def now(self) -> Rules:
        """The rules that hold now, in every process."""
        if self._stale.is_set():
            with self._lock:
                self._stale.clear()
                if self._store.version() != self._version:
                    self._version, edited = self._store.edited()
                    self._rules = self._files.rules(edited)
        return self._rules

    def teams(self) -> tuple[TeamDraft, ...]:
        """In the order in which they are tried, as everything below."""
        return tuple(team_draft(name, table) for name, table in self._tables("teams"))

    def hours(self) -> tuple[HoursDraft, ...]:
        return tuple(hours_draft(name, table) for name, table in self._tables("hours"))

    def targets(self) -> tuple[TargetDraft, ...]:
        return tuple(target_draft(name, table) for name, table in self._tables("targets"))

    def rules(self) -> tuple[RuleDraft, ...]:
        return tuple(rule_draft(name, table) for name, table in self._tables("priorities"))

    def raises(self) -> tuple[RaiseDraft, ...]:
        return tuple(raise_draft(name, table) for name, table in self._tables("raise"))

    def routing(self) -> RoutingDraft:
        return routing_draft(self._written().routing)

    def team_saved(self, draft: TeamDraft, by: str) -> None:
        self._save("teams", draft.name, table_of(draft), by)

    def hours_saved(self, draft: HoursDraft, by: str) -> None:
        table = table_of(draft)
        del table["week"]
        week = {day: list(spans) for day, spans in draft.week.items() if spans}
        self._save("hours", draft.name, {**week, **table}, by)

    def holidays_saved(self, name: str, days: Sequence[str], by: str) -> None:
        """The days on which those who keep these hours are closed, such as "2026-12-25"."""
        kept = next((hours for hours in self.hours() if hours.name == name), None)
        if kept is None:
            raise TeamsError(f"there are no opening hours {name!r}", "name")
        self.hours_saved(HoursDraft(name, kept.zone, kept.week, tuple(sorted(days))), by)

    def target_saved(self, draft: TargetDraft, by: str) -> None:
        self._save("targets", draft.name, table_of(draft), by)

    def rule_saved(self, draft: RuleDraft, by: str) -> None:
        """A new rule is tried after all others; `rules_ordered` moves it."""
        self._save("priorities", draft.name, table_of(draft), by)

    def raise_saved(self, draft: RaiseDraft, by: str) -> None:
        self._save("raise", draft.name, table_of(draft), by)

    def routing_saved(self, draft: RoutingDraft, by: str) -> None:
        self._save("routing", "", table_of(draft), by)

    def rules_ordered(self, names: Sequence[str], by: str) -> None:
        """The priority rules in the order in which they are tried; any that is not named comes after."""
        self._save("order", "priorities", {"names": list(names)}, by)

    def teams_ordered(self, names: Sequence[str], by: str) -> None:
        """Likewise the teams."""
        self._save("order", "teams", {"names": list(names)}, by)

    def team_removed(self, name: str, by: str) -> None:
        """Its open cases become the fallback team's."""
        self._remove("teams", name, by)

    def hours_removed(self, name: str, by: str) -> None:
        self._remove("hours", name, by)

    def rule_removed(self, name: str, by: str) -> None:
        self._remove("priorities", name, by)

    def raise_removed(self, name: str, by: str) -> None:
        self._remove("raise", name, by)

    def history(self, limit: int = 100) -> tuple[Edit, ...]:
        """The last changes, the latest first."""
        return self._store.history(limit)

    def _save(self, kind: str, name: str, table: JsonObject, by: str) -> None:
        if kind not in ("routing", "order") and _NAME.fullmatch(name) is None:
            raise TeamsError("name: letters a-z, digits, - and _, at most 40, a letter first", "name")
        self._store.save(kind, name, table, by, self._clock.now(), self._files.checked)

    def _remove(self, kind: str, name: str, by: str) -> None:
        if name not in self._written().by_kind[kind]:
            raise TeamsError(f"there is no {name!r} to remove; reload the page", "name")
        self._store.save(kind, name, None, by, self._clock.now(), self._files.checked)

    def _written(self) -> Written:
        return self._files.written(self._store.edited()[1])

    def _tables(self, kind: str) -> Sequence[tuple[str, Table]]:
        return tuple(self._written().by_kind[kind].items())
