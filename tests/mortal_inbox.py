"""A house that hears its helpdesk, dies where it is told to, and lives again."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.context import ForkServerContext
from pathlib import Path

from config.clock import SystemClock
from config.failpoints import ENVIRONMENT
from config.settings import load_settings
from handoff.bridges.opening import mirror_to
from handoff.opening import open_handoff
from handoff.web.bridges_api import bridges_app
from tests.handoff.bridges.scripted import SIGNED, Scripted
from tests.handoff.conversations import escalation

KILLED = 137


class MortalInbox:
    """The lives of one house over a folder, with one case that a scripted helpdesk has, "T-1001"."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.mortal_inbox"])

    def lives(self, webhook: str = "", dies_at: str = "") -> int:
        """One life: it takes a webhook, if there is one, and applies what waits; how it ended."""
        environment = {ENVIRONMENT: dies_at} if dies_at else {}
        life = self._context.Process(target=live, args=(self._data, webhook, environment))
        life.start()
        life.join()
        return life.exitcode or 0


def live(data: Path, webhook: str, environment: Mapping[str, str]) -> None:
    """In a process of its own."""
    settings, clock = load_settings(data, {}), SystemClock()
    room = open_handoff(settings, clock)
    mirror = mirror_to(Scripted(clock), room, settings, clock)
    room.intake.open(escalation())
    while mirror.sending.work():
        pass
    os.environ.update(environment)
    if webhook:
        bridges_app(mirror.receiving).test_client().post("/bridges/scripted", data=webhook, headers=SIGNED)
    while mirror.applying.work():
        pass
    mirror.close()
    room.close()
