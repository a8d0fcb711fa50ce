"""Calls to a platform's API: JSON or a form out, JSON back, and what went wrong in words for agents."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Unpack
from urllib.parse import urlsplit

from bot.dialogue.wiring import Endpoint
from bot.errors import NotDeliveredError
from config.clock import Clock
from config.outbound import (
    BadDestinationError,
    Outbound,
    OutboundError,
    RedirectError,
    Remote,
    TooLongError,
    shown,
)
from handoff.aids.errors import FileTooLargeError
from handoff.bridges.errors import PeerAwayError, PeerError, PeerRefusedError
from handoff.bridges.http import Answer, PeerHttp, Sending, peer_words, retry_after
from handoff.bridges.json_values import JsonValue

LONGEST_WAIT = timedelta(hours=1)
"""That a platform may ask us to wait before the next message."""

_STRIKES = 3
_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=1)
_MOST_SAID = 300  # characters of a platform's own words
_TOLD = (
    400,
    401,
    403,
    404,
    409,
    413,
    415,
    422,
    429,
)  # with a body that says what is wrong, or when to come back
_TRY_AGAIN = {401: 60.0, 429: 1.0}  # with another token, which people write down, it may still go

Wait = Callable[[int, JsonValue], float | None]
"""The seconds after which a call may be made again that was answered so; None: never as it is."""


def by_status(status: int, said: JsonValue) -> float | None:
    """As most platforms mean it."""
    return _TRY_AGAIN.get(status)


class Line:
    """Whether a platform is called at all: not before the time that it named, and for a while not where the
    last calls came to nothing, so that one which is away holds up no other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open_at, self._failures = -math.inf, 0

    def admit(self) -> None:
        """Raises NotDeliveredError while it is closed."""
        closed = self._open_at - self._clock.monotonic()
        if closed > 0:
            why = "the platform takes no messages for now; the last ones came to nothing"
            raise NotDeliveredError(why, retry_in=timedelta(seconds=closed))

    def close(self, time: timedelta) -> None:
        """Call nobody for so long."""
        self._open_at = self._clock.monotonic() + time.total_seconds()

    def failed(self) -> None:
        """A call came to nothing."""
        self._failures += 1
        if self._failures >= _STRIKES:
            self.close(min(_PAUSE * 2 ** min(self._failures - _STRIKES, 8), _LONGEST_PAUSE))

    def worked(self) -> None:
        self._failures = 0


class Calls:
    """One platform's API."""

    def __init__(
        self, remote: Remote, clock: Clock, *, wait: Wait = by_status, mends: Mapping[int, str] | None = None
    ) -> None:
        """mends: what to do about a status, for who reads why a message did not go."""
        self._remote, self._wait, self._mends = remote, wait, mends or {}
        self._http, self._patient = PeerHttp(remote), PeerHttp(remote, within=timedelta(seconds=25))
        self._line = Line(clock)

    def get(self, path: str) -> JsonValue:
        """What there is to read; raises NotDeliveredError as `post` does."""
        return _read(self._answer(lambda: self._http.get(path, allow=_TOLD)))

    def post(self, path: str, *, patient: bool = False, **how: Unpack[Sending]) -> JsonValue:
        """What it answers, in JSON. patient: where it takes its time. Raises NotDeliveredError: `permanent`
        where it never takes this."""
        http, how["allow"] = self._patient if patient else self._http, _TOLD
        return _read(self._answer(lambda: http.post(path, **how)))

    def tell(self, **how: Unpack[Sending]) -> None:
        """The same to the very address, and whatever it answers with 2xx will do."""
        how["allow"] = _TOLD
        self._answer(lambda: self._http.post("", **how))

    def _answer(self, ask: Callable[[], Answer]) -> Answer:
        self._line.admit()
        try:
            answer = ask()
        except PeerError as error:
            raise not_delivered(error, self._line) from error
        self._line.worked()
        if answer.status >= 300:
            raise self._refused(answer)
        return answer

    def _refused(self, answer: Answer) -> NotDeliveredError:
        words = self._remote.masked(peer_words(answer.body))[:_MOST_SAID]
        mend = self._mends.get(answer.status)
        why = f"{self._remote.address}: it answers {answer.status}: {words}" + (f"; {mend}" if mend else "")
        try:
            wait = self._wait(answer.status, json.loads(answer.body))
        except (ValueError, RecursionError):
            wait = self._wait(answer.status, None)
        if wait is None:
            return NotDeliveredError(why, permanent=True)
        held = min(retry_after(answer.headers) or timedelta(seconds=wait), LONGEST_WAIT)
        if answer.status == 429:
            self._line.close(held)
        return NotDeliveredError(why, retry_in=held)


def not_delivered(error: PeerError, line: Line) -> NotDeliveredError:
    """What a failure of the platform's means for a message."""
    if isinstance(error, PeerRefusedError):
        return NotDeliveredError(error.says, permanent=True)
    line.failed()
    if isinstance(error, PeerAwayError) and error.retry_after is not None:
        line.close(error.retry_after)
        return NotDeliveredError(error.says, retry_in=error.retry_after)
    # Also where it may have arrived: where nobody can look, twice is better than not at all.
    return NotDeliveredError(error.says)


def _read(answer: Answer) -> JsonValue:
    try:
        return answer.json()
    except PeerRefusedError as error:
        raise NotDeliveredError(error.says) from error


def fetched(
    outbound: Outbound,
    url: str,
    hosts: Sequence[str],
    most: int,
    *,
    headers: Mapping[str, str] | None = None,
    basic_auth: tuple[str, str] | None = None,
) -> bytes:
    """A file that lies on another host of the platform's. Raises PeerError and FileTooLargeError.

    hosts: where it may be, such as "files.slack.com"; ".slack.com" is every host below it. Where one of them
    says that it is at another, it is fetched there, without what let us in at the first.
    """
    try:
        asked = outbound.to(_there(url, hosts, headers or {}, basic_auth))
        try:
            answer = asked.send("GET", most=most)
        except RedirectError as moved:
            answer = outbound.to(_there(moved.to, hosts)).send("GET", most=most)
    except BadDestinationError as error:
        raise PeerRefusedError(str(error)) from error
    except TooLongError as error:
        raise FileTooLargeError(urlsplit(url).path.rpartition("/")[2], most) from error
    except OutboundError as error:
        raise PeerAwayError(f"{shown(url)}: {error}") from error
    if answer.status >= 300:
        why = f"{shown(url)}: it answers {answer.status}"
        raise PeerAwayError(why) if answer.status >= 500 else PeerRefusedError(why)
    return answer.body


def _there(
    url: str,
    hosts: Sequence[str],
    headers: Mapping[str, str] | None = None,
    basic_auth: tuple[str, str] | None = None,
) -> Endpoint:
    """The address, if it is on one of these hosts; raises PeerRefusedError."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        host = ""
    if not any(host == each or (each.startswith(".") and host.endswith(each)) for each in hosts):
        raise PeerRefusedError(f"the file is at {host or 'no host'}, where nothing is fetched")
    return Endpoint(url, headers=headers or {}, basic_auth=basic_auth)
