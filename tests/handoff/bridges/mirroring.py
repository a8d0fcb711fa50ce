"""A room whose cases a helpdesk in memory mirrors, for the tests of what works between the two."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta

from handoff.bridges.composing import Composing, Names
from handoff.bridges.erasing import Erasing
from handoff.bridges.reaching import Breaker
from handoff.bridges.sending import Desk, Sending
from handoff.case import Case
from handoff.escalation import Line
from handoff.opening import Handoff
from handoff.store.peer_queue import PeerQueue
from tests.fakes import FakeClock
from tests.handoff.conversations import MONDAY, escalation
from tests.memory_helpdesk import Kept, MemoryHelpdesk

GIVE_UP = timedelta(minutes=15)


class NoChance(random.Random):
    """Waits half of the time that it may."""

    def random(self) -> float:
        return 0.5


@dataclass
class Mirror:
    """Both sides, and a clock between them."""

    room: Handoff
    helpdesk: MemoryHelpdesk
    sending: Sending
    erasing: Erasing
    clock: FakeClock

    def opens(self, conversation: str = "c-1", *said: str, name: str | None = "Maya") -> Case:
        """A new case, not told yet."""
        lines = said or ("c: My lamp is broken", "b: Which one?", "c: I want a person")
        return self.room.intake.open(
            escalation(*lines, conversation=conversation, customer=f"visitor-{conversation}", name=name)
        )

    def says(self, case: Case, *texts: str) -> None:
        """Its customer goes on."""
        first = 10 + len(self.room.desk.thread(case.number))
        lines = [Line(first + i, "customer", text, MONDAY) for i, text in enumerate(texts)]
        self.room.intake.hear(case.handoff_id, lines)

    def drains(self, most: int = 200) -> None:
        """Tell what is due now, and then what is due then."""
        while self.sending.work():
            most -= 1
            assert most, "it never ends"

    def waits(self, *, seconds: float = 0, minutes: float = 0) -> None:
        """Let time pass, a quarter of a minute at a time, while the sender works."""
        left = timedelta(seconds=seconds, minutes=minutes)
        while left > timedelta():
            step = min(left, timedelta(seconds=15))
            self.clock.moves(step)
            left -= step
            self.drains()

    def at_peer(self, case: Case) -> Kept:
        return self.helpdesk.cases[case.handoff_id]


def mirror_over(room: Handoff, clock: FakeClock, lease: timedelta = timedelta(seconds=15)) -> Mirror:
    """From here on the room's new cases are mirrored."""
    helpdesk, name = MemoryHelpdesk(), MemoryHelpdesk.name
    room.mirrored.mirror(name)
    files = room.aids.files
    composing = Composing(
        room.store,
        lambda file: files.content(files.find(file.id)),
        Names({"support": "First line"}, {"ines@nettly.example": "ines"}),
        "https://nettly.example",
        helpdesk.capabilities.most_file,
    )
    desk = Desk(room.store, room.mirrored, PeerQueue(room.database, name), room.peers, room.rules)
    sending = Sending(helpdesk, desk, composing, clock, give_up=GIVE_UP, rng=NoChance(), lease=lease)
    breaker = Breaker(room.peers, name, clock)
    erasing = Erasing(helpdesk, name, room.erasures, room.mirrored, breaker, clock)
    return Mirror(room, helpdesk, sending, erasing, clock)
