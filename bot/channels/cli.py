"""`firstline channel`: the places where customers are, how each is set up, and whether it works."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from bot.channels import Guided
from bot.channels.opening import PACKAGE, open_channel
from config.address import public_address
from config.clock import SystemClock
from config.errors import ConfigError
from config.outbound import Outbound
from config.plugins import PluginError, built_in, resolve
from config.settings import Settings, load_settings
from handoff.bridges import Step

Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The channel, such as telegram.")]
DATA = Path("data")

channel = typer.Typer(help="Where customers write from.", no_args_is_help=True)


@channel.command("list")
def list_channels(
    data: Data = DATA,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """The channels that are built in, and which are switched on."""
    on = set(_settings(data).bot.channels)
    rows = [(name.removeprefix("."), name in on) for name in built_in(PACKAGE)]
    if as_json:
        typer.echo(json.dumps([{"name": name, "on": switched} for name, switched in rows]))
        return
    table = Table("channel", "switched on", box=None)
    for name, switched in rows:
        table.add_row(name, "yes" if switched else "")
    Console().print(table)


@channel.command()
def check(name: Name, data: Data = DATA) -> None:
    """Try a channel step by step, and say what to mend where it stops."""
    settings, outbound = _settings(data), Outbound()
    try:
        opened = open_channel(settings, _dotted(name), outbound, SystemClock())
        if not isinstance(opened, Guided):
            _stop(f"the channel {name} talks to nobody outside, so there is nothing to check")
        steps = opened.check()
    except ConfigError as error:
        _stop(str(error))
    finally:
        outbound.close()
    for step in steps:
        _tell(step)
    if not all(step.ok for step in steps):
        raise typer.Exit(1)


@channel.command()
def guide(name: Name, data: Data = DATA) -> None:
    """Show how a channel is set up, and what to switch off there."""
    try:
        plug = resolve(_dotted(name), PACKAGE)
    except PluginError as error:
        _stop(str(error))
    if not isinstance(plug, Guided):
        _stop(f"the channel {name} is set up nowhere else; name it in [bot] channels")
    address = public_address(_settings(data)) or "https://YOUR-HOUSE"
    text = plug.guide(f"{address}/channels/{plug.name}")
    console = Console()
    # As it is for files and pipes, laid out for people.
    console.print(Markdown(text)) if console.is_terminal else typer.echo(text)


def _tell(step: Step) -> None:
    mark = typer.style("✓", fg="green") if step.ok else typer.style("✗", fg="red")
    typer.echo(f"{mark} {step.name}: {step.says}")
    if step.mend:
        typer.echo(f"  → {step.mend}")


def _dotted(name: str) -> str:
    return name if "." in name or ":" in name else f".{name}"


def _settings(data: Path) -> Settings:
    try:
        return load_settings(data)
    except ConfigError as error:
        _stop(str(error))


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
