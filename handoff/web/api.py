"""The desk's JSON, which its page uses: the queue, a case with its file and thread, and the agents' verbs.

    GET  /desk/api/cases?view=mine|unassigned|all&team=T&resolved=1&since=MOMENT
         → {now, cases: [row], today: {opened, resolved} | null}    by deadline, then priority, then age;
           `today` counts from `since`, the start of the reader's day, and is null without it
    GET  /desk/api/cases/N?after=SEQ → {case: row, summary, thread: [entry]}    the entries after SEQ
    POST /desk/api/cases/N/claim    {}                  → {case}    409 when someone was faster, naming them
    POST /desk/api/cases/N/release  {}                  → {case}
    POST /desk/api/cases/N/reply    {text, client_id}   → {entry}   the same client_id again: the same entry
    POST /desk/api/cases/N/note     {text, client_id}   → {entry}   likewise
    POST /desk/api/cases/N/resolve  {outcome, line?}    → {case}
    POST /desk/api/cases/N/return   {note?}             → {case}

N is a case's number or its handoff id. A row is the Case with its agent as {email, name} or null. An entry is
the Entry as it is: `number` is the message's in the conversation, null until a reply has been delivered. The
summary is case-summary.schema.json without its transcript, which the thread holds. Sentences that the room
wrote (reasons, routing, events) come in the reader's language, customers' and colleagues' words as they are.
Errors are {error: {code, message}}.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast, get_args

from flask import Blueprint, Response, jsonify, request

from handoff.case import Case
from handoff.desk import Agent, Desk, View
from handoff.errors import ShapeError
from handoff.values import JsonObject, as_object
from handoff.wording import Say, entry_in_words, in_words, summary_in_words


def desk_api(
    desk: Desk, agent: Callable[[], Agent], now: Callable[[], datetime], say: Callable[[], Say]
) -> Blueprint:
    """The blueprint; `agent` is who is signed in, `now` the server's clock, `say` the reader's language."""
    api = Blueprint("desk_api", __name__, url_prefix="/desk/api/cases")

    @api.get("")
    def queue() -> Response:
        cases = desk.queue(
            _view(),
            agent=agent().email,
            team=request.args.get("team"),
            include_resolved="resolved" in request.args,
        )
        rows = [row(case, say()) for case in cases]
        return jsonify(now=now().isoformat(), cases=rows, today=today())

    def today() -> JsonObject | None:
        since = request.args.get("since")
        if since is None:
            return None
        opened, resolved = desk.day(_moment("since", since))
        return {"opened": opened, "resolved": resolved}

    @api.get("/<ref>")
    def case(ref: str) -> Response:
        found = desk.case(ref_of(ref))
        words = say()
        summary = as_object(summary_in_words(desk.summary(found.number), words))
        del summary["transcript"]
        entries = desk.thread(found.number, count("after"))
        thread = [as_object(entry_in_words(entry, words)) for entry in entries]
        return jsonify(case=row(found, words), summary=summary, thread=thread)

    @api.post("/<ref>/claim")
    def claim(ref: str) -> Response:
        return jsonify(case=row(desk.claim(ref_of(ref), agent()), say()))

    @api.post("/<ref>/release")
    def release(ref: str) -> Response:
        return jsonify(case=row(desk.release(ref_of(ref), agent()), say()))

    @api.post("/<ref>/reply")
    def reply(ref: str) -> Response:
        entry = desk.reply(ref_of(ref), agent(), _text("text"), _text("client_id"))
        return jsonify(entry=as_object(entry))

    @api.post("/<ref>/note")
    def note(ref: str) -> Response:
        entry = desk.note(ref_of(ref), agent(), _text("text"), _text("client_id"))
        return jsonify(entry=as_object(entry))

    @api.post("/<ref>/resolve")
    def resolve(ref: str) -> Response:
        resolved = desk.resolve(ref_of(ref), agent(), _text("outcome"), _text("line", ""))
        return jsonify(case=row(resolved, say()))

    @api.post("/<ref>/return")
    def return_to_bot(ref: str) -> Response:
        returned = desk.return_to_bot(ref_of(ref), agent(), _text("note", ""))
        return jsonify(case=row(returned, say()))

    return api


def row(case: Case, say: Say) -> JsonObject:
    """A case as the queue shows it."""
    shown = as_object(case)
    shown["priority_because"] = in_words(case.priority_because, say)
    name = shown.pop("agent_name")
    if case.agent is not None:
        shown["agent"] = {"email": case.agent, "name": name or case.agent}
    return shown


def count(name: str) -> int:
    """A number of the query, 0 where it isn't given; raises ShapeError."""
    given = request.args.get(name, "0")
    if not given.isdecimal():
        raise ShapeError(name, f"{given!r:.40} is not a number from 0 on")
    return int(given)


def ref_of(ref: str) -> int | str:
    """A number as such, anything else as a handoff id."""
    return int(ref) if ref.isdecimal() else ref


def _view() -> View:
    given = request.args.get("view", "all")
    if given not in get_args(View):
        raise ShapeError("view", f"{given!r:.40} is not one of {', '.join(get_args(View))}")
    return cast(View, given)


def _moment(name: str, given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise ShapeError(name, f"{given!r:.40} is not a moment in ISO 8601") from None
    if moment.tzinfo is None:
        raise ShapeError(name, "give the offset from UTC too")
    return moment


def _text(name: str, without: str | None = None) -> str:
    """A text of the JSON body, `without` where it isn't given; raises ShapeError."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ShapeError("body", "a JSON object is expected")
    given = body.get(name, without)
    if not isinstance(given, str):
        raise ShapeError(name, "text is expected")
    return given
