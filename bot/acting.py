"""Runs actions: rasa-sdk classes, in this process, through the SDK's own executor."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException

from bot.errors import ActionFailedError
from bot.store import JsonObject
from bot.tracker import Tracker


@dataclass(frozen=True, slots=True)
class Acted:
    """What an action gave back: events for the tracker, and responses for the customer, said first."""

    events: tuple[JsonObject, ...]
    responses: tuple[JsonObject, ...]


class Action(Protocol):
    """What can be run: rasa-sdk's `Action`, or whatever else has its two methods."""

    def name(self) -> str: ...

    @property
    def run(self) -> Callable[..., object]: ...


class Actions:
    """The actions of one assistant. No lock: a slow action holds up its own conversation only."""

    def __init__(
        self, actions: Sequence[Action], domain: Mapping[str, object], *, within: timedelta, threads: int
    ) -> None:
        self._executor = ActionExecutor()
        for action in actions:
            self._executor.register_function(action.name(), action.run)
        self._domain = dict(domain)
        self._within = within
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="action")

    def __contains__(self, name: object) -> bool:
        return name in self._executor.actions

    def run(self, name: str, tracker: Tracker) -> Acted:
        """Run one action on a copy of the tracker; raises ActionFailedError, never anything else."""
        call: dict[str, object] = {
            "next_action": name,
            "sender_id": tracker.sender_id,
            "tracker": tracker.to_json(),
            "domain": self._domain,
            "version": "3.6.21",
        }
        running = self._pool.submit(self._execute, call)
        try:
            return running.result(self._within.total_seconds())
        except TimeoutError:
            raise ActionFailedError(name, f"no answer within {self._within.total_seconds():g} s") from None
        except ActionNotFoundException:
            raise ActionFailedError(name, "it is in no action server; check its name in domain.yml") from None
        except ActionExecutionRejection as rejection:
            raise ActionFailedError(name, str(rejection)) from rejection
        except Exception as error:  # an action is anybody's code
            raise ActionFailedError(name, f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Stop taking calls; one that hangs is left to itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _execute(self, call: dict[str, object]) -> Acted:
        result = asyncio.run(self._executor.run(call))
        # Through JSON, as from an action server: what can't be stored fails here and not with the turn.
        events, responses = json.loads(json.dumps([result.events, result.responses] if result else [[], []]))
        return Acted(tuple(events), tuple(responses))
