"""Who gets which case, who loses one, and which team takes over. Pure: each decision says why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handoff.case import Case
from handoff.floor.floor import Floor, Member
from handoff.floor.rules import Rules, Team
from handoff.floor.triage import spoken

SILENT_WARNING = 0.8
"""Share of the time an agent may be silent after which they are warned."""

LIVE_NOT = frozenset({"email"})
"""Channels where nobody sits and waits, so that silence is counted by the first reply's target."""

HANDED_ON = frozenset({"chatwoot"})
"""Channels with people of their own, who are handed a case as soon as it is open."""

HANDED_ON_WITHIN = timedelta(minutes=2)
"""After these, a case that they can't be handed is our own people's."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Routed:
    """A case for an agent, and the clause that says why it is theirs."""

    case: Case
    agent: Member
    because: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that goes back into the queue, its customer waiting, and why."""

    case: Case
    because: str


@dataclass(frozen=True, slots=True)
class Overflowed:
    """A case for another team, and why."""

    case: Case
    team: Team
    because: str


@dataclass(frozen=True, slots=True)
class Silent:
    """An agent to be warned that a case is about to be given to somebody else, or should be."""

    case: Case
    key: str
    says: str


def route(floor: Floor, rules: Rules, now: datetime) -> tuple[Routed, ...]:
    """The cases that can be given out now, in the queue's order.

    A case goes to a member who is online, of its team, with its skills and room left, and has not lost it
    before: the one who helped the customer last, then those who write the language best, and among equals
    the one who was given a case longest ago.
    """
    load = dict(floor.load)
    given = {member.email: member.given_at or _NEVER for member in floor.members}
    routed: list[Routed] = []
    free = [
        member
        for member in floor.members
        if load.get(member.email, 0) < member.capacity and member.present(now) == "online"
    ]
    for case in floor.waiting:
        if not free:
            break
        if case.channel in HANDED_ON and now - case.opened_at < HANDED_ON_WITHIN:
            continue
        able = list(candidates(case, floor, rules, now, among=free))
        if not able:
            continue
        last = floor.last_agents.get(case.number)
        # Who was given a case in this very round comes after everybody who was not.
        agent, tier = min(
            able,
            key=lambda each: (
                each[0].email != last or each[1] > 1,
                each[1],
                given[each[0].email],
                load.get(each[0].email, 0),
                each[0].email,
            ),
        )
        load[agent.email] = load.get(agent.email, 0) + 1
        if load[agent.email] >= agent.capacity:
            free.remove(agent)
        given[agent.email] = now
        routed.append(Routed(case, agent, _because(agent.email == last, tier, rules)))
    return tuple(routed)


def candidates(
    case: Case, floor: Floor, rules: Rules, now: datetime, among: Sequence[Member] | None = None
) -> Iterator[tuple[Member, int]]:
    """Who may be given a case now, whatever room they have, each with how well they write its language:
    0 best, 1 too, 2 not at all. among: the only members to look at, all of them if None."""
    tried = floor.tried.get(case.number, {})
    team, skills = rules.team(case.team).name, needed(case)
    anyone = now - (case.waiting_since or case.opened_at) >= rules.language_after
    for member in floor.members if among is None else among:
        if member.present(now) != "online" or not member.serves(team, skills):
            continue
        lost = tried.get(member.email, ())
        if lost and (len(lost) >= rules.tries or now - lost[-1] < rules.again_after):
            continue
        tier = member.writes(case.language)
        if tier is not None:
            yield member, tier
        elif anyone:
            yield member, 2


def needed(case: Case) -> tuple[str, ...]:
    """The skills an agent needs; the language is one of the case's, and not one of these."""
    return tuple(skill for skill in case.skills if skill != case.language)


def taken(floor: Floor, rules: Rules, now: datetime) -> tuple[Taken, ...]:
    """The cases whose agent has left, or is silent while somebody else could answer."""
    return tuple(
        Taken(case, because)
        for case in floor.held
        if case.waiting_since is not None and (because := _lost(case, floor, rules, now))
    )


def silent(floor: Floor, rules: Rules, now: datetime) -> Iterator[Silent]:
    """The agents to be warned, once: before their silence costs them a case, and when only the lack of
    anybody else has kept it with them."""
    for case in floor.held:
        since, told = _since(case), floor.watch(case).told
        if since is None:
            continue
        team = rules.team(case.team)
        limit = _limit(case, team, rules)
        warn, name = limit * SILENT_WARNING, case.agent_name or case.agent
        if now >= team.calendar.due(since, limit):
            key = f"silent:{since.isoformat()}"
            if key not in told and not _anybody_else(case, floor, rules, now):
                waited = f"{name} has not answered for {spoken(limit)}, and nobody else is free"
                yield Silent(case, key, waited)
        elif now >= team.calendar.due(since, warn):
            key = f"quiet:{since.isoformat()}"
            if key not in told:
                yield Silent(case, key, f"{name} has not answered for {spoken(warn)}")


def overflowing(floor: Floor, rules: Rules, now: datetime) -> Iterator[Overflowed]:
    """The cases that their team has nobody for, or nobody soon enough, while another team has somebody."""
    staffed = {team.name for team in rules.teams if _staffed(team, floor, now)}
    for case in floor.waiting:
        team = rules.team(case.team)
        beyond = rules.team(team.overflow) if team.overflow else team
        if beyond is team or beyond.name not in staffed or beyond.name in floor.watch(case).teams:
            continue
        if team.name not in staffed:
            yield Overflowed(case, beyond, f"nobody of {team.title('en')} is at the desk")
        elif now >= team.calendar.due(case.waiting_since or case.opened_at, team.overflow_after):
            waited = spoken(team.overflow_after)
            yield Overflowed(case, beyond, f"nobody of {team.title('en')} has taken it for {waited}")


def stuck(floor: Floor, rules: Rules, now: datetime) -> Iterator[Silent]:
    """The cases that everybody who could take them has lost already: only a hand can help."""
    for case in floor.waiting:
        key, lost = "stuck", floor.tried.get(case.number, {})
        if not lost or key in floor.watch(case).told:
            continue
        team = rules.team(case.team).name
        able = [
            member
            for member in floor.members
            if member.present(now) == "online" and member.serves(team, needed(case))
        ]
        if able and all(len(lost.get(member.email, ())) >= rules.tries for member in able):
            yield Silent(case, key, "Everybody who could take it has had it; somebody must claim it by hand")


def _because(helped_before: bool, tier: int, rules: Rules) -> str:
    if helped_before and tier < 2:
        return "they helped this customer before"
    if tier < 2:
        return "it is their turn among those with room"
    waited = spoken(rules.language_after)
    return f"it is their turn, and nobody who writes the customer's language had room for {waited}"


def _lost(case: Case, floor: Floor, rules: Rules, now: datetime) -> str | None:
    """Why an agent loses a case now; None where they keep it."""
    name, since = case.agent_name or case.agent, _since(case)
    member = floor.member(case.agent)
    leaves = member.leaves_at() if member is not None else None
    if leaves is not None and case.held_since is not None and case.held_since < leaves <= now:
        return f"{name} is away from the desk"
    if since is None:
        return None
    team = rules.team(case.team)
    limit = _limit(case, team, rules)
    if now >= team.calendar.due(since, limit) and _anybody_else(case, floor, rules, now):
        return f"{name} has not answered for {spoken(limit)}"
    return None


def _since(case: Case) -> datetime | None:
    """Since when a held case's customer waits for the one who holds it."""
    if case.waiting_since is None or case.held_since is None:
        return None
    return max(case.waiting_since, case.held_since)


def _limit(case: Case, team: Team, rules: Rules) -> timedelta:
    """How long an agent may leave the customer without an answer, in the team's hours."""
    if case.channel not in LIVE_NOT:
        return team.silent_after
    return max(team.silent_after, rules.targets[case.priority].first_reply_within)


def _anybody_else(case: Case, floor: Floor, rules: Rules, now: datetime) -> bool:
    return any(
        member.email != case.agent and floor.load.get(member.email, 0) < member.capacity
        for member, _ in candidates(case, floor, rules, now)
    )


def _staffed(team: Team, floor: Floor, now: datetime) -> bool:
    """Whether somebody of the team is at the desk, busy or not."""
    return any(
        member.present(now) != "away" and member.serves(team.name, team.skills) for member in floor.members
    )


def placed(waiting: Sequence[Case], case: Case) -> int:
    """A case's place among those of its team that wait, from 1."""
    line = [each.number for each in waiting if each.team == case.team]
    return line.index(case.number) + 1 if case.number in line else 1
