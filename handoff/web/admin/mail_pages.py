"""The screens that are lists alone: mail that waits or is parked, and customers who are kept away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound

from handoff.desk import Desk
from handoff.mail.mailing import Mailing
from handoff.web.admin.screen import Clerk

_WHAT = {
    "reply": "A reply in case #%(case)d",
    "receipt": "A receipt for case #%(case)d",
    "transcript": "The transcript of case #%(case)d",
    "invite": "An invitation",
    "reset": "A link to a new password",
    "helpdesk": "That the helpdesk outside has failed",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail as the page shows it; `box` is the outbox it lies in."""

    box: str
    id: int
    title: str
    state: str
    tone: str
    line: str
    why: str
    parked: bool


@dataclass(frozen=True, slots=True)
class StaffLetters:
    """The outbox of mails to staff, as the door hands it down: what waits, for a clerk, and a second try."""

    waiting: Callable[[Clerk], Sequence[Waiting]]
    replay: Callable[[Clerk, int], None]


def mail_routes(pages: Blueprint, clerk: Callable[[], Clerk], mailing: Mailing, staff: StaffLetters) -> None:
    """`/mail` shows both outboxes; `/mail/BOX/ID` sends a parked one again."""

    def admin() -> Clerk:
        who = clerk()
        if not who.admin:
            raise Forbidden
        return who

    @pages.get("/mail")
    def mail() -> str:
        who = admin()
        _ = who.say
        customers = [
            shown(
                who,
                box="customers",
                id=each.id,
                to=each.receiver,
                kind=each.kind,
                case=each.case,
                state=each.state,
                attempts=each.attempts,
                at=each.at,
                again=each.not_before,
                why=each.why,
            )
            for each in mailing.open()
        ]
        parts = (
            (_("To customers"), customers, _("Nothing waits.")),
            (_("To staff"), staff.waiting(who), _("Nothing waits.")),
        )
        return render_template("admin/mail.html", on=mailing.on, parts=parts, done="done" in request.args)

    @pages.post("/mail/<box>/<int:number>")
    def again(box: str, number: int) -> ResponseReturnValue:
        who = admin()
        if box == "customers":
            mailing.replay(number, who.agent.email)
        elif box == "staff":
            staff.replay(who, number)
        else:
            raise NotFound
        return redirect(url_for(".mail", done=1), 303)


def shown(
    clerk: Clerk,
    *,
    box: str,
    id: int,
    to: str,
    kind: str,
    state: str,
    attempts: int,
    at: datetime,
    again: datetime,
    why: str | None,
    case: int = 0,
) -> Waiting:
    """One mail in the clerk's words; `again` is when it is tried next."""
    _ = clerk.say
    parked = state == "parked"
    what = _(_WHAT[kind]) % {"case": case}
    line = _("%(what)s, since %(at)s; tries: %(n)d") % {
        "what": what,
        "at": _moment(at, clerk),
        "n": attempts,
    }
    if not parked and attempts:
        line += "; " + _("tried again at %(at)s") % {"at": _moment(again, clerk)}
    word = _("Parked") if parked else _("Waiting")
    return Waiting(box, id, to, word, "bad" if parked else "warn", line, why or "", parked)


def customer_routes(pages: Blueprint, clerk: Callable[[], Clerk], desk: Desk) -> None:
    """`/customers` lists who is blocked; `/customers/CASE` lets the customer of a case in again."""

    @pages.get("/customers")
    def customers() -> str:
        who = clerk()
        _ = who.say
        rows = [
            {
                "case": each.case,
                "title": each.customer_name or each.customer_id,
                "line": _("By %(name)s, since %(at)s, until %(until)s")
                % {
                    "name": each.by_name,
                    "at": _moment(each.at, who),
                    "until": _moment(each.until, who) if each.until else _("somebody lets them in"),
                },
                "why": each.because,
            }
            for each in desk.blocks()
        ]
        return render_template("admin/customers.html", rows=rows, done="done" in request.args)

    @pages.post("/customers/<int:case>")
    def let_in(case: int) -> ResponseReturnValue:
        desk.unblock(case, clerk().agent)
        return redirect(url_for(".customers", done=1), 303)


def _moment(at: datetime, clerk: Clerk) -> str:
    return f"{format_datetime(at, 'd MMM HH:mm', locale=clerk.language)} UTC"
