"""Opens the whole house over one data folder: every handle made once and handed down."""

from __future__ import annotations

import logging
import os
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from actions.services import Services
from bot.acting import Actions, open_actions
from bot.acting.nlg import NlgServer, open_nlg
from bot.acting.shipped import ACTIONS, FORM_ACTIONS
from bot.channels import Channel
from bot.channels.opening import callback_url, open_channels
from bot.chat import Chat
from bot.deliveries import Deliveries, posting
from bot.dialogue.assistant import Assistant
from bot.dialogue.opening import SHIPPED as SHIPPED
from bot.dialogue.opening import languages_of, products, read_assistant
from bot.dialogue.wiring import Endpoint
from bot.editing.live import LiveRoom
from bot.editing.opening import Editing, Edition, open_editing
from bot.ending import Ending
from bot.files import Files
from bot.handover import NOTHING, Handover
from bot.jobs import jobs
from bot.overlay import ANSWER, ESCALATE, handing_over, opening_forms
from bot.pacing import Paced
from bot.policies import learn
from bot.posts.opening import Posts, open_posts
from bot.present import Present
from bot.privacy.opening import open_consents, open_privacy
from bot.privacy.privacy import Privacy
from bot.promises import Promises
from bot.ratings import Ratings
from bot.relay import Relay
from bot.saying import Voice
from bot.standing import Standings
from bot.store import Store, topic
from bot.store.deliveries import DeliveryStore
from bot.store.endings import EndingStore
from bot.store.erasing import ErasureStore
from bot.store.files import FileStore
from bot.store.readings import ReadingStore
from bot.store.visitors import VisitorStore
from bot.trackers import Trackers
from bot.turn import Care, Room, begun, greeting, open_case, take_turn
from bot.turns import Sweep, TurnPool
from bot.understanding.opening import certainty, handover_of, resolved_classifiers
from bot.understanding.understanding import Understanding, open_understanding
from bot.understanding.words import LanguageWords
from bot.visitors import Visitors, customer_in
from bot.vouching import Vouching
from bot.waiting import Waiting
from bot.workers import Workers
from config.clock import Clock, SystemClock
from config.database import Database, open_database
from config.identity import Identity, open_identity
from config.language_files import MOMENTS, MOOD, WORDS, files_of
from config.mail import open_post
from config.outbound import Outbound
from config.settings import Settings
from handoff.opening import Handoff, open_handoff
from kb.opening import Kb, open_kb

_log = logging.getLogger(__name__)

PLACES_EVERY = 1.0  # seconds between two looks at the queue for all who wait in it
MIGRATIONS = Path(__file__).parent / "migrations"


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
        )
        return tuple(dict.fromkeys(reason for reason in found if reason))

    def close(self) -> None:
        """Stop the workers and the turns, then close the rooms."""
        self.editing.trainer.close()
        self.workers.stop()
        self.turns.close()
        self.room.actions.close()
        self.outbound.close()
        self.database.close()
        self.handoff.close()
        self.kb.close()
        self.identity.close()


def open_house(
    settings: Settings,
    *,
    clock: Clock | None = None,
    rng: random.Random | None = None,
    base: Assistant | None = None,
) -> House:
    """Open every room of a data folder; its workers are made and not started.

    base: what `read_assistant(settings)` gives, where it was read before.
    """
    clock = clock or SystemClock()
    settings.data.mkdir(parents=True, exist_ok=True)
    base = base or read_assistant(settings, examples=False)
    kb = open_kb(settings, clock)
    edition = Edition.of(kb.edits)
    assistant = edition.over(base)
    post, present = open_post(settings.mail), Present(clock)
    handoff = open_handoff(
        settings,
        clock,
        products=products(assistant),
        postman=post,
        connected=present.connected,
        encoder=kb.embedder,
    )
    identity = open_identity(settings.schema("house") or settings.data, clock)
    posts = open_posts(settings, handoff.mailing, identity, post, clock, rng)
    database = open_database(settings.database("bot"), MIGRATIONS)
    channels = open_channels(settings, assistant)
    store = Store(database, clock, delivered=[channel.name for channel in channels if channel.delivers])
    visitor_store = VisitorStore(database, clock)
    languages = languages_of(settings, assistant)
    files = files_of(settings.data)
    handover = handover_of(settings)
    words = LanguageWords(files.paths(WORDS, languages), files.paths(MOOD, languages))

    def open_reader(assistant: Assistant) -> Understanding:
        return open_understanding(
            settings.data / "models" / "intents",
            kb.embedder,
            assistant,
            languages=languages,
            classifiers=resolved_classifiers(settings),
            topics=handover.topics(),
            words=words,
            now=clock.now,
        )

    understanding = open_reader(assistant)
    services = Services(
        kb.knowledge,
        kb.learning.outcomes,
        handoff.intake,
        clock,
        settings.bot.misses,
        files.paths(MOMENTS, languages),
        customer=lambda conversation: customer_in(visitor_store, conversation),
    )
    outbound, within = Outbound(), timedelta(seconds=settings.bot.action_within_seconds)
    actions = open_actions(
        assistant,
        [*(make(lambda: services) for make in ACTIONS), *(make() for make in FORM_ACTIONS)],
        outbound,
        within=within,
        threads=settings.bot.turn_threads,
        deflate=os.environ.get("COMPRESS_ACTION_SERVER_REQUEST", "").lower() == "true",
    )
    outputs = {channel.name: channel.output for channel in channels}
    pushing = {channel.name for channel in channels if channel.pushes}
    showing = {channel.name for channel in channels if channel.shows_files}
    voice = Voice(assistant, languages, rng or random.Random())
    nlg = open_nlg(assistant, outbound, clock, within=within)
    sure, ambiguity = certainty(settings, assistant, understanding.line)
    room = Room(  # as it begins
        store=store,
        trackers=Trackers(store, lambda conversation: begun(assistant, conversation)),
        assistant=assistant,
        memory=learn(assistant),
        understanding=understanding,
        actions=actions,
        voice=voice,
        clock=clock,
        within=within,
        sure=sure,
        ambiguity=ambiguity,
        care=care(settings, assistant, actions, handover),
        nlg=nlg,
        output=lambda name: outputs.get(name, name),
        pushes=lambda name: name in pushing,
        contact=handoff.intake.contact,
    )
    live, bell = LiveRoom(room), database.doorbell
    turns = TurnPool(
        lambda conversation: take_turn(live.now, conversation),
        threads=settings.bot.turn_threads,
        changed=lambda conversation: bell.ring_here(topic(conversation)),
        burst=settings.bot.burst_ms / 1000,
        alone=database.alone,
    )
    # A case that moves in the queue moves the places of the customers behind it.
    moved = Paced(lambda: bell.ring_here("queue"), PLACES_EVERY)
    handoff.database.doorbell.subscribe(("desk",), moved)

    def phrase(name: str, language: str, slots: dict[str, str]) -> str:
        return live.now.voice.words(name, slots | {"language": language})

    relay = Relay(
        store,
        handoff.dispatches,
        handoff.intake,
        phrase=phrase,
        clock=clock,
        house=settings.server.public_url,
        shows_files=lambda name: name in showing,
        moments=services.moments,
    )
    consents = open_consents(settings, database, clock)
    endings = EndingStore(database, clock)
    ratings = Ratings(endings, handoff.intake)
    promises = Promises(store, handoff.intake, lambda conversation: open_case(live.now, conversation))
    waiting = Waiting(store, turns, handoff.intake, phrase=phrase, moved=moved, clock=clock)
    ending = Ending(store, ratings, phrase=phrase, clock=clock)
    standings = Standings(
        store,
        busy=turns.busy,
        wait=handoff.intake.wait,
        ended=endings.ended,
        named=visitor_store.name,
        agreed=consents.given,
    )
    chat = Chat(
        store,
        turns,
        greet=lambda conversation: greeting(live.now, conversation),
        standings=standings,
        languages=languages,
        characters=settings.bot.message_characters,
        clock=clock,
        agreed=consents.given,
        forgotten=ErasureStore(database, clock).is_forgotten,
    )
    customer_files = Files(
        FileStore(database, settings.bot.conversation_file_bytes), clock, settings.bot.file_bytes
    )
    visitors = Visitors(visitor_store, chat, Vouching(settings.identity), handoff.intake, clock)
    callback = callback_url(settings, assistant)
    deliveries = Deliveries(
        DeliveryStore(database),
        channels,
        {"rasa_callback": posting(outbound.to(Endpoint(callback)))} if callback else {},
        clock,
    )
    editing = open_editing(
        settings,
        live,
        base,
        edition,
        kb,
        ReadingStore(database),
        open_reader,
        lambda assistant, line: certainty(settings, assistant, line),
        clock,
    )
    privacy = open_privacy(
        settings,
        clock,
        consents,
        database=database,
        store=store,
        files=customer_files,
        turns=turns,
        live=live,
        editing=editing,
        kb=kb,
        handoff=handoff,
    )
    # Another server may have heard the customer, and wait for the rest of what they write.
    patience = 2 + settings.bot.burst_ms / 1000 if settings.server.database_url else 0.0
    sweep = Sweep(store.unhandled, turns, patience=patience)
    workers = Workers(
        jobs(
            kb,
            handoff,
            database,
            identity.database,
            editing=editing,
            posts=posts,
            relay=relay,
            promises=promises,
            ratings=ratings,
            waiting=waiting,
            deliveries=deliveries,
            sweep=sweep,
            files=customer_files,
            privacy=privacy,
        )
    )
    return House(
        settings=settings,
        clock=clock,
        database=database,
        outbound=outbound,
        nlg=nlg,
        identity=identity,
        posts=posts,
        present=present,
        kb=kb,
        handoff=handoff,
        store=store,
        live=live,
        editing=editing,
        turns=turns,
        chat=chat,
        visitors=visitors,
        files=customer_files,
        privacy=privacy,
        channels=channels,
        relay=relay,
        promises=promises,
        waiting=waiting,
        ending=ending,
        workers=workers,
    )


def care(
    settings: Settings, assistant: Assistant, actions: Actions, handover: Handover | None = None
) -> Care | None:
    """How the house looks after the assistant's conversations; None where they are left to its files."""
    wanted = settings.bot.overlay
    if wanted == "off" or (wanted == "auto" and ESCALATE not in assistant.domain.actions):
        return None
    searches = ANSWER in assistant.domain.actions and ANSWER in actions
    return Care(
        settings.bot.misses,
        handing_over(assistant),
        opening_forms(assistant),
        searches,
        handover or NOTHING,
    )
