"""Asks a helpdesk outside to erase the cases of customers who wanted to be forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta

from config.clock import Clock
from handoff.bridges import Outward
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError
from handoff.bridges.reaching import Breaker
from handoff.store.bridges import BridgeStore
from handoff.store.erasures import ErasureRequest, ErasureRequests

RETRY_WITHIN = timedelta(minutes=1)
RETRY_AT_MOST = timedelta(hours=1)

_log = logging.getLogger(__name__)


class Erasing:
    """Works off the requests to one helpdesk; erasing twice does no harm."""

    def __init__(
        self,
        bridge: Outward,
        name: str,
        requests: ErasureRequests,
        mirrored: BridgeStore,
        breaker: Breaker,
        clock: Clock,
    ) -> None:
        self._bridge, self._name, self._clock = bridge, name, clock
        self._requests, self._mirrored, self._breaker = requests, mirrored, breaker

    def work(self) -> bool:
        """Ask for what is due; True if anything was."""
        worked = False
        while (request := self._requests.due(self._name, self._clock.now())) is not None:
            if not self._breaker.admits():
                break
            self._ask(request)
            worked = True
        return worked

    def _ask(self, request: ErasureRequest) -> None:
        mirrored = self._mirrored.of_case(request.case)
        try:
            self._bridge.erase(request.handoff_id, None if mirrored is None else mirrored.ref)
        except PeerRefusedError as error:
            _log.warning("%s does not erase case %s: %s", self._name, request.case, error.says)
            self._requests.park(request, error.says)
        except PeerError as error:
            self._breaker.failed(error)
            waits = error.retry_after if isinstance(error, PeerAwayError) else None
            later: timedelta = min(RETRY_WITHIN * (1 << min(request.attempts, 10)), RETRY_AT_MOST)
            self._requests.again(request, error.says, self._clock.now() + max(later, waits or timedelta()))
        else:
            self._breaker.worked()
            self._mirrored.unmirror(request.case)
            self._requests.done(request, self._clock.now())
