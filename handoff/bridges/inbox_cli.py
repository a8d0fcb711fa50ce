"""What a helpdesk outside has told us, what became of it, and applying it after all, in a terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text as Plain

from config.clock import SystemClock
from handoff.bridges.arrived import Kept
from handoff.opening import Handoff
from handoff.store.inbox import InboxStore
from handoff.store.inbox_tables import UNREADABLE
from handoff.terminal.opening import DATA, AsJson, Data, room_over
from handoff.values import as_object

_MOST = 100

inbox_commands = typer.Typer()

Id = Annotated[str, typer.Argument(metavar="ID", help="One of those that `firstline bridge inbox` lists.")]


@inbox_commands.command()
def inbox(
    parked: Annotated[bool, typer.Option("--parked", help="Only what could not be taken over.")] = False,
    as_json: AsJson = False,
    data: Data = DATA,
) -> None:
    """List what the helpdesk has told us and what became of it; the latest on top."""
    with room_over(data) as room:
        told = _inbox(room).recent(_MOST, "parked") if parked else _inbox(room).recent(_MOST)
    if as_json:
        typer.echo(json.dumps([as_object(each) for each in told], ensure_ascii=False, indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("ID", "CASE THERE", "WHAT", "WHEN", "STATE"):
        table.add_column(column, no_wrap=True)
    table.add_column("WHY", ratio=1)
    for each in told:
        names = Plain(each.event_id), Plain(each.case_key), each.type.replace("_", " ")
        table.add_row(*names, _when(each.at), each.state, Plain(each.why or ""))
    Console().print(table) if told else typer.echo("Nothing has come in.")


@inbox_commands.command()
def event(
    id: Id,
    again: Annotated[bool, typer.Option("--again", help="Apply it after all, if it is parked.")] = False,
    data: Data = DATA,
) -> None:
    """Show one thing that the helpdesk has told us as it is kept, until it is applied."""
    with room_over(data) as room:
        kept, raw = _inbox(room).event(id), _inbox(room).raw(id)
        if kept is None:
            _stop(f"nothing has come in under {id!r}; firstline bridge inbox lists what has")
        elif again:
            _apply(kept, _inbox(room))
        else:
            typer.echo(json.dumps(as_object(kept), ensure_ascii=False, indent=2))
            if raw is not None:
                typer.echo(raw.decode("utf-8", "replace"))


def _apply(kept: Kept, inbox: InboxStore) -> None:
    if kept.type == UNREADABLE:
        _stop("it can't be read, so there is nothing to apply; have the helpdesk send it again")
    if not inbox.replay(kept.event_id, SystemClock().now()):
        _stop(f"it is {kept.state}, and only what is parked can be applied again")
    typer.echo("It is applied while the server runs.")


def _inbox(room: Handoff) -> InboxStore:
    standing = room.helpdesk.standing()
    if standing is None:
        _stop("no helpdesk outside has been connected; firstline bridge list shows which there are")
    return InboxStore(room.database, standing.bridge)


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%m-%d %H:%M:%S}"
