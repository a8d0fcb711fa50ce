"""The pages that need no sign-in: joining by an invitation, asking for a new password, choosing it."""

from __future__ import annotations

import math
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.identity import Identity
from config.links import Door
from config.pages import locale
from config.staff import (
    ForgedRequestError,
    LinkOverError,
    Staff,
    TooManyTriesError,
    WeakPasswordError,
)
from config.store_links import Purpose
from config.texts import Texts


def joining_routes(
    door: Blueprint, identity: Identity, room: Door, texts: Texts, house: Texts, *, mailed: bool
) -> None:
    """Add `/forgotten`, `/reset/TOKEN` and `/join/TOKEN` to a sign-in blueprint.

    Opening a link uses nothing up, because mail scanners open links too; only the form does.
    """

    def page(template: str, status: int = 200, **given: object) -> Response:
        say = house.say(locale(texts))
        html = render_template(template, _=say, sign_in=url_for("sign_in.form"), **given)
        return make_response(html, status)

    @door.get("/forgotten")
    def forgotten() -> ResponseReturnValue:
        return page("forgotten.html", mailed=mailed, asked=False)

    @door.post("/forgotten")
    def ask() -> ResponseReturnValue:
        refuse_other_origins()
        if not mailed:
            return page("forgotten.html", mailed=mailed, asked=False)
        email = request.form.get("email", "")[:254]
        try:
            identity.links.ask_reset(email, request.remote_addr or "", language=locale(texts), door=room)
        except TooManyTriesError as error:
            seconds = math.ceil(error.retry_after.total_seconds())
            say = house.say(locale(texts))
            told = say("Too many tries. Try again in %(seconds)d seconds.") % {"seconds": seconds}
            refused = page(
                "forgotten.html", error.status, mailed=mailed, asked=False, problem=told, email=email
            )
            refused.headers["Retry-After"] = str(seconds)
            return refused
        return page("forgotten.html", mailed=mailed, asked=True)

    @door.get("/reset/<token>")
    def reset(token: str) -> ResponseReturnValue:
        return choose(token, "reset")

    @door.post("/reset/<token>")
    def save(token: str) -> ResponseReturnValue:
        return chosen(token, "reset")

    @door.get("/join/<token>")
    def invitation(token: str) -> ResponseReturnValue:
        return choose(token, "invite")

    @door.post("/join/<token>")
    def join(token: str) -> ResponseReturnValue:
        return chosen(token, "invite")

    def choose(token: str, purpose: Purpose) -> Response:
        try:
            staff = identity.links.owner(token, purpose)
        except LinkOverError as error:
            return page("link_over.html", error.status, mailed=mailed, forgotten=url_for("sign_in.forgotten"))
        return form(staff, purpose, name="" if staff.name == staff.email else staff.name)

    def chosen(token: str, purpose: Purpose) -> ResponseReturnValue:
        refuse_other_origins()
        name, password = request.form.get("name", "").strip(), request.form.get("password", "")
        try:
            staff = identity.links.owner(token, purpose)
            if purpose == "invite" and not name:
                return form(staff, purpose, 422, wrong={"name": "Write your name."}, name=name)
            if purpose == "invite":
                identity.links.accept(token, name, password)
            else:
                identity.links.reset(token, password)
        except LinkOverError as error:
            return page("link_over.html", error.status, mailed=mailed, forgotten=url_for("sign_in.forgotten"))
        except WeakPasswordError as error:
            return form(staff, purpose, error.status, wrong={"password": str(error)}, name=name)
        return redirect(url_for("sign_in.form", done="saved"), 303)

    def form(
        staff: Staff, purpose: Purpose, status: int = 200, *, name: str, wrong: dict[str, str] | None = None
    ) -> Response:
        say = house.say(locale(texts))
        said = {field: say(why) for field, why in (wrong or {}).items()}
        return page("choose.html", status, member=staff, purpose=purpose, name=name, wrong=said)


def refuse_other_origins() -> None:
    """Browsers say whether a request comes from a page of ours; over plain HTTP the older header must do.

    A proxy may end TLS, so the origin's scheme is not compared. Raises ForgedRequestError.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        ours = site == "same-origin"
    else:
        ours = origin is None or urlsplit(origin).netloc == request.host
    if not ours:
        raise ForgedRequestError
