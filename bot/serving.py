"""Serves a house until it is told to stop."""

from __future__ import annotations

from rich.console import Console

from bot.app import shell
from bot.opening import open_house
from bot.shell import run
from config.database import lock_data_folder
from config.logs import open_logs
from config.settings import Settings


def serve(settings: Settings, *, port: int) -> None:
    """Open, work, listen on 127.0.0.1; on SIGTERM or Ctrl+C finish what was begun and close."""
    open_logs(redact=settings.privacy.redact_logs)
    with lock_data_folder(settings.data):
        house = open_house(settings)
        first = house.identity.first_admin()
        for database in (house.database, house.kb.database, house.handoff.database):
            database.watch()
        house.workers.start()
        try:
            run(
                shell(house),
                settings.server.host,
                port,
                on_ready=lambda bound: _announce(settings.server.host, bound, first, house.degraded()),
            )
        finally:
            house.close()


def _announce(host: str, port: int, first: tuple[str, str] | None, degraded: tuple[str, ...]) -> None:
    address = f"http://{host}:{port}"
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"[bold]Firstline[/bold] is up at {address}")
    if first is not None:
        out.print(f"  first sign-in: [bold]{first[0]}[/bold] with password [bold]{first[1]}[/bold]")
    for reason in degraded:
        out.print(f"  degraded: {reason}")
    out.print(f"  chat    {address}/chat   (on a shop's page: {address}/demo)")
    out.print(f"  desk    {address}/desk/")
    out.print(f"  studio  {address}/kb/")
