"""Webhooks that prove who sent them, as the Standard Webhooks specification says: an id that stays the same
over retries, a timestamp, and an HMAC-SHA256 over both and the body.

Source: github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from config.plug_settings import Rule
from handoff.bridges.errors import BadSignatureError

TOLERANCE = timedelta(minutes=5)
"""How old a webhook may be, and how far ahead of our clock."""

_PREFIX = "whsec_"
_SHORTEST = 24  # bytes of a key


def key_of(secret: str) -> bytes:
    """The key in a secret such as `whsec_…`, or in base64 alone; raises ValueError."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(key) < _SHORTEST:
        raise ValueError(f"shorter than {_SHORTEST} bytes")
    return key


def _is_secret(value: object) -> bool:
    try:
        key_of(str(value))
    except ValueError:
        return False
    return True


_HOW = 'must be "whsec_" and at least 24 bytes in base64; `openssl rand -base64 32` makes the second half'
A_SECRET = Rule(_HOW, _is_secret)
A_SECRET_OR_NONE = Rule(_HOW, lambda value: value == "" or _is_secret(value))


class Signatures:
    """Signs with every key, and takes what any of them has signed: so each side can change keys by itself."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """secrets: the newest first, empty ones left out; raises ValueError for what is none."""
        self._keys = [key_of(secret) for secret in secrets if secret]

    def headers(self, id: str, at: datetime, body: bytes) -> dict[str, str]:
        """What a webhook carries."""
        moment = str(int(at.timestamp()))
        signed = " ".join(f"v1,{_signed(key, id, moment, body)}" for key in self._keys)
        return {"webhook-id": id, "webhook-timestamp": moment, "webhook-signature": signed}

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Raises BadSignatureError. headers: by lower-case name."""
        id, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        given = headers.get("webhook-signature", "").split()
        if not (id and moment and given):
            raise BadSignatureError("webhook-id, webhook-timestamp or webhook-signature is missing")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= 11):
            raise BadSignatureError("webhook-timestamp is no number of seconds")
        if abs(datetime.fromtimestamp(int(moment), UTC) - now) > TOLERANCE:
            raise BadSignatureError("webhook-timestamp is more than five minutes from our clock")
        known = [f"v1,{_signed(key, id, moment, body)}".encode() for key in self._keys]
        # All are compared, so that the time it takes tells nothing.
        found = [hmac.compare_digest(each.encode(), own) for each in given[:10] for own in known]
        if not any(found):
            raise BadSignatureError("no signature in webhook-signature is made with our secret")


def _signed(key: bytes, id: str, moment: str, body: bytes) -> str:
    # What HTTP can't carry in a header does not verify either.
    content = f"{id}.{moment}.".encode("utf-8", "replace") + body
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
