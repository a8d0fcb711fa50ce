"""Whether a request is Slack's, over the bytes as they came. Pure.

Source: Slack's page on verifying requests.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from handoff.bridges import RawReply, RawRequest
from handoff.bridges.errors import BadSignatureError
from handoff.bridges.json_values import text_at
from handoff.bridges.slack.reading import object_in

TOLERANCE = timedelta(minutes=5)
"""How old a signed request may be."""


def verify(secret: str, request: RawRequest, now: datetime) -> None:
    """Slack's signature over the bytes as they came. Raises BadSignatureError."""
    if not secret:
        raise BadSignatureError("there is no `signing_secret` in the settings")
    at = request.headers.get("x-slack-request-timestamp", "")
    if not (at.isascii() and at.isdigit() and len(at) <= 12):
        raise BadSignatureError("X-Slack-Request-Timestamp is missing")
    if abs(now.timestamp() - int(at)) > TOLERANCE.total_seconds():
        raise BadSignatureError("X-Slack-Request-Timestamp is more than five minutes from our clock")
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + request.body, hashlib.sha256).hexdigest()
    given = request.headers.get("x-slack-signature", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"v0={digest}".encode()):
        raise BadSignatureError("X-Slack-Signature is not made with the `signing_secret` of the settings")


def challenged(secret: str, request: RawRequest, now: datetime) -> RawReply | None:
    """What Slack asks once, when our address is entered there; None for all else. Raises as `verify`."""
    if b"url_verification" not in request.body:
        return None
    verify(secret, request, now)
    told = object_in(request)
    if text_at(told, "type") != "url_verification":
        return None
    return RawReply(200, text_at(told, "challenge").encode(), "text/plain; charset=utf-8")
