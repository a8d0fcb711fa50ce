"""Brings messages to customers whose channel can fail: in order, tried again, given up after a bound."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

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

_AT_ONCE = 20

_log = logging.getLogger(__name__)

Carrier = Callable[[Wire, str], None]
"""Brings one wire object to the other side; the text names it, the same at each try. NotDeliveredError."""


class Deliveries:
    """Works off what is owed. A worker that dies loses its lease, never a message; one may arrive twice."""

    def __init__(
        self,
        store: DeliveryStore,
        channels: Sequence[Channel],
        carriers: Mapping[str, Carrier],
        clock: Clock,
    ) -> None:
        """carriers: by the channel's name, for those that `delivers`."""
        self._store, self._clock = store, clock
        self._channels = {channel.name: channel for channel in channels}
        self._carriers = carriers

    def work(self) -> bool:
        """Bring what is due; True if there was anything."""
        now = self._clock.now()
        due = self._store.lease(_AT_ONCE, now, now + LEASE_WITHIN)
        for delivery in due:
            self._bring(delivery)
        return bool(due)

    def _bring(self, delivery: Delivery) -> None:
        channel, carry = self._channels.get(delivery.channel), self._carriers.get(delivery.channel)
        if channel is None or carry is None:
            self._park(delivery, f"the channel {delivery.channel!r} is switched off or has no address")
            return
        wires = channel.render(delivery.message, delivery.address)
        for number, wire in enumerate(wires[delivery.sent :], start=delivery.sent + 1):
            try:
                carry(wire, f"{delivery.id}-{number}")
            except NotDeliveredError as error:
                self._failed(delivery, str(error))
                return
            if number < len(wires):
                self._store.advance(delivery.id, number)
        self._store.done(delivery.id)

    def _failed(self, delivery: Delivery, why: str) -> None:
        if delivery.failures + 1 >= MOST_FAILURES:
            self._park(delivery, why)
            return
        now = self._clock.now()
        self._store.failed(
            delivery.id, why, lambda failures: now + min(RETRY_WITHIN * 2**failures, RETRY_AT_MOST)
        )

    def _park(self, delivery: Delivery, why: str) -> None:
        _log.error("message %d for %s is given up: %s", delivery.message.number, delivery.channel, why)
        self._store.park(delivery.id, why)


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
