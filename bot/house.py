"""Every room, open: what the doors are handed."""

from __future__ import annotations

from dataclasses import dataclass

from bot.acting.nlg import NlgServer
from bot.channels import Channel
from bot.channels.hearing import Hearing
from bot.chat import Chat
from bot.chatwoot import AgentBot
from bot.dialogue.assistant import Assistant
from bot.editing.live import LiveRoom
from bot.editing.opening import Editing
from bot.ending import Ending
from bot.files import Files
from bot.mail.opening import MailChannel
from bot.posts.opening import Posts
from bot.present import Present
from bot.privacy.privacy import Privacy
from bot.promises import Promises
from bot.relay import Relay
from bot.reports import Reports
from bot.store import Store
from bot.turn import Room
from bot.turns import TurnPool
from bot.understanding.understanding import Understanding
from bot.visitors import Visitors
from bot.waiting import Waiting
from bot.workers import Workers
from config.clock import Clock
from config.database import Database
from config.identity import Identity
from config.outbound import Outbound
from config.settings import Settings
from handoff.bridges.opening import Mirror
from handoff.opening import Handoff
from kb.opening import Kb


@dataclass(frozen=True, slots=True)
class House:
    """Every room, open. `close()` lets each finish what it is at."""

    settings: Settings
    clock: Clock
    database: Database
    outbound: Outbound
    nlg: NlgServer | None
    identity: Identity
    posts: Posts
    present: Present
    kb: Kb
    handoff: Handoff
    mirror: Mirror | None
    store: Store
    live: LiveRoom
    editing: Editing
    turns: TurnPool
    chat: Chat
    visitors: Visitors
    files: Files
    privacy: Privacy
    channels: tuple[Channel, ...]
    relay: Relay
    promises: Promises
    waiting: Waiting
    ending: Ending
    reports: Reports
    mail: MailChannel | None
    hearing: Hearing
    agent_bot: AgentBot | None
    workers: Workers

    @property
    def room(self) -> Room:
        """What a turn works with now; editors change it while the house is open."""
        return self.live.now

    @property
    def assistant(self) -> Assistant:
        return self.room.assistant

    @property
    def understanding(self) -> Understanding:
        return self.room.understanding

    def channel(self, name: str) -> Channel | None:
        """The channel of that name, if settings switch it on."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def degraded(self) -> tuple[str, ...]:
        """Why the house is less than it should be, each with what to run; empty when all is well."""
        found = (
            self.understanding.degraded,
            self.kb.knowledge.state().degraded,
            *self.room.actions.degraded,
            self.nlg.degraded if self.nlg is not None else None,
            self.mail.degraded if self.mail is not None else None,
        )
        return tuple(dict.fromkeys(reason for reason in found if reason))

    def close(self) -> None:
        """Stop the workers and the turns, then close the rooms."""
        if self.mail is not None:
            self.mail.close()
        if self.mirror is not None:
            self.mirror.stop()
        self.editing.trainer.close()
        self.workers.stop()
        self.turns.close()
        self.room.actions.close()
        if self.mirror is not None:
            self.mirror.close()
        self.outbound.close()
        self.database.close()
        self.handoff.close()
        self.kb.close()
        self.identity.close()
