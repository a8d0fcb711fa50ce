"""Whether a webhook is the platform's, over the bytes as they came. Pure."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from handoff.bridges import RawReply
from handoff.bridges.errors import BadSignatureError

NOTHING = RawReply(200, b"{}", "application/json")
"""The answer to a webhook that wants none."""


def same(given: str | None, wanted: str) -> bool:
    """Whether two signatures are one, in a time that does not tell where they part."""
    return hmac.compare_digest((given or "").encode("utf-8", "replace"), wanted.encode())


def hex_of(key: str, signed: bytes) -> str:
    """HMAC-SHA256 in hexadecimal digits."""
    return hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def of_now(timestamp: str | None, now: datetime, within: timedelta) -> str:
    """The timestamp of a signed request, seconds since 1970; raises BadSignatureError for another time's."""
    if timestamp is None or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise BadSignatureError("it has no timestamp")
    if abs(now.timestamp() - int(timestamp)) > within.total_seconds():
        raise BadSignatureError("its timestamp is not of now; see that both clocks are right")
    return timestamp
