"""What an agent has begun to write, who is at which case, and who was mentioned, as JSON.

GET  /desk/api/cases/N/draft    → {drafts: [{case, kind, text, at}]}    the reader's own
PUT  /desk/api/cases/N/draft    {kind: reply|note, text} → {}    an empty text forgets it
GET  /desk/api/drafts           → {drafts: […]}    the reader's own in every case
POST /desk/api/presence         {case, doing: viewing|replying|noting|null} → {}    again every 15 s
GET  /desk/api/presence         → {presence: [{case, people: [{email, name, doing}]}]}
GET  /desk/api/mentions         → {mentions: [{id, case, seq, by, by_name, at, seen, headline, text}],
                                       unread}
POST /desk/api/mentions/seen    {ids?: [id]} → {unread}    all of them without ids
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from handoff.aids.aids import Aids
from handoff.aids.presence import Present
from handoff.desk import Desk
from handoff.errors import ShapeError
from handoff.values import JsonObject, as_object
from handoff.verbs.agent import Agent, working
from handoff.web.api import ref_of
from handoff.web.bodies import body, text

_MOST_IDS = 1_000


def presence_api(aids: Aids, desk: Desk, agent: Callable[[], Agent]) -> Blueprint:
    """The blueprint; `agent` is who is signed in."""
    api = Blueprint("presence_api", __name__, url_prefix="/desk/api")

    @api.get("/cases/<ref>/draft")
    def draft(ref: str) -> Response:
        kept = aids.drafts.of(desk.case(ref_of(ref)).number, agent())
        return jsonify(drafts=[as_object(each) for each in kept])

    @api.put("/cases/<ref>/draft")
    def keep_draft(ref: str) -> Response:
        number = desk.case(ref_of(ref)).number
        aids.drafts.put(number, working(agent()), text("kind"), text("text"))
        return jsonify()

    @api.get("/drafts")
    def drafts() -> Response:
        return jsonify(drafts=[as_object(each) for each in aids.drafts.all(agent())])

    @api.post("/presence")
    def be_present() -> Response:
        given = body()
        case, doing = given.get("case"), given.get("doing")
        if not (case is None or _number(case)):
            raise ShapeError("case", "a case's number is expected, or null for none")
        if not (doing is None or isinstance(doing, str)):
            raise ShapeError("doing", "text is expected, or null")
        number = desk.case(case).number if isinstance(case, int) else None
        aids.presence.says(agent(), number, doing)
        return jsonify()

    @api.get("/presence")
    def presence() -> Response:
        return jsonify(presence=at_cases(aids.presence.now()))

    @api.get("/mentions")
    def mentions() -> Response:
        mine = aids.mentions.of(agent())
        return jsonify(mentions=[as_object(each) for each in mine], unread=aids.mentions.unread(agent()))

    @api.post("/mentions/seen")
    def seen() -> Response:
        aids.mentions.seen(agent(), _ids(body().get("ids")))
        return jsonify(unread=aids.mentions.unread(agent()))

    return api


def at_cases(present: tuple[Present, ...]) -> list[JsonObject]:
    """Who is at which case."""
    people: dict[int, list[JsonObject]] = {}
    for each in present:
        people.setdefault(each.case, []).append({"email": each.agent, "name": each.name, "doing": each.doing})
    return [{"case": case, "people": them} for case, them in people.items()]


def _ids(given: object) -> list[int] | None:
    if given is None:
        return None
    if isinstance(given, list) and len(given) <= _MOST_IDS and all(map(_number, given)):
        return given
    raise ShapeError("ids", f"a list of at most {_MOST_IDS:,} numbers is expected")


def _number(given: object) -> bool:
    """Whether it is a number that a row may have."""
    return isinstance(given, int) and not isinstance(given, bool) and 0 <= given < 2**31
