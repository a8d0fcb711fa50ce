"""The screen of what is kept of a person: found, handed over to them, erased.

GET  /desk/admin/person?who=WORDS      the conversations of whoever is known by these words
POST /desk/admin/person/export         `conversation`…, `notes`: what is kept of them, as a ZIP file
POST /desk/admin/person/forget         `conversation`…: asks, and with `sure` erases them
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from babel.dates import format_datetime
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from handoff.web.admin.screen import Clerk

_WORDS = 320  # characters that somebody is looked for by
_MOST = 500  # conversations at once

_STATES = {"asked": "Being erased", "emptied": "Being overwritten", "done": "Erased"}


class Known(Protocol):
    """One conversation of somebody."""

    @property
    def conversation(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def messages(self) -> int: ...
    @property
    def name(self) -> str | None: ...
    @property
    def contact(self) -> str | None: ...
    @property
    def verified(self) -> bool: ...
    @property
    def about(self) -> str: ...
    @property
    def cases(self) -> tuple[int, ...]: ...


class Asked(Protocol):
    """An erasure, and what was read to prove it: how many `files` and `bytes`, and what was `found` where."""

    @property
    def id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def proof(self) -> dict[str, object] | None: ...


class PersonalData(Protocol):
    """What the house knows of people, over all of its rooms."""

    def find(self, words: str) -> Sequence[Known]:
        """The conversations of whoever is known by these words."""
        ...

    def packed(self, conversations: Sequence[str], *, notes: bool) -> bytes:
        """All that is kept of them, as a ZIP file; those that are gone are left out."""
        ...

    def forget_all(self, conversations: Sequence[str], by: str) -> Sequence[int]:
        """Erase them; those that are gone are left out."""
        ...

    def latest(self) -> Sequence[Asked]:
        """What was asked to be erased, newest first."""
        ...


def person_routes(pages: Blueprint, clerk: Callable[[], Clerk], people: PersonalData) -> None:
    """Add `/person`."""

    def admin() -> Clerk:
        who = clerk()
        if not who.admin:
            raise Forbidden
        return who

    def chosen() -> list[str]:
        return request.form.getlist("conversation")[:_MOST]

    @pages.get("/person")
    def person() -> str:
        who, words = admin(), request.args.get("who", "").strip()[:_WORDS]
        found = [_row(each, who) for each in people.find(words)] if words else []
        erasures = [_erasure(each, who) for each in people.latest()]
        done = "done" in request.args
        return render_template("admin/person.html", words=words, rows=found, erasures=erasures, done=done)

    @pages.post("/person/export")
    def export() -> Response:
        admin()
        answer = make_response(people.packed(chosen(), notes="notes" in request.form))
        answer.content_type = "application/zip"
        answer.headers["Content-Disposition"] = 'attachment; filename="customer.zip"'
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @pages.post("/person/forget")
    def forget() -> ResponseReturnValue:
        who, these = admin(), chosen()
        if not these:
            return redirect(url_for(".person", who=request.form.get("who", "")), 303)
        if "sure" not in request.form:
            words = request.form.get("who", "")[:_WORDS]
            return render_template("admin/forget.html", conversations=these, words=words)
        people.forget_all(these, by=who.agent.email)
        return redirect(url_for(".person", done=1), 303)


def _row(known: Known, who: Clerk) -> dict[str, object]:
    _ = who.say
    line = _("%(channel)s, since %(at)s; messages: %(n)d") % {
        "channel": known.channel,
        "at": _moment(known.started_at, who),
        "n": known.messages,
    }
    return {
        "conversation": known.conversation,
        "title": known.name or known.contact or _("Somebody without a name"),
        "contact": known.contact if known.name else None,
        "verified": known.verified,
        "line": line,
        "about": known.about,
        "cases": known.cases,
    }


def _erasure(asked: Asked, who: Clerk) -> dict[str, object]:
    _ = who.say
    proof = asked.proof or {}
    left = proof.get("found") or {}
    told = ""
    if left and isinstance(left, dict):
        told = _("Words of theirs are still in: %(places)s") % {"places": ", ".join(map(str, left))}
    elif proof:
        told = _("%(files)d files and %(mb)s MB were read; nothing of them is left.") % {
            "files": proof["files"],
            "mb": f"{int(str(proof['bytes'])) / 2**20:.1f}",
        }
    by = _("the customer") if asked.by == "customer" else asked.by
    return {
        "title": _("Erasure %(n)d") % {"n": asked.id},
        "state": _(_STATES[asked.state]),
        "tone": "good" if asked.state == "done" and not left else "warn",
        "line": _("Asked for by %(name)s at %(at)s") % {"name": by, "at": _moment(asked.asked_at, who)},
        "told": told,
    }


def _moment(at: datetime, clerk: Clerk) -> str:
    return f"{format_datetime(at, 'd MMM y HH:mm', locale=clerk.language)} UTC"
