"""Opens the whole house over one data folder: every handle made once and handed down."""

from __future__ import annotations

import logging
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

from actions.services import Services
from bot.acting import Actions, open_actions
from bot.acting.nlg import open_nlg
from bot.acting.shipped import ACTIONS, FORM_ACTIONS
from bot.channels.asking import Ears
from bot.channels.enclosing import content_of
from bot.channels.hearing import Hearing, last_heard, writer_of
from bot.channels.opening import asking, callback_url, carriers, open_channels
from bot.chat import Chat
from bot.chatwoot import agent_bot_of
from bot.deliveries import Deliveries, posting
from bot.dialogue.assistant import Assistant
from bot.dialogue.opening import SHIPPED as SHIPPED
from bot.dialogue.opening import languages_of, products, read_assistant
from bot.dialogue.wiring import Endpoint
from bot.editing.live import LiveRoom
from bot.editing.opening import Edition, open_editing
from bot.ending import Ending
from bot.files import Files
from bot.handover import NOTHING, Handover
from bot.house import House as House
from bot.jobs import jobs
from bot.mail.opening import open_mail_channel
from bot.mail.threads import CHANNEL as EMAIL
from bot.mail.writers import customer_of
from bot.outside import Outside
from bot.overlay import ANSWER, ESCALATE, handing_over, opening_forms
from bot.pacing import Paced
from bot.policies import learn
from bot.posts.opening import open_posts
from bot.present import Present
from bot.privacy.opening import open_consents, open_privacy
from bot.promises import Promises
from bot.ratings import Ratings
from bot.relay import Relay
from bot.reminders import Reminders
from bot.reports import Reports
from bot.saying import Voice
from bot.standing import Standings
from bot.store import Store, topic
from bot.store.deliveries import DeliveryStore
from bot.store.endings import EndingStore
from bot.store.erasing import ErasureStore
from bot.store.files import FileStore
from bot.store.mailboxes import MailboxStore
from bot.store.readings import ReadingStore
from bot.store.reminders import ReminderStore
from bot.store.reports import ReportStore
from bot.store.visitors import VisitorStore
from bot.trackers import Trackers
from bot.turn import Care, Room, begun, greeting, open_case, reply, take_turn
from bot.turns import Sweep, TurnPool
from bot.understanding.opening import certainty, handover_of, resolved_classifiers
from bot.understanding.understanding import Understanding, open_understanding
from bot.understanding.words import LanguageWords
from bot.visitors import Visitors, customer_in
from bot.vouching import Vouching
from bot.waiting import Waiting
from bot.workers import Workers
from bot.writing import Writing
from config.clock import Clock, SystemClock
from config.database import open_database
from config.identity import open_identity
from config.language_files import MOMENTS, MOOD, WORDS, files_of
from config.mail import open_post
from config.outbound import Outbound
from config.settings import Settings
from handoff.aids.replying import Replying
from handoff.bridges.opening import open_mirror
from handoff.opening import open_handoff
from kb.opening import open_kb

_log = logging.getLogger(__name__)

PLACES_EVERY = 1.0  # seconds between two looks at the queue for all who wait in it
MIGRATIONS = Path(__file__).parent / "migrations"


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
    outbound, within = Outbound(), timedelta(seconds=settings.bot.action_within_seconds)
    guarded = outbound.guarded(settings.bridge.private_networks)
    post, present = open_post(settings.mail, guarded, clock), Present(clock)
    handoff = open_handoff(
        settings,
        clock,
        products=products(assistant),
        postman=post,
        connected=present.connected,
        encoder=kb.embedder,
    )
    identity = open_identity(settings.schema("house") or settings.data, clock)
    posts = open_posts(settings, handoff.mailing, handoff.helpdesk, identity, post, clock, rng)
    database = open_database(settings.database("bot"), MIGRATIONS)

    def heard_at(channel: str, address: str) -> datetime | None:
        return last_heard(store, channel, address)

    content = content_of(handoff.aids.files)
    channels = open_channels(settings, assistant, outbound, clock, heard_at, content)
    store = Store(database, clock, delivered=[channel.name for channel in channels if channel.delivers])
    visitor_store, mailboxes = VisitorStore(database, clock), MailboxStore(database)
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
        customer=lambda conversation: (
            customer_in(visitor_store, conversation)
            or customer_of(mailboxes, conversation)
            or writer_of(store, conversation, carriers(channels))
        ),
    )
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
        reply=lambda conversation, heard: reply(live.now, conversation, heard),
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
    writing = Writing(
        Replying(handoff.aids.presence, handoff.store),
        lambda conversation: bell.ring_here(topic(conversation)),
    )
    standings = Standings(
        store,
        busy=turns.busy,
        wait=handoff.intake.wait,
        ended=endings.ended,
        named=visitor_store.name,
        agreed=consents.given,
        answered=writing.to,
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
    mirror = open_mirror(handoff, settings, outbound, clock, customer_files)
    visitors = Visitors(visitor_store, chat, Vouching(settings.identity), handoff.intake, clock)
    reports = Reports(ReportStore(database), handoff.intake, clock)
    mail = None
    if any(channel.name == EMAIL for channel in channels):
        desk_files = handoff.aids.files
        mail = open_mail_channel(
            settings,
            database,
            post,
            chat,
            customer_files,
            reports,
            desk_files,
            phrase,
            consents.notices,
            guarded,
            clock,
        )
    callback = callback_url(settings, assistant)
    most = settings.bot.message_characters
    hearing = Hearing(chat, customer_files, reports, phrase, characters=most)
    agent_bot = agent_bot_of(channels, chat, hearing, handoff.desk, handoff.intake, clock, relay.deliver)
    deliveries = Deliveries(
        DeliveryStore(database),
        channels,
        {
            **carriers(channels),
            **({"rasa_callback": posting(outbound.to(Endpoint(callback)))} if callback else {}),
        },
        clock,
        {EMAIL: mail.sending.post} if mail is not None else {},
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
            mirror=mirror,
            writing=writing,
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
            reports=reports,
            reminders=Reminders(ReminderStore(database), store, turns, Outside(lambda: live.now), clock),
            mail=mail,
            agent_bot=agent_bot,
            ears=[Ears(platform, hearing, clock) for platform in asking(channels)],
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
        mirror=mirror,
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
        reports=reports,
        mail=mail,
        hearing=hearing,
        agent_bot=agent_bot,
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
