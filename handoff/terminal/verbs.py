"""More of the desk in a terminal: whose a case is, when it is seen to, how it is sorted; and the audit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from handoff.case import Case
from handoff.floor.rules import Priority
from handoff.opening import Handoff
from handoff.terminal.opening import DATA, As, AsJson, Data, Ref, agent_of, colleagues_of, room_over, row
from handoff.verbs.agent import Agent
from handoff.verbs.handing import lead_for

verbs = typer.Typer()
audit = typer.Typer(help="Who did what, and whether nobody has touched it.", no_args_is_help=True)
verbs.add_typer(audit, name="audit")

Note = Annotated[str, typer.Option("--note", help="What colleagues should know.")]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="In local time.")
]


@verbs.command()
def assign(
    ref: Ref,
    to: Annotated[str, typer.Argument(metavar="EMAIL", help="Who gets it.")],
    by: As,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Give a case to a colleague; a supervisor's own e-mail takes it over."""

    def work(room: Handoff, agent: Agent) -> Case:
        return room.desk.assign(ref, agent, colleagues_of(room, data).named(to))

    _do(data, by, as_json, work, lambda case: f"Case #{case.number} is {case.agent_name}'s.")


@verbs.command(name="hand-over")
def hand_over(
    ref: Ref,
    by: As,
    to: Annotated[str, typer.Option("--to", metavar="EMAIL", help="A colleague.")] = "",
    team: Annotated[str, typer.Option("--team", help="A team.")] = "",
    supervisor: Annotated[bool, typer.Option("--supervisor", help="Whoever leads.")] = False,
    note: Note = "",
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Give a case to a colleague, a team or a supervisor, with a note."""
    if sum(map(bool, (to, team, supervisor))) != 1:
        raise typer.BadParameter("name one of --to, --team and --supervisor")

    def work(room: Handoff, agent: Agent) -> Case:
        if team:
            return room.desk.hand_over(ref, agent, note, to_team=team)
        known = colleagues_of(room, data)
        whom = known.named(to) if to else lead_for(room.desk.case(ref), agent, known.leads())
        return room.desk.hand_over(ref, agent, note, to_agent=whom)

    _do(data, by, as_json, work, lambda case: f"Case #{case.number} is with {case.agent_name or case.team}.")


@verbs.command()
def escalate(
    ref: Ref,
    by: As,
    problem: Annotated[str, typer.Option("--problem", help="What is wrong.")],
    steps: Annotated[str, typer.Option("--steps", help="What has been tried.")],
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Turn to a lead, with the problem and the steps taken written down."""

    def work(room: Handoff, agent: Agent) -> Case:
        lead = lead_for(room.desk.case(ref), agent, colleagues_of(room, data).leads())
        return room.desk.escalate_to_lead(ref, agent, problem, steps, lead)

    _do(data, by, as_json, work, lambda case: f"Case #{case.number} is {case.agent_name}'s.")


@verbs.command()
def snooze(
    ref: Ref,
    by: As,
    until: Until = None,
    until_reply: Annotated[bool, typer.Option("--until-reply", help="Until the customer writes.")] = False,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Put a case away; the customer's next message wakes it in any case."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.snooze(ref, agent, _aware(until), until_reply=until_reply),
        lambda case: f"Case #{case.number} sleeps.",
    )


@verbs.command()
def wake(ref: Ref, by: As, as_json: AsJson = False, data: Data = DATA) -> None:
    """Take a case up again before its time."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.wake(ref, agent),
        lambda case: f"Case #{case.number} is open.",
    )


@verbs.command()
def label(
    ref: Ref,
    by: As,
    labels: Annotated[
        list[str] | None, typer.Argument(help="These and no others; none takes all off.")
    ] = None,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Give a case labels."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.label(ref, agent, labels or []),
        lambda case: f"Case #{case.number}: {', '.join(case.labels) or 'no labels'}.",
    )


@verbs.command()
def field(
    ref: Ref,
    name: Annotated[str, typer.Argument(help="The custom field.")],
    by: As,
    value: Annotated[str, typer.Argument(help="What goes into it; nothing empties it.")] = "",
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Fill in a case's custom field."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.set_fields(ref, agent, {name: value}),
        lambda case: f"Case #{case.number}: {name} is {case.fields.get(name) or 'empty'}.",
    )


@verbs.command()
def priority(
    ref: Ref,
    to: Annotated[str, typer.Argument(metavar="PRIORITY", help=f"One of {', '.join(Priority)}.")],
    by: As,
    note: Annotated[str, typer.Option("--note", help="Why.")],
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Change what triage decided."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.set_priority(ref, agent, to, note),
        lambda case: f"Case #{case.number} is {case.priority}.",
    )


@verbs.command()
def reopen(ref: Ref, by: As, note: Note = "", as_json: AsJson = False, data: Data = DATA) -> None:
    """Go on with a resolved case; it is yours then."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.reopen(ref, agent, note),
        lambda case: f"Case #{case.number} is open and yours.",
    )


@verbs.command()
def merge(
    ref: Ref,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The case that goes on.")],
    by: As,
    same_person: Annotated[
        bool, typer.Option("--same-person", help="You know that the two customers are one.")
    ] = False,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """End a duplicate."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.merge(ref, agent, into, same_person=same_person),
        lambda case: f"Case #{case.number} goes on for both.",
    )


@verbs.command()
def spam(ref: Ref, by: As, as_json: AsJson = False, data: Data = DATA) -> None:
    """End a case that is no customer's."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.spam(ref, agent),
        lambda case: f"Case #{case.number} has ended.",
    )


@verbs.command()
def block(
    ref: Ref,
    by: As,
    because: Annotated[str, typer.Option("--because", help="Why.")],
    until: Until = None,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """Keep a case's customer away; their open cases end."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.block(ref, agent, because, _aware(until)),
        lambda case: f"The customer of case #{case.number} is blocked.",
    )


@verbs.command()
def unblock(ref: Ref, by: As, as_json: AsJson = False, data: Data = DATA) -> None:
    """Let a case's customer in again."""
    _do(
        data,
        by,
        as_json,
        lambda room, agent: room.desk.unblock(ref, agent),
        lambda case: f"The customer of case #{case.number} may write again.",
    )


@verbs.command(name="follow-ups")
def follow_ups(
    by: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Only this agent's.")] = "",
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """List what was promised and is still to be done, the first due on top."""
    with room_over(data) as room:
        found = room.desk.follow_ups(agent=by.strip().casefold() or None)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], default=str, ensure_ascii=False, indent=2))
    for each in () if as_json else found:
        to = f" {each.phone}" if each.phone else ""
        typer.echo(f"{each.due:%Y-%m-%d %H:%M}  #{each.case}  {each.agent_name}{to}: {each.text}")
    if not found and not as_json:
        typer.echo("Nothing is promised.")


@audit.command()
def verify(as_json: AsJson = False, data: Data = DATA) -> None:
    """Follow the audit's seals from the first to the last; exit status 1 where they break."""
    with room_over(data) as room:
        verdict = room.audit.verify()
    if as_json:
        typer.echo(json.dumps(asdict(verdict), indent=2))
    elif verdict.broken_at is not None:
        typer.echo(f"Broken at row {verdict.broken_at}: {verdict.why}.", err=True)
    else:
        before = f" {verdict.unsealed:,} are from before there were seals." if verdict.unsealed else ""
        typer.echo(f"All {verdict.rows:,} sealed rows are as they were written.{before}")
    if verdict.broken_at is not None:
        raise typer.Exit(1)


def _do(
    data: Data,
    by: str,
    as_json: bool,
    work: Callable[[Handoff, Agent], Case],
    said: Callable[[Case], str],
) -> None:
    with room_over(data) as room:
        case = work(room, agent_of(data, by))
    typer.echo(json.dumps(row(case), ensure_ascii=False, indent=2) if as_json else said(case))


def _aware(moment: datetime | None) -> datetime | None:
    """A moment of the terminal's clock."""
    return None if moment is None else moment.astimezone()
