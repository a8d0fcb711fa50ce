"""E-mail as a channel: the threads, every mail that came or went, and how far each mailbox has been read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "mail_threads",
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("token", sa.String(32), nullable=False, unique=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("customer", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200), nullable=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("started_at", sa.String(40), nullable=False),
    )
    op.create_index("mail_threads_of", "mail_threads", ["customer"])
    op.create_table(
        "mails",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("way", sa.String(4), nullable=False),
        sa.Column("conversation", sa.String(64), sa.ForeignKey("conversations.id"), nullable=True),
        sa.Column("message", sa.Integer, nullable=True),
        sa.Column("address", sa.String(320), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("mails_of", "mails", ["conversation", "number"])
    op.create_index("mails_to", "mails", ["way", "address", "at"])
    op.create_table(
        "mailboxes",
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("cursor", sa.String(100), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )


def downgrade() -> None:
    for table in ("mailboxes", "mails", "mail_threads"):
        op.drop_table(table)
