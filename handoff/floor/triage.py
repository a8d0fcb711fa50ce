"""Which team, how soon and why: outage and security before money before everything else. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from handoff.casefile.claim import Evidence, must_cite
from handoff.casefile.lexicon import HASTE, WAITED, lower
from handoff.casefile.mood import Mood
from handoff.escalation import Escalation, IntentGuess, Line
from handoff.finding.facts import Fact
from handoff.finding.masking import mask
from handoff.floor.rules import Priority, PriorityRule, RaiseRule, Rules, Target, Team

__all__ = ["Priority", "PriorityRule", "Rules", "Target", "Team", "Triage", "triage"]

Level = Literal["critical", "high", "normal"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value triage decided on, the sentence that says why, and the messages it rests on."""

    value: str
    because: str
    messages: tuple[int, ...]

    def __post_init__(self) -> None:
        must_cite(self.messages, f"routing {self.value!r}")


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment something falls due, why it is that one, and the message the clock started at."""

    at: datetime
    because: str
    messages: tuple[int, ...]

    def __post_init__(self) -> None:
        must_cite(self.messages, "deadline")


@dataclass(frozen=True, slots=True)
class Urgency:
    """How pressing it is for the customer, the words that show it, and the messages it was read from."""

    level: Level
    messages: tuple[int, ...]
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        must_cite(self.messages, "urgency")


@dataclass(frozen=True, slots=True)
class Triage:
    """Where a case goes and when it is due, each with its reason."""

    team: Chosen
    skills: tuple[Chosen, ...]
    priority: Chosen
    first_reply_by: Deadline
    resolve_by: Deadline
    urgency: Urgency


SMALL_TALK = frozenset(
    [
        "human_handoff",
        "greet",
        "goodbye",
        "thank",
        "affirm",
        "deny",
        "helped",
        "did_not_help",
        "bot_challenge",
        "stop",
        "inform",
        "correction",
    ]
)
"""Intents that say nothing about what the customer needs."""

NOTHING = "nothing in the conversation raises or lowers it"

_SURE = 0.4  # probability from which an intent may choose the team
_SOON = timedelta(days=7)


def triage(
    escalation: Escalation, facts: Sequence[Fact], mood: Mood, rules: Rules, cited: tuple[int, ...]
) -> Triage:
    """Route one escalation; `cited` are the messages that triggered it."""
    said = escalation.said()
    meant = _meant(escalation)
    signs = tuple(_signs(said, rules.priorities))
    team, team_chosen = _team(escalation, said, meant, rules, cited)
    priority = _priority(escalation, signs, meant, mood, rules, cited)
    target = rules.targets[Priority(priority.value)]
    since = escalation.escalated_at
    return Triage(
        team=team_chosen,
        skills=(
            Chosen(escalation.language, "The language the customer writes.", cited),
            *(
                Chosen(skill, f"What {team.title('en')} works on.", team_chosen.messages)
                for skill in team.skills
            ),
        ),
        priority=priority,
        first_reply_by=_deadline(team, since, target.first_reply_within, "First reply", priority, cited),
        resolve_by=_deadline(team, since, target.resolve_within, "Resolution", priority, cited),
        urgency=_urgency(escalation, said, facts, signs, cited),
    )


def _meant(escalation: Escalation) -> IntentGuess | None:
    """What the customer most likely wants, small talk aside; None if no guess is good enough to act on."""
    guess = next((guess for guess in escalation.intents if guess.name not in SMALL_TALK), None)
    return guess if guess is not None and guess.probability >= _SURE else None


def _signs(said: Sequence[Line], rules: Sequence[PriorityRule]) -> Iterator[tuple[PriorityRule, Evidence]]:
    """The last message in which the words of each rule stand."""
    for rule in rules:
        for line in reversed(said):
            if quote := _quote(line.text, rule.words):
                yield rule, Evidence(rule.name, quote, (line.number,))
                break


def _priority(
    escalation: Escalation,
    signs: Sequence[tuple[PriorityRule, Evidence]],
    meant: IntentGuess | None,
    mood: Mood,
    rules: Rules,
    cited: tuple[int, ...],
) -> Chosen:
    seen = {rule.name: found for rule, found in signs}
    for rule in rules.priorities:
        if escalation.reason in rule.reasons:
            chosen = _chosen(rule.priority, rule.because, cited)
        elif found := seen.get(rule.name):
            because = f"{rule.because} (“{found.text}” in message {found.messages[0]})"
            chosen = _chosen(rule.priority, because, found.messages)
        elif meant is not None and meant.name in rule.intents:
            chosen = _chosen(
                rule.priority, f"{rule.because} ({meant.name}, {meant.probability:.0%} sure)", cited
            )
        else:
            continue
        break
    else:
        chosen = _chosen(Priority.NORMAL, NOTHING, mood.messages)
    for lift in rules.raises:
        if lift.waited is None and _holds(lift, escalation, mood):
            chosen = _raised(chosen, lift, mood, cited)
    return chosen


def _holds(rule: RaiseRule, escalation: Escalation, mood: Mood) -> bool:
    customer = escalation.customer
    return (not rule.moods or mood.label in rule.moods) and (
        not rule.business or (customer.verified and customer.business)
    )


def _raised(chosen: Chosen, rule: RaiseRule, mood: Mood, cited: tuple[int, ...]) -> Chosen:
    """One step up, with what was said of it before; as it is where it is high enough."""
    above = rule.raised(Priority(chosen.value))
    if above is None:
        return chosen
    clause, messages = rule.because, cited
    if rule.moods and mood.evidence:
        shown = mood.evidence[-1]
        clause = f"{clause} (“{shown.text}” in message {shown.messages[0]})"
        messages = shown.messages
    return Chosen(str(above), lifted(above, chosen.because, clause), messages)


def lifted(above: Priority, because: str, clause: str) -> str:
    """Why a priority is `above`, once more than what gave the lower one counts."""
    before = because.partition(": ")[2].removesuffix(".")
    if before == NOTHING:
        return f"{above.capitalize()}: {clause}."
    return f"{above.capitalize()}: {before}; raised because {clause}."


def _chosen(priority: Priority, because: str, messages: tuple[int, ...]) -> Chosen:
    return Chosen(str(priority), f"{priority.capitalize()}: {because}.", messages)


def _team(
    escalation: Escalation,
    said: Sequence[Line],
    meant: IntentGuess | None,
    rules: Rules,
    cited: tuple[int, ...],
) -> tuple[Team, Chosen]:
    for team in rules.teams:
        if escalation.reason in team.reasons:
            return team, Chosen(team.name, f"{team.title('en')} takes cases of this reason.", cited)
    if meant is not None:
        for team in rules.teams:
            if meant.name in team.intents:
                because = f"{team.title('en')} takes {meant.name}, understood with {meant.probability:.0%}."
                return team, Chosen(team.name, because, cited)
    for line in reversed(said):
        for team in rules.teams:
            if quote := _quote(line.text, team.words):
                because = f"{team.title('en')} takes “{quote}”, in message {line.number}."
                return team, Chosen(team.name, because, (line.number,))
    team = rules.team(rules.fallback)
    return team, Chosen(team.name, f"{team.title('en')} takes what no other team claims.", cited)


def _urgency(
    escalation: Escalation,
    said: Sequence[Line],
    facts: Sequence[Fact],
    signs: Sequence[tuple[PriorityRule, Evidence]],
    cited: tuple[int, ...],
) -> Urgency:
    evidence = [found for _, found in signs]
    for line in said:
        lowered = lower(line.text)
        for sign, pattern in (("haste", HASTE), ("waiting", WAITED)):
            if match := pattern.search(lowered):
                evidence.append(Evidence(sign, mask(line.text[slice(*match.span())]), (line.number,)))
    today = escalation.escalated_at.date()
    for fact in facts:
        if fact.superseded or fact.masked:
            continue
        if fact.name == "date" and today.isoformat() < fact.value <= (today + _SOON).isoformat():
            evidence.append(Evidence("deadline", fact.words, fact.messages))
        elif fact.name == "amount":
            evidence.append(Evidence("money at stake", fact.words, fact.messages))
    level: Level = "normal"
    if any(rule.priority is Priority.URGENT for rule, _ in signs):
        level = "critical"
    elif any(found.sign in ("haste", "waiting", "deadline") for found in evidence) or any(
        rule.priority is Priority.HIGH for rule, _ in signs
    ):
        level = "high"
    read = tuple(sorted({number for found in evidence for number in found.messages})) or cited
    return Urgency(level, read, tuple(evidence))


def _deadline(
    team: Team, since: datetime, within: timedelta, what: str, priority: Chosen, cited: tuple[int, ...]
) -> Deadline:
    because = (
        f"{what} within {spoken(within)} of {team.title('en')}'s hours, as priority is {priority.value}."
    )
    return Deadline(team.calendar.due(since, within), because, cited)


def spoken(within: timedelta) -> str:
    """A duration in words: `4 h`, `1 h 30 min`, `2 d`."""
    minutes = int(within.total_seconds()) // 60
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if n]
    return " ".join(parts) or "0 min"


def _quote(text: str, words: tuple[str, ...]) -> str | None:
    """The first of the words that stands in the text, as the customer wrote it."""
    if not words:
        return None
    match = _pattern(words).search(lower(text))
    return mask(text[slice(*match.span())]) if match else None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word.lower()).replace(r"\ ", r"\s+") for word in longest_first)
    return re.compile(rf"\b(?:{either})(?:s|n|en|et|er|ene)?\b")  # plurals, and Bokmål's definite forms
