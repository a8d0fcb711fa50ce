"""Teams, opening hours, targets and priority rules, as teams.toml gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.toml_values import Section, nearest, read_toml

Priority = Literal["urgent", "high", "normal", "low"]

SHIPPED = Path(__file__).with_name("teams.toml")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_DURATION = re.compile(r"([1-9]\d{0,3})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a team works, in local time."""

    name: str
    zone: ZoneInfo
    week: tuple[tuple[tuple[time, time], ...], ...]
    """Seven days from Monday; each a tuple of (from, to), in order; `to` time.max means until midnight."""
    holidays: frozenset[date]
    """Days on which nobody works, whatever the weekday."""


@dataclass(frozen=True, slots=True)
class TeamSettings:
    name: str
    title: Mapping[str, str]
    """Language -> the team's name as people read it; English is always there."""
    skills: tuple[str, ...]
    """What an agent needs to take this team's cases."""
    reasons: tuple[str, ...]
    """Escalation reasons that are this team's."""
    intents: tuple[str, ...]
    words: tuple[str, ...]
    """Lower-case words and phrases of a customer that point to this team, in any language."""
    hours: OpeningHours


@dataclass(frozen=True, slots=True)
class Target:
    """A service level, in business time."""

    first_reply_within: timedelta
    resolve_within: timedelta


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """Matches by reason, by intent or by word; the rules are tried in order."""

    name: str
    priority: Priority
    because: Mapping[str, str]
    """Language -> the reason as a clause; English is always there."""
    reasons: tuple[str, ...]
    intents: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teams:
    teams: tuple[TeamSettings, ...]
    fallback: str
    """The name of the team that takes what no team claims."""
    targets: Mapping[Priority, Target]
    priorities: tuple[PriorityRule, ...]


def load_teams(path: Path | None = None) -> Teams:
    """The shipped teams.toml and over it, table by table, the one at `path` if there is one.

    Raises SettingsError for what can't be: an unknown key, a team without hours, a span that ends too early.
    """
    files = [Section(SHIPPED.name, "", read_toml(SHIPPED))]
    if path is not None and path.exists():
        files.append(Section(str(path), "", read_toml(path)))
    for file in files:
        file.only(["fallback", "teams", "hours", "targets", "priorities"])
    hours = {name: _hours(name, section) for name, section in _tables(files, "hours").items()}
    teams = tuple(_team(name, section, hours) for name, section in _tables(files, "teams").items())
    last = next(file for file in reversed(files) if "fallback" in file.values)
    fallback = last.text("fallback")
    if fallback not in (team.name for team in teams):
        raise last.error("fallback", f"no such team{nearest(fallback, [team.name for team in teams])}")
    return Teams(
        teams=teams,
        fallback=fallback,
        targets=_targets(_tables(files, "targets"), files[0]),
        priorities=tuple(_rule(name, section) for name, section in _tables(files, "priorities").items()),
    )


def _tables(files: list[Section], kind: str) -> dict[str, Section]:
    """All tables of a kind; a later file's replaces the earlier one of its name, in its place."""
    tables: dict[str, Section] = {}
    for file in files:
        kinds = file.section(kind)
        tables |= {name: kinds.section(name) for name in kinds.values}
    return tables


def _team(name: str, section: Section, hours: Mapping[str, OpeningHours]) -> TeamSettings:
    section.only(["title", "skills", "reasons", "intents", "words", "hours"])
    if section.text("hours") not in hours:
        raise section.error("hours", f"no such opening hours{nearest(section.text('hours'), hours)}")
    return TeamSettings(
        name=name,
        title=_by_language(section, "title"),
        skills=section.texts("skills"),
        reasons=section.texts("reasons"),
        intents=section.texts("intents"),
        words=_lower(section, "words"),
        hours=hours[section.text("hours")],
    )


def _hours(name: str, section: Section) -> OpeningHours:
    section.only(["zone", "holidays", *WEEKDAYS])
    try:
        zone = ZoneInfo(section.text("zone"))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise section.error("zone", 'no such time zone; a name such as "Europe/Oslo"') from error
    try:
        holidays = frozenset(date.fromisoformat(day) for day in section.texts("holidays"))
    except ValueError as error:
        raise section.error("holidays", 'must be dates such as "2026-12-25"') from error
    return OpeningHours(name, zone, tuple(_spans(section, day) for day in WEEKDAYS), holidays)


def _spans(section: Section, day: str) -> tuple[tuple[time, time], ...]:
    spans = []
    last = time.min
    for text in section.texts(day):
        parts = _SPAN.fullmatch(text)
        if parts is None:
            raise section.error(day, 'must be spans such as "08:00-16:00"')
        start = time(int(parts[1]), int(parts[2]))
        end = time(int(parts[3]), int(parts[4])) if parts[3] else time.max
        if not last <= start < end:
            raise section.error(day, "a span must end after it starts and start after the one before it")
        spans.append((start, end))
        last = end
    return tuple(spans)


def _targets(tables: Mapping[str, Section], shipped: Section) -> dict[Priority, Target]:
    targets: dict[Priority, Target] = {}
    for priority in get_args(Priority):
        section = tables.get(priority) or shipped.section("targets").section(priority)
        section.only(["first_reply_within", "resolve_within"])
        targets[priority] = Target(
            _duration(section, "first_reply_within"), _duration(section, "resolve_within")
        )
    for name in tables.keys() - set(get_args(Priority)):
        raise tables[name].error("", f"no such priority{nearest(name, get_args(Priority))}")
    return targets


def _rule(name: str, section: Section) -> PriorityRule:
    section.only(["priority", "because", "reasons", "intents", "words"])
    for priority in get_args(Priority):
        if section.text("priority") == priority:
            return PriorityRule(
                name=name,
                priority=priority,
                because=_by_language(section, "because"),
                reasons=section.texts("reasons"),
                intents=section.texts("intents"),
                words=_lower(section, "words"),
            )
    raise section.error(
        "priority", f"no such priority{nearest(section.text('priority'), get_args(Priority))}"
    )


def _by_language(section: Section, key: str) -> dict[str, str]:
    by_language = section.section(key)
    if "en" not in by_language.values:
        raise section.error(key, 'must say it in English at least: { en = "…" }')
    return {language: by_language.text(language) for language in by_language.values}


def _duration(section: Section, key: str) -> timedelta:
    parts = _DURATION.fullmatch(section.text(key))
    if parts is None:
        raise section.error(key, 'must be a duration such as "15m", "8h" or "2d"')
    return timedelta(**{_UNITS[parts[2]]: int(parts[1])})


def _lower(section: Section, key: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in section.texts(key))
