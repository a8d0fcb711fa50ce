"""Tells a helpdesk outside what happens in the cases that it mirrors: at least once, in order within a case.

One sender a case, over all processes; several cases at once. What may have been told is looked for before
it is told again. While the helpdesk is down one request in a while asks whether it is back.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from config.clock import Clock
from config.failpoints import failpoint
from handoff.bridges import CaseRef, Health, Outward
from handoff.bridges.breaker import PROBE_AT_MOST
from handoff.bridges.composing import Composing
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError, PeerUnsureError
from handoff.bridges.falling_back import away_for, not_delivered, refused, taken_over
from handoff.bridges.owing import Mirrored
from handoff.case import Case, CaseStatus
from handoff.floor.rules import Rules
from handoff.store import Store
from handoff.store.bridges import BridgeStore
from handoff.store.peer_queue import Attempt, Item, PeerQueue
from handoff.store.peers import PeerStore
from handoff.verbs.change import Change

THREADS = 5
"""Cases told at once: no more failures than OPENS_AFTER before it is known that the helpdesk is down."""

ROUND_WITHIN = 10.0
"""Seconds after which nothing more is begun in one go: the worker looks whether it is to stop."""

LEASE_WITHIN = timedelta(seconds=15)
"""As long as a case waits for what a process that died was at; kept up while a helpdesk takes its time."""

STRIKES = 8
"""Tries that failed while the helpdesk was well, after which a thing is parked: some two minutes of them."""

RETRY_WITHIN = timedelta(seconds=1)
RETRY_AT_MOST = timedelta(minutes=5)

_log = logging.getLogger(__name__)


class Peer(Outward, Health, Protocol):
    """What the sender asks of a helpdesk's bridge."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the cases are, and what of them is mirrored."""

    cases: Store
    mirrored: BridgeStore
    queue: PeerQueue
    peers: PeerStore
    rules: Callable[[], Rules]


class Sending:
    """One helpdesk's sender; safe in any number of processes."""

    def __init__(
        self,
        bridge: Peer,
        desk: Desk,
        composing: Composing,
        clock: Clock,
        *,
        give_up: timedelta,
        rng: random.Random | None = None,
        lease: timedelta = LEASE_WITHIN,
        threads: int = THREADS,
    ) -> None:
        """give_up: how long a case may wait to be opened, and a customer for a helpdesk that is down."""
        self._bridge, self._desk, self._composing, self._clock = bridge, desk, composing, clock
        self._queue, self._give_up, self._lease, self._threads = desk.queue, give_up, lease, threads
        self._rng = rng or random.Random()

    def work(self) -> bool:
        """Tell what is due, and take over what has waited too long; True if there was anything."""
        told = self._tell()
        return self._take_over() or told

    # Telling

    def _tell(self) -> bool:
        if not self._queue.due(self._clock.now()):
            return False
        failpoint("bridge.dispatch.written")
        begun: dict[Future[None], int] = {}
        renews = self._lease.total_seconds() / 3
        began, renewed, taken = self._clock.monotonic(), self._clock.monotonic(), 0
        with ThreadPoolExecutor(self._threads, "bridge") as threads:
            while True:
                now, passed = self._clock.now(), self._clock.monotonic()
                if passed - renewed >= renews:
                    self._queue.renew(begun.values(), now + self._lease)
                    renewed = passed
                free = self._free(len(begun)) if passed - began < ROUND_WITHIN else 0
                leased = self._queue.lease(free, now, now + self._lease) if free else ()
                begun |= {threads.submit(self._send, item): item.id for item in leased}
                taken += len(leased)
                if not begun:
                    return taken > 0
                ended, _ = wait(begun, timeout=renews, return_when=FIRST_COMPLETED)
                for each in ended:
                    del begun[each]
                    each.result()

    def _free(self, begun: int) -> int:
        """How many more may be told beside those that are; one at a time where the last one failed."""
        most = 1 if self._desk.peers.peer(self._bridge.name).failures else self._threads
        return max(0, most - begun)

    def _send(self, item: Item) -> None:
        failpoint("bridge.dispatch.sending")
        attempt = partial(self._attempt, self._clock.now(), self._clock.monotonic())
        looking, well = item.look, False
        try:
            mirrored = self._desk.mirrored.of_case(item.case)
            if mirrored is None:
                return  # forgotten meanwhile, and the row with it
            well = self._is_back()
            if item.look and self._found(item, mirrored, attempt):
                return
            looking = False
            remote_id, ref = self._ask(item, mirrored)
        except PeerRefusedError as error:
            self._park(item, attempt("refused", error.says))
        except PeerError as error:
            self._again(item, error, attempt, looking=looking, well=well)
        except Exception as error:  # a bridge's own mistake must not hold up the other cases
            _log.exception("bridge %s: dispatch %s could not be told", self._bridge.name, item.id)
            wrong = PeerUnsureError(f"the bridge failed ({type(error).__name__}); see the log")
            self._again(item, wrong, attempt, looking=looking, well=well)
        else:
            failpoint("bridge.dispatch.answered")
            self._queue.done(item, attempt("done"), self._clock.now(), remote_id=remote_id, ref=ref)
            failpoint("bridge.dispatch.marked")

    def _is_back(self) -> bool:
        """Whether the helpdesk was down and is well again; raises PeerAwayError where it still is down.

        It is asked how it is, and nothing else: whatever is told first may be the one thing it can't take.
        """
        if not self._desk.peers.peer(self._bridge.name).down:
            return False
        state = self._bridge.health()
        if not state.ok:
            raise PeerAwayError(state.says)
        return True

    def _attempt(self, at: datetime, began: float, outcome: str, says: str = "") -> Attempt:
        return Attempt(at, self._clock.monotonic() - began, outcome, says)

    def _found(self, item: Item, mirrored: Mirrored, attempt: Callable[[str], Attempt]) -> bool:
        """Whether the helpdesk knows already what it may have been told; if so, that is noted."""
        ref: CaseRef | None = None
        remote_id: str | None = None
        if item.op == "open":
            ref = self._bridge.find_case(item.handoff_id)
        elif item.op == "post" and mirrored.ref is not None:
            remote_id = self._bridge.find_post(mirrored.ref, item.key)
        if ref is None and remote_id is None:
            return False
        self._queue.done(item, attempt("found"), self._clock.now(), remote_id=remote_id, ref=ref)
        return True

    def _ask(self, item: Item, mirrored: Mirrored) -> tuple[str | None, CaseRef | None]:
        """What the helpdesk calls what it was told, and the case where it was opened or changed."""
        if item.op == "open":
            return None, self._bridge.open_case(self._composing.new_case(item), item.key)
        ref = mirrored.ref
        assert ref is not None  # nothing else is leased before
        if item.op == "update":
            return None, self._bridge.update(ref, self._composing.changes(item), item.key)
        outgoing = self._composing.outgoing(item)
        return (None if outgoing is None else self._bridge.post(ref, outgoing, item.key)), None

    def _again(
        self,
        item: Item,
        error: PeerError,
        attempt: Callable[[str, str], Attempt],
        *,
        looking: bool,
        well: bool,
    ) -> None:
        """To be tried later, unless it fails again and again while the helpdesk is well."""
        asks_to_wait = error.retry_after if isinstance(error, PeerAwayError) else None
        down = self._desk.peers.peer(self._bridge.name).down
        strikes = item.strikes
        if asks_to_wait is None and (well or (not down and self._bridge.health().ok)):
            strikes += 1
        if strikes >= STRIKES:
            self._park(item, attempt("away", f"{error.says} (tried {item.attempts + 1} times)"))
            return
        now = self._clock.now()
        # While it is down the breaker paces all, and this may be the only thing to find it well again by.
        at_most = PROBE_AT_MOST if down else RETRY_AT_MOST
        most: timedelta = min(RETRY_WITHIN * (1 << min(item.attempts, 16)), at_most)
        later = now + (most * self._rng.random() if asks_to_wait is None else asks_to_wait)
        unsure = looking or isinstance(error, PeerUnsureError)
        tried = attempt("unsure" if unsure else "away", error.says)
        peer = self._queue.again(
            item, tried, now, later, unsure=unsure, strikes=strikes, retry_after=asks_to_wait
        )
        if peer.down and not down:
            _log.warning("%s is down and is asked once in a while from now on: %s", peer.bridge, error.says)

    # Giving up

    def _park(self, item: Item, attempt: Attempt) -> None:
        _log.warning("%s: %s of case %s is parked: %s", self._bridge.name, item.op, item.case, attempt.says)
        matters = item.op == "open" or self._is_customers(item)

        def give_up(case: Case, mirrored: Mirrored, now: datetime) -> Change:
            if matters:
                return refused(case, mirrored, attempt.says, self._desk.rules(), now)
            return not_delivered(case, mirrored, attempt.says, now)

        self._queue.park(item, attempt, self._clock.now(), give_up)

    def _is_customers(self, item: Item) -> bool:
        outgoing = self._composing.outgoing(item) if item.op == "post" else None
        return outgoing is not None and outgoing.kind == "customer"

    def _take_over(self) -> bool:
        """What the helpdesk should have opened by now, and whoever waits while it is down, is our desk's."""
        since = self._clock.now() - self._give_up
        numbers = set(self._queue.overdue(since))
        peer = self._desk.peers.peer(self._bridge.name)
        if peer.down and peer.failing_since is not None and peer.failing_since <= since:
            numbers.update(self._queue.waiting(since))
        for number in sorted(numbers):
            self._take(number)
        return bool(numbers)

    def _take(self, number: int) -> None:
        because = away_for(self._bridge.name, self._give_up)

        def decide(case: Case) -> Change | None:
            mirrored = self._desk.mirrored.of_case(number)
            if mirrored is None or mirrored.controller == "desk" or case.status is CaseStatus.RESOLVED:
                return None
            return taken_over(case, mirrored, because, self._desk.rules(), self._clock.now())

        self._desk.cases.change(number, decide)
