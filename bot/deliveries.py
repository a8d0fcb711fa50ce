"""Brings messages to customers whose channel can fail: in order, tried again, given up after a bound."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.channels import Channel, Wire
from bot.errors import NotDeliveredError
from bot.store.deliveries import Delivery, DeliveryStore
from config.clock import Clock
from config.outbound import OutboundError, Remote

LEASE_WITHIN = timedelta(seconds=60)
RETRY_WITHIN = timedelta(seconds=1)
RETRY_AT_MOST = timedelta(minutes=5)
MOST_FAILURES = 12
"""After these, about half an hour, the message is parked."""
ANSWER_WITHIN = timedelta(seconds=10)
"""For all of a request, to the last byte of its answer."""

LATE_AFTER = timedelta(minutes=10)
"""What has not arrived by then is told to the desk, and so is that it has, after all."""
GIVEN_UP_AFTER = timedelta(days=3)
"""What goes as one letter is tried for so long, as mail servers do."""

_AT_ONCE = 20

_log = logging.getLogger(__name__)

Carrier = Callable[[Wire, str], None]
"""Brings one wire object to the other side; the text names it, the same at each try. NotDeliveredError."""


Postman = Callable[[Sequence[Delivery]], None]
"""Brings all that waits in a conversation as one letter; the same deliveries are the same letter at each try.
NotDeliveredError."""


class Deliveries:
    """Works off what is owed. A worker that dies loses its lease, never a message; one may arrive twice."""

    def __init__(
        self,
        store: DeliveryStore,
        channels: Sequence[Channel],
        carriers: Mapping[str, Carrier],
        clock: Clock,
        postmen: Mapping[str, Postman] | None = None,
    ) -> None:
        """carriers: by the channel's name, for those that `delivers`; postmen: for those where several
        messages are one letter."""
        self._store, self._clock = store, clock
        self._channels = {channel.name: channel for channel in channels}
        self._carriers, self._postmen = carriers, postmen or {}

    def work(self) -> bool:
        """Bring what is due; True if there was anything."""
        now = self._clock.now()
        due = self._store.lease(_AT_ONCE, now, now + LEASE_WITHIN)
        for delivery in due:
            postman = self._postmen.get(delivery.channel)
            if postman is None:
                self._bring(delivery)
            elif letter := self._store.together(delivery, self._clock.now() + LEASE_WITHIN):
                self._post(postman, letter)
        return bool(due)

    def _bring(self, delivery: Delivery) -> None:
        channel, carry = self._channels.get(delivery.channel), self._carriers.get(delivery.channel)
        if channel is None or carry is None:
            self._park(f"the channel {delivery.channel!r} is switched off or has no address", delivery)
            return
        try:
            wires = channel.render(delivery.message, delivery.address)
            for number, wire in enumerate(wires[delivery.sent :], start=delivery.sent + 1):
                carry(wire, f"{delivery.id}-{number}")
                if number < len(wires):
                    self._store.advance(delivery.id, number)
        except Exception as error:
            self._failed(error, delivery, given_up=delivery.failures + 1 >= MOST_FAILURES)
            return
        self._store.done(self._clock.now(), delivery)

    def _post(self, postman: Postman, letter: Sequence[Delivery]) -> None:
        try:
            postman(letter)
        except Exception as error:
            age = self._clock.now() - letter[0].message.sent_at
            self._failed(error, *letter, given_up=age >= GIVEN_UP_AFTER)
            return
        self._store.done(self._clock.now(), *letter)

    def _failed(self, failure: Exception, *deliveries: Delivery, given_up: bool) -> None:
        """What belongs together waits with its first, or is given up with it. So does what breaks something
        here, which must hold up nobody else's."""
        error = failure
        if not isinstance(error, NotDeliveredError):
            _log.exception("what is for %s breaks something", deliveries[0].channel)
            error = NotDeliveredError(f"it can't be sent ({type(failure).__name__}); see the log")
        if error.permanent or given_up:
            self._park(str(error), *deliveries)
            return
        now, first = self._clock.now(), deliveries[0]
        late = now - first.message.sent_at >= LATE_AFTER

        def retry_at(failures: int) -> datetime:
            wait: timedelta = min(RETRY_WITHIN * (1 << min(failures, 16)), RETRY_AT_MOST)
            return now + max(wait, error.retry_in or wait)

        self._store.failed(first, str(error), retry_at, late=now if late else None)

    def _park(self, why: str, *deliveries: Delivery) -> None:
        for each in deliveries:
            _log.error("message %d for %s is given up: %s", each.message.number, each.channel, why)
        self._store.park(why, self._clock.now(), *deliveries)


def posting(client: Remote, *, within: timedelta = ANSWER_WITHIN) -> Carrier:
    """A carrier that posts each object as JSON to one server, as Rasa's callback channel does."""

    def carry(wire: Wire, name: str) -> None:
        try:
            answer = client.post(json.dumps(wire).encode(), within=within, headers={"Idempotency-Key": name})
        except OutboundError as error:
            raise NotDeliveredError(f"{client.address}: {error}") from error
        if not 200 <= answer.status < 300:
            raise NotDeliveredError(f"{client.address} answered {answer.status}")

    return carry
