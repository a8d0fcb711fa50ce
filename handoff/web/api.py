"""The desk's JSON, which its page uses: the queue, a case with its file and thread, and what is said in it.

    GET  /desk/api/cases?view=&team=&label=&language=&channel=&priority=&after=&limit=&since=MOMENT
         → {now, cases: [row], counts: {view: n}, next, today: {opened, resolved} | null}
           by deadline, then priority, then age; `next` is the `after` of what follows, null at the end;
           `counts` are of the same filters, that of `resolved` is 1,000 at most; `today` counts from `since`,
           the start of the reader's day
    GET  /desk/api/cases?only=N,N&view=…&team=… → {now, cases: [row], within: [N], counts, today}
           those cases as they are now, 50 at most, and which of them belong to the view
    GET  /desk/api/cases/N?after=SEQ
         → {case: row, summary, thread: [entry], followers: [{agent, name}], follow_ups: [follow_up],
            blocked: block | null}    the entries after SEQ
    GET  /desk/api/cases/N/previous → {cases: [row]}    the customer's other cases, the latest first
    POST /desk/api/cases/N/claim    {}                  → {case}    409 when someone was faster, naming them
    POST /desk/api/cases/N/release  {}                  → {case}
    POST /desk/api/cases/N/reply    {text, client_id, files?}    → {entry}    the same again for one id
    POST /desk/api/cases/N/note     {text, client_id, files?}    → {entry}   likewise
    POST /desk/api/cases/N/resolve  {outcome, line?}    → {case}
    POST /desk/api/cases/N/return   {note?}             → {case}

The views are mine, unassigned, all, snoozed, mentions, follow_ups, breaching and resolved. N is a case's
number or its handoff id. A row is the Case with its agent as {email, name} or null, and `at`, the helpdesk
outside that mirrors it, as {name, url, theirs} or null; `theirs` while the people there answer it. An entry
is the Entry as it is: `number` is the message's in the conversation, null until a reply has been delivered.
The summary is case-summary.schema.json without its transcript, which the thread holds. Sentences that the
room wrote (reasons, routing, events) come in the reader's language, customers' and colleagues' words as they
are.
Errors are {error: {code, message}}. The other verbs are in verbs_api.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Response, jsonify, request

from handoff.desk import Desk
from handoff.errors import ShapeError
from handoff.file import FileRef
from handoff.floor.rules import Priority
from handoff.values import JsonObject, as_object
from handoff.verbs.agent import Agent
from handoff.verbs.queue import PAGE, VIEWS, Filters, Mark, View
from handoff.verbs.sentences import storable
from handoff.web.bodies import body, moment, text, texts
from handoff.web.rows import Rows
from handoff.wording import Say, entry_in_words, summary_in_words

_PAGE_AT_MOST = 500
_ONLY_AT_MOST = 50
_NUMBER = re.compile(r"[0-9]{1,9}")


def desk_api(
    desk: Desk,
    agent: Callable[[], Agent],
    now: Callable[[], datetime],
    say: Callable[[], Say],
    files: Callable[[int, Sequence[str]], Sequence[FileRef]],
    rows: Rows,
) -> Blueprint:
    """The blueprint; `agent` is who is signed in, `now` the server's clock, `say` the reader's language.

    files: those that were uploaded for a case, by their ids, to go along with what is said.
    """
    api = Blueprint("desk_api", __name__, url_prefix="/desk/api/cases")

    @api.get("")
    def queue() -> Response:
        who, words, view, filters = agent(), say(), _view(), _filters()
        if "only" in request.args:
            glance = desk.glance(_only(), view, who.email, filters, moment("since"))
            return jsonify(
                now=now().isoformat(),
                cases=rows.all(glance.cases, words),
                within=sorted(glance.within),
                counts=glance.counts,
                today=_figures(glance.day),
            )
        limit = min(count("limit") or PAGE, _PAGE_AT_MOST)
        after, since = request.args.get("after"), moment("since")
        found = desk.queue(
            view,
            agent=who.email,
            filters=filters,
            after=Mark.read(after) if after else None,
            limit=limit + 1,
            include_resolved="resolved" in request.args,
        )
        cases, more = found[:limit], len(found) > limit
        return jsonify(
            now=now().isoformat(),
            cases=rows.all(cases, words),
            counts=desk.counts(who.email, filters),
            next=str(Mark.of(cases[-1], view)) if more else None,
            today=_figures(None if since is None else desk.day(since)),
        )

    @api.get("/<ref>")
    def case(ref: str) -> Response:
        found, words = desk.case(ref_of(ref)), say()
        summary = as_object(summary_in_words(desk.summary(found.number), words))
        del summary["transcript"]
        blocked = desk.block_of(found)
        return jsonify(
            case=rows.of(found, words),
            summary=summary,
            thread=[
                as_object(entry_in_words(entry, words)) for entry in desk.thread(found.number, count("after"))
            ],
            followers=[as_object(each) for each in desk.followers(found.number)],
            follow_ups=[as_object(each) for each in desk.follow_ups(case=found.number)],
            blocked=None if blocked is None else as_object(blocked),
        )

    @api.get("/<ref>/previous")
    def previous(ref: str) -> Response:
        words = say()
        return jsonify(cases=rows.all(desk.previous(ref_of(ref)), words))

    @api.post("/<ref>/claim")
    def claim(ref: str) -> Response:
        return jsonify(case=rows.of(desk.claim(ref_of(ref), agent()), say()))

    @api.post("/<ref>/release")
    def release(ref: str) -> Response:
        return jsonify(case=rows.of(desk.release(ref_of(ref), agent()), say()))

    @api.post("/<ref>/reply")
    def reply(ref: str) -> Response:
        entry = desk.reply(ref_of(ref), agent(), text("text"), text("client_id"), attached(ref))
        return jsonify(entry=as_object(entry))

    @api.post("/<ref>/note")
    def note(ref: str) -> Response:
        entry = desk.note(ref_of(ref), agent(), text("text"), text("client_id"), attached(ref))
        return jsonify(entry=as_object(entry))

    def attached(ref: str) -> Sequence[FileRef]:
        if not body().get("files"):
            return ()
        return files(desk.case(ref_of(ref)).number, texts("files"))

    @api.post("/<ref>/resolve")
    def resolve(ref: str) -> Response:
        resolved = desk.resolve(ref_of(ref), agent(), text("outcome"), text("line", ""))
        return jsonify(case=rows.of(resolved, say()))

    @api.post("/<ref>/return")
    def return_to_bot(ref: str) -> Response:
        returned = desk.return_to_bot(ref_of(ref), agent(), text("note", ""))
        return jsonify(case=rows.of(returned, say()))

    return api


def count(name: str) -> int:
    """A number of the query, 0 where it isn't given; raises ShapeError."""
    given = request.args.get(name, "0")
    if not given.isascii() or not given.isdecimal() or len(given) > 12:
        raise ShapeError(name, f"{given!r:.40} is not a number from 0 on")
    return int(given)


def ref_of(ref: str) -> int | str:
    """A number that a case may have as such, anything else as a handoff id."""
    return int(ref) if ref.isascii() and ref.isdecimal() and len(ref) <= 9 else storable(ref)


def _figures(day: tuple[int, int] | None) -> JsonObject | None:
    return None if day is None else {"opened": day[0], "resolved": day[1]}


def _only() -> Sequence[int]:
    """The numbers of the cases that are asked for; raises ShapeError."""
    given = request.args["only"].split(",")
    if len(given) > _ONLY_AT_MOST or not all(_NUMBER.fullmatch(each) for each in given):
        raise ShapeError("only", f"{_ONLY_AT_MOST} numbers of cases at most, with commas, are expected")
    return [int(each) for each in given]


def _view() -> View:
    given = request.args.get("view", "all")
    if given not in VIEWS:
        raise ShapeError("view", f"{given!r:.40} is not one of {', '.join(VIEWS)}")
    return given


def _filters() -> Filters:
    """An empty filter is none; raises ShapeError."""
    priority = _filter("priority")
    if priority is not None and priority not in tuple(Priority):
        raise ShapeError("priority", f"{priority!r:.40} is not one of {', '.join(Priority)}")
    return Filters(
        team=_filter("team"),
        label=_filter("label"),
        language=_filter("language"),
        channel=_filter("channel"),
        priority=None if priority is None else Priority(priority),
    )


def _filter(name: str) -> str | None:
    return storable(request.args.get(name, "")) or None
