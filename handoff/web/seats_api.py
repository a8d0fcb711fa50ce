"""Who sits at the desk, as JSON.

    GET  /desk/api/me                    → {email, name, roles, status, capacity, open, teams}
    POST /desk/api/me/status {status}    → the same; status is online, busy or away
    GET  /desk/api/colleagues            → {colleagues: [{email, name, roles, status, teams, open, capacity}]}

`open` is how many cases they work on; those that sleep take no room. No teams are all of them. Asking for
`me` sits the agent down: from then on they are among the colleagues, away until they say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from flask import Blueprint, Response, jsonify, request

from handoff.errors import ShapeError
from handoff.floor.seats import Member, Seats
from handoff.values import JsonObject
from handoff.verbs.agent import Agent, working


def seats_api(seats: Seats, agent: Callable[[], Agent], staff: Callable[[], Sequence[Agent]]) -> Blueprint:
    """The blueprint; `agent` is who is signed in, `staff` all who may sit at the desk today."""
    api = Blueprint("seats_api", __name__, url_prefix="/desk/api")

    def shown(member: Member, roles: Iterable[str], load: int) -> JsonObject:
        return {
            "email": member.email,
            "name": member.name,
            "roles": sorted(roles),
            "status": member.status,
            "capacity": member.capacity,
            "open": load,
            "teams": list(member.teams),
        }

    def me_as(member: Member) -> Response:
        return jsonify(shown(member, agent().roles, seats.open_cases().get(member.email, 0)))

    @api.get("/me")
    def me() -> Response:
        who = agent()
        member = seats.sit_down(who.email, who.name)
        seats.seen(who.email)
        return me_as(member)

    @api.post("/me/status")
    def status() -> Response:
        who, body = working(agent()), request.get_json(silent=True)
        said = body.get("status") if isinstance(body, dict) else None
        if not isinstance(said, str):
            raise ShapeError("status", "text is expected")
        seats.sit_down(who.email, who.name)
        return me_as(seats.set_status(who.email, said))

    @api.get("/colleagues")
    def colleagues() -> Response:
        load = seats.open_cases()
        known = {member.email: member for member in seats.members()}
        return jsonify(
            colleagues=[
                shown(known.get(who.email) or Member(who.email, who.name), who.roles, load.get(who.email, 0))
                for who in sorted(staff(), key=lambda who: who.name.casefold())
            ]
        )

    return api
