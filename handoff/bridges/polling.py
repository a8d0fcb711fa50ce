"""Asks a helpdesk what happened there: one that can't tell us by itself, and any other for what it missed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from config.clock import Clock
from handoff.bridges import Bridge, CaseRef, Incoming
from handoff.bridges.arrived import Reading
from handoff.bridges.errors import PeerError
from handoff.bridges.reaching import Breaker
from handoff.store.inbox import InboxStore

QUIET_AT_MOST = timedelta(minutes=5)
"""How rarely a helpdesk is asked while it has no case of ours that is open."""

_LATE = timedelta(minutes=1)
"""After which something that a poll finds should have been told us."""

_ASKED = ("push+poll", "poll", "stream")
_DOUBLED_AT_MOST = 16
_RETRY_WITHIN = timedelta(seconds=2)

_log = logging.getLogger(__name__)


class Polling:
    """Asks one helpdesk, in one process at a time; what it finds goes the way of the webhooks."""

    def __init__(
        self,
        bridge: Bridge,
        inbox: InboxStore,
        cases: Callable[[], Sequence[CaseRef]],
        breaker: Breaker,
        clock: Clock,
        every: timedelta,
        typing: Callable[[Incoming], None],
    ) -> None:
        """cases: those that are open there and here. every: how often it is asked if it tells us by itself.

        typing: shows that somebody there writes; that is worth nothing later, so it is not kept.
        """
        self._bridge, self._inbox, self._cases = bridge, inbox, cases
        self._breaker, self._clock, self._every, self._typing = breaker, clock, every, typing
        self._stopped = False

    def work(self) -> bool:
        """Ask if it is time to; True if anything new was found."""
        if self._stopped or self._bridge.capabilities.receive not in _ASKED:
            return False
        reading, now = self._inbox.reading(), self._clock.now()
        if reading.not_before is not None and now < reading.not_before:
            return False
        cases = self._cases()
        if now < due(reading, bool(cases)) or not (cases or reading.place) or not self._breaker.admits():
            return False
        try:
            events, place, wait = self._bridge.poll(reading.place, cases)
        except PeerError as error:
            if self._stopped:
                return False
            self._breaker.failed(error)
            later = failed(reading, error.says, now, self._every)
            self._inbox.read_on((), later, now)
            return False
        self._breaker.worked()
        return self._read_on(events, reading, place, wait)

    def stop(self) -> None:
        """Ask no more, and wait no longer for an answer that may take minutes: the server is to stop."""
        self._stopped = True
        if self._bridge.capabilities.receive == "stream":
            self._bridge.close()

    def _read_on(self, events: Sequence[Incoming], reading: Reading, place: str, wait: timedelta) -> bool:
        now = self._clock.now()
        if self._bridge.capabilities.receive == "push+poll":
            wait = self._every
        kept = [event for event in events if event.type != "typing"]
        quiet = 0 if kept else min(reading.quiet + 1, _DOUBLED_AT_MOST)
        fresh = self._inbox.read_on(kept, Reading(place, quiet, now, now + wait), now)
        for event in events:
            if event.type == "typing":
                self._typing(event)
        if fresh and self._bridge.capabilities.receive == "push+poll" and (late := _late(kept, now)):
            missed = min(fresh, late)
            self._inbox.missed(missed, now)
            _log.warning(
                "%s: polling found what its webhooks have not told (%d events); see that they are set up, "
                "and that it reaches this house: firstline bridge check %s",
                self._bridge.name,
                missed,
                self._bridge.name,
            )
        return bool(fresh)


def due(reading: Reading, open_cases: bool) -> datetime:
    """When to ask next: as the helpdesk wants it while a customer may wait, and ever more rarely else."""
    if reading.at is None or reading.not_before is None:
        return datetime.min.replace(tzinfo=UTC)
    if open_cases or reading.why is not None:
        return reading.not_before
    wanted = reading.not_before - reading.at
    return reading.at + max(min(wanted * (1 << reading.quiet), QUIET_AT_MOST), wanted)


def failed(reading: Reading, why: str, now: datetime, every: timedelta) -> Reading:
    """After a poll that failed: again from the same place, later each time."""
    quiet = min(reading.quiet + 1 if reading.why is not None else 0, _DOUBLED_AT_MOST)
    wait = min(_RETRY_WITHIN * (1 << quiet), every)
    return replace(reading, quiet=quiet, at=now, not_before=now + wait, why=why)


def _late(events: Sequence[Incoming], now: datetime) -> int:
    return sum(now - event.occurred_at > _LATE for event in events)
