"""The door of the agents' room: its page and API behind sign-in, and the stream that keeps them true."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flask import Flask, Response, g
from werkzeug.http import parse_cookie

from config.clock import Clock, SystemClock
from config.handover import Handover
from config.identity import Identity, Role, RoleMissingError, SignedOutError, Staff
from config.pages import Brand, asset, dress, error_response, locale
from config.sign_in import COOKIE, guard, sign_in_blueprint
from config.staff_mail import StaffMail
from config.texts import Texts, own_name
from handoff.aids.articles import Articles, NoArticles
from handoff.aids.files import NoSentFiles, SentFiles
from handoff.casefile.revealing import Revealing
from handoff.errors import HandoffError
from handoff.opening import Handoff
from handoff.store.looks import Looks
from handoff.values import JsonObject
from handoff.verbs.agent import Agent
from handoff.verbs.colleagues import Colleagues
from handoff.web.admin.bridge_pages import helpdesk_notices
from handoff.web.admin.opening import open_admin
from handoff.web.admin.person_pages import PersonalData
from handoff.web.admin.screen import Clerk
from handoff.web.aids_api import aids_api
from handoff.web.api import desk_api
from handoff.web.feed import DeskStream, Listener
from handoff.web.files_api import files_api
from handoff.web.mail_api import mail_api
from handoff.web.presence_api import presence_api
from handoff.web.reveal_api import reveal_api
from handoff.web.rows import Rows
from handoff.web.seats_api import seats_api
from handoff.web.verbs_api import verbs_api
from handoff.web.views import Reader, desk_pages
from handoff.wording import Say, refusal_in_words

ROLES = (Role.AGENT, Role.SUPERVISOR, Role.QUALITY_ANALYST)
"""Who may open the desk, an analyst to read; admins may too."""

_WEB = Path(__file__).parent / "web"


def handoff_app(
    handoff: Handoff,
    identity: Identity,
    brand: Brand,
    *,
    clock: Clock | None = None,
    notices: Callable[[], Sequence[str]] = tuple,
    articles: Articles | None = None,
    staff_mail: StaffMail | None = None,
    handover: Handover | None = None,
    people: PersonalData | None = None,
    sent: SentFiles | None = None,
) -> Flask:
    """Everything under `/desk`.

    notices: what the house can't do at the moment, in sentences. articles: the knowledge base, if there is
    one. staff_mail: what waits to be mailed to staff, None where mail is off. handover: what the bot hands
    over at once, to be read. people: what all rooms know of customers, None where this one is served alone.
    sent: the files that customers send.
    """
    app = Flask(__name__, static_folder=_WEB / "static", static_url_path="/desk/static")
    texts = Texts.load(_WEB / "locale")
    dress(app, brand, texts)
    guard(app, identity, *ROLES)

    def agent() -> Agent:
        staff: Staff = g.staff
        return Agent(staff.email, staff.name, frozenset(staff.roles))

    def colleagues() -> list[Agent]:
        return [
            Agent(each.email, each.name, frozenset(each.roles))
            for each in identity.list()
            if each.active and each.may(Role.AGENT, Role.SUPERVISOR)
        ]

    def clerk() -> Clerk:
        language = locale(texts)
        names = {code: own_name(code) for code in texts.languages}
        return Clerk(
            agent(),
            texts.say(language),
            language,
            names,
            g.staff.may(Role.SUPERVISOR),
            Role.ADMIN in g.staff.roles,
        )

    @app.errorhandler(HandoffError)
    def refused(error: HandoffError) -> Response:
        say = texts.say(locale(texts))
        return error_response(error, lambda text: refusal_in_words(text, say))

    def reader() -> Reader:
        return Reader(agent(), locale(texts), g.csrf, g.staff.may(Role.EDITOR), g.staff.may(Role.SUPERVISOR))

    def say() -> Say:
        language = locale(texts)
        named, said = handoff.rules().words(language), texts.say(language)
        return lambda text: named.get(text) or said(text)

    rows = Rows(handoff.mirrored.among)
    app.register_blueprint(
        sign_in_blueprint(identity, "/desk", texts, room="desk", mailed=handoff.mailing.on)
    )
    app.register_blueprint(
        desk_api(handoff.desk, agent, (clock or SystemClock()).now, say, handoff.aids.files.refs, rows)
    )
    app.register_blueprint(
        verbs_api(
            handoff.desk,
            handoff.fields,
            Colleagues(colleagues, handoff.seats),
            agent,
            say,
            lambda: locale(texts),
            rows,
        )
    )
    app.register_blueprint(seats_api(handoff.seats, agent, colleagues))
    aids = handoff.aids
    app.register_blueprint(aids_api(aids, handoff.desk, articles or NoArticles(), agent, say, rows))
    app.register_blueprint(files_api(aids.files, handoff.desk, agent, sent or NoSentFiles()))
    app.register_blueprint(presence_api(aids, handoff.desk, agent))
    revealing = Revealing(handoff.store, Looks(handoff.database), clock or SystemClock())
    app.register_blueprint(reveal_api(revealing, agent))
    app.register_blueprint(
        desk_pages(
            handoff.desk,
            lambda: handoff.rules().teams,
            reader=reader,
            say=texts.say,
            languages=texts.languages,
            address_of=asset,
            notices=lambda: [*notices(), *helpdesk_notices(handoff.helpdesk, texts.say(locale(texts)))],
            mails=handoff.mailing.on,
            links=handoff.links,
        )
    )
    app.register_blueprint(mail_api(handoff.mailing, agent))
    app.register_blueprint(
        open_admin(handoff, identity, clerk, clock or SystemClock(), staff_mail, handover, people)
    )
    return app


def streams(handoff: Handoff, identity: Identity) -> list[DeskStream]:
    """The room's event streams, for the shell to serve beside the app."""

    def admit(headers: Mapping[str, str]) -> Listener:
        token = parse_cookie(headers.get("cookie")).get(COOKIE, "")

        def seated() -> bool:
            staff = identity.who(token)
            if staff is None or not staff.may(*ROLES):
                return False
            handoff.seats.seen(staff.email)
            return True

        staff = identity.who(token)
        if staff is None:
            raise SignedOutError
        if not seated():
            raise RoleMissingError(*ROLES)
        email = staff.email

        def me() -> JsonObject:
            member = handoff.seats.member(email)
            if member is None:
                return {"email": email}
            return {"email": email, "status": member.status, "capacity": member.capacity}

        return Listener(email, seated, me)

    aids = handoff.aids
    return [DeskStream(handoff.desk, aids.presence, aids.mentions, handoff.database.doorbell, admit)]
