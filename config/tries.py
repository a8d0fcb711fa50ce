"""Counts what strangers try, so that guessing takes for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from config import store
from config.staff import TooManyTriesError

Limits = tuple[tuple[int, timedelta], ...]
"""So many tries within so long; every one of them holds."""

TRIES_KEPT = timedelta(hours=1)
"""No limit may look further back."""


def take_try(connection: sa.Connection, keys: Mapping[str, Limits], now: datetime) -> tuple[int, ...]:
    """Count a try before it is made, so that tries side by side count too; its ids, to take it back.

    Raises TooManyTriesError.
    """
    store.delete_tries_before(connection, now - TRIES_KEPT)
    for key, limits in keys.items():
        for most, within in limits:
            tries = store.tries_since(connection, key, now - within)
            if len(tries) >= most:
                raise TooManyTriesError(tries[-most] + within - now)
    return tuple(store.insert_try(connection, key, now) for key in keys)


def digest(*parts: str) -> str:
    """A key that says nothing about what it was made of."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
