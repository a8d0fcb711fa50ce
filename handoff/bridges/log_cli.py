"""What a helpdesk outside was told of a case, what it would not hear, and telling it again, in a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from handoff.bridges.owing import Mirrored
from handoff.bridges.words import title
from handoff.store.peer_log import Told
from handoff.terminal.opening import DATA, As, AsJson, Data, Ref, agent_of, room_over

log_commands = typer.Typer()


@log_commands.command()
def log(ref: Ref, as_json: AsJson = False, data: Data = DATA) -> None:
    """Show everything that the helpdesk was told of a case, with every attempt."""
    with room_over(data) as room:
        mirrored, told = room.helpdesk.log(ref)
    if as_json:
        typer.echo(_json({"case": asdict(mirrored), "told": [asdict(each) for each in told]}))
        return
    typer.echo(_standing(mirrored))
    table = _table("ID", "WHAT", "STATE", "WHEN", "SECONDS", "OUTCOME")
    for each in told:
        thing: tuple[str, ...] = (str(each.id), _what(each), each.state)
        for attempt in each.tries:
            says = f"{attempt.outcome}: {attempt.says}" if attempt.says else attempt.outcome
            table.add_row(*thing, _when(attempt.at), f"{attempt.seconds:.2f}", Plain(says))
            thing = ("", "", "")
        if not each.tries:
            table.add_row(*thing, "", "", "not tried yet")
    Console().print(table)


@log_commands.command()
def parked(as_json: AsJson = False, data: Data = DATA) -> None:
    """List what the helpdesk would not hear, and why; the latest on top."""
    with room_over(data) as room:
        told = room.helpdesk.parked()
    if as_json:
        typer.echo(_json([asdict(each) for each in told]))
    elif not told:
        typer.echo("Nothing is parked.")
    else:
        table = _table("ID", "CASE", "WHAT", "SINCE", "WHY")
        for each in told:
            table.add_row(str(each.id), f"#{each.case}", _what(each), _when(each.at), Plain(each.why))
        Console().print(table)


@log_commands.command()
def replay(
    by: As,
    what: Annotated[
        str, typer.Argument(metavar="CASE|ID", help="A case such as #1042, or the ID of something parked.")
    ] = "",
    all_: Annotated[bool, typer.Option("--all", help="All that is parked, in whatever case.")] = False,
    data: Data = DATA,
) -> None:
    """Tell the helpdesk after all what is parked; a case that is named and our own desk has is given back."""
    if bool(what) == all_:
        typer.echo("name a case or something parked, or give --all", err=True)
        raise typer.Exit(1)
    with room_over(data) as room:
        if all_:
            told = room.helpdesk.replay_all(agent_of(data, by))
            typer.echo(f"Of what was parked, {told} are told again while the server runs.")
            return
        agent, item = agent_of(data, by), _parked_id(what, room.helpdesk.parked())
        if item is not None:
            case = room.helpdesk.replay(item, agent)
            typer.echo(f"Case #{case}: it is told again while the server runs.")
            return
        told, changed = room.helpdesk.give_back(what, agent)
        number = room.desk.case(what).number
    typer.echo(f"Case #{number}: of what was parked, {told} are told again while the server runs.")
    if changed:
        typer.echo("The helpdesk has the case again.")


def _parked_id(what: str, parked: Sequence[Told]) -> int | None:
    """The ID that is meant; a number that no parked thing has is a case's."""
    return next((each.id for each in parked if str(each.id) == what), None)


def _standing(mirrored: Mirrored) -> str:
    name = title(mirrored.bridge)
    where = f"not opened at {name} yet"
    if mirrored.ref is not None:
        where = f"{mirrored.ref.case_key} at {name} {mirrored.ref.url or ''}".rstrip()
    has = f"{name} has it" if mirrored.controller == "peer" else "our own desk has it"
    why = f": {mirrored.why}" if mirrored.why else ""
    return f"Case #{mirrored.case} is {where}; {has}{why}."


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True)
    table.add_column(columns[-1], ratio=1)
    return table


def _what(told: Told) -> str:
    if told.op == "open":
        return "the case"
    if told.op == "update":
        return ", ".join(name for name in told.payload if name != "was_assignee")
    return "a note of the house" if told.seq is None else f"entry {told.seq}"


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%m-%d %H:%M:%S}"


def _json(value: object) -> str:
    """Moments in ISO 8601."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=datetime.isoformat)
