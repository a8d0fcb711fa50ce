"""Actions of the tests' own in a house's room: objects with a name and a `run`, never rasa-sdk subclasses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from actions.escalate import ActionEscalate
from actions.services import Services
from bot.acting import Action, Actions
from bot.acting.server import ActionServer
from bot.dialogue.assistant import Endpoint
from bot.opening import House
from bot.turn import Room
from config.outbound import Outbound


@dataclass
class Doing:
    """An action: its name, and what it does with (dispatcher, tracker, domain)."""

    called: str
    run: Callable[[Any, Any, Any], object]

    def name(self) -> str:
        return self.called


def raises(dispatcher: Any, tracker: Any, domain: Any) -> object:
    raise RuntimeError("the shop does not answer")


def escalation(house: House) -> ActionEscalate:
    """The house's own escalation, to stand beside an action of the tests."""
    services = Services(
        house.kb.knowledge, house.kb.learning.outcomes, house.handoff.intake, house.clock, misses=2
    )
    return ActionEscalate(lambda: services)


@contextmanager
def acting(house: House, *actions: Action, within: float = 5, server: str | None = None) -> Iterator[Room]:
    """The house's room with these actions and no others, or those of an action server beside them.

    within: how many seconds one may take. server: its address.
    """
    limit = timedelta(seconds=within)
    outbound = Outbound()
    remote = None
    if server is not None:
        remote = ActionServer(outbound.to(Endpoint(server)), house.assistant.domain.written, within=limit)
    doing = Actions(actions, {}, within=limit, threads=2, server=remote)
    try:
        yield replace(house.room, actions=doing)
    finally:
        doing.close()
        outbound.close()
