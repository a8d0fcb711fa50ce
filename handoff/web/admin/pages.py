"""The routes of the administrators' screens.

GET  /desk/admin/                       the first screen that is open to the reader
GET  /desk/admin/SCREEN                 its list
GET  /desk/admin/SCREEN/new             an empty form
GET  /desk/admin/SCREEN/edit/KEY        one thing's form
POST to either                          saves it, or shows the form again with what is wrong
POST /desk/admin/SCREEN/press/KEY       `deed`: a further deed on it
GET, POST /desk/admin/SCREEN/remove/KEY asks, and takes it away
POST /desk/admin/SCREEN/order           `key`, `move`: one up or down
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound

from handoff.errors import HandoffError
from handoff.web.admin.form import (
    Changed,
    Field,
    NotSavedError,
    Value,
    Values,
    changes,
    checked,
    read,
    sealed,
)
from handoff.web.admin.screen import Clerk, Given, Opens, Screen
from handoff.wording import refusal_in_words

Other = tuple[str, str, Opens]
"""A page that is no list of forms: its key, its title, who may come in."""


def admin_pages(
    screens: Sequence[Screen],
    clerk: Callable[[], Clerk],
    *,
    in_turn: Callable[[], AbstractContextManager[object]],
    others: Sequence[Other] = (),
) -> Blueprint:
    """in_turn: one save at a time, so that nothing changes between the look at what is there and the writing.
    others: pages beside the forms, which whoever made them adds to the blueprint."""
    pages = Blueprint("admin", __name__, url_prefix="/desk/admin", template_folder="templates")
    known = {screen.key: screen for screen in screens}

    def opened(key: str) -> tuple[Screen, Clerk]:
        screen, who = known.get(key), clerk()
        if screen is None:
            raise NotFound
        if screen.opens == "admin" and not who.admin:
            raise Forbidden
        return screen, who

    def page(template: str, status: int = 200, **given: object) -> Response:
        return make_response(render_template(f"admin/{template}", **given), status)

    @pages.before_request
    def admit() -> None:
        if not clerk().lead:
            raise Forbidden

    @pages.context_processor
    def shelf() -> dict[str, object]:
        """The menu of the screens that are open to the reader; nothing for a page that turns them away."""
        if "staff" not in g:
            return {}
        who = clerk()
        every = [(s.key, s.title, s.opens) for s in screens] + list(others)
        return {
            "menu": [
                (key, who.say(title), f"/desk/admin/{key}")
                for key, title, opens in every
                if who.admin or opens == "lead"
            ],
            "clerk": who,
            "here": (request.view_args or {}).get("key", request.path.rpartition("/")[2]),
        }

    @pages.get("/")
    def index() -> ResponseReturnValue:
        who = clerk()
        first = next(screen for screen in screens if who.admin or screen.opens == "lead")
        return redirect(url_for(".list_", key=first.key), 303)

    @pages.get("/<key>")
    def list_(key: str) -> ResponseReturnValue:
        screen, who = opened(key)
        done = request.args.get("done", "")
        return page(
            "list.html", screen=screen, rows=screen.rows(who), done=done if done in DONE else "", said=DONE
        )

    @pages.get("/<key>/new")
    def new(key: str) -> ResponseReturnValue:
        screen, who = opened(key)
        if not screen.add:
            raise NotFound
        return form(screen, who, None, screen.blank(who), sealed(None))

    @pages.post("/<key>/new")
    def make(key: str) -> ResponseReturnValue:
        screen, who = opened(key)
        if not screen.add:
            raise NotFound
        with in_turn():
            return save(screen, who, None)

    @pages.get("/<key>/edit/<path:thing>")
    def edit(key: str, thing: str) -> ResponseReturnValue:
        screen, who = opened(key)
        values = screen.load(who, thing)
        if values is None:
            raise NotFound
        return form(screen, who, thing, values, sealed(values))

    @pages.post("/<key>/edit/<path:thing>")
    def change(key: str, thing: str) -> ResponseReturnValue:
        screen, who = opened(key)
        with in_turn():
            return save(screen, who, thing)

    @pages.post("/<key>/press/<path:thing>")
    def press(key: str, thing: str) -> ResponseReturnValue:
        screen, who = opened(key)
        deed = request.form.get("deed", "")
        if screen.press is None or deed not in [each.deed for each in screen.buttons(who, thing)]:
            raise NotFound
        try:
            given = screen.press(who, thing, deed)
        except NotSavedError as error:
            values = screen.load(who, thing)
            if values is None:
                raise NotFound from None
            return form(screen, who, thing, values, sealed(values), 409, wrong={"": error.why})
        if isinstance(given, Given):
            return page("given.html", screen=screen, given=given)
        return redirect(url_for(".list_", key=screen.key, done=given), 303)

    @pages.get("/<key>/remove/<path:thing>")
    def ask(key: str, thing: str) -> ResponseReturnValue:
        screen, who = opened(key)
        now = screen.load(who, thing)
        if screen.remove is None or now is None:
            raise NotFound
        return asked(screen, who, thing, now)

    @pages.post("/<key>/remove/<path:thing>")
    def remove(key: str, thing: str) -> ResponseReturnValue:
        screen, who = opened(key)
        with in_turn():
            now = screen.load(who, thing)
            if screen.remove is None or now is None:
                raise NotFound
            if changes(screen.fields(who, thing, now), request.form.get("seen", ""), now):
                why = who.say("Somebody else changed it meanwhile. Look at it before you remove it.")
                return asked(screen, who, thing, now, why)
            try:
                screen.remove(who, thing)
            except (HandoffError, NotSavedError) as error:
                return asked(screen, who, thing, now, worded(error, who))
        return redirect(url_for(".list_", key=screen.key, done="removed"), 303)

    def asked(screen: Screen, who: Clerk, thing: str, now: Values, why: str = "") -> Response:
        """Whether it shall go; `why` is why it did not."""
        return page(
            "remove.html",
            409 if why else 200,
            screen=screen,
            thing=thing,
            title=title_of(screen, who, thing),
            seen=sealed(now),
            why=why,
        )

    @pages.post("/<key>/order")
    def order(key: str) -> ResponseReturnValue:
        screen, who = opened(key)
        if screen.order is None:
            raise NotFound
        keys = [row.key for row in screen.rows(who)]
        moved, step = request.form.get("key", ""), -1 if request.form.get("move") == "up" else 1
        if moved in keys:
            place = keys.index(moved)
            to = min(max(place + step, 0), len(keys) - 1)
            keys.insert(to, keys.pop(place))
            screen.order(who, keys)
        return redirect(url_for(".list_", key=screen.key, done="saved"), 303)

    def save(screen: Screen, who: Clerk, thing: str | None) -> ResponseReturnValue:
        seen = request.form.get("seen", "")
        now = screen.load(who, thing) if thing is not None else None
        gone = thing is not None and now is None
        if gone:
            if not (screen.add and seen):
                raise NotFound
            thing = None
        # A form that is built up in steps has the fields that its own values ask for.
        values = read(screen.fields(who, thing, _raw()), request.form)
        if gone:
            told = who.say("Somebody else removed this. What you wrote is kept here; Save makes it anew.")
            return form(screen, who, None, values, sealed(None), 409, wrong={"": told})
        step = request.form.get("step", "")
        if step and screen.redraw is not None:
            return form(screen, who, thing, screen.redraw(who, step, values), seen)
        fields = screen.fields(who, thing, values)
        if step == "preview" and screen.preview is not None:
            return form(screen, who, thing, values, seen, previewed=screen.preview(who, values))
        wrong = checked(fields, values, who.say)
        if not wrong:
            stale = changes(fields, seen, now) if thing is not None else ()
            if stale:
                return form(screen, who, thing, values, sealed(now), 409, stale=stale)
            try:
                given = screen.save(who, thing, values, now or {})
            except NotSavedError as error:
                wrong = {error.field: error.why}
            except HandoffError as error:
                named = str(getattr(error, "field", ""))
                wrong = {_of(named, fields): worded(error, who)}
            else:
                if isinstance(given, Given):
                    return page("given.html", screen=screen, given=given)
                return redirect(url_for(".list_", key=screen.key, done="saved"), 303)
        return form(screen, who, thing, values, seen, 422, wrong=wrong)

    def form(
        screen: Screen,
        who: Clerk,
        thing: str | None,
        values: Values,
        seen: str,
        status: int = 200,
        *,
        wrong: Mapping[str, str] | None = None,
        stale: Sequence[Changed] = (),
        previewed: Sequence[tuple[str, str, str]] = (),
    ) -> Response:
        fields = screen.fields(who, thing, values)
        known_fields = [field.name for field in fields]
        shown = {name if name in known_fields else "": why for name, why in (wrong or {}).items()}
        return page(
            "form.html",
            status,
            screen=screen,
            thing=thing,
            title=title_of(screen, who, thing),
            fields=fields,
            values=values,
            seen=seen,
            wrong=shown,
            stale=stale,
            previewed=previewed,
            buttons=screen.buttons(who, thing) if thing is not None else (),
        )

    return pages


DONE = {
    "saved": "Saved.",
    "removed": "Removed.",
    "sent": "A mail with a link is on its way.",
    "disabled": "The account is closed, and whoever was signed in with it is signed out.",
    "enabled": "The account is open again.",
}
"""What has just been done, as `?done=` names it."""


def worded(error: Exception, who: Clerk) -> str:
    """Why something was not done, in the reader's language."""
    return refusal_in_words(str(getattr(error, "why", "") or error), who.say)


def title_of(screen: Screen, who: Clerk, thing: str | None) -> str:
    if thing is None:
        return who.say(screen.add)
    return next((row.title for row in screen.rows(who) if row.key == thing), thing)


def _of(named: str, fields: Sequence[Field]) -> str:
    """The form's own field for one that a verb names, such as `teams.billing.title` or `title`."""
    names = [field.name for field in fields]
    for candidate in (named, named.rpartition(".")[2], named.partition(".")[0]):
        for name in names:
            if candidate and (name == candidate or name.startswith(f"{candidate}.")):
                return name
    return ""


def _raw() -> dict[str, Value]:
    """All that was sent, for a form whose fields depend on it."""
    return {name: tuple(given) if len(given) > 1 else given[0] for name, given in request.form.lists()}
