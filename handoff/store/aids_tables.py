"""The tables of what helps agents."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import UtcDateTime

META = sa.MetaData()
CANNED = sa.Table(
    "canned",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("shortcut", sa.String),
    sa.Column("title", sa.String),
    sa.Column("team", sa.String),
    sa.Column("texts", sa.JSON),
    sa.Column("by", sa.String),
    sa.Column("at", UtcDateTime),
)
MACROS = sa.Table(
    "macros",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("deeds", sa.JSON),
    sa.Column("by", sa.String),
    sa.Column("at", UtcDateTime),
)
LABELS = sa.Table(
    "labels",
    META,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("colour", sa.String),
)
FILES = sa.Table(
    "files",
    META,
    sa.Column("capability", sa.String, primary_key=True),
    sa.Column("case_number", sa.Integer),
    # The entry it went out with, None until it has; `shared` once that was a reply.
    sa.Column("seq", sa.Integer),
    sa.Column("shared", sa.Boolean),
    sa.Column("name", sa.String),
    sa.Column("type", sa.String),
    sa.Column("picture", sa.Boolean),
    sa.Column("size", sa.Integer),
    sa.Column("content", sa.LargeBinary),
    sa.Column("by", sa.String),
    sa.Column("at", UtcDateTime),
)
DRAFTS = sa.Table(
    "drafts",
    META,
    sa.Column("agent", sa.String, primary_key=True),
    sa.Column("case_number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("at", UtcDateTime),
)
PRESENCE = sa.Table(
    "presence",
    META,
    sa.Column("agent", sa.String, primary_key=True),
    sa.Column("case_number", sa.Integer, primary_key=True),
    sa.Column("name", sa.String),
    sa.Column("doing", sa.String),
    sa.Column("at", UtcDateTime),
)
MENTIONS = sa.Table(
    "mentions",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String),
    sa.Column("case_number", sa.Integer),
    sa.Column("seq", sa.Integer),
    sa.Column("by", sa.String),
    sa.Column("by_name", sa.String),
    sa.Column("at", UtcDateTime),
    sa.Column("seen_at", UtcDateTime),
)
REASKS = sa.Table(
    "reasks",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_number", sa.Integer),
    sa.Column("seq", sa.Integer),
    sa.Column("agent", sa.String),
    sa.Column("fact", sa.String),
    sa.Column("at", UtcDateTime),
)
# Up to 1,024 a case; the words are each there once, apart by one blank.
SEARCH_PAGES = sa.Table(
    "search_pages",
    META,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("words", sa.Text),
)
