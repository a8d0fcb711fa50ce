"""REST2 of the small Request Tracker: what the bridge asks, answered as RT 5.0.3 answers it."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Flask, Response, jsonify, request

from tests.peers.rt_fake import US, FakeRt, Happened

TOKEN = "1-14-0123456789abcdef0123456789abcdef"

Json = dict[str, object]


def rest2(rt: FakeRt) -> Flask:
    """RT's REST2, for one account."""
    app = Flask("rt")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]

    @app.before_request
    def let_in() -> Response | None:
        if request.headers.get("Authorization") != f"token {TOKEN}":
            return Response("Authorization required", 401)
        return None

    @app.get("/REST/1.0/")
    def older() -> Response:
        return Response("RT/5.0.3 200 Ok", headers={"Set-Cookie": "RT_SID_rt.test.80=5; path=/; HttpOnly"})

    @app.get("/REST/2.0/rt")
    def version() -> Json:
        return {"Version": "5.0.3"}

    @app.get("/REST/2.0/queue/<name>")
    def queue(name: str) -> Response:
        if name not in rt.queues:
            return _refused(404, "Not found")
        fields = [{"name": each, "ref": "customfield"} for each in rt.queues[name]]
        links = [{"ref": "create", "type": "ticket"}]
        return jsonify(id=1, Name=name, TicketCustomFields=fields, _hyperlinks=links)

    @app.get("/REST/2.0/user/<name>")
    def user(name: str) -> Response:
        if name not in rt.accounts:
            return _refused(404, "No such user")
        return jsonify(Name=name, RealName=name.title(), Privileged=int(rt.accounts[name]))

    @app.get("/REST/2.0/tickets")
    def tickets() -> Response:
        asked = re.search(r"CF\.\{(.+?)\} = '([^']*)'", request.args["query"])
        found = [
            {"id": str(each.number), "type": "ticket"}
            for each in rt.tickets.values()
            if (not asked or asked[2] in each.fields.get(asked[1], ())) and rt.creator(each) == US
        ]
        return _page(found)

    @app.post("/REST/2.0/ticket")
    def open_ticket() -> Response:
        asked = request.get_json()
        if asked.get("Queue") not in rt.queues:
            return _refused(403, f"No permission to create tickets in the queue '{asked.get('Queue')}'")
        ticket = rt.open(asked, US)
        answer = jsonify(id=str(ticket.number), type="ticket")
        answer.status_code = 201
        return answer

    @app.get("/REST/2.0/ticket/<int:number>")
    def ticket(number: int) -> Response:
        if number not in rt.tickets:
            return _refused(404, "Not found")
        found = rt.ticket(number)
        fields = [{"name": name, "values": values} for name, values in found.fields.items()]
        return jsonify(
            id=found.number,
            Status=found.status,
            Priority=str(found.priority),
            Queue={"id": "1", "type": "queue", "Name": found.queue},
            Owner={"id": found.owner, "type": "user"},
            Requestor=[{"id": each, "type": "user"} for each in found.requestors],
            CustomFields=fields,
            _hyperlinks=[{"ref": "correspond"}, {"ref": "comment"}],
        )

    @app.put("/REST/2.0/ticket/<int:number>")
    def change(number: int) -> Response:
        return jsonify(rt.sets(number, US, request.get_json()))

    @app.post("/REST/2.0/ticket/<int:number>/<how>")
    def say(number: int, how: str) -> Response:
        if number not in rt.tickets:
            return _refused(400, "Could not load ticket")
        happened = rt.says(number, how, US, request.get_json())
        answer = jsonify(["Correspondence added" if how == "correspond" else "Comments added"])
        answer.status_code = 201
        answer.headers["Location"] = f"/REST/2.0/transaction/{happened.number}"
        return answer

    @app.get("/REST/2.0/transactions")
    def transactions() -> Response:
        found = rt.find(request.args["query"], US)
        if request.args.get("order") == "DESC":
            found.reverse()
        return _page([_told(each) for each in found])

    @app.get("/REST/2.0/transaction/<int:number>/attachments")
    def parts(number: int) -> Response:
        happened = next(each for each in rt.history if each.number == number)
        return _page(
            [
                {
                    "id": str(each.number),
                    "ContentType": each.type,
                    "Filename": each.name,
                    "ContentLength": len(each.content),
                }
                for each in happened.parts
            ]
        )

    @app.get("/REST/2.0/attachment/<int:number>")
    def part(number: int) -> Response:
        return jsonify(id=number, Content=base64.encodebytes(rt.part(number).content).decode())

    return app


def _told(happened: Happened) -> Json:
    return {
        "id": str(happened.number),
        "type": "transaction",
        "Type": happened.type,
        "Field": happened.field,
        "NewValue": happened.new,
        "ObjectId": happened.ticket,
        "Creator": {"id": happened.creator, "type": "user"},
        "Created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _page(found: Sequence[Json]) -> Response:
    size, page = int(request.args.get("per_page", 20)), int(request.args.get("page", 1))
    items = found[(page - 1) * size : page * size]
    return jsonify(items=items, count=len(items), total=len(found), per_page=size, page=page)


def _refused(status: int, why: str) -> Response:
    answer = jsonify(message=why)
    answer.status_code = status
    return answer
