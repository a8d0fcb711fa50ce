"""A house that tells its helpdesk what it owes, dies where it is told to, and lives again a minute later."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

from config.clock import SystemClock
from config.failpoints import ENVIRONMENT
from config.outbound import Outbound
from config.settings import load_settings
from handoff.bridges.opening import open_mirror
from handoff.case import Case
from handoff.escalation import Line
from handoff.opening import Handoff, open_handoff
from tests.handoff.conversations import escalation

KILLED = 137
LATER = timedelta(minutes=1)
"""Between two lives: longer than any lease."""

_SPOKEN = 20  # lives after which nothing should be owed any more


class Ahead(SystemClock):
    """The machine's clock, so much ahead."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        return super().now() + self._by


class MortalSender:
    """The lives of one house, whose folder and settings are there. `deaths` are their exit statuses."""

    def __init__(self, data: Path, bridge: str) -> None:
        self.data, self.deaths, self._bridge = data, list[int](), bridge
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.mortal_sender"])

    def opens(self, conversations: Sequence[str], words: Sequence[str]) -> list[Case]:
        """New cases, in each of which the customer goes on writing; nobody has been told of them."""
        room = open_handoff(load_settings(self.data, {}), SystemClock())
        room.helpdesk.switch(self._bridge)
        cases = [_opens(room, conversation, words) for conversation in conversations]
        room.close()
        return cases

    def lives(self, dies_at: str = "") -> int:
        """One life: it tells what it can, unless it dies there (`name` or `name:nth`); how it ended."""
        environment = {ENVIRONMENT: dies_at} if dies_at else {}
        ahead = LATER * (len(self.deaths) + 1)
        life = self._context.Process(target=live, args=(self.data, ahead, environment))
        life.start()
        life.join()
        self.deaths.append(life.exitcode or 0)
        return self.deaths[-1]

    def lives_on(self) -> None:
        """Lives without an early end, until nothing is owed."""
        for _ in range(_SPOKEN):
            self.lives()
            if not self._owes():
                return
        raise AssertionError(f"after {_SPOKEN} lives something is still owed")

    def _owes(self) -> bool:
        room = open_handoff(load_settings(self.data, {}), SystemClock())
        standing = room.helpdesk.standing()
        room.close()
        assert standing is not None
        return standing.backlog.waiting > 0


def live(data: Path, ahead: timedelta, environment: Mapping[str, str]) -> None:
    """In a process of its own: tell what is owed, and end."""
    os.environ.update(environment)
    settings, clock, outbound = load_settings(data, {}), Ahead(ahead), Outbound()
    room = open_handoff(settings, clock)
    mirror = open_mirror(room, settings, outbound, clock)
    assert mirror is not None
    while mirror.sending.work():
        pass
    mirror.close()
    outbound.close()
    room.close()


def _opens(room: Handoff, conversation: str, words: Sequence[str]) -> Case:
    now = SystemClock().now()
    said = ("c: My lamp is broken", "b: Which one?", "c: I want a person")
    case = room.intake.open(escalation(*said, conversation=conversation, customer=conversation, at=now))
    for n, text in enumerate(words):
        room.intake.overhear(case.handoff_id, [Line(10 + n, "customer", text, now)])
    return case


def moment(run: int, told: int) -> tuple[str, int]:
    """Where a sender that tells so many things dies: the failpoint, and which time it comes there."""
    points = ("written", "sending", "answered", "marked")
    point = points[run % len(points)]
    # It is written once a round of the sender, the others once for each thing that is told.
    return point, 1 if point == "written" else 1 + run // len(points) % told
