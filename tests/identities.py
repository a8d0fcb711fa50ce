"""A company's own server that knows its customers: it signs who they are, rightly and wrongly."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

import jwt

from tests.fakes import MONDAY_MORNING

SECRET, OLD_SECRET, HASH_SECRET = (word * 5 for word in ("new-key", "old-key", "hash-it"))
AUDIENCE = "nettly"
ENVIRONMENT = {
    "FIRSTLINE_IDENTITY_KEY": SECRET,
    "FIRSTLINE_IDENTITY_OLD_KEY": OLD_SECRET,
    "FIRSTLINE_IDENTITY_HASH_KEY": HASH_SECRET,
    "FIRSTLINE_IDENTITY_AUDIENCE": AUDIENCE,
}
"""A house that believes it."""

MAYA = {"sub": "42", "name": "Maya Lind", "email": "maya@mail.example", "business": True}
OMAR = {"sub": "43", "name": "Omar Berg", "email": None, "business": False}


def seconds(after: timedelta, now: datetime = MONDAY_MORNING) -> int:
    """Seconds since 1970, so long after now."""
    return int((now + after).timestamp())


def signed(
    key: object = SECRET,
    method: str = "HS256",
    *,
    header: dict[str, object] | None = None,
    now: datetime = MONDAY_MORNING,
    **claims: object,
) -> str:
    """Maya's token for the next five minutes, but for what is given; a claim of None is left out."""
    whole = {**MAYA, "aud": AUDIENCE, "exp": seconds(timedelta(minutes=5), now), **claims}
    told = {name: value for name, value in whole.items() if value is not None}
    return jwt.encode(told, key, algorithm=method, headers=header)  # type: ignore[arg-type]


def hashed(id: str, key: str = HASH_SECRET) -> str:
    """The older way: the HMAC of an id, in hexadecimal digits."""
    return hmac.new(key.encode(), id.encode(), hashlib.sha256).hexdigest()
