"""All that the house's workers do, and how each gets along with another server's worker of its kind.

`words`, `model`, `index` and `segments` bring this process up to what the house has decided: each server has
to. Building a generation and putting a model in place is guarded where the files are (a lock in the index's
folder; `alone` in `Editing.read`), and whoever comes second finds it done and loads it.

`mail`, `staff mail`, `relay`, `bridge` and `deliveries` take rows under a lease: several work side by side.
`turns` leaves a conversation to the process that has heard its customer, and takes its turn once that one is
overdue.

The others read, decide and write again: they run in one process at a time.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.asking import Ears
from bot.chatwoot import LOOK_EVERY, AgentBot
from bot.deliveries import Deliveries
from bot.editing.opening import Editing
from bot.files import Files
from bot.lessons import Teaching
from bot.mail.opening import MailChannel
from bot.posts.opening import Posts
from bot.privacy.privacy import Privacy
from bot.promises import Promises
from bot.ratings import Ratings
from bot.relay import Relay
from bot.reminders import Reminders
from bot.reports import Reports
from bot.turns import Sweep
from bot.waiting import Waiting
from bot.workers import Job
from bot.writing import Writing
from config.database import Database
from handoff.bridges.opening import Mirror
from handoff.opening import Handoff
from handoff.store.drafts import PRESENCE_TOPIC
from kb.opening import Kb

GAPS_APART = 3.0
"""Seconds between two gatherings of what nobody could answer: one for all questions since, not one each."""

LESSONS_APART = 3.0
"""Seconds between two looks at what agents' cases teach: editors can wait, and the desk writes all day."""

WAITS_TICK = 20.0
"""Seconds after which all who wait are told anew: a wait grows shorter, and a desk opens, by the clock."""

WRITING_TICK = 3.0
"""Seconds after which it is looked who has stopped writing without saying so."""


def jobs(
    kb: Kb,
    handoff: Handoff,
    database: Database,
    staff: Database,
    *,
    mirror: Mirror | None,
    writing: Writing,
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
    reports: Reports,
    reminders: Reminders,
    mail: MailChannel | None,
    agent_bot: AgentBot | None,
    ears: Sequence[Ears],
) -> tuple[Job, ...]:
    """database: the customers' room's; staff: the house's own; mirror: the helpdesk outside, if any."""
    base, desk = kb.database, handoff.database
    teaching = Teaching(handoff.lessons, kb.learning.proposals)
    return (
        Job("words", editing.publishing.speak, base.doorbell, "words"),
        Job("model", editing.read, base.doorbell, "model"),
        Job("index", kb.indexer.work, base.doorbell, "changes"),
        Job("segments", kb.indexer.tend, base.doorbell, "changes"),
        Job("lessons", teaching.work, desk.doorbell, "desk", alone=base.alone, apart_seconds=LESSONS_APART),
        Job("checks", kb.checks.work, base.doorbell, "checks", 20, upkeep=True, alone=base.alone),
        Job("gaps", kb.learning.work, base.doorbell, "outcomes", alone=base.alone, apart_seconds=GAPS_APART),
        Job("schedule", kb.schedule.publish_due, base.doorbell, "schedule", alone=base.alone),
        Job("bin", kb.bin.empty, base.doorbell, "bin", 3600, alone=base.alone),
        Job("routing", handoff.rounds.work, desk.doorbell, "desk", alone=desk.alone, apart_seconds=0.25),
        Job("mail", posts.to_customers.work, desk.doorbell, "mails"),
        Job("staff mail", posts.to_staff.work, staff.doorbell, "mails"),
        Job("alarm", posts.alarm.work, desk.doorbell, "desk", 5, alone=desk.alone, apart_seconds=5),
        Job("relay", relay.deliver, desk.doorbell, "dispatches"),
        Job("promises", promises.work, database.doorbell, "escalations", alone=database.alone),
        Job("ratings", ratings.tell, database.doorbell, "ratings", 10, alone=database.alone),
        Job("waits", waiting.tick, database.doorbell, "waits", WAITS_TICK, upkeep=True),
        Job("writing", writing.look, desk.doorbell, PRESENCE_TOPIC, WRITING_TICK, upkeep=True),
        Job("search", handoff.aids.catch_up, desk.doorbell, "search", 60, alone=desk.alone),
        Job("turns", sweep.work, database.doorbell, "turns"),
        Job("deliveries", deliveries.work, database.doorbell, "deliveries"),
        Job("reports", reports.work, database.doorbell, "reports", 10, alone=database.alone),
        Job("reminders", reminders.work, database.doorbell, "reminders", alone=database.alone),
        Job("erasures", privacy.forgetting.work, database.doorbell, "erasures", 5, alone=database.alone),
        Job("files", files.clear, database.doorbell, "files", 3600, upkeep=True, alone=database.alone),
        *(
            Job(f"ask {each.name}", each.work, database.doorbell, each.name, 0.1, alone=database.alone)
            for each in ears
        ),
        *(mirroring(mirror, desk) if mirror is not None else ()),
        *(mail.jobs(database) if mail is not None else ()),
        *(agent_bot_jobs(agent_bot, desk) if agent_bot else ()),
    )


def agent_bot_jobs(agent_bot: AgentBot, desk: Database) -> tuple[Job, ...]:
    """What hands cases to Chatwoot's people, and where it can be asked, what finds lost webhooks."""
    bell, alone = desk.doorbell, desk.alone
    work = Job("agent bot", agent_bot.work, bell, "desk", alone=alone)
    if not agent_bot.channel.asks:
        return (work,)
    return work, Job("agent bot poll", agent_bot.look, bell, "agent bot poll", LOOK_EVERY, alone=alone)


def mirroring(mirror: Mirror, desk: Database) -> tuple[Job, ...]:
    """What works for a helpdesk outside. desk: the agents' room's database."""
    bell, inbox = desk.doorbell, "bridge inbox"
    # A helpdesk that holds the line until something happens is asked again at once.
    pause = 0.1 if mirror.bridge.capabilities.receive == "stream" else 1.0
    return (
        Job("bridge", mirror.sending.work, bell, "bridge"),
        Job(inbox, mirror.applying.work, bell, inbox, alone=desk.alone),
        Job("bridge poll", mirror.polling.work, bell, "bridge poll", pause, alone=desk.alone),
        Job("bridge erasures", mirror.erasing.work, bell, "erasures", 5, alone=desk.alone),
        Job("bridge bin", mirror.applying.clear, bell, "bridge bin", 3600, upkeep=True, alone=desk.alone),
    )
