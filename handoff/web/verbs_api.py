"""The desk's other verbs as JSON: whose a case is, when it is seen to, how it is sorted, how it ends.

    POST /desk/api/cases/N/assign      {agent}              → {case}    a supervisor's own: takes it over
    POST /desk/api/cases/N/hand_over   {agent | team | supervisor: true, note?}    → {case}
    POST /desk/api/cases/N/escalate    {problem, steps, lead?}    → {case}    to a lead; the freest
    POST /desk/api/cases/N/snooze      {until?, until_reply?}     → {case}
    POST /desk/api/cases/N/wake        {}                   → {case}
    POST /desk/api/cases/N/labels      {labels: [name]}     → {case}    these and no others
    POST /desk/api/cases/N/fields      {fields: {name: value}}    → {case}    an empty value empties one
    POST /desk/api/cases/N/priority    {priority, note}     → {case}
    POST /desk/api/cases/N/follow      {follows: bool}      → {case}    take part in it, or no longer
    POST /desk/api/cases/N/follow_ups  {due, text, kind?, phone?} → {case}    kind: call_back or follow_up
    POST /desk/api/cases/N/reopen      {note?}              → {case}
    POST /desk/api/cases/N/merge       {into, same_person?} → {case}    the one that goes on
    POST /desk/api/cases/N/spam        {}                   → {case}
    POST /desk/api/cases/N/block       {because, until?}    → {case}
    POST /desk/api/cases/N/unblock     {}                   → {case}
    GET  /desk/api/follow_ups?of=me|team|all&team=          → {follow_ups: [follow_up]}    the first due first
    POST /desk/api/follow_ups/ID/done  {}                   → {follow_up}
    GET  /desk/api/blocks                                   → {blocks: [block]}    in force, the latest first
    GET  /desk/api/fields                                   → {fields: [{name, kind, title, choices}]}

Moments are in ISO 8601 with their offset from UTC. What another holds is refused with 409, naming them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast, get_args

from flask import Blueprint, Response, jsonify, request

from handoff.case import Case
from handoff.desk import Desk
from handoff.errors import ShapeError
from handoff.values import as_object
from handoff.verbs.agent import Agent
from handoff.verbs.change import FollowUpKind
from handoff.verbs.colleagues import Colleagues
from handoff.verbs.custom_fields import CustomFields
from handoff.verbs.handing import lead_for
from handoff.verbs.sentences import storable
from handoff.web.api import ref_of
from handoff.web.bodies import body, flag, pairs, text, texts, when
from handoff.web.rows import Rows
from handoff.wording import Say


def verbs_api(
    desk: Desk,
    fields: CustomFields,
    colleagues: Colleagues,
    agent: Callable[[], Agent],
    say: Callable[[], Say],
    language: Callable[[], str],
    rows: Rows,
) -> Blueprint:
    """The blueprint; `agent` is who is signed in, `say` the reader's words, `language` its code."""
    api = Blueprint("verbs_api", __name__, url_prefix="/desk/api")

    def shown(case: Case) -> Response:
        return jsonify(case=rows.of(case, say()))

    @api.post("/cases/<ref>/assign")
    def assign(ref: str) -> Response:
        return shown(desk.assign(ref_of(ref), agent(), colleagues.named(text("agent"))))

    @api.post("/cases/<ref>/hand_over")
    def hand_over(ref: str) -> Response:
        named = [name for name in ("agent", "team", "supervisor") if body().get(name)]
        if len(named) != 1:
            raise ShapeError("hand_over", "name one of agent, team and supervisor")
        note = text("note", "")
        if named == ["team"]:
            return shown(desk.hand_over(ref_of(ref), agent(), note, to_team=text("team")))
        to = colleagues.named(text("agent")) if named == ["agent"] else lead(ref, agent())
        return shown(desk.hand_over(ref_of(ref), agent(), note, to_agent=to))

    @api.post("/cases/<ref>/escalate")
    def escalate(ref: str) -> Response:
        problem, steps, named = text("problem", ""), text("steps", ""), text("lead", "")
        to = colleagues.named(named) if named else lead(ref, agent())
        return shown(desk.escalate_to_lead(ref_of(ref), agent(), problem, steps, to))

    def lead(ref: str, by: Agent) -> Agent:
        return lead_for(desk.case(ref_of(ref)), by, colleagues.leads())

    @api.post("/cases/<ref>/snooze")
    def snooze(ref: str) -> Response:
        until, until_reply = when("until"), flag("until_reply")
        return shown(desk.snooze(ref_of(ref), agent(), until, until_reply=until_reply))

    @api.post("/cases/<ref>/wake")
    def wake(ref: str) -> Response:
        return shown(desk.wake(ref_of(ref), agent()))

    @api.post("/cases/<ref>/labels")
    def labels(ref: str) -> Response:
        return shown(desk.label(ref_of(ref), agent(), texts("labels")))

    @api.post("/cases/<ref>/fields")
    def fill_in(ref: str) -> Response:
        return shown(desk.set_fields(ref_of(ref), agent(), pairs("fields")))

    @api.post("/cases/<ref>/priority")
    def priority(ref: str) -> Response:
        return shown(desk.set_priority(ref_of(ref), agent(), text("priority"), text("note", "")))

    @api.post("/cases/<ref>/follow")
    def follow(ref: str) -> Response:
        return shown(desk.follow(ref_of(ref), agent(), flag("follows")))

    @api.post("/cases/<ref>/follow_ups")
    def follow_up(ref: str) -> Response:
        due, kind = when("due"), text("kind", "follow_up")
        if due is None:
            raise ShapeError("due", "a moment in ISO 8601 is expected")
        if kind not in get_args(FollowUpKind):
            raise ShapeError("kind", f"{kind!r:.40} is not one of {', '.join(get_args(FollowUpKind))}")
        phone = text("phone") if body().get("phone") is not None else None
        by = agent()
        return shown(desk.follow_up(ref_of(ref), by, due, text("text"), cast(FollowUpKind, kind), phone))

    @api.post("/cases/<ref>/reopen")
    def reopen(ref: str) -> Response:
        return shown(desk.reopen(ref_of(ref), agent(), text("note", "")))

    @api.post("/cases/<ref>/merge")
    def merge(ref: str) -> Response:
        into = body().get("into")
        if isinstance(into, bool) or not isinstance(into, int | str):
            raise ShapeError("into", "a case's number is expected")
        return shown(desk.merge(ref_of(ref), agent(), ref_of(str(into)), same_person=flag("same_person")))

    @api.post("/cases/<ref>/spam")
    def spam(ref: str) -> Response:
        return shown(desk.spam(ref_of(ref), agent()))

    @api.post("/cases/<ref>/block")
    def block(ref: str) -> Response:
        return shown(desk.block(ref_of(ref), agent(), text("because", ""), when("until")))

    @api.post("/cases/<ref>/unblock")
    def unblock(ref: str) -> Response:
        return shown(desk.unblock(ref_of(ref), agent()))

    @api.get("/follow_ups")
    def follow_ups() -> Response:
        of = request.args.get("of", "me")
        if of not in ("me", "team", "all"):
            raise ShapeError("of", f"{of!r:.40} is not one of me, team, all")
        found = desk.follow_ups(
            agent=agent().email if of == "me" else None,
            team=storable(request.args.get("team", "")) or None if of == "team" else None,
        )
        return jsonify(follow_ups=[as_object(each) for each in found])

    @api.post("/follow_ups/<int:promise>/done")
    def follow_up_done(promise: int) -> Response:
        return jsonify(follow_up=as_object(desk.follow_up_done(promise, agent())))

    @api.get("/blocks")
    def blocks() -> Response:
        return jsonify(blocks=[as_object(each) for each in desk.blocks()])

    @api.get("/fields")
    def custom_fields() -> Response:
        return jsonify(
            fields=[
                {
                    "name": each.name,
                    "kind": each.kind,
                    "title": each.title(language()),
                    "choices": list(each.choices),
                }
                for each in fields.all()
            ]
        )

    return api
