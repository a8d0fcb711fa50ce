"""The screen of the helpdesk outside: how it is, what it would not hear, and which cases came back to us."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handoff.bridges.helpdesk import Helpdesk, Standing
from handoff.bridges.words import title
from handoff.store.erasures import ErasureRequests
from handoff.store.peer_log import Told
from handoff.web.admin.screen import Clerk
from handoff.wording import Say, in_words

DONE = {
    "replayed": "It is told again now.",
    "all": "All that was parked is told again now.",
    "returned": "The helpdesk has the case again.",
}
"""What has just been done, as `?done=` names it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a list. deed: where its button posts to, "" for none; label: what the button says."""

    title: str
    line: str
    why: str
    deed: str = ""
    label: str = ""


def bridge_routes(
    pages: Blueprint, clerk: Callable[[], Clerk], helpdesk: Helpdesk, erasures: ErasureRequests
) -> None:
    """`/helpdesk` shows how it is; `/helpdesk/replay/ID` tells a parked thing again, `/helpdesk/replay` all
    of them, and `/helpdesk/cases/CASE` gives a case back to it."""

    @pages.get("/helpdesk")
    def helpdesk_page() -> str:
        who = clerk()
        _ = who.say
        standing = helpdesk.standing()
        parts: list[tuple[str, Sequence[Line], str]] = []
        if standing is not None:
            taken = [_taken(each.case, each.why, standing, who) for each in standing.taken]
            parts.append((_("Taken over by our own desk"), taken, _("No case had to be taken over.")))
        parked = [_parked(each, who) for each in helpdesk.parked()]
        if standing is not None or parked:
            parts.append((_("Parked"), parked, _("Nothing is parked.")))
        owed = [
            Line(
                _("Erase case #%(case)d at %(name)s") % {"case": each.case, "name": title(each.bridge)},
                _("Asked by %(name)s, since %(at)s") % {"name": each.by, "at": _moment(each.at, who)},
                each.why,
            )
            for each in erasures.owed()
        ]
        if owed:
            parts.append((_("To be erased there"), owed, ""))
        done = request.args.get("done", "")
        return render_template(
            "admin/helpdesk.html",
            standing=standing,
            state=None if standing is None else _state(standing, who),
            missed=None if standing is None else _missed(standing, who),
            parts=parts,
            all_parked=len(parked) > 1,
            done=_(DONE[done]) if done in DONE else "",
        )

    @pages.post("/helpdesk/replay/<int:item>")
    def tell_again(item: int) -> ResponseReturnValue:
        helpdesk.replay(item, clerk().agent)
        return redirect(url_for(".helpdesk_page", done="replayed"), 303)

    @pages.post("/helpdesk/replay")
    def tell_all_again() -> ResponseReturnValue:
        helpdesk.replay_all(clerk().agent)
        return redirect(url_for(".helpdesk_page", done="all"), 303)

    @pages.post("/helpdesk/cases/<int:case>")
    def give_back(case: int) -> ResponseReturnValue:
        helpdesk.give_back(case, clerk().agent)
        return redirect(url_for(".helpdesk_page", done="returned"), 303)


def helpdesk_notices(helpdesk: Helpdesk, say: Say) -> Iterator[str]:
    """What everybody at the desk should know of the helpdesk outside; nothing while all is well."""
    standing = helpdesk.standing()
    if standing is None:
        return
    name = standing.title
    if standing.peer.down:
        yield say("%(name)s can't be reached. What waits to be told there: %(n)d.") % {
            "name": name,
            "n": standing.backlog.waiting,
        }
    if standing.taken:
        yield say("Our own desk has taken over cases from %(name)s: %(cases)s.") % {
            "name": name,
            "cases": ", ".join(f"#{each.case}" for each in standing.taken),
        }


def _state(standing: Standing, who: Clerk) -> tuple[str, str, str]:
    """Its tone, a word, and a line."""
    _, peer, backlog = who.say, standing.peer, standing.backlog
    waits = _("Nothing waits.")
    if backlog.since is not None:
        told = {"n": backlog.waiting, "at": _moment(backlog.since, who)}
        waits = _("Things to be told: %(n)d, the first since %(at)s.") % told
    if peer.failing_since is None:
        return "good", _("Well"), waits
    since = _("Not reached since %(at)s: %(why)s") % {
        "at": _moment(peer.failing_since, who),
        "why": peer.says,
    }
    return (
        ("bad", _("Down"), f"{since} · {waits}")
        if peer.down
        else ("warn", _("Unsteady"), f"{since} · {waits}")
    )


def _missed(standing: Standing, who: Clerk) -> str | None:
    """That its webhooks don't tell all, where they don't."""
    if standing.missed is None:
        return None
    told = {"n": standing.missed.events, "at": _moment(standing.missed.since, who)}
    return who.say("Its webhooks have missed events that polling found: %(n)d, since %(at)s.") % told


def _parked(told: Told, who: Clerk) -> Line:
    _ = who.say
    what = {"open": _("The case itself"), "update": _("How it stands"), "post": _("Something said in it")}
    return Line(
        _("Case #%(case)d: %(what)s") % {"case": told.case, "what": what[told.op]},
        _("Since %(at)s; tries: %(n)d") % {"at": _moment(told.at, who), "n": told.attempts},
        told.why,
        url_for(".tell_again", item=told.id),
        _("Tell it again"),
    )


def _taken(case: int, why: str, standing: Standing, who: Clerk) -> Line:
    _ = who.say
    return Line(
        _("Case #%(case)d") % {"case": case},
        in_words(why, who.say),
        "",
        url_for(".give_back", case=case),
        _("Give it back to %(name)s") % {"name": standing.title},
    )


def _moment(at: datetime, clerk: Clerk) -> str:
    return f"{format_datetime(at, 'd MMM HH:mm', locale=clerk.language)} UTC"
