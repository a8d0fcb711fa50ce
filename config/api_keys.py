"""Keys with which programs speak for a member of staff, on the rooms' JSON alone."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa

from config import store
from config.clock import Clock
from config.database import Database
from config.staff import ApiKey, KeyExistsError, NoKeyError, NoStaffError, Staff

PREFIX = "fl_"
"""What every key begins with, so that scanners for leaked secrets can know one."""

_SEEN_EVERY = timedelta(minutes=1)  # finer would make a disk write of every request


class ApiKeys:
    """Makes, knows and revokes keys; only a key's hash is kept, and each change is audited."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(self, email: str, name: str, *, by: str = "operator") -> str:
        """A new key, shown this once: it may do over the JSON what its owner may do in the browser.

        Raises NoStaffError, and KeyExistsError where the owner has one of this name.
        """
        key = PREFIX + secrets.token_urlsafe(32)
        now = self._clock.now()

        def work(connection: sa.Connection) -> None:
            owner = _owner(connection, email)
            if any(known.name == name for known in store.keys_of(connection, owner)):
                raise KeyExistsError(owner.email, name)
            store.insert_key(connection, _digest(key), owner.id, name, now)
            store.insert_audit(connection, now, by, "add_key", owner.email, after={"name": name})

        self._database.write(work)
        return key

    def list(self, email: str) -> tuple[ApiKey, ...]:
        """The owner's keys by name. Raises NoStaffError."""
        with self._database.read() as connection:
            return store.keys_of(connection, _owner(connection, email))

    def revoke(self, email: str, name: str, *, by: str = "operator") -> None:
        """The key opens nothing from now on. Raises NoStaffError and NoKeyError."""

        def work(connection: sa.Connection) -> None:
            owner = _owner(connection, email)
            if not store.delete_key(connection, owner.id, name):
                raise NoKeyError(owner.email, name)
            now = self._clock.now()
            store.insert_audit(connection, now, by, "revoke_key", owner.email, before={"name": name})

        self._database.write(work)

    def owner(self, key: str) -> Staff | None:
        """Whose key this is, if it is one and the account is open."""
        digest, now = _digest(key), self._clock.now()
        with self._database.read() as connection:
            found = store.owner_of_key(connection, digest)
        if found is None or not found[0].active:
            return None
        owner, used_at = found
        if used_at is None or now - used_at >= _SEEN_EVERY:
            self._database.write(lambda connection: store.touch_key(connection, digest, now))
        return owner


def _owner(connection: sa.Connection, email: str) -> Staff:
    found = store.staff_by_email(connection, email.strip().lower())
    if found is None:
        raise NoStaffError(email)
    return found[0]


def _digest(key: str) -> str:
    # 256 random bits need no slow hash: nobody guesses them.
    return hashlib.sha256(key.encode()).hexdigest()
