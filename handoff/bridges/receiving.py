"""Takes a helpdesk's webhooks: believed only when signed, kept before they are answered, applied later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from config.clock import Clock
from config.failpoints import failpoint
from handoff.bridges import Bridge, Incoming, RawReply, RawRequest
from handoff.bridges.errors import BadRequestError
from handoff.store.inbox import InboxStore

_log = logging.getLogger(__name__)

TAKEN = RawReply(200, b"{}", "application/json")
"""What a webhook is answered with that has been kept."""


class Receiving:
    """The way in for one helpdesk. What it is sent twice is kept once."""

    def __init__(
        self, bridge: Bridge, inbox: InboxStore, clock: Clock, typing: Callable[[Incoming], None]
    ) -> None:
        """typing: shows that somebody there writes; that is worth nothing later, so it is not kept."""
        self._bridge, self._inbox, self._clock, self._typing = bridge, inbox, clock, typing
        self.name = bridge.name

    def receive(self, request: RawRequest) -> RawReply:
        """The answer to a webhook; durable when this returns.

        Raises BadSignatureError, of which nothing is kept, and BadRequestError for what can't be read: that
        is kept for a person to look at.
        """
        if (asked := self._bridge.challenge(request)) is not None:
            return asked
        now = self._clock.now()
        self._bridge.verify(request, now)
        try:
            events = self._read(request)
        except BadRequestError as error:
            self._inbox.keep_unreadable(request.body, str(error), now)
            if error.blocks:
                return TAKEN
            raise
        self._inbox.keep([event for event in events if event.type != "typing"], request.body, now)
        failpoint("bridge.event.kept")
        for event in events:
            if event.type == "typing":
                self._typing(event)
        return TAKEN

    def _read(self, request: RawRequest) -> Sequence[Incoming]:
        try:
            return self._bridge.parse(request)
        except BadRequestError:
            raise
        except Exception as error:
            # A stranger's bytes have found a hole in the bridge: they are kept like whatever can't be read.
            _log.exception("%s: a webhook could not be read", self.name)
            raise BadRequestError(f"the bridge failed on it ({type(error).__name__})") from error
