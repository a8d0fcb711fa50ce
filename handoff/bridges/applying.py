"""Applies what a helpdesk outside has told us: each event once, those of a case one after the other."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from config.clock import Clock
from handoff.bridges import Bridge, Incoming
from handoff.bridges.arrived import Arrived, in_order
from handoff.bridges.deeds import Note, Plan, Reply
from handoff.bridges.doing import Doing
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError
from handoff.bridges.fetching import Fetching
from handoff.bridges.owing import Mirrored
from handoff.bridges.reaching import Breaker
from handoff.bridges.relaying import Seen, given_up, key_of, not_taken, relayed, without
from handoff.bridges.typing import Typing
from handoff.case import Case
from handoff.errors import HandoffError
from handoff.file import FileRef
from handoff.store import Store
from handoff.store.bridges import BridgeStore
from handoff.store.inbox import InboxStore

KEPT_FOR = timedelta(minutes=10)
"""How long an event waits for its case: a helpdesk may tell of one before it has told us that it made it."""

REMEMBERED_FOR = timedelta(days=30)

POISONED_AFTER = 5
"""Failures of our own with one event, after which the later ones of its case go ahead."""

AWAY_AT_MOST = 35
"""Failures to fetch what an event says, half an hour of them, after which it is given up."""

_POSTING_WITHIN = timedelta(seconds=10)  # that an event waits to learn whether it is what we are just posting
_LOOK_AGAIN = timedelta(milliseconds=250)
_LOOK_LATER = timedelta(seconds=5)
_RETRY_WITHIN = timedelta(seconds=1)
_RETRY_AT_MOST = timedelta(minutes=1)
_THREADS = 4  # cases whose texts and files are fetched at the same time

_log = logging.getLogger(__name__)


class Applying:
    """Works off the inbox of one helpdesk; in one process at a time."""

    def __init__(
        self,
        bridge: Bridge,
        inbox: InboxStore,
        known: BridgeStore,
        store: Store,
        fetching: Fetching,
        doing: Doing,
        typing: Typing,
        breaker: Breaker,
        clock: Clock,
        house: str,
    ) -> None:
        """house: what customers call the company."""
        self._bridge, self._inbox, self._known, self._store = bridge, inbox, known, store
        self._fetching, self._doing, self._typing = fetching, doing, typing
        self._breaker, self._clock, self._house = breaker, clock, house
        self._threads = ThreadPoolExecutor(_THREADS, "bridge inbox")

    def work(self) -> bool:
        """Apply what waits; True if anything was, and so perhaps more can be."""
        now = self._clock.now()
        self._inbox.drop_strangers(now - KEPT_FOR, "no case of ours is known by its key", now)
        waiting = self._inbox.waiting(now)
        return any(list(self._threads.map(self._case, waiting.keys(), waiting.values())))

    def clear(self) -> bool:
        """Forget what ended long ago. Never any work that is left over."""
        self._inbox.clear(self._clock.now() - REMEMBERED_FOR)
        return False

    def close(self) -> None:
        """Finish what is being applied."""
        self._threads.shutdown()

    def _case(self, number: int, events: tuple[Arrived, ...]) -> bool:
        """Apply the events of one case in order, up to one that has to be tried again."""
        applied = False
        for arrived in in_order(events):
            if not self._one(number, arrived):
                break
            applied = True
        return applied

    def _one(self, number: int, arrived: Arrived) -> bool:
        """Whether the event is dealt with, one way or the other; False where it is to be tried again."""
        mirrored, now = self._known.of_case(number), self._clock.now()
        if mirrored is None or mirrored.ref is None:
            self._inbox.drop(arrived.id, "its case is mirrored no longer", now)
            return True
        if self._may_be_ours(mirrored, arrived, now):
            self._inbox.again(arrived.id, "something of ours is on its way", now + _LOOK_AGAIN, failed=False)
            return False
        if (arrived.event.thin or arrived.event.files) and self._breaker.peer().down:
            self._inbox.again(arrived.id, "the helpdesk is down", now + _LOOK_LATER, failed=False)
            return False
        try:
            self._apply(mirrored, arrived)
        except PeerRefusedError as error:
            self._give_up(mirrored, arrived, error.says)
        except PeerError as error:
            return self._later(mirrored, arrived, error, AWAY_AT_MOST)
        except Exception as error:
            # Its own words may be a customer's, so they stay in the log.
            _log.exception("%s: event %s could not be applied", self._bridge.name, arrived.id)
            return self._later(mirrored, arrived, error, POISONED_AFTER)
        return True

    def _may_be_ours(self, mirrored: Mirrored, arrived: Arrived, now: datetime) -> bool:
        """Whether it may be what we are posting at this moment: the peer's id of that is not known yet.

        Some helpdesks tell of a message before they have answered who posted it, and where our account is
        also somebody's own, nothing but the id tells us apart.
        """
        event = arrived.event
        if event.remote_id is None or event.author_kind != "agent" or now - arrived.at > _POSTING_WITHIN:
            return False
        return self._inbox.posting(mirrored.case)

    def _apply(self, mirrored: Mirrored, arrived: Arrived) -> None:
        assert mirrored.ref is not None
        event, case = arrived.event, self._store.case(mirrored.case)
        ours = event.remote_id is not None and self._known.knows(mirrored.bridge, event.remote_id)
        if event.thin and not ours:
            event = self._bridge.hydrate(event)
        seen = self._seen(event, case, mirrored, arrived, ours)
        plan = relayed(event, seen)
        if not plan.deeds:
            self._inbox.drop(arrived.id, plan.because or "", self._clock.now())
            return
        files: tuple[FileRef, ...] = ()
        if any(deed.files for deed in plan.deeds if isinstance(deed, Reply | Note)):
            files, problems = self._fetching.files(mirrored.ref, case, plan.by, event, arrived.attempts)
            plan = without(plan, event, problems, len(files))
        self._do(mirrored, arrived, event, seen, plan, files)
        if any(isinstance(deed, Reply) for deed in plan.deeds):
            self._typing.no_longer(plan.by, mirrored.case)

    def _do(
        self,
        mirrored: Mirrored,
        arrived: Arrived,
        event: Incoming,
        seen: Seen,
        plan: Plan,
        files: tuple[FileRef, ...],
    ) -> None:
        try:
            self._doing.do(arrived.id, mirrored, plan, files)
        except HandoffError as error:
            if error.status >= 500:
                raise
            # The desk refuses it to anybody: the words are kept, and whoever wrote them is told.
            self._doing.do(arrived.id, mirrored, not_taken(event, seen, str(error)), files)

    def _seen(self, event: Incoming, case: Case, mirrored: Mirrored, arrived: Arrived, ours: bool) -> Seen:
        into = self._known.by_key(mirrored.bridge, event.into) if event.into else None
        about = self._inbox.said(case.number, key_of(event.about)) if event.about else None
        return Seen(
            case=case,
            mirrored=mirrored,
            epoch=arrived.epoch,
            house=self._house,
            ours=ours,
            into=None if into is None else into.case,
            before=None if about is None else about.text,
            delivered=about is not None and about.kind == "reply",
            last_status=self._inbox.last_status(case.number),
        )

    def _later(self, mirrored: Mirrored, arrived: Arrived, error: Exception, at_most: int) -> bool:
        """Try again after a while that grows, or give up after as many failures as are allowed."""
        ours = f"our desk failed on it ({type(error).__name__})"
        says = error.says if isinstance(error, PeerError) else ours
        if arrived.attempts + 1 >= at_most:
            self._give_up(mirrored, arrived, says)
            return True
        wait = min(_RETRY_WITHIN * (1 << min(arrived.attempts, 16)), _RETRY_AT_MOST)
        asked = error.retry_after if isinstance(error, PeerAwayError) else None
        self._inbox.again(arrived.id, says, self._clock.now() + max(wait, asked or wait))
        return False

    def _give_up(self, mirrored: Mirrored, arrived: Arrived, why: str) -> None:
        """Park it; both sides are told, where the case still takes a note."""
        try:
            plan = given_up(arrived.event, mirrored, self._house, why)
            self._doing.do(arrived.id, mirrored, plan, parked=why)
        except HandoffError:
            self._inbox.park(arrived.id, why, self._clock.now())
