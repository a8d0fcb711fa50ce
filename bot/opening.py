"""Opens the whole house over one data folder: every handle made once and handed down."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from rasa_sdk import Action

from actions.answer import ActionAnswer
from actions.escalate import ActionEscalate
from actions.feedback import ActionFeedback
from actions.order_status import ActionOrderStatus
from actions.services import Services, ServicesSource
from bot.acting import Actions
from bot.channels import Channel
from bot.chat import Chat
from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.relay import Relay
from bot.saying import Voice
from bot.store import Store, topic
from bot.turn import Room, greeting, open_case, take_turn
from bot.turns import TurnPool
from bot.understanding.understanding import OpenClassifier, Understanding, open_understanding
from bot.workers import Job, Workers
from config.clock import Clock, SystemClock
from config.database import Database, open_database
from config.identity import Identity, open_identity
from config.plugins import resolve
from config.settings import Settings
from handoff.opening import Handoff, open_handoff
from kb.opening import Kb, open_kb

_log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parents[1] / "config" / "rasa"
ACTIONS: tuple[Callable[[ServicesSource], Action], ...] = (
    ActionAnswer,
    ActionEscalate,
    ActionFeedback,
    ActionOrderStatus,
)


@dataclass(frozen=True, slots=True)
class House:
    """Every room, open. `close()` lets each finish what it is at."""

    settings: Settings
    clock: Clock
    database: Database
    identity: Identity
    kb: Kb
    handoff: Handoff
    assistant: Assistant
    understanding: Understanding
    store: Store
    room: Room
    turns: TurnPool
    chat: Chat
    channels: tuple[Channel, ...]
    relay: Relay
    workers: Workers

    def channel(self, name: str) -> Channel | None:
        """The channel of that name, if settings switch it on."""
        return next((channel for channel in self.channels if channel.name == name), None)

    def degraded(self) -> tuple[str, ...]:
        """Why the house is less than it should be, each with what to run; empty when all is well."""
        found = (self.understanding.degraded, self.kb.knowledge.state().degraded)
        return tuple(dict.fromkeys(reason for reason in found if reason))

    def close(self) -> None:
        """Stop the workers and the turns, then close the rooms."""
        self.workers.stop()
        self.turns.close()
        self.room.actions.close()
        self.database.close()
        self.handoff.close()
        self.kb.close()
        self.identity.close()


def assistant_folder(settings: Settings) -> Path:
    """The Rasa files of the assistant that is served: the operator's, or the one that ships."""
    return Path(settings.bot.assistant) if settings.bot.assistant else SHIPPED


def open_house(settings: Settings, *, clock: Clock | None = None, rng: random.Random | None = None) -> House:
    """Open every room of a data folder; its workers are made and not started."""
    clock = clock or SystemClock()
    settings.data.mkdir(parents=True, exist_ok=True)
    assistant = load_assistant(assistant_folder(settings), examples=False)
    kb = open_kb(settings, clock)
    handoff = open_handoff(settings, clock, products=products(assistant))
    database = open_database(settings.data / "bot.db", Path(__file__).parent / "migrations")
    store = Store(database, clock)
    understanding = open_understanding(
        settings.data / "models" / "intents",
        kb.embedder,
        assistant,
        languages=settings.bot.languages,
        classifiers=[
            cast(OpenClassifier, resolve(name, "bot.understanding")) for name in settings.bot.classifiers
        ],
    )
    services = Services(kb.knowledge, kb.gaps, handoff.intake, clock, settings.bot.misses)
    actions = Actions(
        [make(lambda: services) for make in ACTIONS],
        assistant.domain.written,
        within=timedelta(seconds=settings.bot.action_within_seconds),
        threads=settings.bot.turn_threads,
    )
    channels = tuple(
        cast(Callable[[], Channel], resolve(name, "bot.channels"))() for name in settings.bot.channels
    )
    outputs = {channel.name: channel.output for channel in channels}
    pushing = {channel.name for channel in channels if channel.pushes}
    voice = Voice(assistant, settings.bot.languages, rng or random.Random())
    room = Room(
        store=store,
        assistant=assistant,
        understanding=understanding,
        actions=actions,
        voice=voice,
        clock=clock,
        sure=settings.bot.sure,
        misses=settings.bot.misses,
        output=lambda name: outputs.get(name, name),
        pushes=lambda name: name in pushing,
    )
    bell = database.doorbell
    turns = TurnPool(
        lambda conversation: take_turn(room, conversation),
        threads=settings.bot.turn_threads,
        changed=lambda conversation: bell.ring(topic(conversation)),
    )
    # A case that moves in the queue moves the places of the customers behind it.
    handoff.database.doorbell.subscribe(("desk",), lambda: bell.ring("queue"))
    relay = Relay(
        store,
        handoff.dispatches,
        handoff.intake,
        phrase=lambda response, language, slots: voice.words(response, {**slots, "language": language}),
        open_case=lambda conversation: open_case(room, conversation),
        clock=clock,
    )
    chat = Chat(
        store,
        turns,
        greet=lambda language: greeting(room, language),
        place=handoff.intake.place,
        languages=settings.bot.languages,
        characters=settings.bot.message_characters,
        clock=clock,
    )
    workers = Workers(
        (
            Job("index", kb.indexer.work, kb.database.doorbell, "changes"),
            Job("relay", relay.deliver, handoff.database.doorbell, "dispatches"),
            Job("promises", relay.keep_promises, bell, "escalations"),
            Job("turns", lambda: _sweep(store, turns), bell, "turns"),
        )
    )
    return House(
        settings=settings,
        clock=clock,
        database=database,
        identity=open_identity(settings.data, clock),
        kb=kb,
        handoff=handoff,
        assistant=assistant,
        understanding=understanding,
        store=store,
        room=room,
        turns=turns,
        chat=chat,
        channels=channels,
        relay=relay,
        workers=workers,
    )


def _sweep(store: Store, turns: TurnPool) -> bool:
    """Take the turns that a crash cut short; those that are being taken are left alone. True if one was."""
    taken = False
    for conversation in store.unhandled():
        if turns.busy(conversation):
            continue
        try:
            turns.now(conversation)
        except Exception:
            # Owed as before and tried again with the next round; the other conversations get theirs.
            _log.exception("the turn of conversation %s could not be taken", conversation)
            continue
        taken = True
    return taken


def products(assistant: Assistant) -> dict[str, list[str]]:
    """What the company sells, by the assistant's lookup `product`, each with the other words for it."""
    names: dict[str, list[str]] = {name: [] for name in assistant.nlu.lookups.get("product", ())}
    for words, meant in assistant.nlu.synonyms.items():
        if meant in names:
            names[meant].append(words)
    return names
