"""What a case's life needs beyond opening and closing it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OF_CASES = (
    "labels",
    "fields",
    "snoozed_until",
    "wakes_on_reply",
    "merged_into",
    "held_how",
    "held_since",
    "due_warned",
    "customer_verified",
    "contact",
)


def upgrade() -> None:
    for column in (
        sa.Column("labels", sa.JSON, nullable=False, server_default="[]"),
        sa.Column("fields", sa.JSON, nullable=False, server_default="{}"),
        sa.Column("snoozed_until", sa.String(40), nullable=True),
        sa.Column("wakes_on_reply", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("merged_into", sa.Integer, nullable=True),
        sa.Column("held_how", sa.String(12), nullable=True),
        sa.Column("held_since", sa.String(40), nullable=True),
        sa.Column("due_warned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("customer_verified", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("contact", sa.String(320), nullable=True),
    ):
        op.add_column("cases", column)
    op.execute("UPDATE cases SET held_how = 'claimed', held_since = claimed_at WHERE agent IS NOT NULL")
    op.create_index("cases_held", "cases", ["status", "agent", "due_by", "rank", "opened_at"])
    op.create_index("cases_ended", "cases", ["status", "resolved_at", "number"])
    op.create_index("cases_opened", "cases", ["opened_at"])
    op.create_index("cases_resolved", "cases", ["resolved_at"])
    op.create_index("cases_merged", "cases", ["merged_into"])
    op.create_index("cases_claimed", "cases", ["team", "claimed_at"])
    op.create_index("cases_conversation", "cases", ["conversation_id"])
    op.add_column("entries", sa.Column("files", sa.JSON, nullable=True))
    op.add_column("dispatches", sa.Column("holder", sa.String(12), nullable=True))
    op.add_column("dispatches", sa.Column("files", sa.JSON, nullable=True))
    with op.batch_alter_table("audit") as audit:
        # What is done to the house, such as a field that is defined, is about no case.
        audit.alter_column("case_number", existing_type=sa.Integer, nullable=True)
        audit.add_column(sa.Column("subject", sa.String(200), nullable=True))
        audit.add_column(sa.Column("hash", sa.String(64), nullable=True))
    op.create_table(
        "case_labels",
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("label", sa.String(60), primary_key=True),
    )
    op.create_index("case_labels_label", "case_labels", ["label", "case_number"])
    op.create_table(
        "followers",
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), primary_key=True),
        sa.Column("agent", sa.String(200), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
    )
    op.create_index("followers_agent", "followers", ["agent", "case_number"])
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("phone", sa.String(40), nullable=True),
        sa.Column("due", sa.String(40), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("agent_name", sa.String(200), nullable=False),
        sa.Column("made_at", sa.String(40), nullable=False),
        sa.Column("done_at", sa.String(40), nullable=True),
        sa.Column("done_by", sa.String(200), nullable=True),
    )
    op.create_index("follow_ups_case", "follow_ups", ["case_number"])
    op.create_index("follow_ups_due", "follow_ups", ["done_at", "agent", "due"])
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_number", sa.Integer, sa.ForeignKey("cases.number"), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("customer_name", sa.String(200), nullable=True),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("until", sa.String(40), nullable=True),
        sa.Column("lifted_at", sa.String(40), nullable=True),
        sa.Column("lifted_by", sa.String(200), nullable=True),
    )
    op.create_index("blocks_customer", "blocks", ["customer_id"])
    op.create_table(
        "custom_fields",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("titles", sa.JSON, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("custom_fields", "blocks", "follow_ups", "followers", "case_labels"):
        op.drop_table(table)
    with op.batch_alter_table("audit") as audit:
        audit.drop_column("hash")
        audit.drop_column("subject")
    op.drop_column("dispatches", "files")
    op.drop_column("dispatches", "holder")
    op.drop_column("entries", "files")
    for index in (
        "cases_conversation",
        "cases_claimed",
        "cases_merged",
        "cases_resolved",
        "cases_opened",
        "cases_ended",
        "cases_held",
    ):
        op.drop_index(index, "cases")
    for column in _OF_CASES:
        op.drop_column("cases", column)
