"""The tables of the helpdesks outside: which cases they mirror, what they are owed, and how they are."""

from __future__ import annotations

import sqlalchemy as sa

from config.database import UtcDateTime
from handoff.store.tables import META

TOPIC = "bridge"
"""What the doorbell rings when a helpdesk outside is owed something."""

ARRIVED = "bridge inbox"
"""What it rings when something of a helpdesk may have become of use: an event, or a case it opened."""

# How a helpdesk is: `mirrors` is true of the one that new cases go to. `next_try` is set while it is down,
# or where it has asked us to wait.
BRIDGE_PEERS = sa.Table(
    "bridge_peers",
    META,
    sa.Column("bridge", sa.String, primary_key=True),
    sa.Column("mirrors", sa.Boolean),
    sa.Column("failures", sa.Integer),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("next_try", UtcDateTime),
    sa.Column("says", sa.Text),
)
# One row a case that is mirrored, written with the case. `state` is `opening` until the helpdesk has it, then
# `open`. `controller` says whose answers reach the customer, the `peer`'s or our own `desk`'s; `epoch` grows
# whenever that changes, `since` which it holds. `why`: the reason, where the house itself has taken it over.
BRIDGE_CASES = sa.Table(
    "bridge_cases",
    META,
    sa.Column("case_number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("bridge", sa.String),
    sa.Column("handoff_id", sa.String),
    sa.Column("state", sa.String),
    sa.Column("case_key", sa.String),
    sa.Column("url", sa.Text),
    sa.Column("more", sa.JSON),
    sa.Column("controller", sa.String),
    sa.Column("epoch", sa.Integer),
    sa.Column("why", sa.Text),
    sa.Column("since", UtcDateTime),
    sa.Column("opened_at", UtcDateTime),
)
# Every key that a helpdesk has ever known a case by: after a merging or a follow-up there are several.
BRIDGE_KEYS = sa.Table(
    "bridge_keys",
    META,
    sa.Column("bridge", sa.String, primary_key=True),
    sa.Column("case_key", sa.String, primary_key=True),
    sa.Column("case_number", sa.Integer),
)
# One row a thing that a helpdesk must be told, kept until it is. `strikes` counts failures while the helpdesk
# was well; while `sending`, `not_before` is when the lease ends.
BRIDGE_DISPATCHES = sa.Table(
    "bridge_dispatches",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("bridge", sa.String),
    sa.Column("case_number", sa.Integer),
    sa.Column("handoff_id", sa.String),
    sa.Column("op", sa.String),
    sa.Column("key", sa.String),
    sa.Column("seq", sa.Integer),
    sa.Column("payload", sa.JSON),
    sa.Column("state", sa.String),
    sa.Column("attempts", sa.Integer),
    sa.Column("strikes", sa.Integer),
    sa.Column("not_before", UtcDateTime),
    sa.Column("remote_id", sa.String),
    sa.Column("why", sa.Text),
    sa.Column("at", UtcDateTime),
    sa.Column("done_at", UtcDateTime),
)
BRIDGE_ATTEMPTS = sa.Table(
    "bridge_attempts",
    META,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dispatch", sa.Integer),
    sa.Column("at", UtcDateTime),
    sa.Column("seconds", sa.Float),
    sa.Column("outcome", sa.String),
    sa.Column("says", sa.Text),
)
