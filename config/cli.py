"""`firstline staff`: who may sign in."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from config.address import public_address
from config.clock import SystemClock
from config.errors import ConfigError
from config.identity import Identity, open_identity
from config.links import Sender, door_of, link_path
from config.settings import load_settings
from config.staff import Role, Staff
from config.store_links import Purpose

staff = typer.Typer(help="Who may sign in to the desk and the studio.", no_args_is_help=True)

keys = typer.Typer(help="Keys for programs that use the JSON API.", no_args_is_help=True)
staff.add_typer(keys, name="key")

Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The account's e-mail address.")]
KeyName = Annotated[str, typer.Argument(metavar="NAME", help="What the key is for, such as `importer`.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
]
ByHand = Annotated[bool, typer.Option("--link", help="Show the link instead of mailing it.")]
DATA = Path("data")


@staff.command()
def add(
    email: Email,
    role: Annotated[list[Role], typer.Option("--role", help="What they may open; repeat it for several.")],
    name: Annotated[str, typer.Option("--name", help="How colleagues and customers see them.")] = "",
    password_stdin: FromStdin = False,
    data: Data = DATA,
) -> None:
    """Make an account."""
    with _identity(data) as identity:
        made = identity.add(email, name, role, _password(password_stdin))
    typer.echo(f"{made.email} can sign in as {', '.join(sorted(made.roles))}.")


@staff.command(name="list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False, data: Data = DATA
) -> None:
    """Show all accounts."""
    with _identity(data) as identity:
        people = identity.list()
    if as_json:
        rows = [
            {
                "email": person.email,
                "name": person.name,
                "roles": sorted(person.roles),
                "active": person.active,
                "invited": person.invited,
            }
            for person in people
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not people:
        typer.echo("Nobody yet. `firstline staff add EMAIL --role agent` makes the first account.")
    for person in people:
        closed = "  (disabled)" if not person.active else "  (invited)" if person.invited else ""
        typer.echo(f"{person.email}  {person.name}  {', '.join(sorted(person.roles))}{closed}")


@staff.command()
def invite(
    email: Email,
    role: Annotated[list[Role], typer.Option("--role", help="What they may open; repeat it for several.")],
    name: Annotated[str, typer.Option("--name", help="How they are called until they say so.")] = "",
    language: Annotated[str, typer.Option(help="The language of the mail: en or nb.")] = "en",
    link: ByHand = False,
    data: Data = DATA,
) -> None:
    """Invite somebody, who chooses their own password; without mail the link is shown to be handed over."""
    with _identity(data) as identity:
        mailed = not link and _mail_is_on(data)
        token = identity.links.invite(email, name, role, Sender("operator", "", language), mailed=mailed)
        _tell_link(data, identity.staff(email), "invite", token)


@staff.command()
def reset(
    email: Email,
    language: Annotated[str, typer.Option(help="The language of the mail: en or nb.")] = "en",
    link: ByHand = False,
    data: Data = DATA,
) -> None:
    """Send somebody a link to a new password, or another invitation if they have not joined."""
    with _identity(data) as identity:
        mailed = not link and _mail_is_on(data)
        token = identity.links.give(email, Sender("operator", "", language), mailed=mailed)
        member = identity.staff(email)
        _tell_link(data, member, "invite" if member.invited else "reset", token)


@staff.command()
def roles(
    email: Email,
    role: Annotated[list[Role], typer.Option("--role", help="What they may open from now on.")],
    data: Data = DATA,
) -> None:
    """Change what somebody may open; where they are signed in, it holds at once."""
    with _identity(data) as identity:
        member = identity.staff(email)
        saved = identity.save(email, name=member.name, roles=role)
    typer.echo(f"{saved.email} is {', '.join(sorted(saved.roles))}.")


@staff.command()
def password(email: Email, password_stdin: FromStdin = False, data: Data = DATA) -> None:
    """Give an account a new password and end its sessions."""
    with _identity(data) as identity:
        identity.set_password(email, _password(password_stdin))
    typer.echo(f"{email} has a new password; whoever was signed in with it is signed out.")


@staff.command()
def disable(email: Email, data: Data = DATA) -> None:
    """Close an account and end its sessions; what it did keeps its name."""
    with _identity(data) as identity:
        identity.disable(email)
    typer.echo(f"{email} can no longer sign in.")


@staff.command()
def enable(email: Email, data: Data = DATA) -> None:
    """Open a closed account again."""
    with _identity(data) as identity:
        identity.enable(email)
    typer.echo(f"{email} can sign in again.")


@keys.command(name="add")
def add_key(email: Email, name: KeyName, data: Data = DATA) -> None:
    """Make an API key that may do what its owner may; it is shown this once."""
    with _identity(data) as identity:
        key = identity.keys.add(email, name)
    typer.echo(key)
    typer.echo("Send it as `Authorization: Bearer KEY`. Only its hash is kept, so note it now.", err=True)


@keys.command(name="list")
def list_keys(email: Email, data: Data = DATA) -> None:
    """Show an account's API keys and when each was last used."""
    with _identity(data) as identity:
        known = identity.keys.list(email)
    for key in known:
        used = f"used {key.used_at:%Y-%m-%d %H:%M} UTC" if key.used_at else "never used"
        typer.echo(f"{key.name}  made {key.made_at:%Y-%m-%d %H:%M} UTC, {used}")
    if not known:
        typer.echo(f"None. `firstline staff key add {email} NAME` makes one.")


@keys.command(name="revoke")
def revoke_key(email: Email, name: KeyName, data: Data = DATA) -> None:
    """Make an API key worthless, at once."""
    with _identity(data) as identity:
        identity.keys.revoke(email, name)
    typer.echo(f"The key {name!r} of {email} opens nothing any more.")


@contextmanager
def _identity(data: Path) -> Iterator[Identity]:
    """The staff of the folder; an error becomes one line and exit status 1."""
    try:
        identity = open_identity(load_settings(data).schema("house") or data, SystemClock())
        try:
            yield identity
        finally:
            identity.close()
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _mail_is_on(data: Path) -> bool:
    return bool(load_settings(data).mail.host)


def _tell_link(data: Path, member: Staff, purpose: Purpose, token: str) -> None:
    if not token:
        typer.echo(f"A mail with a link goes to {member.email}; a server that runs sends it now.")
        return
    path = link_path(door_of(member.roles), purpose, token)
    lasts = "7 days" if purpose == "invite" else "an hour"
    typer.echo(f"{public_address(load_settings(data))}{path}")
    typer.echo(
        f"Hand this link to {member.email}: it works once, for {lasts}, and is not shown again.", err=True
    )


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
