"""All that the house's workers do, and how each gets along with another server's worker of its kind.

`words`, `model`, `index` and `segments` bring this process up to what the house has decided: each server has
to. Building a generation and putting a model in place is guarded where the files are (a lock in the index's
folder; `alone` in `Editing.read`), and whoever comes second finds it done and loads it.

`mail`, `staff mail`, `relay` and `deliveries` take rows under a lease, so several work side by side. `turns`
leaves a conversation to the process that has heard its customer, and takes its turn once that one is overdue.

The others read, decide and write again: they run in one process at a time.
"""

from __future__ import annotations

from bot.deliveries import Deliveries
from bot.editing.opening import Editing
from bot.files import Files
from bot.lessons import Teaching
from bot.posts.opening import Posts
from bot.privacy.privacy import Privacy
from bot.promises import Promises
from bot.ratings import Ratings
from bot.relay import Relay
from bot.turns import Sweep
from bot.waiting import Waiting
from bot.workers import Job
from config.database import Database
from handoff.opening import Handoff
from kb.opening import Kb

WAITS_TICK = 20.0
"""Seconds after which all who wait are told anew: a wait grows shorter, and a desk opens, by the clock."""


def jobs(
    kb: Kb,
    handoff: Handoff,
    database: Database,
    staff: Database,
    *,
    editing: Editing,
    posts: Posts,
    relay: Relay,
    promises: Promises,
    ratings: Ratings,
    waiting: Waiting,
    deliveries: Deliveries,
    sweep: Sweep,
    files: Files,
    privacy: Privacy,
) -> tuple[Job, ...]:
    """database: the customers' room's; staff: the house's own."""
    base, desk = kb.database, handoff.database
    teaching = Teaching(handoff.lessons, kb.learning.proposals)
    return (
        Job("words", editing.publishing.speak, base.doorbell, "words"),
        Job("model", editing.read, base.doorbell, "model"),
        Job("index", kb.indexer.work, base.doorbell, "changes"),
        Job("segments", kb.indexer.tend, base.doorbell, "changes"),
        Job("lessons", teaching.work, desk.doorbell, "desk", alone=base.alone),
        Job("checks", kb.checks.work, base.doorbell, "checks", 20, upkeep=True, alone=base.alone),
        Job("gaps", kb.learning.work, base.doorbell, "outcomes", alone=base.alone),
        Job("schedule", kb.schedule.publish_due, base.doorbell, "schedule", alone=base.alone),
        Job("bin", kb.bin.empty, base.doorbell, "bin", 3600, alone=base.alone),
        Job("routing", handoff.rounds.work, desk.doorbell, "desk", alone=desk.alone, apart_seconds=0.25),
        Job("mail", posts.to_customers.work, desk.doorbell, "mails"),
        Job("staff mail", posts.to_staff.work, staff.doorbell, "mails"),
        Job("relay", relay.deliver, desk.doorbell, "dispatches"),
        Job("promises", promises.work, database.doorbell, "escalations", alone=database.alone),
        Job("ratings", ratings.tell, database.doorbell, "ratings", 10, alone=database.alone),
        Job("waits", waiting.tick, database.doorbell, "waits", WAITS_TICK, upkeep=True),
        Job("search", handoff.aids.catch_up, desk.doorbell, "search", 60, alone=desk.alone),
        Job("turns", sweep.work, database.doorbell, "turns"),
        Job("deliveries", deliveries.work, database.doorbell, "deliveries"),
        Job("erasures", privacy.forgetting.work, database.doorbell, "erasures", 5, alone=database.alone),
        Job("files", files.clear, database.doorbell, "files", 3600, upkeep=True, alone=database.alone),
    )
