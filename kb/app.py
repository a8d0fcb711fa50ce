"""The door of the editors' room: the studio behind its sign-in, and the help centre in front of it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g, request

from config.clock import SystemClock
from config.identity import Identity, Role, Staff
from config.pages import Brand, dress, locale
from config.sign_in import guard, sign_in_blueprint
from config.texts import Texts
from kb.coaching.examples import BotExamples
from kb.coaching.words import BotTexts
from kb.export import Exporting
from kb.opening import Kb
from kb.store.pages import Pages
from kb.web.address import RowNumber, check_address
from kb.web.api import studio_api
from kb.web.blast import blast_api
from kb.web.checks import checks_pages
from kb.web.details_api import details_api
from kb.web.figures import figures_pages
from kb.web.gaps import gap_pages, gaps_api
from kb.web.help import help_pages
from kb.web.images import image_pages
from kb.web.importing import import_pages
from kb.web.openapi.document import openapi_api
from kb.web.proposals import proposal_pages, proposals_api
from kb.web.readers import Readers
from kb.web.reading_api import reading_api
from kb.web.review_api import review_api
from kb.web.room import Room
from kb.web.shelf_api import shelf_api
from kb.web.texts_api import texts_api
from kb.web.views import initials, studio_pages
from kb.web.words_and_examples import words_and_examples

_WEB = Path(__file__).parent / "web"


def kb_app(
    kb: Kb,
    identity: Identity,
    brand: Brand,
    *,
    bot_texts: BotTexts | None = None,
    bot_examples: BotExamples | None = None,
    mailed: bool = False,
) -> Flask:
    """`/kb/` for editors and admins, `/help/` for everybody.

    bot_texts, bot_examples: what the bot beside this room gives to be edited; None where there is none.
    mailed: the house sends mail, so that a forgotten password is mended without an admin.
    """
    texts = Texts.load(_WEB / "locale")
    app = Flask(
        "kb.web", static_folder=_WEB / "static", static_url_path="/kb/static", template_folder="templates"
    )
    app.url_map.converters["int"] = RowNumber
    app.url_map.merge_slashes = False  # ids may hold slashes, and programs are not redirected
    dress(app, brand, texts)
    app.register_blueprint(sign_in_blueprint(identity, "/kb", texts, room="studio", mailed=mailed))
    guard(app, identity, Role.EDITOR, public=("/help",))

    @app.before_request
    def language() -> None:
        g.locale = locale(texts)
        g.say = texts.say(g.locale)
        g.admin = "staff" in g and Role.ADMIN in g.staff.roles
        if request.path.startswith("/kb/api/"):
            check_address()

    @app.context_processor
    def bar() -> dict[str, object]:
        """What the bar on top of every page of the studio needs."""
        return {"initials": initials(g.staff.name), "state": kb.knowledge.state()} if "staff" in g else {}

    def editors() -> tuple[Staff, ...]:
        return tuple(staff for staff in identity.list() if staff.may(Role.EDITOR))

    def name_of(email: str) -> str:
        return next((staff.name for staff in identity.list() if staff.email == email), email)

    pages = Pages(kb.database)
    readers = Readers(pages, SystemClock())
    room = Room(
        editorial=kb.editorial,
        indexer=kb.indexer,
        knowledge=kb.knowledge,
        clock=SystemClock(),
        languages=texts.languages,
        name_of=name_of,
        editors=editors,
        arranging=kb.arranging,
        schedule=kb.schedule,
        bin=kb.bin,
        comments=kb.comments,
        images=kb.images,
        figures=kb.learning.outcomes.figures,
        readers=readers,
        findings=kb.checks.open,
    )
    app.register_blueprint(studio_pages(room))
    app.register_blueprint(studio_api(room))
    app.register_blueprint(reading_api(room))
    app.register_blueprint(review_api(room))
    app.register_blueprint(details_api(room))
    app.register_blueprint(texts_api(room))
    app.register_blueprint(shelf_api(room))
    app.register_blueprint(blast_api(kb.blast, kb.editorial))
    app.register_blueprint(checks_pages(kb.checks, kb.editorial, name_of))
    learnt = kb.learning
    app.register_blueprint(gap_pages(learnt.gaps, kb.editorial))
    app.register_blueprint(gaps_api(learnt.gaps))
    app.register_blueprint(proposal_pages(learnt.proposals, learnt.gaps, name_of))
    app.register_blueprint(proposals_api(learnt.proposals))
    app.register_blueprint(figures_pages(learnt.outcomes, readers, kb.editorial))
    app.register_blueprint(image_pages(kb.images, name_of))
    app.register_blueprint(import_pages(kb.importing, Exporting(kb.editorial, kb.images), texts.languages))
    for blueprint in words_and_examples(kb.edits, bot_texts, bot_examples, SystemClock(), name_of):
        app.register_blueprint(blueprint)
    app.register_blueprint(openapi_api(bot=bot_texts is not None and bot_examples is not None))
    app.register_blueprint(help_pages(pages, kb.knowledge, SystemClock(), texts.languages, texts.say))
    return app
