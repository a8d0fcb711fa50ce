"""`firstline handoff`: the desk in a terminal."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from config.clock import SystemClock
from handoff.case import OUTCOMES, Case
from handoff.casefile.render import as_text
from handoff.floor.triage import spoken
from handoff.terminal.opening import DATA, As, AsJson, Data, Ref, Text, agent_of, room_over, row
from handoff.terminal.verbs import verbs
from handoff.verbs.queue import VIEWS, Filters

handoff = typer.Typer(help="Work cases from a terminal.", no_args_is_help=True)
handoff.add_typer(verbs)


@handoff.command()
def queue(
    everything: Annotated[bool, typer.Option("--all", help="Resolved cases too.")] = False,
    view: Annotated[str, typer.Option("--view", help=f"One of {', '.join(VIEWS)}.")] = "all",
    by: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Whose view it is.")] = "",
    team: Annotated[str | None, typer.Option("--team", help="Only this team's.")] = None,
    label: Annotated[str | None, typer.Option("--label", help="Only those with this label.")] = None,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """List the cases, the one that falls due first on top."""
    if view not in VIEWS:
        raise typer.BadParameter(f"{view!r} is not one of {', '.join(VIEWS)}")
    with room_over(data) as room:
        cases = room.desk.queue(
            view,
            agent=by.strip().casefold(),
            filters=Filters(team=team, label=label),
            limit=None,
            include_resolved=everything,
        )
    if as_json:
        typer.echo(json.dumps([row(case) for case in cases], ensure_ascii=False, indent=2))
    elif cases:
        _print(cases, SystemClock().now())
    else:
        typer.echo("Nobody is waiting. Cases appear here when the bot hands a conversation over.")


@handoff.command()
def show(ref: Ref, as_json: AsJson = False, data: Data = DATA) -> None:
    """Print a case's summary, every line with the messages it comes from."""
    with room_over(data) as room:
        summary = room.desk.summary(ref)
    if as_json:
        typer.echo(json.dumps(summary.to_json(), ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(summary), nl=False)


@handoff.command()
def claim(ref: Ref, by: As, data: Data = DATA) -> None:
    """Take a case."""
    with room_over(data) as room:
        case = room.desk.claim(ref, agent_of(data, by))
    typer.echo(f"Case #{case.number} is yours: {case.headline}")


@handoff.command()
def release(ref: Ref, by: As, data: Data = DATA) -> None:
    """Put a case back into the queue."""
    with room_over(data) as room:
        case = room.desk.release(ref, agent_of(data, by))
    typer.echo(f"Case #{case.number} waits for another agent.")


@handoff.command()
def reply(ref: Ref, by: As, text: Text = "", data: Data = DATA) -> None:
    """Answer the customer; the case must be yours."""
    with room_over(data) as room:
        # Each run of the command is a reply of its own.
        room.desk.reply(ref, agent_of(data, by), text or sys.stdin.read(), _client_id())
    typer.echo("Written; it is delivered while the server runs.")


@handoff.command()
def note(ref: Ref, by: As, text: Text = "", data: Data = DATA) -> None:
    """Write to colleagues only."""
    with room_over(data) as room:
        room.desk.note(ref, agent_of(data, by), text or sys.stdin.read())
    typer.echo("Noted; only colleagues see it.")


@handoff.command()
def resolve(
    ref: Ref,
    by: As,
    line: Annotated[str, typer.Argument(metavar="TEXT", help="One line for colleagues.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help=f"One of {', '.join(OUTCOMES)}.")] = "solved",
    data: Data = DATA,
) -> None:
    """Close a case; the bot answers from then on."""
    with room_over(data) as room:
        case = room.desk.resolve(ref, agent_of(data, by), outcome, line)
    typer.echo(f"Case #{case.number} is resolved: {case.outcome}.")


@handoff.command(name="return")
def return_(
    ref: Ref,
    by: As,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the bot's next agent should know.")] = "",
    data: Data = DATA,
) -> None:
    """Give the conversation back to the bot."""
    with room_over(data) as room:
        case = room.desk.return_to_bot(ref, agent_of(data, by), text)
    typer.echo(f"Case #{case.number} is the bot's again.")


def _print(cases: tuple[Case, ...], now: datetime) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("CASE", justify="right", no_wrap=True)
    table.add_column("PRIORITY", no_wrap=True)
    table.add_column("DUE", no_wrap=True)
    table.add_column("TEAM", no_wrap=True)
    table.add_column("WITH", no_wrap=True)
    table.add_column("WHAT", ratio=1)
    for case in cases:
        table.add_row(
            f"#{case.number}",
            case.priority,
            _due(case, now),
            case.team,
            case.agent_name or "-",
            Plain(case.headline),  # a customer's words are never markup
        )
    Console().print(table)


def _due(case: Case, now: datetime) -> str:
    if case.outcome is not None:
        return str(case.outcome)
    left = case.due_by - now
    return spoken(left) if left.total_seconds() > 0 else f"late {spoken(-left)}"


def _client_id() -> str:
    return f"cli-{uuid4()}"
