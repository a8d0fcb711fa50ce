"""The rules a house hands cases over by: its teams and their hours, targets and priorities. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from handoff.errors import TeamsError
from handoff.escalation import Reason
from handoff.floor.hours import ALWAYS, Calendar


class Priority(StrEnum):
    """How soon a case must be looked at; the most pressing first."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most pressing."""
        return _RANKS[self]


_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


@dataclass(frozen=True, slots=True)
class Target:
    """A service level, in the team's business time; `warn_before` a share of it, from 0 to 1, or a time."""

    first_reply_within: timedelta
    resolve_within: timedelta
    warn_before: float | timedelta = 0.2

    def warning(self, within: timedelta) -> timedelta:
        """How long before it passes a deadline that was set `within` is warned of."""
        before = self.warn_before
        return before if isinstance(before, timedelta) else within * before


@dataclass(frozen=True, slots=True)
class Team:
    """Who may get a case, by its reason, what the customer wanted or their words, and when they work.

    `titles` are the team's name by language, `skills` what its agents must have. `overflow` is the team that
    takes its cases when it has nobody, or not within `overflow_after`; an agent who leaves a customer waiting
    for `silent_after` loses the case. Both in business time.
    """

    name: str
    titles: Mapping[str, str] = field(default_factory=dict)
    skills: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    intents: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    calendar: Calendar = ALWAYS
    overflow: str | None = None
    overflow_after: timedelta = timedelta(minutes=15)
    silent_after: timedelta = timedelta(minutes=10)

    def title(self, language: str) -> str:
        """The team's name as people read it; English, then its key, where the language has none."""
        return self.titles.get(language) or self.titles.get("en") or self.name


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """What sets a priority: a reason, what the customer wanted, or their words.

    `because` is an English clause, `clauses` the same by language.
    """

    name: str
    priority: Priority
    because: str
    reasons: tuple[Reason, ...] = ()
    intents: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    clauses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RaiseRule:
    """What raises a priority by one step, once, and never above `at_most`; all that is given must hold.

    moods: of the customer. business: whether the company's own server says that they buy for one. waited: for
    how long nobody has taken the case, in business time. `because` is an English clause, `clauses` the same
    by language.
    """

    name: str
    because: str
    at_most: Priority = Priority.HIGH
    moods: tuple[str, ...] = ()
    business: bool = False
    waited: timedelta | None = None
    clauses: Mapping[str, str] = field(default_factory=dict)

    def raised(self, priority: Priority) -> Priority | None:
        """One step up; None where that is too high."""
        above = tuple(Priority)[max(0, priority.rank - 1)]
        return above if self.at_most.rank <= above.rank < priority.rank else None


@dataclass(frozen=True, slots=True)
class Rules:
    """The teams, the one that takes what no other claims, the targets, and the rules (first match wins).

    raises: what lifts a priority afterwards. language_after: how long a customer waits for somebody who
    writes their language. again_after, tries: when, and how often at most, an agent is given a case anew.
    """

    teams: tuple[Team, ...]
    fallback: str
    targets: Mapping[Priority, Target]
    priorities: tuple[PriorityRule, ...] = ()
    raises: tuple[RaiseRule, ...] = ()
    language_after: timedelta = timedelta(minutes=5)
    again_after: timedelta = timedelta(minutes=30)
    tries: int = 2

    def __post_init__(self) -> None:
        if self.fallback not in (team.name for team in self.teams):
            raise TeamsError(f"fallback: there is no team {self.fallback!r}; name one of those below it")
        if missing := [priority for priority in Priority if priority not in self.targets]:
            raise TeamsError(f"targets: none for {missing[0]}; every priority needs one")

    def team(self, name: str) -> Team:
        """The team of that name, or the fallback."""
        named = next((team for team in self.teams if team.name == name), None)
        return named or next(team for team in self.teams if team.name == self.fallback)

    def words(self, language: str) -> Mapping[str, str]:
        """What summaries say of the teams and rules in English, by a language's words for it."""
        titles = {team.title("en"): team.title(language) for team in self.teams}
        said = [(rule.because, rule.clauses) for rule in self.priorities]
        said += [(rule.because, rule.clauses) for rule in self.raises]
        return titles | {because: clauses.get(language, because) for because, clauses in said}
