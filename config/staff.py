"""Who works here: values and the errors of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from config.errors import ConfigError


class Role(StrEnum):
    """What a member of staff may open; an admin may open everything."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QUALITY_ANALYST = "quality_analyst"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Staff:
    id: int
    email: str
    """Lower case; unique."""
    name: str
    roles: frozenset[Role]
    active: bool
    invited: bool = False
    """They have not chosen a password yet, so they can't sign in."""

    def may(self, *roles: Role) -> bool:
        """Whether one of the roles is theirs, or admin is."""
        return Role.ADMIN in self.roles or not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in, and what their forms must carry."""

    staff: Staff
    csrf: str


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner knows it; the key itself is shown once, when it is made."""

    name: str
    made_at: datetime
    used_at: datetime | None


class IdentityError(ConfigError):
    """Something about staff accounts or signing in."""

    status = 400


class NotAnEmailError(IdentityError):
    status = 422

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"{email!r} is not an e-mail address; write it as name@company.example")


class WeakPasswordError(IdentityError):
    status = 422

    def __init__(self, least: int, most: int) -> None:
        super().__init__(
            f"a password has {least} to {most} characters and is not the e-mail address; choose another"
        )


class NoRoleError(IdentityError):
    """An account was to be made that could open nothing."""

    status = 422

    def __init__(self, role: str = "") -> None:
        known = ", ".join(Role)
        super().__init__(f"no role {role!r}; there is {known}" if role else f"choose a role: {known}")


class StaffExistsError(IdentityError):
    status = 409

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"{email} has an account already; `firstline staff list` shows it")


class StaffChangedError(IdentityError):
    """Somebody else changed the account since the form was opened; `now` is what it is."""

    status = 409

    def __init__(self, now: Staff) -> None:
        self.now = now
        super().__init__(f"{now.email} was changed in the meantime; look at it as it is now, then save again")


class LastAdminError(IdentityError):
    status = 409

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"{email} is the last admin; make somebody else an admin first")


class LinkOverError(IdentityError):
    """A one-time link that was used, has ended, was replaced by a newer one, or never was."""

    status = 410

    def __init__(self) -> None:
        super().__init__("This link has been used or is too old. Ask for a new one.")


class NoMailError(IdentityError):
    status = 404

    def __init__(self) -> None:
        super().__init__("This mail is not parked any more. Reload the page to see how it is now.")


class NoStaffError(IdentityError):
    status = 404

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"no account {email!r}; `firstline staff list` shows those there are")


class WrongPasswordError(IdentityError):
    """E-mail and password don't belong together; the same whether or not the account exists."""

    status = 401

    def __init__(self) -> None:
        super().__init__("That e-mail address and password don't match an account.")


class TooManyTriesError(IdentityError):
    status = 429

    def __init__(self, retry_after: timedelta) -> None:
        self.retry_after = retry_after
        super().__init__("Too many tries. Wait a little, then try again.")


class SignedOutError(IdentityError):
    """Nobody is signed in, or no longer."""

    status = 401

    def __init__(self) -> None:
        super().__init__("You are signed out. Sign in again to go on.")


class RoleMissingError(IdentityError):
    status = 403

    def __init__(self, *roles: Role) -> None:
        self.roles = roles
        super().__init__("Your account lacks the role for this. An admin can give it to you.")


class ForgedRequestError(IdentityError):
    """A change was asked for by a page that isn't ours, or that has been open since another sign-in."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This page is out of date. Reload it and try again.")


class KeyExistsError(IdentityError):
    status = 409

    def __init__(self, email: str, name: str) -> None:
        self.email, self.name = email, name
        super().__init__(f"{email} has a key named {name!r}; revoke it first, or choose another name")


class NoKeyError(IdentityError):
    status = 404

    def __init__(self, email: str, name: str) -> None:
        self.email, self.name = email, name
        super().__init__(f"{email} has no key named {name!r}; `firstline staff key list {email}` shows them")


class WrongKeyError(IdentityError):
    """A request carried a key that opens nothing."""

    status = 401

    def __init__(self) -> None:
        super().__init__("this API key is unknown or revoked; `firstline staff key add EMAIL NAME` makes one")
