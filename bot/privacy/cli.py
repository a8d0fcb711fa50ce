"""`firstline forget` and `firstline customer`: what is kept of a person, and its end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from config.database import DataFolderInUseError, lock_data_folder
from config.settings import load_settings

if TYPE_CHECKING:
    from bot.opening import House
    from bot.privacy.people import Found
    from bot.store.erasing import Erasure

DATA = Path("data")
OPERATOR = "operator"
"""Who wanted an erasure, where nobody of the staff is named."""

Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Who = Annotated[
    str,
    typer.Argument(
        metavar="WHO", help="An e-mail address, a case's number, a name, a customer's or a conversation's id."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

customer = typer.Typer(help="See what is kept of a customer, and give it to them.", no_args_is_help=True)


def forget(
    who: Who,
    data: Data = DATA,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before it is done.")] = False,
    by: Annotated[str, typer.Option("--as", metavar="EMAIL", help="Who wants it, for the audit.")] = OPERATOR,
    wait: Annotated[int, typer.Option(help="Seconds to wait until a running server is done.")] = 600,
    as_json: Json = False,
) -> None:
    """Erase a customer everywhere, overwrite the bytes, and read all of them to make sure.

    Counts stay, and so does that somebody was forgotten, when, and who wanted it. It can't be undone.
    """
    with _house(data) as house:
        found = house.privacy.people.one(who)
        if not as_json:
            _show(found)
        if not yes:
            typer.confirm(f"Forget {_these(len(found))} for ever?", abort=True, err=True)
        numbers = house.privacy.forget_all([each.conversation for each in found], by=by)
        _keep_promises(house)
        done = house.privacy.wait_for(numbers, wait)
        owed = [each for each in house.handoff.erasures.owed() if each.case in _cases(found)]
        left = any((each.proof or {}).get("found") for each in done)
        if as_json:
            proofs = [{"erasure": each.id, "proof": each.proof} for each in done]
            requests = [{"bridge": each.bridge, "case": each.case} for each in owed]
            typer.echo(json.dumps({"forgotten": len(done), "proofs": proofs, "requests": requests}))
        else:
            for line in (
                *_proved(done),
                *(f"{each.bridge} is asked to erase its case, too" for each in owed),
            ):
                typer.echo(line)
    raise typer.Exit(1 if left else 0)


@customer.command()
def show(who: Who, data: Data = DATA, as_json: Json = False) -> None:
    """Which conversations and cases are a customer's."""
    with _house(data) as house:
        found = house.privacy.people.one(who)
        if not as_json:
            _show(found)
            return
        known = house.privacy.exporting.of([each.conversation for each in found])
        typer.echo(json.dumps(known, ensure_ascii=False, indent=2))


@customer.command()
def export(
    who: Who,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The ZIP file to write.")],
    data: Data = DATA,
    notes: Annotated[
        bool, typer.Option("--notes", help="With what colleagues wrote to each other about them.")
    ] = False,
) -> None:
    """Everything that is kept of a customer, to hand over to them: as JSON, with the files."""
    with _house(data) as house:
        found = house.privacy.people.one(who)
        packed = house.privacy.exporting.packed([each.conversation for each in found], notes=notes)
    out.write_bytes(packed)
    typer.echo(f"{_these(len(found))}, {len(packed) / 2**20:.1f} MB: {out}")


@contextmanager
def _house(data: Path) -> Iterator[House]:
    """The house over a folder, beside a server that has it."""
    from bot.opening import open_house

    house = open_house(load_settings(data))
    try:
        yield house
    finally:
        house.close()


def _keep_promises(house: House) -> None:
    """Do the rest here, unless a server has the folder: then it does."""
    settings = house.settings
    try:
        with lock_data_folder(settings.data, shared=bool(settings.server.database_url)):
            while house.privacy.forgetting.work():
                pass
    except DataFolderInUseError:
        typer.echo("The server that runs takes it from here …", err=True)


def _show(found: Sequence[Found]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("SINCE", "CHANNEL", "MESSAGES", "CASES", "NAME", "CONTACT"):
        table.add_column(name)
    for each in found:
        table.add_row(
            f"{each.started_at:%Y-%m-%d %H:%M}",
            each.channel,
            str(each.messages),
            " ".join(f"#{number}" for number in each.cases) or "-",
            Text(each.name or "-"),  # a customer's words are never markup
            Text(each.contact or "-"),
        )
    Console(file=sys.stderr if not sys.stdout.isatty() else sys.stdout).print(table)


def _proved(done: Sequence[Erasure]) -> Iterator[str]:
    """What was read to make sure, in sentences."""
    yield f"Forgotten: {_these(len(done))}."
    for each in done:
        if each.proof is None:
            yield "All bytes are overwritten. A crash came in between, so nobody could look for the words."
            continue
        read = f"{each.proof['files']} files, {int(str(each.proof['bytes'])) / 2**20:.1f} MB read"
        found = each.proof["found"]
        if isinstance(found, dict) and found:
            places = ", ".join(f"{place} ({count})" for place, count in found.items())
            yield f"{read}. Of {each.proof['words']} words looked for, some are left in {places}."
            yield "Look there: an article may quote them, or another customer have said the same."
        else:
            yield f"{read}. Of {each.proof['words']} words looked for, none is left."


def _these(conversations: int) -> str:
    return "1 conversation" if conversations == 1 else f"{conversations} conversations"


def _cases(found: Sequence[Found]) -> frozenset[int]:
    return frozenset(number for each in found for number in each.cases)
