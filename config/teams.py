"""Teams, opening hours, targets and rules: as teams.toml gives them, and over it what was changed since."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.team_tables import Edits, load_tables
from config.toml_values import Section, nearest

Priority = Literal["urgent", "high", "normal", "low"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_DURATION = re.compile(r"([1-9]\d{0,3})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_SHARE = re.compile(r"([1-9]\d?)%")
_MOODS = ("frustrated", "angry")


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
    overflow: str | None
    """The team that helps out when this one has nobody, or not for too long."""
    overflow_after: timedelta
    silent_after: timedelta
    """For how long an agent may leave a customer without an answer before somebody else is asked."""


@dataclass(frozen=True, slots=True)
class Target:
    """A service level, in business time."""

    first_reply_within: timedelta
    resolve_within: timedelta
    warn_before: float | timedelta
    """How long before it passes people are warned: a share of it, from 0 to 1, or a time."""


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
class RaiseRule:
    """Raises a priority by one step, never above `at_most`; what is given must all hold.

    moods: of the customer; business: whether the company's own server says that they buy for a business;
    waited, which stands alone: for how long nobody has taken the case, in business time.
    """

    name: str
    at_most: Priority
    because: Mapping[str, str]
    """Language -> the reason as a clause; English is always there."""
    moods: tuple[str, ...]
    business: bool
    waited: timedelta | None


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """What holds for every team."""

    language_after: timedelta
    """How long a customer waits for somebody who writes their language before anyone may answer."""
    again_after: timedelta
    """How long after a case was taken from an agent it may be given to them again."""
    tries: int
    """How often one agent is given the same case at most."""


@dataclass(frozen=True, slots=True)
class Teams:
    teams: tuple[TeamSettings, ...]
    fallback: str
    """The name of the team that takes what no team claims."""
    targets: Mapping[Priority, Target]
    priorities: tuple[PriorityRule, ...]
    raises: tuple[RaiseRule, ...]
    routing: RoutingSettings


def load_teams(path: Path | None = None, edits: Edits | None = None) -> Teams:
    """The shipped teams.toml and over it, table by table, the one at `path` if there is one, and the edits.

    Raises SettingsError for what can't be: an unknown key, a team without hours, a span that ends too early.
    """
    tables = load_tables(path, edits or {})
    kinds = tables.by_kind
    hours = {name: _hours(name, section) for name, section in kinds["hours"].items()}
    teams = tuple(_team(name, section, hours, kinds["teams"]) for name, section in kinds["teams"].items())
    fallback = tables.routing.text("fallback")
    if fallback not in kinds["teams"]:
        raise tables.routing.error("fallback", f"no such team{nearest(fallback, kinds['teams'])}")
    return Teams(
        teams=teams,
        fallback=fallback,
        targets=_targets(kinds["targets"]),
        priorities=tuple(_rule(name, section) for name, section in kinds["priorities"].items()),
        raises=tuple(_raise(name, section) for name, section in kinds["raise"].items()),
        routing=_routing(tables.routing),
    )


def _team(
    name: str, section: Section, hours: Mapping[str, OpeningHours], teams: Mapping[str, Section]
) -> TeamSettings:
    section.only(
        [
            "title",
            "skills",
            "reasons",
            "intents",
            "words",
            "hours",
            "overflow",
            "overflow_after",
            "silent_after",
        ]
    )
    if section.text("hours") not in hours:
        raise section.error("hours", f"no such opening hours{nearest(section.text('hours'), hours)}")
    overflow = section.text("overflow") if "overflow" in section.values else None
    if overflow == name or (overflow is not None and overflow not in teams):
        others = [other for other in teams if other != name]
        raise section.error("overflow", f"must be another team{nearest(overflow, others)}")
    return TeamSettings(
        name=name,
        title=_by_language(section, "title"),
        skills=section.texts("skills"),
        reasons=section.texts("reasons"),
        intents=section.texts("intents"),
        words=_lower(section, "words"),
        hours=hours[section.text("hours")],
        overflow=overflow,
        overflow_after=_duration(section, "overflow_after", "15m"),
        silent_after=_duration(section, "silent_after", "10m"),
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


def _targets(tables: Mapping[str, Section]) -> dict[Priority, Target]:
    for name in tables.keys() - set(get_args(Priority)):
        raise tables[name].error("", f"no such priority{nearest(name, get_args(Priority))}")
    targets: dict[Priority, Target] = {}
    for priority in get_args(Priority):
        section = tables[priority]
        section.only(["first_reply_within", "resolve_within", "warn_before"])
        targets[priority] = Target(
            _duration(section, "first_reply_within"),
            _duration(section, "resolve_within"),
            _warning(section, "warn_before"),
        )
    return targets


def _warning(section: Section, key: str) -> float | timedelta:
    share = _SHARE.fullmatch(section.text(key, "20%"))
    if share is not None:
        return int(share[1]) / 100
    if _DURATION.fullmatch(section.text(key)) is None:
        raise section.error(key, 'must be a share such as "20%" or a duration such as "5m"')
    return _duration(section, key)


def _rule(name: str, section: Section) -> PriorityRule:
    section.only(["priority", "because", "reasons", "intents", "words"])
    return PriorityRule(
        name=name,
        priority=_priority(section, "priority"),
        because=_by_language(section, "because"),
        reasons=section.texts("reasons"),
        intents=section.texts("intents"),
        words=_lower(section, "words"),
    )


def _raise(name: str, section: Section) -> RaiseRule:
    section.only(["at_most", "because", "moods", "business", "waited"])
    moods, business = section.texts("moods"), section.values.get("business", False)
    for mood in moods:
        if mood not in _MOODS:
            raise section.error("moods", f"no such mood {mood!r}{nearest(mood, _MOODS)}")
    if not isinstance(business, bool):
        raise section.error("business", "must be true or false")
    waited = _duration(section, "waited") if "waited" in section.values else None
    if not (moods or business or waited):
        raise section.error("moods", "give moods, business or waited: when does it raise?")
    if waited and (moods or business):
        raise section.error("waited", "stands alone; make a rule of its own of moods and business")
    return RaiseRule(
        name=name,
        at_most=_priority(section, "at_most"),
        because=_by_language(section, "because"),
        moods=moods,
        business=business,
        waited=waited,
    )


def _routing(section: Section) -> RoutingSettings:
    section.only(["fallback", "language_after", "again_after", "tries"])
    tries = section.values.get("tries", 2)
    if not isinstance(tries, int) or isinstance(tries, bool) or not 1 <= tries <= 9:
        raise section.error("tries", "must be a whole number from 1 to 9")
    return RoutingSettings(
        language_after=_duration(section, "language_after", "5m"),
        again_after=_duration(section, "again_after", "30m"),
        tries=tries,
    )


def _priority(section: Section, key: str) -> Priority:
    said = section.text(key)
    for priority in get_args(Priority):
        if said == priority:
            return cast(Priority, priority)
    raise section.error(key, f"no such priority{nearest(said, get_args(Priority))}")


def _by_language(section: Section, key: str) -> dict[str, str]:
    by_language = section.section(key)
    if "en" not in by_language.values:
        raise section.error(key, 'must say it in English at least: { en = "…" }')
    return {language: by_language.text(language) for language in by_language.values}


def _duration(section: Section, key: str, default: str | None = None) -> timedelta:
    parts = _DURATION.fullmatch(section.text(key, default))
    if parts is None:
        raise section.error(key, 'must be a duration such as "15m", "8h" or "2d"')
    return timedelta(**{_UNITS[parts[2]]: int(parts[1])})


def _lower(section: Section, key: str) -> tuple[str, ...]:
    return tuple(word.lower() for word in section.texts(key))
