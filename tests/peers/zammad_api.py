"""Zammad's API over a FakeZammad: what its own source does with what we ask, and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, abort, jsonify, request

from tests.peers import SeenFile
from tests.peers.zammad_fake import NOBODY, TOKEN, US, FakeZammad, Ticket

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = "/api/v1"


def api(desk: FakeZammad) -> Flask:
    """The pages that the bridge asks for."""
    app = Flask("zammad")
    _ticket_pages(app, desk)
    _article_pages(app, desk)
    _other_pages(app, desk)

    @app.before_request
    def _checked() -> Response | None:
        if request.headers.get("Authorization") != f"Token token={TOKEN}":
            return _error("Invalid token", 401)
        return None

    inner = app.wsgi_app

    def one_by_one(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with desk.guard:
            return inner(environ, start)

    app.wsgi_app = one_by_one  # type: ignore[assignment]
    return app


def _ticket_pages(app: Flask, desk: FakeZammad) -> None:
    @app.get(f"{ROOT}/tickets/search")
    def _search() -> Response:
        tag = request.args.get("condition[ticket.tags][value]")
        customer = request.args.get("condition[ticket.customer_id][value]")
        after = request.args.get("condition[ticket.updated_at][value]")
        found = list(desk.tickets.values())
        if tag is not None and desk.knows_tags:
            found = [each for each in found if tag in each.tags]
        if customer is not None:
            found = [each for each in found if each.customer == int(customer)]
        if after is not None:
            found = [each for each in found if each.updated > datetime.fromisoformat(after)]
        found.sort(key=lambda each: each.updated)
        size = int(request.args["per_page"])
        first = (int(request.args["page"]) - 1) * size
        return jsonify([desk.ticket_told(each) for each in found[first : first + size]])

    @app.post(f"{ROOT}/tickets")
    def _create() -> Response:
        body = _body()
        if body["group"] not in desk.groups:
            return _error(f"No value found for 'group' with id or name '{body['group']}'", 422)
        made = desk.creates(body)
        article = cast("Mapping[str, object]", body["article"])
        desk.articles[max(desk.articles)].files = _files(article)
        return _created(desk.ticket_told(made))

    @app.get(f"{ROOT}/tickets/<int:id>")
    def _show(id: int) -> Response:
        return jsonify(desk.ticket_told(_ticket(desk, id)))

    @app.put(f"{ROOT}/tickets/<int:id>")
    def _change(id: int) -> Response:
        ticket, body = _ticket(desk, id), _body()
        values: dict[str, object] = {
            name: body[name] for name in ("state", "priority", "group") if name in body
        }
        if body.get("state") == "pending reminder" and not body.get("pending_time"):
            return _error("Missing required value for field 'pending_time'", 422)
        if values.get("priority", "1 low") not in desk.priorities:
            return _error("No value found for 'priority'", 422)
        if "owner" in body:
            owners = [
                id for id, each in desk.users.items() if body["owner"] in (each["login"], each["email"])
            ]
            if not owners:
                return _error(f"No value found for 'owner' with id or name '{body['owner']}'", 422)
            values["owner"] = owners[0]
        if "owner_id" in body:
            values["owner"] = int(str(body["owner_id"])) or NOBODY
        desk.sets(ticket, **values)
        return jsonify(desk.ticket_told(ticket))

    @app.delete(f"{ROOT}/tickets/<int:id>")
    def _delete(id: int) -> Response:
        _ticket(desk, id)
        if not desk.deletes:
            return _error("Not authorized", 403)
        del desk.tickets[id]
        return Response()

    @app.get(f"{ROOT}/ticket_history/<int:id>")
    def _history(id: int) -> Response:
        into = _ticket(desk, id).merged_into
        merged = [{"object": "Ticket", "type": "merged_into", "id_to": into, "id_from": id}] if into else []
        return jsonify({"history": [{"object": "Ticket", "type": "created"}, *merged], "assets": {}})


def _article_pages(app: Flask, desk: FakeZammad) -> None:
    @app.get(f"{ROOT}/ticket_articles/by_ticket/<int:id>")
    def _articles(id: int) -> Response:
        _ticket(desk, id)
        return jsonify([desk.article_told(each) for each in desk.articles.values() if each.ticket == id])

    @app.post(f"{ROOT}/ticket_articles")
    def _say() -> Response:
        body = _body()
        ticket = _ticket(desk, int(str(body["ticket_id"])))
        return _created(desk.article_told(desk.says(ticket, body, by=US, files=_files(body))))

    @app.get(f"{ROOT}/ticket_attachment/<int:ticket>/<int:article>/<int:index>")
    def _attachment(ticket: int, article: int, index: int) -> Response:
        return Response(desk.articles[article].files[index].content, mimetype="application/octet-stream")


def _other_pages(app: Flask, desk: FakeZammad) -> None:
    @app.get(f"{ROOT}/users/me")
    def _me() -> Response:
        return jsonify(desk.users[US])

    @app.get(f"{ROOT}/users/<int:id>")
    def _user(id: int) -> Response:
        return jsonify(desk.users[id])

    @app.delete(f"{ROOT}/users/<int:id>")
    def _remove(id: int) -> Response:
        del desk.users[id]
        return jsonify({})

    @app.get(f"{ROOT}/groups")
    def _groups() -> Response:
        return jsonify([{"id": i, "name": name} for i, name in enumerate(desk.groups, 1)])

    @app.get(f"{ROOT}/ticket_priorities")
    def _priorities() -> Response:
        return jsonify([{"id": i, "name": name} for i, name in enumerate(desk.priorities, 1)])

    @app.get(f"{ROOT}/triggers")
    def _triggers() -> Response:
        return jsonify(desk.triggers)

    @app.get(f"{ROOT}/tags")
    def _tags() -> Response:
        return jsonify({"tags": _ticket(desk, int(request.args["o_id"])).tags})

    @app.post(f"{ROOT}/tags/add")
    def _tag() -> Response:
        body = _body()
        tags = _ticket(desk, int(str(body["o_id"]))).tags
        if body["item"] not in tags:
            tags.append(str(body["item"]))
        return _created(True)

    @app.delete(f"{ROOT}/tags/remove")
    def _untag() -> Response:
        body = _body()
        ticket = _ticket(desk, int(str(body["o_id"])))
        ticket.tags = [tag for tag in ticket.tags if tag != body["item"]]
        return jsonify(True)


def _files(article: Mapping[str, object]) -> tuple[SeenFile, ...]:
    given = cast("list[dict[str, str]]", article.get("attachments") or [])
    return tuple(SeenFile(each["filename"], base64.b64decode(each["data"])) for each in given)


def _ticket(desk: FakeZammad, id: int) -> Ticket:
    if id not in desk.tickets:
        abort(_error(f"Couldn't find Ticket with 'id'={id}", 404))
    return desk.tickets[id]


def _body() -> Mapping[str, object]:
    return cast("Mapping[str, object]", request.get_json())


def _created(told: object) -> Response:
    answer = jsonify(told)
    answer.status_code = 201
    return answer


def _error(says: str, status: int) -> Response:
    answer = jsonify({"error": says, "error_human": says})
    answer.status_code = status
    return answer
