"""Zendesk's API over a FakeZendesk: what its documentation says of what we ask, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, abort, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tests.peers import SeenFile
from tests.peers.zendesk_fake import EMAIL, TOKEN, US, FakeZendesk, Refused, Ticket

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = "/api/v2"


def api(desk: FakeZendesk) -> Flask:
    """The pages that the bridge asks for."""
    app = Flask("zendesk")
    _ticket_pages(app, desk)
    _said_pages(app, desk)
    _user_pages(app, desk)
    _file_pages(app, desk)

    @app.before_request
    def _checked() -> Response | None:
        who = request.authorization
        known = who is not None and (who.username, who.password) == (f"{EMAIL}/token", TOKEN)
        return (
            None if known or request.path.startswith("/kept/") else _error("Couldn't authenticate you", 401)
        )

    @app.errorhandler(Refused)
    def _refused(error: Refused) -> Response:
        return _error(str(error), error.status)

    inner = app.wsgi_app

    def one_by_one(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with desk.guard:
            return inner(environ, start)

    app.wsgi_app = one_by_one  # type: ignore[assignment]
    return app


def _ticket_pages(app: Flask, desk: FakeZendesk) -> None:
    @app.get(f"{ROOT}/tickets")
    def _list() -> Response:
        wanted = request.args["external_id"]
        found = [each for each in desk.tickets.values() if each.external_id == wanted]
        return jsonify({"tickets": [desk.ticket_told(each) for each in found]})

    @app.get(f"{ROOT}/tickets/show_many")
    def _many() -> Response:
        ids = [int(each) for each in request.args["ids"].split(",")]
        found = [desk.tickets[id] for id in ids if id in desk.tickets]
        return jsonify({"tickets": [desk.ticket_told(each) for each in found]})

    @app.post(f"{ROOT}/tickets")
    def _create() -> Response:
        made, again = desk.creates(_body("ticket"), request.headers["Idempotency-Key"])
        answer = jsonify({"ticket": desk.ticket_told(made)})
        answer.headers["x-idempotency-lookup"] = "hit" if again else "miss"
        return answer

    @app.get(f"{ROOT}/tickets/<int:id>")
    def _show(id: int) -> Response:
        return jsonify({"ticket": desk.ticket_told(_ticket(desk, id))})

    @app.put(f"{ROOT}/tickets/<int:id>")
    def _change(id: int) -> Response:
        ticket, body = _ticket(desk, id), _body("ticket")
        key = str(cast("Mapping[str, object]", body.get("metadata") or {}).get("firstline", ""))
        comment = desk.changes(ticket, body, by=US, key=key)
        events = [{"id": comment.id, "type": "Comment"}] if comment else []
        return jsonify({"ticket": desk.ticket_told(ticket), "audit": {"id": 1, "events": events}})

    @app.delete(f"{ROOT}/tickets/<int:id>")
    def _delete(id: int) -> Response:
        _ticket(desk, id)
        desk.tickets.pop(id)
        return Response(status=204)

    @app.delete(f"{ROOT}/deleted_tickets/<int:id>")
    def _forget(id: int) -> Response:
        return jsonify({"job_status": {"id": "8b726e606741012ffc2d782bcb7848fe", "status": "queued"}})


def _said_pages(app: Flask, desk: FakeZendesk) -> None:
    @app.get(f"{ROOT}/tickets/<int:id>/comments")
    def _comments(id: int) -> Response:
        comments = _ticket(desk, id).comments[::-1]
        told = [desk.comment_told(each, request.host_url.rstrip("/")) for each in comments]
        answer = _page("comments", told)
        authors = {each.author for each in comments}
        return jsonify({**answer, "users": [desk.users[each] for each in authors]})

    @app.get(f"{ROOT}/tickets/<int:id>/audits")
    def _audits(id: int) -> Response:
        audits = [
            {
                "id": each.id,
                "metadata": {"custom": {"firstline": each.key}},
                "events": [{"id": each.id, "type": "Comment"}],
            }
            for each in _ticket(desk, id).comments
        ]
        return jsonify(_page("audits", audits))


def _user_pages(app: Flask, desk: FakeZendesk) -> None:
    @app.get(f"{ROOT}/users/me")
    def _me() -> Response:
        return jsonify({"user": desk.users[US]})

    @app.get(f"{ROOT}/users/search")
    def _search() -> Response:
        wanted = request.args.get("external_id")
        email = request.args.get("query", "").removeprefix('email:"').removesuffix('"')
        by = ("external_id", wanted) if wanted else ("email", email)
        return jsonify({"users": [each for each in desk.users.values() if each.get(by[0]) == by[1]]})

    @app.get(f"{ROOT}/users/<int:id>")
    def _user(id: int) -> Response:
        return jsonify({"user": desk.users[id]})

    @app.get(f"{ROOT}/users")
    def _users() -> Response:
        return jsonify(_page("users", [each for each in desk.users.values() if each["role"] == "agent"]))

    @app.post(f"{ROOT}/users/create_or_update")
    def _customer() -> Response:
        return jsonify({"user": desk.customer(_body("user"))})

    @app.get(f"{ROOT}/users/<int:id>/tickets/requested")
    def _requested(id: int) -> Response:
        found = [desk.ticket_told(each) for each in desk.tickets.values() if each.requester == id]
        return jsonify({"tickets": found})

    @app.delete(f"{ROOT}/users/<int:id>")
    def _remove(id: int) -> Response:
        return jsonify({"user": desk.users.pop(id)})

    @app.delete(f"{ROOT}/deleted_users/<int:id>")
    def _forget_user(id: int) -> Response:
        return jsonify({"deleted_user": {"id": id}})

    @app.get(f"{ROOT}/groups")
    def _groups() -> Response:
        return jsonify(_page("groups", [{"id": id, "name": name} for id, name in desk.groups.items()]))

    @app.get(f"{ROOT}/triggers/active")
    def _triggers() -> Response:
        return jsonify({"triggers": desk.triggers})

    @app.get(f"{ROOT}/automations/active")
    def _automations() -> Response:
        return jsonify({"automations": []})

    @app.get(f"{ROOT}/webhooks")
    def _webhooks() -> Response:
        hook = {"endpoint": "https://support.nordlys.example/bridges/zendesk", "status": "active"}
        return jsonify({"webhooks": [hook]})


def _file_pages(app: Flask, desk: FakeZendesk) -> None:
    @app.post(f"{ROOT}/uploads")
    def _upload() -> Response:
        token = f"token{desk.next_id()}"
        desk.uploads[token] = SeenFile(request.args["filename"], request.get_data())
        return jsonify({"upload": {"token": token}})

    @app.get("/attachments/token/<where>/")
    def _attachment(where: str) -> AnyResponse:
        return redirect(f"{request.host_url}kept/{where}?signature=abc")

    @app.get("/kept/<int:comment>-<int:index>")
    def _kept(comment: int, index: int) -> Response:
        for ticket in desk.tickets.values():
            for each in ticket.comments:
                if each.id == comment:
                    return Response(each.files[index].content, mimetype="application/octet-stream")
        abort(404)


def _page(what: str, whole: Sequence[object]) -> dict[str, object]:
    """A page of a list, by cursor."""
    first, size = int(request.args.get("page[after]", "0")), int(request.args["page[size]"])
    after = first + size
    meta = {"has_more": after < len(whole), "after_cursor": str(after)}
    return {what: list(whole[first:after]), "meta": meta}


def _ticket(desk: FakeZendesk, id: int) -> Ticket:
    if id not in desk.tickets:
        abort(_error("RecordNotFound", 404))
    return desk.tickets[id]


def _body(what: str) -> Mapping[str, object]:
    return cast("Mapping[str, object]", request.get_json()[what])


def _error(says: str, status: int) -> Response:
    answer = jsonify({"error": says, "description": says})
    answer.status_code = status
    return answer
