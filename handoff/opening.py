"""Opens the agents' room over a data folder; one of the doors that read settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from config import teams as configured
from config.clock import Clock
from config.database import Database, open_database
from config.settings import Settings, SettingsError
from config.toml_values import nearest
from handoff.desk import Desk
from handoff.dispatch import Dispatches
from handoff.escalation import Reason
from handoff.facts import FactRules, Product
from handoff.hours import Calendar
from handoff.intake import Intake
from handoff.lessons import Lessons
from handoff.store import Store
from handoff.store.dispatches import DispatchStore
from handoff.triage import Priority, PriorityRule, Rules, Target, Team

_MIGRATIONS = Path(__file__).with_name("migrations")


@dataclass(frozen=True, slots=True)
class Handoff:
    """The room's open handles."""

    database: Database
    store: Store
    rules: Rules
    intake: Intake
    desk: Desk
    dispatches: Dispatches
    lessons: Lessons

    def close(self) -> None:
        """Close the database; nothing of the room may be used afterwards."""
        self.database.close()


def open_handoff(
    settings: Settings, clock: Clock, *, products: Mapping[str, Sequence[str]] | None = None
) -> Handoff:
    """The room over `settings.data`/handoff.db, made if missing.

    products: the names of what the company sells, each with the other words for it, to be found in messages.
    Raises SettingsError for a teams.toml that can't be, and the errors of `open_database`.
    """
    rules = rules_of(configured.load_teams(settings.data / "teams.toml"))
    database = open_database(settings.data / "handoff.db", _MIGRATIONS)
    store = Store(database)
    return Handoff(
        database=database,
        store=store,
        rules=rules,
        intake=Intake(store, clock, rules, fact_rules(rules, products or {})),
        desk=Desk(store, clock),
        dispatches=Dispatches(DispatchStore(database), clock),
        lessons=Lessons(store),
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
            )
            for team in teams.teams
        ),
        fallback=teams.fallback,
        targets={
            Priority(priority): Target(target.first_reply_within, target.resolve_within)
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
    )


def fact_rules(rules: Rules, products: Mapping[str, Sequence[str]]) -> FactRules:
    """How facts are found: dates in the fallback team's time zone, products by these names."""
    return FactRules(
        products=tuple(Product(name, tuple(words)) for name, words in products.items()),
        zone=rules.team(rules.fallback).calendar.zone,
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
