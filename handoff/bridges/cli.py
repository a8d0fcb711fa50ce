"""`firstline bridge`: which helpdesks there are, how one is set up, whether it works, what it was told."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Annotated, NoReturn, cast

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table
from rich.text import Text as Plain

from config.address import public_address
from config.clock import SystemClock
from config.errors import ConfigError
from config.outbound import Outbound
from config.plugins import PluginError, built_in, resolve
from config.settings import Settings, load_settings
from handoff.bridges import Capabilities, Plug, Step
from handoff.bridges.abilities import COLUMNS, Ability, ability
from handoff.bridges.errors import PeerError
from handoff.bridges.inbox_cli import inbox_commands
from handoff.bridges.log_cli import log_commands
from handoff.bridges.none import NoBridge
from handoff.bridges.opening import PACKAGE, open_bridge
from handoff.terminal.opening import DATA, AsJson, Data, room_over

bridge = typer.Typer(help="Helpdesks outside that get the cases.", no_args_is_help=True)
bridge.add_typer(log_commands)
bridge.add_typer(inbox_commands)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Such as rt; the one of the settings if left out.")]


@bridge.command(name="list")
def list_(as_json: AsJson = False, data: Data = DATA) -> None:
    """Show which helpdesks there are, and what each can do."""
    rows, now = abilities(), _settings(data).handoff.bridge
    if as_json:
        typer.echo(json.dumps([dict(zip(COLUMNS, row.cells(), strict=True)) for row in rows], indent=2))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("BRIDGE", no_wrap=True)
    table.add_column("WHAT IT CAN DO", ratio=1)
    for row in rows:
        first, *cells = (cell.replace("`", "") for cell in row.cells())
        told = ". ".join(f"{name}: {cell}" for name, cell in zip(COLUMNS[1:], cells, strict=True) if cell)
        table.add_row(Plain(f"{'→ ' if f'.{row.name}' == now else ''}{first}"), Plain(told))
    Console().print(table)
    _tell_missed(data)


@bridge.command()
def check(name: Name = "", data: Data = DATA) -> None:
    """Try credentials, rights and reachability, one after the other, and say what to mend."""
    settings, outbound = _settings(data), Outbound()
    try:
        opened = open_bridge(settings, outbound, SystemClock(), _dotted(name, settings)) or NoBridge()
        try:
            steps = opened.check()
        finally:
            opened.close()
    except (ConfigError, PeerError) as error:
        _stop(str(error))
    finally:
        outbound.close()
    for step in steps:
        _tell(step)
    if not name or _dotted(name, settings) == settings.handoff.bridge:
        _tell_missed(data)
    if not all(step.ok for step in steps):
        raise typer.Exit(1)


@bridge.command()
def guide(name: Name = "", data: Data = DATA) -> None:
    """Show how to set a helpdesk up, and what to switch off there."""
    settings = _settings(data)
    try:
        plug = cast(Plug, resolve(_dotted(name, settings), PACKAGE))
    except PluginError as error:
        _stop(str(error))
    address = public_address(settings) or "https://YOUR-HOUSE"
    text = plug.guide(f"{address}/bridges/{plug.name}")
    console = Console()
    # As it is for files and pipes, laid out for people.
    console.print(Markdown(text)) if console.is_terminal else typer.echo(text)


def abilities() -> tuple[Ability, ...]:
    """The built-in helpdesks; one whose package is missing says so."""
    return tuple(_ability(name) for name in built_in(PACKAGE))


def _ability(name: str) -> Ability:
    try:
        plug = resolve(name, PACKAGE)
    except PluginError as error:
        return ability(name[1:], None, str(error))
    capabilities: Capabilities = cast(Plug, plug).capabilities
    return ability(name[1:], capabilities)


def _dotted(name: str, settings: Settings) -> str:
    """A plug's name as settings write it: `rt` is `.rt`."""
    if not name:
        return settings.handoff.bridge
    return name if name.startswith(".") or ":" in name else f".{name}"


def _tell(step: Step) -> None:
    mark = typer.style("✓", fg="green") if step.ok else typer.style("✗", fg="red")
    typer.echo(f"{mark} {step.name}: {step.says}")
    if step.mend:
        typer.echo(f"  → {step.mend}")


def _tell_missed(data: Data) -> None:
    """What the webhooks of the helpdesk that is mirrored to have not told lately."""
    where = _settings(data).database("handoff")
    if isinstance(where, Path) and not where.exists():
        return  # nobody has served it yet
    with room_over(data) as room:
        standing = room.helpdesk.standing()
    if standing is not None and (missed := standing.missed) is not None:
        since = f"{missed.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        typer.echo(
            f"! {standing.title}: push has missed {missed.events} events since {since}, found by polling"
        )
        typer.echo(f"  → check the webhook there; `firstline bridge guide {standing.bridge}` has its address")


def _settings(data: Data) -> Settings:
    try:
        return load_settings(data)
    except ConfigError as error:
        _stop(str(error))


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
