"""Actions behind HTTP: any rasa-sdk action server, called as Rasa 3.6 calls it."""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from collections.abc import Mapping
from datetime import timedelta

from bot.acting.results import Acted, acted
from bot.errors import ActionFailedError, ActionRejectedError
from bot.tracker import Tracker
from config.outbound import Answer, OutboundError, Remote

RASA = "3.6.21"  # the version that we are compatible with; action servers compare it with their own
_LONGEST_REASON = 300  # characters of a server's own words

_log = logging.getLogger(__name__)


class ActionServer:
    """One action server. A call is sent once: what it does elsewhere must not happen twice."""

    def __init__(
        self, remote: Remote, domain: Mapping[str, object], *, within: timedelta, deflate: bool = False
    ) -> None:
        """domain: sent with every call, as the SDK refuses calls without it since 3.8.
        deflate: compress the calls, as Rasa does where COMPRESS_ACTION_SERVER_REQUEST is set.
        """
        self._remote, self._within = remote, within
        self._domain = json.dumps(domain).encode()
        self._deflate = deflate
        self._amiss: str | None = None

    def told(self, domain: Mapping[str, object]) -> None:
        """Send this domain from now on."""
        self._domain = json.dumps(domain).encode()

    @property
    def degraded(self) -> str | None:
        """Why the server could not be reached when it was last called; None once it has answered."""
        return self._amiss

    def run(self, name: str, tracker: Tracker) -> Acted:
        """Run one action there. Raises ActionFailedError, or ActionRejectedError where it declines."""
        body = self._call(name, tracker)
        headers = {"Idempotency-Key": _key(name, tracker)}
        if self._deflate:
            body, headers["Content-Encoding"] = zlib.compress(body), "deflate"
        address = self._remote.address
        try:
            answer = self._remote.post(body, within=self._within, headers=headers)
        except OutboundError as error:
            self._amiss = f"the action server {address}: {error}"
            raise ActionFailedError(name, f"the action server {address}: {error}") from error
        self._amiss = None
        if answer.status != 200:
            raise self._refusal(name, answer)
        try:
            given = json.loads(answer.body)
        except (ValueError, RecursionError):
            why = f"the action server {address} answers something that is not JSON"
            raise ActionFailedError(name, why) from None
        return acted(name, given)

    def _call(self, name: str, tracker: Tracker) -> bytes:
        """The webhook's body. The domain is most of it and always the same, so it is written only once."""
        call = {"next_action": name, "sender_id": tracker.sender_id, "tracker": tracker.to_json()}
        opened = json.dumps(call).encode().removesuffix(b"}")
        return b'%b, "domain": %b, "version": "%b"}' % (opened, self._domain, RASA.encode())

    def _refusal(self, name: str, answer: Answer) -> ActionFailedError | ActionRejectedError:
        body = _object(answer.body)
        said = self._remote.masked(str(body.get("error") or ""))[:_LONGEST_REASON]
        if answer.status == 400 and isinstance(body.get("action_name"), str):
            return ActionRejectedError(str(body["action_name"]), said or "no reason given")
        why = _STATUS.get(answer.status, f"answers with HTTP status {answer.status}")
        return ActionFailedError(
            name, f"the action server {self._remote.address} {why}" + f": {said}" * bool(said)
        )


_STATUS = {
    400: "can't read the call",
    401: "wants a token; write it into endpoints.yml",
    403: "does not accept our token; mend it in endpoints.yml",
    404: "has no such action; check the name, and the path in endpoints.yml",
    413: "finds the call too large; let it take larger bodies",
    449: "asks for the domain although it was sent; bring its rasa-sdk up to date",
    500: "failed while running it",
}


def _key(name: str, tracker: Tracker) -> str:
    """The same for the same action at the same point of a conversation, however often its turn is taken."""
    return hashlib.sha256(f"{tracker.sender_id}\n{len(tracker.events)}\n{name}".encode()).hexdigest()[:32]


def _object(body: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
