"""`firstline handoff`: the desk in a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from config.clock import SystemClock
from config.errors import ConfigError
from config.identity import open_identity
from config.settings import load_settings
from config.staff import Role
from handoff.case import OUTCOMES, Case
from handoff.desk import Agent
from handoff.errors import HandoffError
from handoff.opening import Handoff, open_handoff
from handoff.render import as_text
from handoff.triage import spoken

handoff = typer.Typer(help="Work cases from a terminal.", no_args_is_help=True)

DATA = Path("data")
Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Ref = Annotated[str, typer.Argument(metavar="CASE", help="A case's number or its handoff id.")]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The agent who does it.")]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The words; read from standard input if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@handoff.command()
def queue(
    everything: Annotated[bool, typer.Option("--all", help="Resolved cases too.")] = False,
    team: Annotated[str | None, typer.Option("--team", help="Only this team's.")] = None,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """List the cases, the one that falls due first on top."""
    with _room(data) as room:
        cases = room.desk.queue(team=team, include_resolved=everything)
    if as_json:
        typer.echo(json.dumps([_row(case) for case in cases], ensure_ascii=False, indent=2))
    elif cases:
        _print(cases, SystemClock().now())
    else:
        typer.echo("Nobody is waiting. Cases appear here when the bot hands a conversation over.")


@handoff.command()
def show(ref: Ref, as_json: AsJson = False, data: Data = DATA) -> None:
    """Print a case's summary, every line with the messages it comes from."""
    with _room(data) as room:
        summary = room.desk.summary(ref)
    if as_json:
        typer.echo(json.dumps(summary.to_json(), ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(summary), nl=False)


@handoff.command()
def claim(ref: Ref, by: As, data: Data = DATA) -> None:
    """Take a case."""
    with _room(data) as room:
        case = room.desk.claim(ref, _agent(data, by))
    typer.echo(f"Case #{case.number} is yours: {case.headline}")


@handoff.command()
def release(ref: Ref, by: As, data: Data = DATA) -> None:
    """Put a case back into the queue."""
    with _room(data) as room:
        case = room.desk.release(ref, _agent(data, by))
    typer.echo(f"Case #{case.number} waits for another agent.")


@handoff.command()
def reply(ref: Ref, by: As, text: Text = "", data: Data = DATA) -> None:
    """Answer the customer; the case must be yours."""
    with _room(data) as room:
        # Each run of the command is a reply of its own.
        room.desk.reply(ref, _agent(data, by), text or sys.stdin.read(), _client_id())
    typer.echo("Written; it is delivered while the server runs.")


@handoff.command()
def note(ref: Ref, by: As, text: Text = "", data: Data = DATA) -> None:
    """Write to colleagues only."""
    with _room(data) as room:
        room.desk.note(ref, _agent(data, by), text or sys.stdin.read())
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
    with _room(data) as room:
        case = room.desk.resolve(ref, _agent(data, by), outcome, line)
    typer.echo(f"Case #{case.number} is resolved: {case.outcome}.")


@handoff.command(name="return")
def return_(
    ref: Ref,
    by: As,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What the bot's next agent should know.")] = "",
    data: Data = DATA,
) -> None:
    """Give the conversation back to the bot."""
    with _room(data) as room:
        case = room.desk.return_to_bot(ref, _agent(data, by), text)
    typer.echo(f"Case #{case.number} is the bot's again.")


@contextmanager
def _room(data: Path) -> Iterator[Handoff]:
    """The room over the folder; an error becomes one line and exit status 1."""
    try:
        room = open_handoff(load_settings(data), SystemClock())
        try:
            yield room
        finally:
            room.close()
    except (ConfigError, HandoffError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _agent(data: Path, email: str) -> Agent:
    """The member of staff with that e-mail, who must be allowed at the desk."""
    identity = open_identity(data, SystemClock())
    try:
        people = identity.list()
    finally:
        identity.close()
    person = next((each for each in people if each.email == email.strip().casefold()), None)
    if person is None or not person.active or not person.may(Role.AGENT, Role.SUPERVISOR):
        typer.echo(
            f"{email} is not an agent; `firstline staff add {email} --role agent` makes the account", err=True
        )
        raise typer.Exit(1)
    return Agent(person.email, person.name, frozenset(role.value for role in person.roles))


def _row(case: Case) -> dict[str, object]:
    return {
        "case": case.number,
        "handoff_id": case.handoff_id,
        "conversation": case.conversation_id,
        "status": case.status,
        "team": case.team,
        "priority": case.priority,
        "reason": case.reason,
        "headline": case.headline,
        "agent": case.agent,
        "waiting_since": case.waiting_since.isoformat() if case.waiting_since else None,
        "due_by": case.due_by.isoformat(),
    }


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
