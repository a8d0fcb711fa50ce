"""Opens the whole house over one data folder: every handle made once and handed down."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from rasa_sdk import Action

from actions.accept_person import ActionAcceptPerson
from actions.answer import ActionAnswer
from actions.correct import ActionCorrect
from actions.escalate import ActionEscalate
from actions.feedback import ActionFeedback
from actions.guide import ActionGuide
from actions.guide_end import ActionGuideEnd
from actions.guide_form import ValidateGuideForm
from actions.guide_step import ActionAskGuideReaction
from actions.leave_form import ActionLeaveForm
from actions.order_form import ValidateOrderStatusForm
from actions.order_status import ActionOrderStatus
from actions.return_form import ValidateReturnForm
from actions.return_request import ActionReturnRequest
from actions.services import Services, ServicesSource
from bot.acting import Actions, open_actions
from bot.acting.nlg import NlgServer, open_nlg
from bot.channels import Channel
from bot.chat import Chat
from bot.deliveries import Deliveries, posting
from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.dialogue.wiring import Endpoint
from bot.editing.live import LiveRoom
from bot.editing.opening import Editing, Edition, open_editing
from bot.handover import NOTHING, Handover, Limit, Matter
from bot.jobs import jobs
from bot.overlay import ANSWER, ESCALATE, handing_over, opening_forms
from bot.pacing import Paced
from bot.policies import learn
from bot.posts.opening import Posts, open_posts
from bot.present import Present
from bot.relay import Relay
from bot.saying import Voice
from bot.store import Store, topic
from bot.store.deliveries import DeliveryStore
from bot.store.readings import ReadingStore
from bot.trackers import Trackers
from bot.turn import Care, Room, begun, greeting, open_case, take_turn
from bot.turns import Sweep, TurnPool
from bot.understanding.understanding import OpenClassifier, Understanding, open_understanding
from bot.workers import Workers
from config.clock import Clock, SystemClock
from config.database import Database, open_database
from config.handover import Matter as MatterSettings
from config.handover import load_handover
from config.identity import Identity, open_identity
from config.mail import open_post
from config.outbound import Outbound
from config.plugins import resolve
from config.settings import Settings
from handoff.opening import Handoff, open_handoff
from kb.opening import Kb, open_kb

_log = logging.getLogger(__name__)

# Where the line is while nothing was measured.
SURE = 0.55
PLACES_EVERY = 1.0  # seconds between two looks at the queue for all who wait in it
SHIPPED = Path(__file__).parents[1] / "config" / "rasa"
MIGRATIONS = Path(__file__).parent / "migrations"
ACTIONS: tuple[Callable[[ServicesSource], Action], ...] = (
    ActionAnswer,
    ActionEscalate,
    ActionFeedback,
    ActionGuide,
    ActionGuideEnd,
)
FORM_ACTIONS: tuple[Callable[[], Action], ...] = (
    ActionAcceptPerson,
    ActionAskGuideReaction,
    ActionCorrect,
    ActionLeaveForm,
    ActionOrderStatus,
    ActionReturnRequest,
    ValidateGuideForm,
    ValidateOrderStatusForm,
    ValidateReturnForm,
)


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
    channels: tuple[Channel, ...]
    relay: Relay
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


def assistant_folder(settings: Settings) -> Path:
    """The Rasa files of the assistant that is served: the operator's, or the one that ships."""
    return Path(settings.bot.assistant) if settings.bot.assistant else SHIPPED


def open_house(
    settings: Settings,
    *,
    clock: Clock | None = None,
    rng: random.Random | None = None,
    base: Assistant | None = None,
) -> House:
    """Open every room of a data folder; its workers are made and not started.

    base: what `assistant_folder(settings)` holds, where it was read before.
    """
    clock = clock or SystemClock()
    settings.data.mkdir(parents=True, exist_ok=True)
    base = base or load_assistant(assistant_folder(settings), examples=False)
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
    languages = languages_of(settings, assistant)
    handover = handover_of(settings.data / "handover.toml")

    def open_reader(assistant: Assistant) -> Understanding:
        return open_understanding(
            settings.data / "models" / "intents",
            kb.embedder,
            assistant,
            languages=languages,
            classifiers=resolved_classifiers(settings),
            topics=handover.topics(),
            now=clock.now,
        )

    understanding = open_reader(assistant)
    services = Services(kb.knowledge, kb.learning.outcomes, handoff.intake, clock, settings.bot.misses)
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
    relay = Relay(
        store,
        handoff.dispatches,
        handoff.intake,
        phrase=lambda name, language, slots: live.now.voice.words(name, slots | {"language": language}),
        open_case=lambda conversation: open_case(live.now, conversation),
        clock=clock,
        house=settings.server.public_url,
    )
    chat = Chat(
        store,
        turns,
        greet=lambda conversation: greeting(live.now, conversation),
        place=handoff.intake.place,
        languages=languages,
        characters=settings.bot.message_characters,
        clock=clock,
    )
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
            deliveries=deliveries,
            sweep=sweep,
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
        channels=channels,
        relay=relay,
        workers=workers,
    )


def languages_of(settings: Settings, assistant: Assistant) -> tuple[str, ...]:
    """The languages that settings name and the assistant has; where they have none in common, its own."""
    both = tuple(name for name in settings.bot.languages if name in assistant.languages)
    return both or (assistant.language,)


def resolved_classifiers(settings: Settings) -> list[OpenClassifier]:
    """Who reads intents, as settings name them."""
    return [cast(OpenClassifier, resolve(name, "bot.understanding")) for name in settings.bot.classifiers]


def certainty(settings: Settings, assistant: Assistant, line: float | None) -> tuple[float, float]:
    """From which certainty on an intent is acted on, and by how much it must lead.

    line: where training drew it for the risk that is set; None where it could not be drawn.

    An operator's own assistant says so itself, as Rasa reads its pipeline: without a FallbackClassifier
    whatever is likeliest is acted on.
    """
    if not settings.bot.assistant:
        return settings.bot.sure or line or SURE, 0.0
    fallback = assistant.pipeline.fallback
    return (fallback.threshold, fallback.ambiguity) if fallback is not None else (0.0, 0.0)


def handover_of(path: Path) -> Handover:
    """What is handed over at once, as the shipped handover.toml and the one at `path` say; SettingsError."""
    given = load_handover(path)

    def matter(each: MatterSettings) -> Matter:
        limit = Limit(each.above.amount, each.above.currency) if each.above is not None else None
        return Matter(each.name, each.because["en"], each.intents, each.words, each.says, limit)

    return Handover(tuple(map(matter, given.sensitive)), tuple(map(matter, given.policy)))


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


def open_channels(settings: Settings, assistant: Assistant) -> tuple[Channel, ...]:
    """The channels that settings name, and those that the assistant's credentials.yml has a key for."""
    wanted = [f".rasa_{name}" for name in ("socketio", "callback") if name in assistant.credentials]
    names = dict.fromkeys((*settings.bot.channels, *wanted))
    return tuple(cast(Callable[[], Channel], resolve(name, "bot.channels"))() for name in names)


def callback_url(settings: Settings, assistant: Assistant) -> str:
    """Where the callback channel posts; empty where nobody has said."""
    return settings.rasa.callback_url or str(assistant.credentials.get("callback", {}).get("url") or "")


def products(assistant: Assistant) -> dict[str, list[str]]:
    """What the company sells, by the assistant's lookup `product`, each with the other words for it."""
    names: dict[str, list[str]] = {name: [] for name in assistant.nlu.lookups.get("product", ())}
    for words, meant in assistant.nlu.synonyms.items():
        if meant in names:
            names[meant].append(words)
    return names
