"""How a bridge asks its helpdesk over HTTP: each outcome as what the sender can act upon."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypedDict, Unpack, cast
from urllib.parse import urlencode

from urllib3.filepost import encode_multipart_formdata

from config.outbound import (
    BadDestinationError,
    OutboundError,
    PrivateNetworkError,
    Query,
    RedirectError,
    Remote,
    TooLongError,
)
from handoff.bridges.errors import PeerAwayError, PeerRefusedError, PeerUnsureError
from handoff.bridges.json_values import JsonValue

MOST_BYTES = 1024 * 1024  # of an answer that is no file
_MOST_SAID = 300  # characters of a peer's own words
_LONGEST_WAIT = timedelta(hours=1)  # whatever a peer asks for
_COME_BACK = (408, 425, 429)
_TELLING = ("error", "errors", "message", "description", "detail", "details", "title", "reason")


@dataclass(frozen=True, slots=True)
class PeerAddress:
    """Where a peer is and what we show to be let in, for `outbound.to(...)`."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str | None = field(default=None, repr=False)
    token_name: str = "token"
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    cafile: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a form with files; without a `filename` it is a field."""

    name: str
    content: bytes
    filename: str = ""
    type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peer answered. headers: by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> JsonValue:
        """Raises PeerRefusedError for what is none; handoff.bridges.json_values reads what is in it."""
        try:
            return cast(JsonValue, json.loads(self.body))
        except (ValueError, RecursionError):
            said = _plain(self.body.decode("utf-8", "replace"))[:80]
            raise PeerRefusedError(f"the helpdesk answered something that is not JSON: {said}") from None


class Sending(TypedDict, total=False):
    """What a request that changes something takes: one of the first four, and what is said of it.

    allow: statuses that are answers as well, such as 404. sure: harmless to repeat, so that nobody has to
    look whether it was done.
    """

    json: object
    form: Query
    parts: Sequence[Part]
    body: bytes
    query: Query
    headers: Mapping[str, str]
    allow: Collection[int]
    sure: bool


class PeerHttp:
    """One peer over HTTP; see the errors of handoff.bridges.errors.

    Never sent, or 408, 425, 429: PeerAwayError, with the wait that it asks for. A 5xx, or a connection that
    breaks once the request is sent: PeerAwayError where that is harmless to repeat, else PeerUnsureError; a
    503 that names a wait was not done. All else that is not 2xx: PeerRefusedError, in the peer's own words.
    """

    def __init__(
        self, remote: Remote, *, mends: Mapping[int, str] | None = None, within: timedelta | None = None
    ) -> None:
        """mends: what to do about a status, such as 401, naming the setting by `Given.where`. within: for
        the whole of an answer, as settings say if None."""
        self._remote = remote
        self._mends = mends or {}
        self._within = within

    def get(
        self,
        path: str,
        *,
        query: Query = (),
        headers: Mapping[str, str] | None = None,
        allow: Collection[int] = (),
        most: int = MOST_BYTES,
    ) -> Answer:
        """Read something. allow: statuses that are answers as well, such as 404. most: bytes of the answer,
        the bridge's `most_file` for a file. path: below the address, or a whole one on the same server."""
        return self._send("GET", path, None, query, headers, allow, most, sure=True)

    def post(self, path: str, **how: Unpack[Sending]) -> Answer:
        """Send one of `json`, `form`, `parts`, `body`."""
        return self._change("POST", path, how)

    def put(self, path: str, **how: Unpack[Sending]) -> Answer:
        """As `post`."""
        return self._change("PUT", path, how)

    def patch(self, path: str, **how: Unpack[Sending]) -> Answer:
        """As `post`."""
        return self._change("PATCH", path, how)

    def delete(self, path: str, **how: Unpack[Sending]) -> Answer:
        """As `post`, and with nothing to send."""
        return self._change("DELETE", path, how)

    def _change(self, method: str, path: str, how: Sending) -> Answer:
        return self._send(
            method,
            path,
            _content(how),
            how.get("query", ()),
            how.get("headers"),
            how.get("allow", ()),
            MOST_BYTES,
            sure=how.get("sure", False),
        )

    def _send(
        self,
        method: str,
        path: str,
        content: tuple[bytes, str] | None,
        query: Query,
        headers: Mapping[str, str] | None,
        allow: Collection[int],
        most: int,
        *,
        sure: bool,
    ) -> Answer:
        body, kind = content or (None, "")
        carried = {**({"Content-Type": kind} if kind else {}), **(headers or {})}
        try:
            got = self._remote.send(
                method, path, query=query, headers=carried, body=body, within=self._within, most=most
            )
        except PrivateNetworkError as error:
            mend = "name its network in [bridge] private_networks if that is right"
            raise PeerRefusedError(self._said(f"{error}; {mend}")) from error
        except RedirectError as error:
            raise PeerRefusedError(self._said(str(error))) from error
        except BadDestinationError as error:
            raise PeerRefusedError(self._remote.masked(str(error))) from error
        except TooLongError as error:
            # What it did before it answered so much is not known, unless nothing was asked of it.
            raise (PeerRefusedError if sure else PeerUnsureError)(self._said(str(error))) from error
        except OutboundError as error:
            failed = PeerUnsureError if error.sent and not sure else PeerAwayError
            raise failed(self._said(str(error))) from error
        if got.status < 300 or got.status in allow:
            return Answer(got.status, got.headers, got.body)
        raise self._refusal(got.status, got.headers, got.body, sure)

    def _refusal(self, status: int, headers: Mapping[str, str], body: bytes, sure: bool) -> Exception:
        words = self._remote.masked(peer_words(body))[:_MOST_SAID]
        says = self._said(f"it answers {status}{f': {words}' if words else ''}")
        wait = retry_after(headers)
        if status in _COME_BACK or (status == 503 and wait is not None) or (status >= 500 and sure):
            return PeerAwayError(says, wait)
        if status >= 500:
            return PeerUnsureError(says)
        mend = self._mends.get(status)
        if mend is None and status in (401, 403):
            mend = "check the credentials in the settings of this bridge, and what they may do"
        return PeerRefusedError(f"{says}; {mend}" if mend else says)

    def _said(self, what: str) -> str:
        return self._remote.masked(f"{self._remote.address}: {what}")


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long a peer asks us to wait, an hour at most: seconds, or a date by its own clock.

    headers: by lower-case name. Source: RFC 9110, section 10.2.3.
    """
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", said):
        return min(timedelta(seconds=float(said)), _LONGEST_WAIT)
    until, now = _date(said), _date(headers.get("date", ""))
    if until is None or now is None:
        return None
    return min(max(until - now, timedelta(0)), _LONGEST_WAIT)


def peer_words(body: bytes) -> str:
    """What a peer says went wrong, as one line of plain text: out of its JSON, its page, or its bytes."""
    text = body[:65_536].decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _plain(text[:8192])
    return _plain("; ".join(dict.fromkeys(_told(value, 0)))) or _plain(text[:8192])


def _told(value: object, depth: int) -> Iterator[str]:
    """The sentences in a JSON answer: what stands under the names that errors have."""
    if depth > 4:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value[:5]:
            yield from _told(each, depth + 1)
    elif isinstance(value, dict):
        named = [key for key in _TELLING if value.get(key)]
        for key in named or (value if depth else ()):
            for each in _told(value[key], depth + 1):
                yield each if named else f"{key}: {each}"


def _plain(text: str) -> str:
    without = re.sub(r"<(script|style)\b.*?</\1>|<[^>]{0,2000}>", " ", text, flags=re.S | re.I)
    # No control character either: a terminal may obey it, and no database keeps a NUL.
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", html.unescape(without)).split())


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo is not None else None


def _content(how: Sending) -> tuple[bytes, str] | None:
    """The bytes to send, and what they are; None for nothing."""
    if "form" in how:
        form = how["form"]
        pairs = list(form.items()) if isinstance(form, Mapping) else form
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"
    if "parts" in how:
        fields = [
            (part.name, (part.filename, part.content, part.type) if part.filename else part.content)
            for part in how["parts"]
        ]
        return encode_multipart_formdata(fields)
    if "body" in how:
        return how["body"], "application/octet-stream"
    if "json" in how:
        # What a text can't say in UTF-8, half of an emoji, shows as a question mark.
        return json.dumps(how["json"], ensure_ascii=False).encode("utf-8", "replace"), "application/json"
    return None
