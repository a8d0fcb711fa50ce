"""Who is writing just now, between the customer and a helpdesk's people: shown at once or not at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from config.clock import Clock
from handoff.bridges import Bridge, Incoming
from handoff.bridges.errors import PeerError
from handoff.bridges.owing import Mirrored
from handoff.bridges.reaching import Breaker
from handoff.bridges.relaying import agent_of
from handoff.verbs.agent import Agent

AGAIN_SECONDS = 4.0
"""How often the same is worth telling a helpdesk again."""

_AT_ONCE = 2  # requests under way; whoever comes when all are busy is not told of
_REMEMBERED = 1_000

_log = logging.getLogger(__name__)


class Cases(Protocol):
    """Which cases a helpdesk mirrors; `handoff.store.bridges.BridgeStore` knows."""

    def by_key(self, bridge: str, case_key: str) -> Mirrored | None: ...


class Conversations(Protocol):
    """Which of them hears a conversation; `handoff.store.inbox.InboxStore` knows."""

    def open_case(self, conversation_id: str) -> Mirrored | None: ...


class Presence(Protocol):
    """Who is at which case; `handoff.aids.presence.Presence` is one."""

    def says(self, by: Agent, case: int | None, doing: str | None) -> None: ...


class Typing:
    """Nothing here waits, is kept or is tried again: a moment later it is not true any more."""

    def __init__(
        self,
        bridge: Bridge,
        cases: Cases,
        conversations: Conversations,
        presence: Presence,
        breaker: Breaker,
        clock: Clock,
        house: str,
    ) -> None:
        """house: what customers call the company."""
        self._bridge, self._cases, self._conversations = bridge, cases, conversations
        self._presence, self._breaker = presence, breaker
        self._clock, self._house = clock, house
        self._guard = threading.Lock()
        self._told: dict[str, tuple[float, bool]] = {}
        self._asking = threading.Semaphore(_AT_ONCE)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "typing")

    def theirs(self, event: Incoming) -> None:
        """Somebody at the helpdesk writes, to the customer or a note, or no longer does."""
        mirrored = self._cases.by_key(self._bridge.name, event.case_key)
        if mirrored is None or mirrored.controller != "peer" or event.author_kind != "agent":
            return
        if event.thin:
            self._soon(lambda: self._show(self._bridge.hydrate(event), mirrored))
        else:
            self._show(event, mirrored)

    def no_longer(self, by: Agent, case: int) -> None:
        """What somebody wrote has been sent."""
        if self._bridge.capabilities.typing:
            self._presence.says(by, case, None)

    def ours(self, conversation: str, typing: bool) -> None:
        """The customer writes, or no longer does; the helpdesk is shown that where it can show it."""
        if not self._bridge.capabilities.typing or not self._news(conversation, typing):
            return
        mirrored = self._conversations.open_case(conversation)
        if mirrored is None or mirrored.ref is None or mirrored.controller != "peer":
            return
        ref = mirrored.ref
        self._soon(lambda: self._bridge.typing(ref, typing))

    def told(self) -> None:
        """Wait until what is being told has been."""
        for _ in range(_AT_ONCE):
            self._asking.acquire()
        self._asking.release(_AT_ONCE)

    def close(self) -> None:
        """Finish what is being told."""
        self._threads.shutdown()

    def _news(self, conversation: str, typing: bool) -> bool:
        """Whether the helpdesk has not heard this a moment ago."""
        now = self._clock.monotonic()
        with self._guard:
            if len(self._told) > _REMEMBERED:
                self._told.clear()
            at, told = self._told.get(conversation, (-AGAIN_SECONDS, False))
            if told is typing and (not typing or now - at < AGAIN_SECONDS):
                return False
            self._told[conversation] = now, typing
            return True

    def _show(self, event: Incoming, mirrored: Mirrored) -> None:
        doing = "noting" if event.visibility == "private" else "replying"
        by = agent_of(event, mirrored.bridge, self._house)
        self._presence.says(by, mirrored.case, None if event.text == "off" else doing)

    def _soon(self, work: Callable[[], None]) -> None:
        """Ask the helpdesk something now, unless it is down, or enough is being asked already."""
        if not self._breaker.peer().down and self._asking.acquire(blocking=False):
            self._threads.submit(self._ask, work)

    def _ask(self, work: Callable[[], None]) -> None:
        try:
            work()
        except PeerError as error:
            _log.debug("%s: who writes was not told: %s", self._bridge.name, error)
        except Exception:
            _log.exception("%s: who writes was not told", self._bridge.name)
        finally:
            self._asking.release()
