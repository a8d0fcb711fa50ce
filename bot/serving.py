"""Serves a house until it is told to stop."""

from __future__ import annotations

from rich.console import Console

from bot.app import shell
from bot.opening import House, open_house
from bot.shell import run
from config.address import ADDRESS
from config.database import lock_data_folder
from config.logs import open_logs
from config.settings import Settings
from handoff.finding.details import token_rules


def serve(settings: Settings, *, port: int) -> None:
    """Open, work, listen on 127.0.0.1; on SIGTERM or Ctrl+C finish what was begun and close."""
    open_logs(redact=settings.privacy.redact_logs)
    with lock_data_folder(settings.data, shared=bool(settings.server.database_url)):
        house = open_house(settings)
        for database in (house.database, house.kb.database, house.handoff.database, house.identity.database):
            database.watch()
        house.workers.start()
        token_rules()  # read now, so that the first case does not wait for it
        try:
            if house.mail is not None:
                house.mail.start()
            run(
                shell(house),
                settings.server.host,
                port,
                on_ready=lambda bound: _announce(house, bound),
            )
        finally:
            house.close()


def _announce(house: House, port: int) -> None:
    """Where everything is; and, once in the life of a data folder, how to get in."""
    address = f"http://{house.settings.server.host}:{port}"
    (house.settings.data / ADDRESS).write_text(f"{address}\n", encoding="ascii")
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"[bold]Firstline[/bold] is up at {address}")
    first = house.identity.first_admin()
    if first is not None:
        out.print(f"  first sign-in: [bold]{first[0]}[/bold] with password [bold]{first[1]}[/bold]")
    for reason in house.degraded():
        out.print(f"  degraded: {reason}")
    out.print(f"  chat    {address}/chat   (on a shop's page: {address}/demo)")
    out.print(f"  desk    {address}/desk/")
    out.print(f"  studio  {address}/kb/")
