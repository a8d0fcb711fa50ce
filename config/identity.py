"""Staff accounts, sessions and the audit. `config.sign_in` puts them in front of an app."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from config import store
from config.api_keys import ApiKeys
from config.clock import Clock
from config.database import Database, Schema, open_database
from config.links import Links
from config.staff import (
    ForgedRequestError,
    IdentityError,
    LastAdminError,
    NoRoleError,
    NoStaffError,
    NotAnEmailError,
    Role,
    RoleMissingError,
    Session,
    SignedOutError,
    Staff,
    StaffChangedError,
    StaffExistsError,
    TooManyTriesError,
    WeakPasswordError,
    WrongPasswordError,
)
from config.tries import digest, take_try

__all__ = [
    "ForgedRequestError",
    "Identity",
    "IdentityError",
    "LastAdminError",
    "NoRoleError",
    "NoStaffError",
    "NotAnEmailError",
    "Role",
    "RoleMissingError",
    "Session",
    "SignedOutError",
    "Staff",
    "StaffChangedError",
    "StaffExistsError",
    "TooManyTriesError",
    "WeakPasswordError",
    "WrongPasswordError",
    "open_identity",
]

IDLE_WITHIN = timedelta(minutes=60)
"""A session in which nobody has done anything for this long is over."""

SIGNED_IN_WITHIN = timedelta(hours=12)
"""A session is over after this, whatever was done in it."""

FIRST_ADMIN = "admin@firstline.local"

NAME_CHARACTERS = 100

_PASSWORD_CHARACTERS = (10, 256)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}")
_SEEN_EVERY = timedelta(minutes=1)  # finer would make a disk write of every request

_ACCOUNT_LIMITS = ((5, timedelta(seconds=20)), (20, timedelta(minutes=5)))  # by account and address
_ADDRESS_LIMITS = ((60, timedelta(minutes=5)),)  # one address that tries one password on many accounts


class Identity:
    """Knows who is who; everything it changes leaves a line in the audit, in the same transaction."""

    def __init__(self, database: Database, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        """hasher: how much work a password is; the house's if None."""
        self.database = database
        self.keys = ApiKeys(database, clock)
        self._clock = clock
        # argon2id with 19 MiB, two passes: OWASP's choice for a server that has other work for its memory.
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)
        self.links = Links(database, clock, self.hashed)
        self._nobody = self._hasher.hash(secrets.token_urlsafe())  # an unknown e-mail costs the same work

    def add(
        self, email: str, name: str, roles: Iterable[Role | str], password: str, *, by: str = "operator"
    ) -> Staff:
        """Make an account. Raises NotAnEmailError, NoRoleError, WeakPasswordError, StaffExistsError."""
        email, roles = _email(email), _roles(roles)
        password_hash = self.hashed(email, password)
        now = self._clock.now()

        def work(connection: sa.Connection) -> Staff:
            if store.staff_by_email(connection, email):
                raise StaffExistsError(email)
            staff = store.insert_staff(connection, email, name.strip() or email, roles, password_hash, now)
            after = {"name": staff.name, "roles": sorted(roles)}
            store.insert_audit(connection, now, by, "add_staff", email, after=after)
            return staff

        return self.database.write(work)

    def first_admin(self) -> tuple[str, str] | None:
        """E-mail and password of an admin made just now, as there was no staff at all; shown this once."""
        with self.database.read() as connection:
            if store.all_staff(connection):
                return None
        password = secrets.token_urlsafe(12)
        try:
            self.add(FIRST_ADMIN, "Admin", Role, password, by="firstline")
        except StaffExistsError:  # another process was faster, and has told
            return None
        return FIRST_ADMIN, password

    def list(self) -> tuple[Staff, ...]:
        """Everybody, by e-mail."""
        with self.database.read() as connection:
            return store.all_staff(connection)

    def set_password(self, email: str, password: str, *, by: str = "operator") -> None:
        """Change it and end the account's sessions. Raises NoStaffError, WeakPasswordError."""
        email = _email(email)
        password_hash = self.hashed(email, password)

        def work(connection: sa.Connection) -> None:
            staff = _known(connection, email)
            store.set_password_hash(connection, staff.id, password_hash)
            store.delete_sessions_of(connection, staff.id)
            self.links.end(connection, staff.id)
            store.insert_audit(connection, self._clock.now(), by, "set_password", email)

        self.database.write(work)

    def save(
        self,
        email: str,
        *,
        name: str,
        roles: Iterable[Role | str],
        by: str = "operator",
        seen: Staff | None = None,
    ) -> Staff:
        """Change what somebody is called and what they may open; their sessions keep up at once.

        seen: the account as the change was made from; where it is another by now, nothing is changed. Raises
        NoStaffError, NoRoleError, StaffChangedError, and LastAdminError where nobody would be left to help.
        """
        email, roles = _email(email), _roles(roles)

        def work(connection: sa.Connection) -> Staff:
            staff = _known(connection, email)
            if seen is not None and seen != staff:
                raise StaffChangedError(staff)
            if Role.ADMIN in staff.roles and Role.ADMIN not in roles:
                _refuse_the_last_admin(connection, staff)
            called = name.strip()[:NAME_CHARACTERS] or email
            store.save_staff(connection, staff.id, called, roles)
            before = {"name": staff.name, "roles": sorted(staff.roles)}
            after = {"name": called, "roles": sorted(roles)}
            if after != before:
                store.insert_audit(connection, self._clock.now(), by, "save_staff", email, before, after)
            return replace(staff, name=called, roles=roles)

        return self.database.write(work)

    def staff(self, email: str) -> Staff:
        """One account. Raises NoStaffError."""
        with self.database.read() as connection:
            return _known(connection, _email(email))

    def disable(self, email: str, *, by: str = "operator") -> None:
        """Close the account, end its sessions and its links; its name stays on what it did.

        Raises NoStaffError, and LastAdminError where nobody would be left to open it again.
        """
        self._set_active(_email(email), False, by)

    def enable(self, email: str, *, by: str = "operator") -> None:
        """Open a closed account again. Raises NoStaffError."""
        self._set_active(_email(email), True, by)

    def sign_in(self, email: str, password: str, address: str) -> str:
        """Start a session; its token, for the cookie. Only the token's hash is kept.

        address: where the request came from. Raises WrongPasswordError, the same and after the same work for
        an e-mail that nobody has; TooManyTriesError past 5 tries in 20 s, or 20 in 5 min, on one account from
        one address.
        """
        email = email.strip().lower()
        keys = {digest(email, address): _ACCOUNT_LIMITS, digest(address): _ADDRESS_LIMITS}
        tries = self.database.write(lambda connection: take_try(connection, keys, self._clock.now()))
        with self.database.read() as connection:
            found = store.staff_by_email(connection, email)
        right = self._verified((found and found[1]) or self._nobody, password)
        if not found or not right or not found[0].active:
            raise WrongPasswordError
        token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        staff, password_hash = found
        newer = self._hasher.hash(password) if self._hasher.check_needs_rehash(password_hash) else None
        now = self._clock.now()

        def work(connection: sa.Connection) -> None:
            if newer:
                store.set_password_hash(connection, staff.id, newer)
            store.delete_tries(connection, digest(email, address), tries)
            store.delete_sessions_before(connection, now - SIGNED_IN_WITHIN, now - IDLE_WITHIN)
            store.insert_session(connection, digest(token), staff.id, csrf, now)
            store.insert_audit(connection, now, staff.email, "sign_in", staff.email)

        self.database.write(work)
        return token

    def session(self, token: str, *, active: bool = False) -> Session | None:
        """Whose session it is, or None when it is over or was never begun.

        active: the person has just done something, so the session does not idle out; a stream that asks
        whether it may go on is not that.
        """
        now = self._clock.now()
        key = digest(token)
        with self.database.read() as connection:
            row = store.session_by_token(connection, key)
        if row is None or not row.session.staff.active:
            return None
        if now - row.started_at >= SIGNED_IN_WITHIN or now - row.seen_at >= IDLE_WITHIN:
            return None
        if active and now - row.seen_at >= _SEEN_EVERY:
            self.database.write(lambda connection: store.touch_session(connection, key, now))
        return row.session

    def who(self, token: str) -> Staff | None:
        """Who is signed in with this token, if anybody."""
        session = self.session(token)
        return session.staff if session else None

    def csrf(self, token: str) -> str:
        """What this session's forms must carry. Raises SignedOutError."""
        session = self.session(token)
        if session is None:
            raise SignedOutError
        return session.csrf

    def sign_out(self, token: str) -> None:
        """End the session; nothing happens if it is over."""
        key = digest(token)

        def work(connection: sa.Connection) -> None:
            row = store.session_by_token(connection, key)
            if row is not None:
                store.delete_session(connection, key)
                email = row.session.staff.email
                store.insert_audit(connection, self._clock.now(), email, "sign_out", email)

        self.database.write(work)

    def audit(
        self,
        actor: str,
        verb: str,
        about: str,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        """Write one line: who did what to what, and what it was before and after (JSON values)."""
        now = self._clock.now()
        self.database.write(
            lambda connection: store.insert_audit(connection, now, actor, verb, about, before, after)
        )

    def audited(self) -> tuple[store.AuditRow, ...]:
        """All lines, oldest first."""
        with self.database.read() as connection:
            return store.audit_rows(connection)

    def close(self) -> None:
        self.database.close()

    def _set_active(self, email: str, active: bool, by: str) -> None:
        def work(connection: sa.Connection) -> None:
            staff = _known(connection, email)
            if not active:
                _refuse_the_last_admin(connection, staff)
                store.delete_sessions_of(connection, staff.id)
                self.links.end(connection, staff.id)
            store.set_active(connection, staff.id, active)
            before, after = {"active": staff.active}, {"active": active}
            store.insert_audit(connection, self._clock.now(), by, "set_active", email, before, after)

        self.database.write(work)

    def hashed(self, email: str, password: str) -> str:
        """A password as it is kept. Raises WeakPasswordError."""
        least, most = _PASSWORD_CHARACTERS
        if not least <= len(password) <= most or password.lower() == email:
            raise WeakPasswordError(least, most)
        return self._hasher.hash(password)

    def _verified(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password[: _PASSWORD_CHARACTERS[1] + 1])
        except (VerificationError, InvalidHashError):
            return False


def open_identity(home: Path | Schema, clock: Clock, hasher: PasswordHasher | None = None) -> Identity:
    """The staff of one house: of a data folder, kept in its house.db, or of a schema; see `Identity`."""
    where = home if isinstance(home, Schema) else home / "house.db"
    return Identity(open_database(where, Path(__file__).parent / "migrations"), clock, hasher)


def _refuse_the_last_admin(connection: sa.Connection, staff: Staff) -> None:
    """Raise LastAdminError if no other account could give roles and open accounts."""
    others = [
        each
        for each in store.all_staff(connection)
        if each.id != staff.id and each.active and not each.invited and Role.ADMIN in each.roles
    ]
    if staff.active and Role.ADMIN in staff.roles and not others:
        raise LastAdminError(staff.email)


def _known(connection: sa.Connection, email: str) -> Staff:
    found = store.staff_by_email(connection, email)
    if found is None:
        raise NoStaffError(email)
    return found[0]


def _email(email: str) -> str:
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise NotAnEmailError(email)
    return email


def _roles(roles: Iterable[Role | str]) -> frozenset[Role]:
    chosen = set()
    for role in roles:
        if role not in list(Role):
            raise NoRoleError(role)
        chosen.add(Role(role))
    if not chosen:
        raise NoRoleError
    return frozenset(chosen)
