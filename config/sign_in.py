"""The door of the staff's apps: a sign-in page, and a guard that lets nobody past it without one."""

from __future__ import annotations

import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import UnsupportedMediaType

from config.identity import SIGNED_IN_WITHIN, Identity
from config.joining import joining_routes, refuse_other_origins
from config.pages import HOUSE_TEXTS, locale, wants_json
from config.staff import (
    ForgedRequestError,
    Role,
    RoleMissingError,
    Session,
    SignedOutError,
    TooManyTriesError,
    WrongKeyError,
    WrongPasswordError,
)
from config.texts import Texts

COOKIE = "firstline_staff"

DONE = {"signed_out": "You are signed out.", "saved": "Your password is saved. Sign in with it."}
"""What has just been done elsewhere, as `?done=` names it."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


@dataclass(frozen=True, slots=True)
class RoomWords:
    """What the page says about where it leads."""

    title: str
    heading: str
    line: str
    refused: str


ROOMS = {
    "desk": RoomWords(
        title="Sign in to the desk",
        heading="Take over with the whole story in front of you",
        line="What the customer wants, what they have told us and what was tried: on one page, "
        "each line with the message it comes from.",
        refused="%(name)s can't open the desk. Use another account, or ask an admin for the role.",
    ),
    "studio": RoomWords(
        title="Sign in to the studio",
        heading="What you publish is what customers are told",
        line="Write an article, try it on real questions, publish it. The bot answers from the new text "
        "a moment later and shows where it found it.",
        refused="%(name)s can't open the studio. Use another account, or ask an admin for the role.",
    ),
}


def sign_in_blueprint(
    identity: Identity,
    prefix: str,
    texts: Texts,
    *,
    room: Literal["desk", "studio"],
    mailed: bool = False,
) -> Blueprint:
    """`<prefix>/sign-in` and `<prefix>/sign-out`, for an app that `dress` has dressed; beside them the pages
    that one-time links lead to.

    prefix: where the app lives, such as "/desk"; nobody is sent outside it. texts: the app's, which say what
    languages it speaks. mailed: the house sends mail.
    """
    door = Blueprint("sign_in", __name__, template_folder="web", url_prefix=prefix)
    house = Texts.load(HOUSE_TEXTS)

    joining_routes(door, identity, "desk" if room == "desk" else "kb", texts, house, mailed=mailed)

    def page(status: int = 200, *, problem: str = "", email: str = "") -> Response:
        html = render_template(
            "sign_in.html",
            _=house.say(locale(texts)),
            room=ROOMS[room],
            problem=problem,
            email=email,
            next=_inside(prefix, request.values.get("next", "")),
            done=house.say(locale(texts))(DONE.get(request.args.get("done", ""), "")),
            forgotten=url_for("sign_in.forgotten"),
        )
        return make_response(html, status)

    @door.get("/sign-in")
    def form() -> ResponseReturnValue:
        session = identity.session(request.cookies.get(COOKIE, ""))
        if session is None:
            return page()
        if "refused" in request.args:
            refused = house.say(locale(texts))(ROOMS[room].refused)
            return page(403, problem=refused % {"name": session.staff.email})
        return redirect(_inside(prefix, request.args.get("next", "")), 303)

    @door.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        refuse_other_origins()
        say = house.say(locale(texts))
        email = request.form.get("email", "")[:254]
        try:
            token = identity.sign_in(email, request.form.get("password", ""), request.remote_addr or "")
        except WrongPasswordError as error:
            return page(error.status, problem=say(str(error)), email=email)
        except TooManyTriesError as error:
            seconds = math.ceil(error.retry_after.total_seconds())
            told = say("Too many tries. Try again in %(seconds)d seconds.") % {"seconds": seconds}
            response = page(error.status, problem=told, email=email)
            response.headers["Retry-After"] = str(seconds)
            return response
        identity.sign_out(request.cookies.get(COOKIE, ""))  # the session before, if there was one
        response = make_response(redirect(_inside(prefix, request.form.get("next", "")), 303))
        response.set_cookie(
            COOKIE, token, SIGNED_IN_WITHIN, secure=request.is_secure, httponly=True, samesite="Lax"
        )
        return response

    @door.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        token = request.cookies.get(COOKIE, "")
        session = identity.session(token)
        if session is not None:
            _refuse_forged(session)
            identity.sign_out(token)
        response = make_response(redirect(url_for("sign_in.form", done="signed_out"), 303))
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax")
        return response

    return door


def guard(app: Flask, identity: Identity, *roles: Role, public: Sequence[str] = ()) -> None:
    """Let only staff with one of the roles, and admins, past the sign-in page of the app's blueprint.

    Views find `g.staff`, a Staff, and `g.csrf`; templates `staff` and `csrf`. People are sent to the page and
    back again, scripts get 401 or 403. What changes something must carry the session's token (X-CSRF-Token,
    or the form field csrf) and come from our own pages; a body under /api/ that an HTML form could send gets
    415.

    A program shows `Authorization: Bearer KEY` instead, under /api/ alone; no browser sends that by itself,
    so it needs no token of a session.

    public: beginnings of paths that need no sign-in, such as "/help/".
    """

    @app.before_request
    def check() -> ResponseReturnValue | None:
        at_the_door = request.blueprint == "sign_in" or request.endpoint == "static"
        if at_the_door or request.path.startswith(tuple(public)):
            return None
        in_api = _in_api(request.path)
        if in_api and (shown := request.authorization) and shown.type == "bearer":
            owner = identity.keys.owner(shown.token or "")
            if owner is None:
                raise WrongKeyError
            if not owner.may(*roles):
                raise RoleMissingError(*roles)
            g.staff, g.csrf = owner, ""
            return None
        session = identity.session(request.cookies.get(COOKIE, ""), active=True)
        if session is None or not session.staff.may(*roles):
            if wants_json() or request.method not in _READING:
                raise SignedOutError if session is None else RoleMissingError(*roles)
            came_for = request.full_path.rstrip("?")
            refused = None if session is None else 1
            return redirect(url_for("sign_in.form", next=came_for, refused=refused), 303)
        if request.method not in _READING:
            _refuse_forged(session)
            if in_api and request.content_length and _from_a_form():
                raise UnsupportedMediaType
        g.staff, g.csrf = session.staff, session.csrf
        return None

    @app.context_processor
    def whose() -> dict[str, object]:
        return {"staff": g.get("staff"), "csrf": g.get("csrf", "")}


def _in_api(path: str) -> bool:
    """Whether a path is of a room's JSON, such as `/desk/api/cases`; a label may be named `api` too."""
    return path.split("/", 3)[2:3] == ["api"]


def _from_a_form() -> bool:
    """Whether any page in the world could have made the browser send this: what a script sends says so."""
    return request.mimetype in _FORMS


def _refuse_forged(session: Session) -> None:
    refuse_other_origins()
    sent = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise ForgedRequestError


def _inside(prefix: str, path: str) -> str:
    """The path if it leads into the app, else the app's first page; never another site."""
    parts = urlsplit(path)
    plain = path.isprintable() and "\\" not in path and ".." not in parts.path.split("/")
    inside = not parts.scheme and not parts.netloc and parts.path.startswith(f"{prefix}/")
    return path if plain and inside and not parts.path.startswith(f"{prefix}/sign-") else f"{prefix}/"
