"""Chatwoot's API over a FakeChatwoot: what its own source does with what we ask, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from flask import Flask, Response, abort, jsonify, request

from tests.peers import SeenFile
from tests.peers.chatwoot_fake import (
    ACCOUNT,
    ACTIVITY,
    IDENTIFIER,
    INBOX,
    INCOMING,
    OUTGOING,
    TOKEN,
    US,
    Contact,
    Conversation,
    FakeChatwoot,
    contact_told,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROOT = f"/api/v1/accounts/{ACCOUNT}"
PUBLIC = f"/public/api/v1/inboxes/{IDENTIFIER}/contacts/<source_id>"
PER_PAGE = 25


def api(desk: FakeChatwoot) -> Flask:
    """The pages that the bridge asks for."""
    app = Flask("chatwoot")
    _account_pages(app, desk)
    _contact_pages(app, desk)
    _conversation_pages(app, desk)
    _public_pages(app, desk)

    @app.before_request
    def _checked() -> Response | None:
        if request.path.startswith("/api/") and request.headers.get("api-access-token") != TOKEN:
            return _error("Invalid Access Token", 401)
        return None

    inner = app.wsgi_app

    def one_by_one(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        with desk.guard:
            return inner(environ, start)

    app.wsgi_app = one_by_one  # type: ignore[method-assign]
    return app


def _account_pages(app: Flask, desk: FakeChatwoot) -> None:
    @app.get("/api/v1/profile")
    def _profile() -> Response:
        role = {"id": ACCOUNT, "name": "Nordlys", "role": "administrator"}
        return jsonify({**US, "email": "firstline@desk.test", "accounts": [role]})

    @app.get(f"{ROOT}/inboxes/<int:id>")
    def _inbox(id: int) -> Response:
        if id != INBOX:
            return _error("Resource could not be found", 404)
        kind = {"channel_type": "Channel::Api", "inbox_identifier": IDENTIFIER}
        return jsonify({"id": INBOX, "name": "Firstline", "greeting_enabled": False, **kind})

    @app.get(f"{ROOT}/inbox_members/<int:id>")
    def _members(id: int) -> Response:
        return jsonify({"payload": [desk.agent_told(each) for each in desk.agents]})

    @app.get(f"{ROOT}/webhooks")
    def _webhooks() -> Response:
        told = ["message_created", "message_updated", "conversation_status_changed", "conversation_updated"]
        hook = {"id": 1, "url": "https://support.nordlys.example/bridges/chatwoot", "subscriptions": told}
        return jsonify({"payload": {"webhooks": [hook]}} if desk.as_served else [hook])

    @app.get(f"{ROOT}/teams")
    def _teams() -> Response:
        return jsonify([{"id": id, "name": name} for id, name in desk.teams.items()])

    @app.get(f"{ROOT}/agents")
    def _agents() -> Response:
        return jsonify([desk.agent_told(id) for id in desk.agents])


def _contact_pages(app: Flask, desk: FakeChatwoot) -> None:
    @app.post(f"{ROOT}/contacts/filter")
    def _filter() -> Response:
        wanted = [(each["attribute_key"], each["values"][0]) for each in _body()["payload"]]  # type: ignore[index,union-attr,attr-defined]
        found = [
            contact_told(each)
            for each in desk.contacts.values()
            if any(contact_told(each)[name] == value for name, value in wanted)
        ]
        return jsonify({"meta": {"count": len(found), "current_page": 1}, "payload": found})

    @app.post(f"{ROOT}/contacts")
    def _new_contact() -> Response:
        body = _body()
        new = Contact(
            desk.next_id(),
            str(body.get("name", "")),
            cast("str | None", body.get("identifier")),
            cast("str | None", body.get("email")),
            cast("str | None", body.get("phone_number")),
            cast("Mapping[str, object]", body.get("additional_attributes", {})),
        )
        for each in desk.contacts.values():
            for name in ("identifier", "email", "phone"):
                if getattr(new, name) and getattr(new, name) == getattr(each, name):
                    return _error(f"{name.capitalize()} has already been taken", 422)
        desk.contacts[new.id] = new
        desk.sources[str(body["source_id"])] = new
        if desk.as_served:
            return jsonify({"payload": {"contact": contact_told(new), "contact_inbox": {}}})
        return jsonify({"payload": [contact_told(new)], "id": new.id})

    @app.get(f"{ROOT}/contacts/<int:id>/conversations")
    def _conversations_of(id: int) -> Response:
        found = [each for each in desk.conversations.values() if each.contact.id == id]
        return jsonify({"payload": [desk.conversation_told(each) for each in found]})

    @app.delete(f"{ROOT}/contacts/<int:id>")
    def _remove_contact(id: int) -> Response:
        del desk.contacts[id]
        desk.sources = {source: each for source, each in desk.sources.items() if each.id != id}
        return Response()


def _conversation_pages(app: Flask, desk: FakeChatwoot) -> None:
    one = f"{ROOT}/conversations/<int:id>"

    @app.post(f"{ROOT}/conversations")
    def _new_conversation() -> Response:
        body = _body()
        source = str(body["source_id"])
        contact = desk.sources.setdefault(source, desk.contacts[int(str(body["contact_id"]))])
        made = desk.opens(source, contact, body)
        return jsonify({"id": made.id, "account_id": ACCOUNT, "inbox_id": INBOX})

    @app.get(f"{ROOT}/conversations")
    def _list() -> Response:
        by_activity = sorted(desk.conversations.values(), key=lambda each: -each.active)
        first = (int(request.args.get("page", "1")) - 1) * PER_PAGE
        page = [desk.conversation_told(each) for each in by_activity[first : first + PER_PAGE]]
        return jsonify({"data": {"meta": {"all_count": len(by_activity)}, "payload": page}})

    @app.get(one)
    def _show(id: int) -> Response:
        return jsonify(desk.conversation_told(_conversation(desk, id)))

    @app.delete(one)
    def _remove_conversation(id: int) -> Response:
        _conversation(desk, id)
        del desk.conversations[id]
        return Response()

    @app.get(f"{one}/messages")
    def _messages(id: int) -> Response:
        conversation = _conversation(desk, id)
        after = int(request.args.get("after", "0"))
        found = [each for each in conversation.messages if each.id > after][:100]
        return jsonify({"payload": [desk.message_shown(conversation, each) for each in found]})

    @app.post(f"{one}/messages")
    def _say(id: int) -> Response:
        conversation, body = _conversation(desk, id), _body()
        incoming = body["message_type"] == "incoming"
        said = desk.says(
            conversation,
            INCOMING if incoming else OUTGOING,
            str(body["content"]),
            private=body["private"] in (True, "true"),
            sender=contact_told(conversation.contact) | {"type": "contact"} if incoming else US,
            source_id=str(body["source_id"]),
            files=[
                SeenFile(str(each.filename), each.read()) for each in request.files.getlist("attachments[]")
            ],
        )
        return jsonify(desk.message_shown(conversation, said))

    @app.post(f"{one}/toggle_status")
    def _status(id: int) -> Response:
        conversation, status = _conversation(desk, id), _body()["status"]
        desk.sets(conversation, status=status)
        payload = {"success": True, "current_status": status, "conversation_id": id}
        return jsonify({"meta": {}, "payload": payload})

    @app.post(f"{one}/toggle_priority")
    def _priority(id: int) -> Response:
        desk.sets(_conversation(desk, id), priority=_body()["priority"])
        return Response()

    @app.route(f"{one}/labels", methods=["GET", "POST"])
    def _labels(id: int) -> Response:
        conversation = _conversation(desk, id)
        if request.method == "POST":
            desk.sets(conversation, labels=tuple(cast("list[str]", _body()["labels"])))
        return jsonify({"payload": list(conversation.labels)})

    @app.post(f"{one}/assignments")
    def _assign(id: int) -> Response:
        conversation, body = _conversation(desk, id), _body()
        if "assignee_id" in body:
            desk.sets(conversation, assignee=body["assignee_id"] or None)
        else:
            desk.sets(conversation, team=body["team_id"] or None)
        return jsonify(desk.agent_told(conversation.assignee))


def _public_pages(app: Flask, desk: FakeChatwoot) -> None:
    @app.get(f"{PUBLIC}/conversations")
    def _of_contact(source_id: str) -> Response:
        if source_id not in desk.sources:
            return _error("Resource could not be found", 404)
        found = [each for each in desk.conversations.values() if each.source_id == source_id]
        return jsonify([{"id": each.id, "inbox_id": INBOX, "status": each.status} for each in found])

    @app.post(f"{PUBLIC}/conversations/<int:id>/toggle_typing")
    def _typing(source_id: str, id: int) -> Response:
        desk.typing.append((id, str(_body()["typing_status"])))
        return Response()

    @app.get("/rails/active_storage/blobs/proxy/<int:message>-<int:index>/<name>")
    def _file(message: int, index: int, name: str) -> Response:
        for conversation in desk.conversations.values():
            for each in conversation.messages:
                if each.id == message and each.type != ACTIVITY:
                    return Response(each.files[index].content, mimetype="application/octet-stream")
        abort(404)


def _conversation(desk: FakeChatwoot, id: int) -> Conversation:
    if id not in desk.conversations:
        abort(_error("Resource could not be found", 404))
    return desk.conversations[id]


def _body() -> Mapping[str, object]:
    if request.is_json:
        return cast("Mapping[str, object]", request.get_json())
    return request.form.to_dict()


def _error(says: str, status: int) -> Response:
    answer = jsonify({"error": says})
    answer.status_code = status
    return answer
