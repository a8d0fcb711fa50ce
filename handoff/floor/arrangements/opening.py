"""Reads teams.toml, and what was changed over it, into this room's rules; one of the doors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from pathlib import Path

from config import teams as configured
from config.settings import SettingsError
from config.team_tables import load_tables
from config.toml_values import nearest
from handoff.errors import TeamsError
from handoff.escalation import Reason
from handoff.floor.arrangements import Written
from handoff.floor.hours import Calendar
from handoff.floor.rules import Priority, PriorityRule, RaiseRule, Rules, Target, Team
from handoff.store.arrangements import Edited


class TeamsFile:
    """The shipped teams.toml with the operator's at `path` over it, if there is one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rules(self, edited: Edited) -> Rules:
        """What holds with these changes; raises SettingsError naming where it does not."""
        return rules_of(configured.load_teams(self._path, edited))

    def checked(self, edited: Edited) -> Rules:
        """The same for changes that are about to be saved; raises TeamsError naming the field."""
        try:
            return self.rules(edited)
        except SettingsError as error:
            # The key begins with the table, such as `teams.orders`, but for [routing]'s.
            field = error.key.split(".", 2)[-1]
            raise TeamsError(error.rule, field, error.where) from error

    def written(self, edited: Edited) -> Written:
        """The tables as they stand."""
        tables = load_tables(self._path, edited)
        return Written(
            {
                kind: {name: section.values for name, section in sections.items()}
                for kind, sections in tables.by_kind.items()
            },
            tables.routing.values,
        )


def rules_of(teams: configured.Teams) -> Rules:
    """This room's rules, from what an operator configured."""
    return Rules(
        teams=tuple(
            Team(
                name=team.name,
                titles=team.title,
                skills=team.skills,
                reasons=_reasons(team.reasons, f"teams.{team.name}"),
                intents=team.intents,
                words=team.words,
                calendar=_calendar(team.hours),
                overflow=team.overflow,
                overflow_after=team.overflow_after,
                silent_after=team.silent_after,
            )
            for team in teams.teams
        ),
        fallback=teams.fallback,
        targets={
            Priority(priority): Target(target.first_reply_within, target.resolve_within, target.warn_before)
            for priority, target in teams.targets.items()
        },
        priorities=tuple(
            PriorityRule(
                name=rule.name,
                priority=Priority(rule.priority),
                because=rule.because["en"],
                reasons=_reasons(rule.reasons, f"priorities.{rule.name}"),
                intents=rule.intents,
                words=rule.words,
                clauses=rule.because,
            )
            for rule in teams.priorities
        ),
        raises=tuple(
            RaiseRule(
                name=rule.name,
                because=rule.because["en"],
                at_most=Priority(rule.at_most),
                moods=rule.moods,
                business=rule.business,
                waited=rule.waited,
                clauses=rule.because,
            )
            for rule in teams.raises
        ),
        language_after=teams.routing.language_after,
        again_after=teams.routing.again_after,
        tries=teams.routing.tries,
    )


def _reasons(names: Sequence[str], table: str) -> tuple[Reason, ...]:
    known = [reason.value for reason in Reason]
    for name in names:
        if name not in known:
            rule = f"no such reason {name!r}{nearest(name, known)}"
            raise SettingsError("teams.toml", f"[{table}] reasons", rule, key=f"{table}.reasons")
    return tuple(Reason(name) for name in names)


def _calendar(hours: configured.OpeningHours) -> Calendar:
    week = {
        day: tuple((opens, time(0) if closes == time.max else closes) for opens, closes in spans)
        for day, spans in enumerate(hours.week)
    }
    return Calendar(hours.zone.key, week, hours.holidays)
