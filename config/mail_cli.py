"""`firstline mail`: does mail go out, and what is in the way?"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from config.address import public_address
from config.clock import SystemClock
from config.errors import ConfigError
from config.mail import Mail, MailError, address_of, open_post
from config.outbound import Outbound
from config.pages import Brand
from config.settings import load_settings

mail = typer.Typer(help="Mail to customers and staff.", no_args_is_help=True)

STEPS = {
    "connection": "the server {host}:{port} answers",
    "encryption": "the connection is encrypted, and the certificate is the server's",
    "sign-in": "the server lets us in as {user}",
    "sender": "it takes mail from {sender}",
    "receiver": "it takes mail to {to}",
    "message": "it has taken the mail",
}
"""Step of sending -> what is proved once it is done."""


@mail.callback()
def group() -> None:
    """Keeps `test` a command of its own."""


@mail.command()
def test(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Where the test mail goes.")],
    data: Annotated[
        Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
    ] = Path("data"),
) -> None:
    """Send a mail now, step by step, and say what to mend where it stops."""
    outbound = Outbound()
    try:
        settings = load_settings(data)
        guarded = outbound.guarded(settings.bridge.private_networks)
        post = open_post(settings.mail, guarded, SystemClock())
        if post is None:
            _stop("mail is off: set [mail] host, and sender, in DATA/firstline.toml, then try again")
        to = address_of(address)
        brand = Brand.load(data / "brand").name
    except ConfigError as error:
        _stop(str(error))
    server = settings.mail
    blanks = {
        "host": server.host,
        "port": server.port,
        "user": server.user,
        "sender": server.sender,
        "to": to,
    }
    message = Mail(
        to=to,
        subject=f"A test mail from {brand}",
        text=f"This is a test.\n\nIt was sent by `firstline mail test`. Mail from {brand} goes out.\n",
        message_id=f"<test.{secrets.token_hex(8)}@{post.domain}>",
        at=SystemClock().now(),
        from_name=brand,
    )
    try:
        post.send(message, lambda step: typer.echo(f"ok  {STEPS[step].format(**blanks)}"))
    except MailError as error:
        _stop(f"no  {error}")
    finally:
        outbound.close()
    links = public_address(settings)
    if settings.server.public_url:
        typer.echo(f"    links in mails begin with {links}")
    else:
        where = links or "nowhere, until the server has run once"
        typer.echo(f"    links in mails lead to {where}; set [server] public_url to what people open")
    typer.echo(f"Look into the mailbox of {to}, also among unwanted mail.")


def _stop(why: str) -> NoReturn:
    typer.echo(why, err=True)
    raise typer.Exit(1)
