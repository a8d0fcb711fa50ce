"""What helps agents: canned responses, macros, labels, files, drafts, presence, mentions, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.String(40)
_TABLES = (
    "search_pages",
    "reasks",
    "mentions",
    "presence",
    "drafts",
    "files",
    "labels",
    "macros",
    "canned",
)


def upgrade() -> None:
    op.create_table(
        "canned",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("shortcut", sa.String(40), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("team", sa.String(60), nullable=True),
        sa.Column("texts", sa.JSON, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "macros",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("deeds", sa.JSON, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "labels",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("colour", sa.String(20), nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("capability", sa.String(64), primary_key=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=True),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("picture", sa.Boolean, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("files_case", "files", ["case_number"])
    op.create_table(
        "drafts",
        sa.Column("agent", sa.String(200), primary_key=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("kind", sa.String(12), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "presence",
        sa.Column("agent", sa.String(200), primary_key=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("doing", sa.String(12), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_table(
        "mentions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("email", sa.String(200), nullable=False),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=True),
    )
    op.create_index("mentions_of", "mentions", ["email", "id"])
    op.create_table(
        "reasks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("fact", sa.String(80), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    )
    op.create_index("reasks_by", "reasks", ["agent", "at"])
    op.create_index("audit_actor", "audit", ["actor", "at"])
    op.create_index("audit_at", "audit", ["at"])
    _create_search()


def _create_search() -> None:
    """The words of cases, and the engine's own index over them, which follows every write by itself."""
    op.create_table(
        "search_pages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE search_pages ADD COLUMN lexemes tsvector NOT NULL"
            " GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED"
        )
        # A short list of what is not in the index yet: searches read it from end to end.
        op.execute(
            "CREATE INDEX search_lexemes ON search_pages USING gin (lexemes)"
            " WITH (gin_pending_list_limit = 256)"
        )
        return
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5(words, content='search_pages', content_rowid='id',"
        " detail=none, columnsize=0, prefix='3 4 5', tokenize='unicode61 remove_diacritics 0')"
    )
    added = "INSERT INTO search_words (rowid, words) VALUES (new.id, new.words);"
    gone = "INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', old.id, old.words);"
    for event, does in (("INSERT", added), ("DELETE", gone), ("UPDATE", gone + added)):
        op.execute(f"CREATE TRIGGER search_{event.lower()} AFTER {event} ON search_pages BEGIN {does} END")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_words")
    op.drop_index("audit_at", "audit")
    op.drop_index("audit_actor", "audit")
    for table in _TABLES:
        op.drop_table(table)
