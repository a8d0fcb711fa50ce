"""The tables of the editors' room, as the migrations leave them."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import UtcDateTime

metadata = sa.MetaData()
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("slug", sa.String),
    sa.Column("language", sa.String),
    sa.Column("status", sa.String),
    sa.Column("category", sa.String),
    sa.Column("labels", sa.JSON),
    sa.Column("public", sa.Boolean),
    sa.Column("owner", sa.String),
    sa.Column("review_by", sa.Date),
    sa.Column("translation_of", sa.String),
    sa.Column("live", sa.Integer),
    sa.Column("latest", sa.Integer),
    sa.Column("version", sa.Integer),
    sa.Column("updated_at", UtcDateTime),
    sa.Column("publish_at", UtcDateTime),
    sa.Column("publish_revision", sa.Integer),
    sa.Column("publish_by", sa.String),
    sa.Column("translated_revision", sa.Integer),
    sa.Column("deleted_at", UtcDateTime),
)
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("article", sa.String, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("title", sa.String),
    sa.Column("body", sa.Text),
    sa.Column("questions", sa.JSON),
    sa.Column("author", sa.String),
    sa.Column("created_at", UtcDateTime),
)
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("article", sa.String),
    sa.Column("at", UtcDateTime),
)
generations = sa.Table(
    "generations",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("model_id", sa.String),
    sa.Column("sha256", sa.String),
    sa.Column("articles", sa.Integer),
    sa.Column("passages", sa.Integer),
    sa.Column("built_at", UtcDateTime),
)
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("model_id", sa.String, primary_key=True),
    sa.Column("sha256", sa.String, primary_key=True),
    sa.Column("vector", sa.LargeBinary),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("actor", sa.String),
    sa.Column("verb", sa.String),
    sa.Column("article", sa.String),
    sa.Column("before", sa.String),
    sa.Column("after", sa.String),
    sa.Column("detail", sa.Text),
)
comments = sa.Table(
    "comments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("article", sa.String),
    sa.Column("revision", sa.Integer),
    sa.Column("kind", sa.String),
    sa.Column("text", sa.Text),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
)
redirects = sa.Table(
    "redirects",
    metadata,
    sa.Column("language", sa.String, primary_key=True),
    sa.Column("slug", sa.String, primary_key=True),
    sa.Column("article", sa.String),
    sa.Column("at", UtcDateTime),
)
images = sa.Table(
    "images",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("called", sa.String),
    sa.Column("bytes", sa.Integer),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
)
