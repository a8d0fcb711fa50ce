"""The door of the house: the customers' app, and every room's app behind one port."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from bot.opening import House
from bot.shell import Shell, Stream
from bot.web import pages
from bot.web.api import ChatStream, api, rasa_rest
from config.pages import Brand, dress
from config.texts import Texts
from handoff.app import handoff_app
from handoff.app import streams as desk_streams
from kb.app import kb_app

ANYWHERE = "*"
_WEB = Path(__file__).parent / "web"


def customers_app(house: House, brand: Brand) -> Flask:
    """Chat page, widget, chat API, Rasa's REST wire and the health of the house."""
    settings = house.settings
    app = Flask("bot.web", static_folder=_WEB / "static", static_url_path="/chat/static")
    texts = Texts.load(_WEB / "locale")
    framed_by = " ".join(settings.bot.embed_hosts) or ANYWHERE
    dress(app, brand, texts, frame_ancestors=framed_by)
    app.register_blueprint(
        pages.blueprint(
            texts=texts,
            languages=settings.bot.languages,
            message_characters=settings.bot.message_characters,
        )
    )
    if (web := house.channel("web")) is not None:
        app.register_blueprint(api(house.chat, web))
    if (rest := house.channel("rasa_rest")) is not None:
        app.register_blueprint(rasa_rest(house.chat, rest))

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
    desk = handoff_app(house.handoff, house.identity, brand, clock=house.clock, notices=house.degraded)
    studio = kb_app(house.kb, house.identity, brand)
    streams: list[Stream] = [*desk_streams(house.handoff, house.identity)]
    if (web := house.channel("web")) is not None:
        streams.append(ChatStream(house.chat, web, house.database.doorbell))
    return Shell(
        {"/": customers, "/desk": desk, "/kb": studio, "/help": studio},
        streams,
        settings=house.settings.server,
    )
