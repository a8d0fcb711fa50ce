"""The SQL of house.db: staff, sessions, keys, tries, audit; each function in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from config.database import UtcDateTime
from config.staff import ApiKey, Role, Session, Staff

_metadata = sa.MetaData()

_staff = sa.Table(
    "staff",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(254)),
    sa.Column("name", sa.String(100)),
    sa.Column("roles", sa.JSON),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("active", sa.Boolean),
    sa.Column("created_at", UtcDateTime),
)
_sessions = sa.Table(
    "sessions",
    _metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("staff", sa.Integer),
    sa.Column("csrf", sa.String(64)),
    sa.Column("started_at", UtcDateTime),
    sa.Column("seen_at", UtcDateTime),
)
_tries = sa.Table(
    "tries",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64)),
    sa.Column("at", UtcDateTime),
)
_keys = sa.Table(
    "api_keys",
    _metadata,
    sa.Column("key_hash", sa.String(64), primary_key=True),
    sa.Column("staff", sa.Integer),
    sa.Column("name", sa.String(100)),
    sa.Column("made_at", UtcDateTime),
    sa.Column("used_at", UtcDateTime),
)
_audit = sa.Table(
    "audit",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("actor", sa.String(254)),
    sa.Column("verb", sa.String(50)),
    sa.Column("about", sa.String(254)),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
)

_SESSION = (
    sa.select(_staff, _sessions.c.csrf, _sessions.c.started_at, _sessions.c.seen_at)
    .join_from(_sessions, _staff, _sessions.c.staff == _staff.c.id)
    .where(_sessions.c.token_hash == sa.bindparam("token_hash"))
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    session: Session
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    at: datetime
    actor: str
    verb: str
    about: str
    before: Mapping[str, object] | None
    after: Mapping[str, object] | None


def insert_staff(
    connection: sa.Connection,
    email: str,
    name: str,
    roles: frozenset[Role],
    password_hash: str,
    now: datetime,
) -> Staff:
    inserted = connection.execute(
        sa.insert(_staff).values(
            email=email,
            name=name,
            roles=sorted(roles),
            password_hash=password_hash,
            active=True,
            created_at=now,
        )
    )
    key = inserted.inserted_primary_key
    assert key is not None
    return Staff(key[0], email, name, roles, active=True, invited=not password_hash)


def all_staff(connection: sa.Connection) -> tuple[Staff, ...]:
    return tuple(_person(row) for row in connection.execute(sa.select(_staff).order_by(_staff.c.email)))


def staff_by_email(connection: sa.Connection, email: str) -> tuple[Staff, str] | None:
    """The account and its password's hash."""
    row = connection.execute(sa.select(_staff).where(_staff.c.email == email)).one_or_none()
    return None if row is None else (_person(row), row.password_hash)


def save_staff(connection: sa.Connection, staff: int, name: str, roles: frozenset[Role]) -> None:
    connection.execute(sa.update(_staff).where(_staff.c.id == staff).values(name=name, roles=sorted(roles)))


def staff_by_id(connection: sa.Connection, staff: int) -> Staff | None:
    row = connection.execute(sa.select(_staff).where(_staff.c.id == staff)).one_or_none()
    return None if row is None else _person(row)


def set_password_hash(connection: sa.Connection, staff: int, password_hash: str) -> None:
    connection.execute(sa.update(_staff).where(_staff.c.id == staff).values(password_hash=password_hash))


def set_active(connection: sa.Connection, staff: int, active: bool) -> None:
    connection.execute(sa.update(_staff).where(_staff.c.id == staff).values(active=active))


def insert_session(connection: sa.Connection, token_hash: str, staff: int, csrf: str, now: datetime) -> None:
    connection.execute(
        sa.insert(_sessions).values(
            token_hash=token_hash, staff=staff, csrf=csrf, started_at=now, seen_at=now
        )
    )


def session_by_token(connection: sa.Connection, token_hash: str) -> SessionRow | None:
    row = connection.execute(_SESSION, {"token_hash": token_hash}).one_or_none()
    return None if row is None else SessionRow(Session(_person(row), row.csrf), row.started_at, row.seen_at)


def touch_session(connection: sa.Connection, token_hash: str, now: datetime) -> None:
    connection.execute(sa.update(_sessions).where(_sessions.c.token_hash == token_hash).values(seen_at=now))


def delete_session(connection: sa.Connection, token_hash: str) -> None:
    connection.execute(sa.delete(_sessions).where(_sessions.c.token_hash == token_hash))


def delete_sessions_of(connection: sa.Connection, staff: int) -> None:
    connection.execute(sa.delete(_sessions).where(_sessions.c.staff == staff))


def delete_sessions_before(connection: sa.Connection, started_at: datetime, seen_at: datetime) -> None:
    """Forget what is over: started before the one moment, or not seen since the other."""
    connection.execute(
        sa.delete(_sessions).where((_sessions.c.started_at < started_at) | (_sessions.c.seen_at < seen_at))
    )


def insert_key(connection: sa.Connection, key_hash: str, staff: int, name: str, now: datetime) -> None:
    connection.execute(
        sa.insert(_keys).values(key_hash=key_hash, staff=staff, name=name, made_at=now, used_at=None)
    )


def keys_of(connection: sa.Connection, staff: Staff) -> tuple[ApiKey, ...]:
    """By name."""
    query = sa.select(_keys).where(_keys.c.staff == staff.id).order_by(_keys.c.name)
    return tuple(ApiKey(row.name, row.made_at, row.used_at) for row in connection.execute(query))


def owner_of_key(connection: sa.Connection, key_hash: str) -> tuple[Staff, datetime | None] | None:
    """Whose key it is, and when it was last used."""
    row = connection.execute(
        sa.select(_staff, _keys.c.used_at)
        .join_from(_keys, _staff, _keys.c.staff == _staff.c.id)
        .where(_keys.c.key_hash == key_hash)
    ).one_or_none()
    return None if row is None else (_person(row), row.used_at)


def touch_key(connection: sa.Connection, key_hash: str, now: datetime) -> None:
    connection.execute(sa.update(_keys).where(_keys.c.key_hash == key_hash).values(used_at=now))


def delete_key(connection: sa.Connection, staff: int, name: str) -> bool:
    """Whether there was one."""
    gone = connection.execute(sa.delete(_keys).where(_keys.c.staff == staff, _keys.c.name == name))
    return gone.rowcount > 0


def tries_since(connection: sa.Connection, key: str, since: datetime) -> tuple[datetime, ...]:
    """Oldest first."""
    query = sa.select(_tries.c.at).where(_tries.c.key == key, _tries.c.at > since).order_by(_tries.c.at)
    return tuple(connection.execute(query).scalars())


def insert_try(connection: sa.Connection, key: str, now: datetime) -> int:
    """The try's id."""
    inserted = connection.execute(sa.insert(_tries).values(key=key, at=now)).inserted_primary_key
    assert inserted is not None
    return int(inserted[0])


def delete_tries(connection: sa.Connection, key: str, ids: Sequence[int]) -> None:
    """All tries of the key, and those with the ids."""
    connection.execute(sa.delete(_tries).where((_tries.c.key == key) | _tries.c.id.in_(ids)))


def delete_tries_before(connection: sa.Connection, moment: datetime) -> None:
    connection.execute(sa.delete(_tries).where(_tries.c.at < moment))


def insert_audit(
    connection: sa.Connection,
    now: datetime,
    actor: str,
    verb: str,
    about: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    connection.execute(
        sa.insert(_audit).values(at=now, actor=actor, verb=verb, about=about, before=before, after=after)
    )


def audit_rows(connection: sa.Connection) -> tuple[AuditRow, ...]:
    """Oldest first."""
    rows = connection.execute(sa.select(_audit).order_by(_audit.c.id))
    return tuple(AuditRow(row.at, row.actor, row.verb, row.about, row.before, row.after) for row in rows)


def _person(row: sa.Row[tuple[object, ...]]) -> Staff:
    roles = frozenset(map(Role, row.roles))
    return Staff(row.id, row.email, row.name, roles, row.active, invited=not row.password_hash)
