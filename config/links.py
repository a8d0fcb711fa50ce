"""One-time links: an invitation to join the staff, and a way back in for who has forgotten a password."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from config import store, store_links
from config.clock import Clock
from config.database import Database
from config.mail import NotAnAddressError, address_of
from config.staff import (
    LinkOverError,
    NoRoleError,
    NoStaffError,
    NotAnEmailError,
    Role,
    Staff,
    StaffExistsError,
    TooManyTriesError,
)
from config.store_links import Purpose
from config.tries import digest, take_try

Door = Literal["desk", "kb"]
"""The room whose sign-in page a link leads to."""

LASTS: dict[Purpose, timedelta] = {"invite": timedelta(days=7), "reset": timedelta(hours=1)}
"""How long a link opens something, from when it was made."""

TOPIC = "mails"

_ADDRESS_LIMITS = ((20, timedelta(hours=1)),)  # resets asked for from one address
_ACCOUNT_LIMITS = ((3, timedelta(hours=1)),)  # and for one account: nobody's mailbox is flooded
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Sender:
    """On whose behalf a link is made, in which language its mail speaks."""

    email: str
    name: str
    language: str = "en"


class Links:
    """Makes and takes one-time links. Only a link's hash is kept: a mail's is made when the mail goes out."""

    def __init__(self, database: Database, clock: Clock, hashed: Callable[[str, str], str]) -> None:
        """hashed: e-mail and password to what is kept; raises WeakPasswordError."""
        self._database, self._clock, self._hashed = database, clock, hashed

    def invite(self, email: str, name: str, roles: Iterable[Role | str], by: Sender, *, mailed: bool) -> str:
        """Make an account that waits for its owner; the link's token to hand over, or "" if it is mailed.

        Raises NotAnEmailError, NoRoleError and StaffExistsError.
        """
        try:
            email = address_of(email).lower()
        except NotAnAddressError:
            raise NotAnEmailError(email) from None
        chosen = frozenset(_role(role) for role in roles)
        if not chosen:
            raise NoRoleError
        now = self._clock.now()

        def work(connection: sa.Connection) -> str:
            if store.staff_by_email(connection, email):
                raise StaffExistsError(email)
            called = name.strip()[:_NAME_CHARACTERS] or email
            staff = store.insert_staff(connection, email, called, chosen, "", now)
            after = {"name": staff.name, "roles": sorted(chosen)}
            store.insert_audit(connection, now, by.email, "invite", email, after=after)
            return self._given(connection, staff, "invite", by, mailed)

        return self._database.write(work, wakes=(TOPIC,))

    def give(self, email: str, by: Sender, *, mailed: bool) -> str:
        """Another invitation, or a password reset for who has joined; links of before end.

        The token to hand over, or "" if it is mailed. Raises NoStaffError for an account that is closed, too.
        """

        def work(connection: sa.Connection) -> str:
            found = store.staff_by_email(connection, email.strip().lower())
            if found is None or not found[0].active:
                raise NoStaffError(email)
            staff = found[0]
            purpose: Purpose = "invite" if staff.invited else "reset"
            verb = "invite_again" if staff.invited else "send_reset"
            store.insert_audit(connection, self._clock.now(), by.email, verb, staff.email)
            self.end(connection, staff.id)
            return self._given(connection, staff, purpose, by, mailed)

        return self._database.write(work, wakes=(TOPIC,))

    def ask_reset(self, email: str, address: str, *, language: str, door: Door) -> None:
        """Mail a link if the account exists. Who asks learns nothing, and it takes as long either way.

        address: where the request came from. Raises TooManyTriesError past 20 requests an hour from there;
        past three for one account nothing more is mailed.
        """
        email = email.strip().lower()
        now = self._clock.now()

        def work(connection: sa.Connection) -> None:
            take_try(connection, {digest("reset", address): _ADDRESS_LIMITS}, now)
            try:
                take_try(connection, {digest("reset for", email): _ACCOUNT_LIMITS}, now)
            except TooManyTriesError:
                return
            found = store.staff_by_email(connection, email)
            if found is None or not found[0].active:
                return
            staff = found[0]
            store.insert_audit(connection, now, "somebody", "ask_reset", staff.email)
            purpose: Purpose = "invite" if staff.invited else "reset"
            store_links.insert_mail(connection, staff.id, purpose, language, door, "", now)

        self._database.write(work, wakes=(TOPIC,))

    def owner(self, token: str, purpose: Purpose) -> Staff:
        """Whose link this is; looking does not use it up. Raises LinkOverError."""
        with self._database.read() as connection:
            return self._owner(connection, token, purpose)

    def accept(self, token: str, name: str, password: str) -> Staff:
        """Join: the name as colleagues and customers see it, and a password. Raises LinkOverError and
        WeakPasswordError."""
        return self._use(token, "invite", password, name.strip()[:_NAME_CHARACTERS])

    def reset(self, token: str, password: str) -> Staff:
        """A new password; every session of the account ends. Raises LinkOverError and WeakPasswordError."""
        return self._use(token, "reset", password, "")

    def end(self, connection: sa.Connection, staff: int) -> None:
        """Make every link and waiting mail of an account worthless, inside the caller's transaction."""
        store_links.delete_links_of(connection, staff)
        store_links.drop_mails_of(connection, staff, None, self._clock.now())

    def make(self, connection: sa.Connection, staff: int, purpose: Purpose) -> str:
        """A link's token, inside the caller's transaction; those made before go on opening."""
        token, now = secrets.token_urlsafe(32), self._clock.now()
        store_links.delete_links_before(connection, now - timedelta(days=30))
        ends_at = now + LASTS[purpose]
        store_links.insert_link(connection, digest(token), staff, purpose, now, ends_at)
        return token

    def invited_until(self) -> dict[int, datetime]:
        """Staff id -> when the last link of who has not joined ends, or ended."""
        with self._database.read() as connection:
            return store_links.invited_until(connection)

    def _given(
        self, connection: sa.Connection, staff: Staff, purpose: Purpose, by: Sender, mailed: bool
    ) -> str:
        if not mailed:
            return self.make(connection, staff.id, purpose)
        door = door_of(staff.roles)
        now = self._clock.now()
        store_links.insert_mail(connection, staff.id, purpose, by.language, door, by.name, now)
        return ""

    def _owner(self, connection: sa.Connection, token: str, purpose: Purpose) -> Staff:
        row = store_links.link_by_token(connection, digest(token)) if _TOKEN.fullmatch(token) else None
        if row is None or row.purpose != purpose or row.ends_at <= self._clock.now():
            raise LinkOverError
        staff = store.staff_by_id(connection, row.staff)
        if staff is None or not staff.active or staff.invited != (purpose == "invite"):
            raise LinkOverError
        return staff

    def _use(self, token: str, purpose: Purpose, password: str, name: str) -> Staff:
        email = self.owner(token, purpose).email
        password_hash = self._hashed(email, password)  # slow, so not inside the write

        def work(connection: sa.Connection) -> Staff:
            staff = self._owner(connection, token, purpose)
            self.end(connection, staff.id)
            store.set_password_hash(connection, staff.id, password_hash)
            store.delete_sessions_of(connection, staff.id)
            if name:
                store.save_staff(connection, staff.id, name, staff.roles)
            verb = "join" if purpose == "invite" else "reset_password"
            store.insert_audit(connection, self._clock.now(), staff.email, verb, staff.email)
            return staff

        return self._database.write(work)


def door_of(roles: Iterable[Role]) -> Door:
    """Where somebody with these roles works."""
    return "kb" if set(roles) == {Role.EDITOR} else "desk"


def link_path(door: str, purpose: Purpose, token: str) -> str:
    """Where a link leads, from the house's address on."""
    return f"/{door}/{'join' if purpose == 'invite' else 'reset'}/{token}"


def _role(role: Role | str) -> Role:
    if role not in list(Role):
        raise NoRoleError(role)
    return Role(role)
