"""The door of the agents' room: its page and API behind sign-in, and the stream that keeps them true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flask import Flask, Response, g
from werkzeug.http import parse_cookie

from config.clock import Clock, SystemClock
from config.identity import Identity, Role, RoleMissingError, SignedOutError, Staff
from config.pages import Brand, asset, dress, error_response, locale
from config.sign_in import COOKIE, guard, sign_in_blueprint
from config.texts import Texts
from handoff.desk import Agent
from handoff.errors import HandoffError
from handoff.opening import Handoff
from handoff.web.api import desk_api
from handoff.web.feed import DeskStream
from handoff.web.views import Reader, desk_pages
from handoff.wording import Say, refusal_in_words

ROLES = (Role.AGENT, Role.SUPERVISOR)
"""Who may sit at the desk; admins may too."""

_WEB = Path(__file__).parent / "web"


def handoff_app(
    handoff: Handoff,
    identity: Identity,
    brand: Brand,
    *,
    clock: Clock | None = None,
    notices: Callable[[], Sequence[str]] = tuple,
) -> Flask:
    """Everything under `/desk`; `notices` are what the house can't do at the moment, in sentences."""
    app = Flask(__name__, static_folder=_WEB / "static", static_url_path="/desk/static")
    texts = Texts.load(_WEB / "locale")
    dress(app, brand, texts)
    guard(app, identity, *ROLES)

    def agent() -> Agent:
        staff: Staff = g.staff
        return Agent(staff.email, staff.name, frozenset(staff.roles))

    @app.errorhandler(HandoffError)
    def refused(error: HandoffError) -> Response:
        say = texts.say(locale(texts))
        return error_response(error, lambda text: refusal_in_words(text, say))

    def reader() -> Reader:
        return Reader(agent(), locale(texts), g.csrf, g.staff.may(Role.EDITOR))

    def say() -> Say:
        language = locale(texts)
        named, said = handoff.rules.words(language), texts.say(language)
        return lambda text: named.get(text) or said(text)

    app.register_blueprint(sign_in_blueprint(identity, "/desk", texts, room="desk"))
    app.register_blueprint(desk_api(handoff.desk, agent, (clock or SystemClock()).now, say))
    app.register_blueprint(
        desk_pages(
            handoff.desk,
            handoff.rules.teams,
            reader=reader,
            say=texts.say,
            languages=texts.languages,
            address_of=asset,
            notices=notices,
        )
    )
    return app


def streams(handoff: Handoff, identity: Identity) -> list[DeskStream]:
    """The room's event streams, for the shell to serve beside the app."""

    def admit(headers: Mapping[str, str]) -> Callable[[], bool]:
        token = parse_cookie(headers.get("cookie")).get(COOKIE, "")

        def seated() -> bool:
            staff = identity.who(token)
            return staff is not None and staff.may(*ROLES)

        if identity.who(token) is None:
            raise SignedOutError
        if not seated():
            raise RoleMissingError(*ROLES)
        return seated

    return [DeskStream(handoff.desk, handoff.database.doorbell, admit)]
