"""The tables of what helpdesks outside tell us."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import UtcDateTime
from handoff.store.bridge_tables import BRIDGE_KEYS
from handoff.store.tables import META

UNREADABLE = "unreadable"
"""What the kind is of a webhook that can't be read."""

EVENTS = sa.Table(
    "bridge_events",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("bridge", sa.String),
    sa.Column("event_id", sa.String),
    sa.Column("case_key", sa.Text),
    sa.Column("kind", sa.String),
    sa.Column("occurred_at", UtcDateTime),
    # Of the case's control when the event came in; None while the case was not known.
    sa.Column("epoch", sa.Integer),
    sa.Column("document", sa.JSON),
    # The webhook as it came, at the first of its events.
    sa.Column("raw", sa.LargeBinary),
    # new → done, dropped (nothing of ours, or ours already) or parked (for a person to look at)
    sa.Column("state", sa.String),
    sa.Column("attempts", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)
CURSORS = sa.Table(
    "bridge_cursors",
    META,
    sa.Column("bridge", sa.String, primary_key=True),
    sa.Column("place", sa.Text),
    # Polls in a row that found nothing.
    sa.Column("quiet", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
)
# What a helpdesk's webhooks have not told, and polling has found: since when, and when last.
MISSED = sa.Table(
    "bridge_missed",
    META,
    sa.Column("bridge", sa.String, primary_key=True),
    sa.Column("events", sa.Integer),
    sa.Column("since", UtcDateTime),
    sa.Column("last", UtcDateTime),
)

# The number of our case, of each event whose case we know.
WITH_CASES = sa.select(BRIDGE_KEYS.c.case_number).join(
    EVENTS,
    sa.and_(EVENTS.c.bridge == BRIDGE_KEYS.c.bridge, EVENTS.c.case_key == BRIDGE_KEYS.c.case_key),
)
