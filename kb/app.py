"""The door of the editors' room: the studio behind its sign-in, and the help centre in front of it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g

from config.clock import SystemClock
from config.identity import Identity, Role
from config.pages import Brand, dress, locale
from config.sign_in import guard, sign_in_blueprint
from config.texts import Texts
from kb.opening import Kb
from kb.web.api import studio_api
from kb.web.help import help_pages
from kb.web.room import Room
from kb.web.views import studio_pages

_WEB = Path(__file__).parent / "web"


def kb_app(kb: Kb, identity: Identity, brand: Brand) -> Flask:
    """`/kb/` for editors and admins, `/help/` for everybody."""
    texts = Texts.load(_WEB / "locale")
    app = Flask(
        "kb.web", static_folder=_WEB / "static", static_url_path="/kb/static", template_folder="templates"
    )
    dress(app, brand, texts)
    app.register_blueprint(sign_in_blueprint(identity, "/kb", texts, room="studio"))
    guard(app, identity, Role.EDITOR, public=("/help",))

    @app.before_request
    def language() -> None:
        g.locale = locale(texts)
        g.say = texts.say(g.locale)

    def name_of(email: str) -> str:
        return next((staff.name for staff in identity.list() if staff.email == email), email)

    room = Room(
        editorial=kb.editorial,
        indexer=kb.indexer,
        knowledge=kb.knowledge,
        clock=SystemClock(),
        languages=texts.languages,
        name_of=name_of,
    )
    app.register_blueprint(studio_pages(room))
    app.register_blueprint(studio_api(room))
    app.register_blueprint(help_pages(kb.store, kb.knowledge, texts.languages, texts.say))
    return app
