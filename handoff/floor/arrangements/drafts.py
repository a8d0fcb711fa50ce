"""Teams, hours, targets and rules as an administrator writes them, and as the tables they are kept in. Pure.

Durations are such as "15m", "8h" or "2d"; an empty one is what is usual.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from handoff.values import JsonObject

Table = Mapping[str, object]
"""One table of teams.toml, as it is written."""

_NOT_DAYS = ("zone", "holidays")


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team as an administrator writes it; durations such as "15m", empty for what is usual."""

    name: str
    title: Mapping[str, str]
    hours: str
    skills: Sequence[str] = ()
    reasons: Sequence[str] = ()
    intents: Sequence[str] = ()
    words: Sequence[str] = ()
    overflow: str = ""
    overflow_after: str = ""
    silent_after: str = ""


@dataclass(frozen=True, slots=True)
class HoursDraft:
    """Opening hours: spans such as "08:00-16:00" by weekday (`monday` …), holidays such as "2026-12-25"."""

    name: str
    zone: str
    week: Mapping[str, Sequence[str]]
    holidays: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """What customers of a priority may expect; `warn_before` a share such as "20%" or a duration."""

    name: str
    first_reply_within: str
    resolve_within: str
    warn_before: str = ""


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """What sets a priority; `because` by language."""

    name: str
    priority: str
    because: Mapping[str, str]
    reasons: Sequence[str] = ()
    intents: Sequence[str] = ()
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RaiseDraft:
    """What raises a priority by one step; `waited` a duration."""

    name: str
    at_most: str
    because: Mapping[str, str]
    moods: Sequence[str] = ()
    business: bool = False
    waited: str = ""


@dataclass(frozen=True, slots=True)
class RoutingDraft:
    """What holds for every team, and the team that takes what no other claims."""

    fallback: str
    language_after: str = ""
    again_after: str = ""
    tries: int = 2


Draft = TeamDraft | HoursDraft | TargetDraft | RuleDraft | RaiseDraft | RoutingDraft


def table_of(draft: Draft) -> JsonObject:
    """The draft as a table: what is empty is left out, and so is the name it is kept under."""
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in asdict(draft).items()
        if key != "name" and value != "" and value is not False
    }


def team_draft(name: str, table: Table) -> TeamDraft:
    return TeamDraft(
        name=name,
        title=_by_language(table, "title"),
        hours=_text(table, "hours"),
        skills=_texts(table, "skills"),
        reasons=_texts(table, "reasons"),
        intents=_texts(table, "intents"),
        words=_texts(table, "words"),
        overflow=_text(table, "overflow"),
        overflow_after=_text(table, "overflow_after"),
        silent_after=_text(table, "silent_after"),
    )


def hours_draft(name: str, table: Table) -> HoursDraft:
    week = {day: _texts(table, day) for day in table if day not in _NOT_DAYS}
    return HoursDraft(name, _text(table, "zone"), week, _texts(table, "holidays"))


def target_draft(name: str, table: Table) -> TargetDraft:
    return TargetDraft(
        name,
        _text(table, "first_reply_within"),
        _text(table, "resolve_within"),
        _text(table, "warn_before"),
    )


def rule_draft(name: str, table: Table) -> RuleDraft:
    return RuleDraft(
        name=name,
        priority=_text(table, "priority"),
        because=_by_language(table, "because"),
        reasons=_texts(table, "reasons"),
        intents=_texts(table, "intents"),
        words=_texts(table, "words"),
    )


def raise_draft(name: str, table: Table) -> RaiseDraft:
    return RaiseDraft(
        name=name,
        at_most=_text(table, "at_most"),
        because=_by_language(table, "because"),
        moods=_texts(table, "moods"),
        business=table.get("business") is True,
        waited=_text(table, "waited"),
    )


def routing_draft(table: Table) -> RoutingDraft:
    tries = table.get("tries")
    return RoutingDraft(
        fallback=_text(table, "fallback"),
        language_after=_text(table, "language_after"),
        again_after=_text(table, "again_after"),
        tries=tries if isinstance(tries, int) else 2,
    )


def _text(table: Table, key: str) -> str:
    return str(table.get(key, ""))


def _texts(table: Table, key: str) -> tuple[str, ...]:
    given = table.get(key, ())
    return tuple(str(each) for each in given) if isinstance(given, list | tuple) else ()


def _by_language(table: Table, key: str) -> dict[str, str]:
    given = table.get(key, {})
    return {str(code): str(said) for code, said in given.items()} if isinstance(given, Mapping) else {}
