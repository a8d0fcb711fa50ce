"""Responses worded by a server of the assistant's own: `nlg` in endpoints.yml, asked as Rasa 3.6 asks it."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.acting.results import response as checked
from bot.dialogue.assistant import Assistant
from bot.store import JsonObject
from bot.tracker import Tracker
from config.clock import Clock
from config.outbound import Outbound, OutboundError, Remote

FIELDS = ("text", "buttons", "image", "elements", "attachment", "custom", "quick_replies")
REST_WITHIN = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class NlgServer:
    """Asks one server for words. Where it gives none, the domain's own responses are said instead."""

    def __init__(self, remote: Remote, clock: Clock, *, within: timedelta) -> None:
        self._remote, self._clock, self._within = remote, clock, within
        self._guard = threading.Lock()
        self._rests_until = clock.monotonic()
        self._amiss: str | None = None

    @property
    def degraded(self) -> str | None:
        """Why the domain's own responses are said at the moment; None while the server words them."""
        return self._amiss

    def __call__(
        self, response: str, arguments: Mapping[str, Any], tracker: Tracker, output: str
    ) -> JsonObject:
        """The response as the server words it, of FIELDS those that are not empty; nothing if it can't.

        arguments: what an action gave along. output: the output channel's name, `collector` for REST.
        After a failure the server is left alone for a while, so that a customer waits for it only once.
        """
        with self._guard:
            if self._clock.monotonic() < self._rests_until:
                return {}
        call = {
            "response": response,
            "id": None,
            "arguments": dict(arguments),
            "tracker": tracker.to_json(),
            "channel": {"name": output},
        }
        try:
            answer = self._remote.post(json.dumps(call).encode(), within=self._within)
            if answer.status != 200:
                raise OutboundError(f"it answers with HTTP status {answer.status}")
            worded = checked(json.loads(answer.body))
        except (OutboundError, ValueError, RecursionError) as error:
            self._fail(error)
            return {}
        self._amiss = None
        return {key: worded[key] for key in FIELDS if worded.get(key)}

    def _fail(self, error: Exception) -> None:
        why = str(error) if isinstance(error, OutboundError) else f"its answer is no response: {error}"
        self._amiss = f"the nlg server {self._remote.address}: {why}; the domain's own responses are said"
        _log.warning(self._amiss)
        with self._guard:
            self._rests_until = self._clock.monotonic() + REST_WITHIN.total_seconds()


def open_nlg(
    assistant: Assistant, outbound: Outbound, clock: Clock, *, within: timedelta
) -> NlgServer | None:
    """The server that endpoints.yml names under `nlg`, if any; raises BadDestinationError."""
    endpoint = assistant.endpoints.nlg
    return None if endpoint is None else NlgServer(outbound.to(endpoint), clock, within=within)
