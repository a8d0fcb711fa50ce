"""The tables of who works at the desk, what routing has done, and how the arrangements were changed."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import UtcDateTime
from handoff.store.tables import META

MEMBERS = sa.Table(
    "members",
    META,
    sa.Column("email", sa.String, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("teams", sa.JSON),
    sa.Column("skills", sa.JSON),
    sa.Column("languages", sa.JSON),
    # NULL is the setting `open_chats`, whatever it becomes.
    sa.Column("capacity", sa.Integer),
    sa.Column("status", sa.String),
    sa.Column("status_at", UtcDateTime),
    sa.Column("last_seen", UtcDateTime),
    sa.Column("given_at", UtcDateTime),
)
WATCHES = sa.Table(
    "watches",
    META,
    sa.Column("case_number", sa.Integer, primary_key=True),
    sa.Column("told", sa.JSON),
    sa.Column("raised", sa.JSON),
    sa.Column("teams", sa.JSON),
    sa.Column("late", sa.Integer),
    sa.Column("promised_by", UtcDateTime),
)
ARRANGEMENTS = sa.Table(
    "arrangements",
    META,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.JSON(none_as_null=True)),
    sa.Column("version", sa.Integer),
    sa.Column("place", sa.Integer),
    sa.Column("by", sa.String),
    sa.Column("at", UtcDateTime),
)
