"""The helpdesk outside as our own people see it: how it is, what it would not hear, and giving cases back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from config.clock import Clock
from handoff.bridges.arrived import Missed
from handoff.bridges.breaker import Peer
from handoff.bridges.errors import NotMirroredError
from handoff.bridges.falling_back import given_back, taken_over
from handoff.bridges.owing import Mirrored
from handoff.bridges.words import title
from handoff.case import Case, CaseStatus
from handoff.floor.rules import Rules
from handoff.store import Store
from handoff.store.bridges import BridgeStore
from handoff.store.peer_log import Backlog, PeerLog, Told
from handoff.store.peers import PeerStore
from handoff.verbs.agent import Agent
from handoff.verbs.change import Change


@dataclass(frozen=True, slots=True)
class Standing:
    """One helpdesk at this moment.

    title: what people call it. taken: the cases that the house took over. missed: what its webhooks have not
    told lately, and polling has found.
    """

    bridge: str
    title: str
    peer: Peer
    backlog: Backlog
    taken: tuple[Mirrored, ...]
    missed: Missed | None


class Helpdesk:
    """What people may ask and do, wherever the room is open. A `ref` is a case's number or its handoff id."""

    def __init__(
        self,
        cases: Store,
        mirrored: BridgeStore,
        log: PeerLog,
        peers: PeerStore,
        rules: Callable[[], Rules],
        clock: Clock,
    ) -> None:
        self._cases, self._mirrored, self._log, self._peers = cases, mirrored, log, peers
        self._rules, self._clock = rules, clock

    def switch(self, bridge: str | None) -> None:
        """Have new cases mirrored by this helpdesk from now on; None: by none.

        What another one still has is our own desk's: nobody would hear what is answered there.
        """
        self._mirrored.mirror(bridge)
        for left in self._mirrored.left_behind():
            because = f"{title(left.bridge)} is not asked by this house any more"
            self._cases.change(left.case, partial(self._taken_over, because=because))

    def standing(self) -> Standing | None:
        """How the helpdesk is that new cases go to; None without one."""
        bridge = self._mirrored.mirroring()
        if bridge is None:
            return None
        backlog, taken = self._log.backlog(bridge), self._log.taken(bridge)
        missed = self._log.missed(bridge)
        lately = missed if missed is not None and missed.lately(self._clock.now()) else None
        return Standing(bridge, title(bridge), self._peers.peer(bridge), backlog, taken, lately)

    def log(self, ref: int | str) -> tuple[Mirrored, tuple[Told, ...]]:
        """How a case is mirrored, and all that was told of it. Raises NoCaseError and NotMirroredError."""
        mirrored = self._of(self._cases.case(ref))
        return mirrored, self._log.of_case(mirrored.case)

    def parked(self) -> tuple[Told, ...]:
        """What the helpdesk would not hear, the latest first."""
        return self._log.parked()

    def replay(self, item: int, by: Agent) -> int:
        """Tell one parked thing after all; the number of its case. Raises NotParkedError."""
        return self._log.replay(item, by.email, self._clock.now())

    def replay_all(self, by: Agent) -> int:
        """Tell all that is parked after all; how much that is. A case that the house took over stays ours."""
        return self._log.replay_all(None, by.email, self._clock.now())

    def give_back(self, ref: int | str, by: Agent) -> tuple[int, bool]:
        """Tell all that is parked of a case after all, and let the helpdesk have it again.

        How much was parked, and whether our own desk had had it. Raises NoCaseError, NotMirroredError and
        ReadOnlyError.
        """
        mirrored = self._of(self._cases.case(ref))
        changed = False

        def decide(case: Case) -> Change | None:
            nonlocal changed
            change = given_back(case, self._of(case), by, self._clock.now())
            changed = change is not None
            return change

        told = self._log.replay_all(mirrored.case, by.email, self._clock.now())
        self._cases.change(mirrored.case, decide)
        return told, changed

    def _taken_over(self, case: Case, because: str) -> Change | None:
        mirrored = self._of(case)
        if mirrored.controller == "desk" or case.status is CaseStatus.RESOLVED:
            return None
        return taken_over(case, mirrored, because, self._rules(), self._clock.now())

    def _of(self, case: Case) -> Mirrored:
        mirrored = self._mirrored.of_case(case.number)
        if mirrored is None:
            raise NotMirroredError(case.number)
        return mirrored
