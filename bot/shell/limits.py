"""How much a customer's browser may ask for, and one address of all: counted before a thread is spent on it.

Counts live in this process's memory: each server of one database counts for itself, and a restart begins at
nought. What the limits are about is our own chat's addresses. An address that settings trust and that speaks
for nobody else is the operator's own, and has no limit of an address. Rasa's wire is a server's to call, so
only the addresses that call it are counted.
"""

from __future__ import annotations

import logging
import math
import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from bot.shell.counts import Counts, Window
from bot.shell.errors import TooManyRequestsError
from bot.shell.proxies import Proxies, network_of
from bot.shell.requests import Answer, Head, refusal
from config.clock import Clock

MINUTE, HOUR = 60.0, 3600.0

_CUSTOMERS = ("/chat/api/", "/files/", "/webhooks/", "/channels/", "/bridges/")
_NEW = "/chat/api/conversations"
_ONE = re.compile(r"/chat/api/conversations/[^/]+(?:/(?P<verb>[^/]*))?.*")
_NOT_FOUND = (401, 404)

_log = logging.getLogger(__name__)


class LimitSettings(Protocol):
    """The `[limits]` settings; 0 is no limit."""

    @property
    def messages_10_seconds(self) -> int: ...
    @property
    def messages_minute(self) -> int: ...
    @property
    def requests_minute(self) -> int: ...
    @property
    def transcripts_hour(self) -> int: ...
    @property
    def upload_bytes_hour(self) -> int: ...
    @property
    def conversations_hour(self) -> int: ...
    @property
    def address_requests_minute(self) -> int: ...
    @property
    def misses_5_minutes(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that there may be too much of, and what there has been."""

    what: str
    counts: Counts

    @classmethod
    def of(cls, what: str, *windows: tuple[int, float]) -> Rule:
        """windows: so many within so many seconds; one with 0 for the number holds nobody up."""
        return cls(what, Counts(*(Window(most, seconds) for most, seconds in windows if most)))


@dataclass(frozen=True, slots=True)
class Charge:
    """What a request costs by one rule."""

    rule: Rule
    key: str
    cost: int = 1


class Limits:
    """Used on the server's loop alone, so it needs no lock."""

    def __init__(self, settings: LimitSettings, proxies: Proxies, clock: Clock) -> None:
        self._proxies, self._clock = proxies, clock
        self._told: dict[str, float] = {}
        self._messages = Rule.of(
            "messages in this conversation",
            (settings.messages_10_seconds, 10.0),
            (settings.messages_minute, MINUTE),
        )
        self._requests = Rule.of("requests about this conversation", (settings.requests_minute, MINUTE))
        self._transcripts = Rule.of("transcripts by mail", (settings.transcripts_hour, HOUR))
        self._uploads = Rule.of("bytes of files", (settings.upload_bytes_hour, HOUR))
        self._conversations = Rule.of(
            "new conversations from one address", (settings.conversations_hour, HOUR)
        )
        self._address = Rule.of("requests from one address", (settings.address_requests_minute, MINUTE))
        self._misses = Rule.of("requests for what is not there", (settings.misses_5_minutes, 5 * MINUTE))

    def take(self, head: Head, most: int) -> None:
        """Count a request that is about to be worked on; one that is refused is not counted.

        most: bytes of a body that its path takes. Raises TooManyRequestsError.
        """
        if head.path.startswith(_CUSTOMERS):
            self._take(self._charges(head, most), head)

    def after(self, head: Head, answer: Answer) -> Answer:
        """The answer, or a refusal in its place for who has asked for too much that does not exist.

        Whoever shows the right token is answered, whatever others at the same address are guessing.
        """
        if answer.status not in _NOT_FOUND or not head.path.startswith(_CUSTOMERS):
            return answer
        try:
            self._take([Charge(self._misses, key) for key in self._addresses(head)], head)
        except TooManyRequestsError as error:
            return refusal(error)
        return answer

    def _charges(self, head: Head, most: int) -> list[Charge]:
        """What a request costs, by each rule that it falls under."""
        charges = [Charge(self._address, key) for key in self._addresses(head)]
        if head.path == _NEW and head.method == "POST":
            charges += [Charge(self._conversations, key) for key in self._addresses(head)]
        one = _ONE.fullmatch(head.path)
        if one is None:
            return charges
        sends, verb = head.method == "POST", one["verb"]
        key = _token_of(head)
        charges.append(Charge(self._messages if sends and verb == "messages" else self._requests, key))
        if sends and verb == "transcript":
            charges.append(Charge(self._transcripts, key))
        if sends and verb == "files":
            charges.append(Charge(self._uploads, key, _bytes_of(head, most)))
        return charges

    def _addresses(self, head: Head) -> tuple[str, ...]:
        """What the client's address is counted as; nothing where it is one of the operator's own."""
        return () if self._proxies.trusts(head.client) else (network_of(head.client),)

    def _take(self, charges: list[Charge], head: Head) -> None:
        now = self._clock.monotonic()
        for charge in charges:
            wait = charge.rule.counts.wait(charge.key, now, charge.cost)
            if wait > 0:
                self._tell(charge.rule.what, head.client, now)
                raise TooManyRequestsError(charge.rule.what, math.ceil(wait))
        for charge in charges:
            charge.rule.counts.spend(charge.key, now, charge.cost)

    def _tell(self, what: str, client: str, now: float) -> None:
        """Say in the log that a limit is reached, once a minute for each: a flood must not fill it."""
        if now - self._told.get(what, -MINUTE) >= MINUTE:
            self._told[what] = now
            _log.warning("refused: too many %s, the last from %s", what, client)


def _token_of(head: Head) -> str:
    """What a token is counted as: whoever knows the id alone can't use up what is its customer's.

    Short, whatever was made up; and nothing that opens anything is kept.
    """
    return blake2b(head.headers.get("authorization", "").encode("latin-1"), digest_size=12).hexdigest()


def _bytes_of(head: Head, most: int) -> int:
    """What a body counts as; one that is too large is refused for that, and costs nothing here."""
    announced = head.headers.get("content-length", "")
    size = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 16 else most
    return size if size <= most else 0
