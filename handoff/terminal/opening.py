"""What the desk's commands share: the room over a folder, who acts, and their options."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from config.clock import SystemClock
from config.errors import ConfigError
from config.identity import open_identity
from config.settings import load_settings
from config.staff import Role, Staff
from handoff.case import Case
from handoff.errors import HandoffError
from handoff.opening import Handoff, open_handoff
from handoff.verbs.agent import Agent
from handoff.verbs.colleagues import Colleagues

DATA = Path("data")
Data = Annotated[
    Path, typer.Option("--data", envvar="FIRSTLINE_HOME", metavar="DIR", help="The data folder.")
]
Ref = Annotated[str, typer.Argument(metavar="CASE", help="A case's number or its handoff id.")]
As = Annotated[str, typer.Option("--as", metavar="EMAIL", help="The agent who does it.")]
Text = Annotated[str, typer.Argument(metavar="TEXT", help="The words; read from standard input if left out.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@contextmanager
def room_over(data: Path) -> Iterator[Handoff]:
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


def agent_of(data: Path, email: str) -> Agent:
    """The member of staff with that e-mail, who must be allowed at the desk."""
    person = next((each for each in _staff(data) if each.email == email.strip().casefold()), None)
    if person is None or not person.active or not person.may(Role.AGENT, Role.SUPERVISOR):
        typer.echo(
            f"{email} is not an agent; `firstline staff add {email} --role agent` makes the account", err=True
        )
        raise typer.Exit(1)
    return _agent(person)


def colleagues_of(room: Handoff, data: Path) -> Colleagues:
    """Whom a case can be given to."""
    return Colleagues(
        lambda: [
            _agent(each) for each in _staff(data) if each.active and each.may(Role.AGENT, Role.SUPERVISOR)
        ],
        room.seats,
    )


def row(case: Case) -> dict[str, object]:
    """A case for programs."""
    return {
        "case": case.number,
        "handoff_id": case.handoff_id,
        "conversation": case.conversation_id,
        "status": case.status,
        "team": case.team,
        "priority": case.priority,
        "reason": case.reason,
        "headline": case.headline,
        "labels": list(case.labels),
        "agent": case.agent,
        "waiting_since": case.waiting_since.isoformat() if case.waiting_since else None,
        "due_by": case.due_by.isoformat(),
        "snoozed_until": case.snoozed_until.isoformat() if case.snoozed_until else None,
        "outcome": case.outcome,
        "merged_into": case.merged_into,
    }


def _staff(data: Path) -> tuple[Staff, ...]:
    identity = open_identity(load_settings(data).schema("house") or data, SystemClock())
    try:
        return identity.list()
    finally:
        identity.close()


def _agent(person: Staff) -> Agent:
    return Agent(person.email, person.name, frozenset(role.value for role in person.roles))
