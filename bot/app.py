"""The door of the house: the customers' app, and every room's app behind one port."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from bot.articles import KnowledgeArticles
from bot.channels.api import ApiChannel
from bot.channels.opening import platforms
from bot.channels.rasa_socketio import SocketIoSettings
from bot.opening import House
from bot.outside import Outside
from bot.shell import Cors, Limits, Native, Proxies, Shell, Stream
from bot.shell.limits import Rule
from bot.web import pages
from bot.web.api import api
from bot.web.channel_api import ChannelApi
from bot.web.channels_api import channels_api
from bot.web.chat_stream import ChatStream
from bot.web.chatwoot_api import chatwoot_api
from bot.web.ending_api import ending_api
from bot.web.files_api import file_pages, files_api
from bot.web.identity_api import identity_api
from bot.web.mail_pages import mail_pages
from bot.web.privacy_api import notice_wire, privacy_api
from bot.web.rasa_access import Access
from bot.web.rasa_api import rasa_api
from bot.web.rasa_conversations import Conversations
from bot.web.rasa_rest import rasa_callback, rasa_rest
from bot.web.rasa_socketio import SocketIo
from bot.web.rasa_stream import RestStream
from bot.web.transcript_api import transcript_api
from bot.web.typing_api import typing_api
from bot.web.waiting_api import waiting_api
from config.handover import read_handover
from config.language_files import PAGES, files_of
from config.pages import Brand, dress, locale
from config.texts import Texts
from handoff.app import handoff_app
from handoff.app import streams as desk_streams
from handoff.web.bridges_api import bridges_app
from kb.app import kb_app

ANYWHERE = "*"
# An assistant's responses may show pictures that are kept elsewhere.
PICTURES = "'self' data: https: http:"
RASA_PATHS = ("/webhooks/", "/conversations/", "/model/", "/domain", "/status", "/version")
# Bytes of a body where the studio sends more than others do: long texts, pictures, files to import; and
# where a helpdesk outside tells of many things at once.
LARGER = {
    "/bridges/": 2 * 2**20,
    "/kb/api/": 2 * 2**20,
    "/kb/api/images": 11 * 2**20,
    "/kb/api/import": 21 * 2**20,
}
_WEB = Path(__file__).parent / "web"


def customers_app(house: House, brand: Brand) -> Flask:
    """Chat page, widget, chat API, Rasa's REST wire and the health of the house."""
    settings = house.settings
    app = Flask("bot.web", static_folder=_WEB / "static", static_url_path="/chat/static")
    further = files_of(settings.data).paths(PAGES, settings.bot.languages)
    texts = Texts.load(_WEB / "locale", further=further)
    framed_by = " ".join(settings.bot.embed_hosts) or ANYWHERE
    dress(app, brand, texts, frame_ancestors=framed_by, images=PICTURES, further=further)

    def notice() -> Mapping[str, object] | None:
        language = locale(texts)
        return notice_wire(house.privacy.consents.notices, language, texts.say(language))

    app.register_blueprint(
        pages.blueprint(
            texts=texts,
            languages=settings.bot.languages,
            message_characters=settings.bot.message_characters,
            file_bytes=settings.bot.file_bytes,
            notice=notice,
            typing=_shows_typing(house),
        )
    )
    if (web := house.channel("web")) is not None:
        app.register_blueprint(api(house.chat, web, house.files))
        app.register_blueprint(identity_api(house.chat, house.visitors))
        app.register_blueprint(files_api(house.chat, house.files))
        app.register_blueprint(privacy_api(house.chat, house.privacy))
        app.register_blueprint(waiting_api(house.chat, house.waiting, texts.say))
        app.register_blueprint(ending_api(house.chat, house.ending))
        app.register_blueprint(transcript_api(house.chat, house.handoff.mailing))
        if house.mirror is not None:
            app.register_blueprint(typing_api(house.chat, house.mirror.typing.ours))
    if (rest := house.channel("rasa_rest")) is not None:
        app.register_blueprint(rasa_rest(house.chat, rest))
    if (callback := house.channel("rasa_callback")) is not None:
        app.register_blueprint(rasa_callback(house.chat, callback))
    told = settings.rasa
    access = Access(told.api_token, told.jwt_secret, told.jwt_method)
    if access.open:
        outside = Outside(lambda: house.room)
        conversations = Conversations(house.store, house.chat, house.turns, outside, house.clock)
        app.register_blueprint(rasa_api(conversations, access))
    if house.channel("rasa_socketio") is not None:
        app.get("/webhooks/socketio/")(lambda: jsonify(status="ok"))

    if house.mail is not None:
        app.register_blueprint(mail_pages(house.mail.store, house.chat, house.ending.rate, texts.say))
    if served := platforms(house.channels):
        public = settings.server.public_url
        app.register_blueprint(channels_api(served, house.hearing, house.clock, public))
        if (agent_bot := house.agent_bot) is not None:
            app.register_blueprint(chatwoot_api(agent_bot.channel, agent_bot, house.clock, public))
    if isinstance(generic := house.channel("api"), ApiChannel):
        most = Rule.of(
            "messages of this customer",
            (settings.limits.messages_10_seconds, 10.0),
            (settings.limits.messages_minute, 60.0),
        )
        own = ChannelApi(house.chat, house.files, generic, most, house.clock)
        app.register_blueprint(own.blueprint())
    app.register_blueprint(file_pages(house.files, house.handoff.aids.files))

    @app.get("/health/live")
    def live() -> ResponseReturnValue:
        return jsonify(status="live")

    @app.get("/health/ready")
    def ready() -> ResponseReturnValue:
        """200 as soon as customers are answered; `degraded` lists what is missing and what to run."""
        why = house.degraded()
        knowledge = house.kb.knowledge.state()
        return jsonify(
            status="degraded" if why else "ready",
            degraded=list(why),
            generation=knowledge.generation,
            articles=knowledge.articles,
            passages=knowledge.passages,
        )

    return app


def shell(house: House) -> Shell:
    """One port for the three rooms: event streams natively, everything else through the Flask apps."""
    brand = Brand.load(house.settings.data / "brand")
    customers = customers_app(house, brand)
    desk = handoff_app(
        house.handoff,
        house.identity,
        brand,
        clock=house.clock,
        notices=house.degraded,
        articles=KnowledgeArticles(house.kb),
        staff_mail=house.posts.staff_mail,
        handover=read_handover(house.settings),
        sent=house.files,
        people=house.privacy,
    )
    studio = kb_app(
        house.kb,
        house.identity,
        brand,
        bot_texts=house.editing.texts,
        bot_examples=house.editing.retraining,
        mailed=house.handoff.mailing.on,
    )
    streams: list[Stream] = [*desk_streams(house.handoff, house.identity)]
    if (web := house.channel("web")) is not None:
        streams.append(ChatStream(house.chat, web, house.database.doorbell, house.present))
    apps = {"/": customers, "/desk": desk, "/kb": studio, "/help": studio}
    if house.mirror is not None:
        apps["/bridges"] = bridges_app(house.mirror.receiving, house.settings.server.public_url)
    proxies = Proxies(house.settings.server.trusted_proxies)
    return Shell(
        apps,
        streams,
        settings=house.settings.server,
        larger={
            **LARGER,
            "/desk/api/cases/": house.settings.handoff.file_bytes + 2**16,
            "/chat/api/conversations/*/files": house.settings.bot.file_bytes,
            # In base64, with some words beside them.
            "/channels/api/messages": house.settings.bot.file_bytes * 4 // 3 + 2**16,
            "/channels/": 2 * 2**20,
        },
        natives=rasa_natives(house),
        cors=cors(house),
        limits=Limits(house.settings.limits, proxies, house.clock),
        proxies=proxies,
    )


def _shows_typing(house: House) -> bool:
    """Whether somebody sees it that a customer writes."""
    return house.mirror is not None and house.mirror.bridge.capabilities.typing


def rasa_natives(house: House) -> tuple[Native, ...]:
    """Rasa's streamed REST and its Socket.IO, which Flask's threads can't serve."""
    limits, natives = house.settings.server, list[Native]()
    if (rest := house.channel("rasa_rest")) is not None:
        natives.append(RestStream(house.chat, rest, limits))
    if (sockets := house.channel("rasa_socketio")) is not None:
        told = house.assistant.credentials.get("socketio")
        # Named in settings alone, a session outlives its socket; in credentials.yml Rasa's defaults hold.
        settings = SocketIoSettings(session_persistence=True) if told is None else SocketIoSettings.of(told)
        bell = house.database.doorbell
        natives.append(SocketIo(house.chat, sockets, bell, settings, limits=limits, cors=cors(house)))
    return tuple(natives)


def cors(house: House) -> Cors:
    """Who may call Rasa's wire from a page of their own."""
    return Cors(house.settings.bot.cors_origins, RASA_PATHS)
