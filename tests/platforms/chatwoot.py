"""A Chatwoot whose website inbox has our assistant as its agent bot.

Sources: Chatwoot's API document, its AgentBotListener and the payloads that its models make of themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask, Response, jsonify, request

from tests.peers import SeenFile, Webhook
from tests.peers.chatwoot import signed
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.platforms import Shown

ACCOUNT, CONVERSATION, TOKEN, SECRET = 3, 55, "agent-bot-token", "agent-bot-secret"
POLL_TOKEN = "an-agents-token"
BOT = {"id": 9, "name": "Firstline", "type": "agent_bot"}
MAYA = {"id": 4, "name": "Maya", "email": None, "type": "contact"}
STATUSES = ("open", "resolved", "pending", "snoozed")


class ChatwootPlatform:
    """The fake. status: of Maya's one conversation. posts: all that was said to her and about her. told: what
    its webhooks have told of messages, whether they arrived or not."""

    maya = str(CONVERSATION)

    def __init__(self) -> None:
        self.status, self.priority, self.team = "pending", None, None
        self.posts: list[dict[str, Any]] = []
        self.told: dict[int, dict[str, Any]] = {}
        self.active_at = 0
        self.files: dict[str, bytes] = {}
        self._numbers = count(101)
        self.app = self._api()
        self._serving = Serving(self.app)
        self.door = Door(self._serving.port)

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"url": self.door.url, "account": ACCOUNT, "token": TOKEN, "secret": SECRET, "team": 2}

    def says(self, text: str, at: datetime, *, files: Sequence[SeenFile] = ()) -> Webhook:
        told: dict[str, Any] = {"content": text, "message_type": "incoming", "sender": MAYA}
        if files:
            told["attachments"] = [self._attached(file) for file in files]
        return self.tells("message_created", at, **told)

    def taps(self, title: str, at: datetime) -> Webhook:
        asked = [each for each in self.posts if each.get("content_type") == "input_select"][-1]
        [item] = [each for each in asked["content_attributes"]["items"] if each["title"] == title]
        chosen = {**asked["content_attributes"], "submitted_values": [item]}
        return self.tells("message_updated", at, **asked | {"content_attributes": chosen, "sender": BOT})

    def answers(self, text: str, name: str, at: datetime, *, private: bool = False) -> Webhook:
        """One of Chatwoot's people writes."""
        sender = {"id": 7, "name": name, "available_name": name, "type": "user"}
        return self.tells(
            "message_created", at, content=text, message_type="outgoing", private=private, sender=sender
        )

    def becomes(self, status: str, at: datetime) -> Webhook:
        """The conversation is resolved, opened or given back to the bot."""
        self.status, self.active_at = status, int(at.timestamp())
        body = {"event": f"conversation_{status}", "updated_at": at.timestamp(), **self._conversation()}
        return self.nonsense(json.dumps(body).encode(), at)

    def tells(self, event: str, at: datetime, **told: object) -> Webhook:
        whole = {
            "event": event,
            "id": next(self._numbers),
            "private": False,
            "content_type": "text",
            "content_attributes": {},
            "account": {"id": ACCOUNT, "name": "Nordlys"},
            "conversation": self._conversation(),
            **told,
        }
        kinds = {"incoming": 0, "outgoing": 1}
        asked = {"created_at": int(at.timestamp()), "message_type": kinds.get(whole.get("message_type"), 2)}
        self.told[whole["id"]] = {key: whole[key] for key in whole if key not in _BESIDE} | asked
        self.active_at = int(at.timestamp())
        return self.nonsense(json.dumps(whole).encode(), at)

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        return signed(body, int(at.timestamp()), SECRET)

    def forge(self, webhook: Webhook) -> Webhook:
        return signed(webhook.body, int(webhook.headers["X-Chatwoot-Timestamp"]), "somebody else's")

    def shows(self) -> Sequence[Shown]:
        return [
            Shown(
                each["content"],
                tuple(item["title"] for item in each.get("content_attributes", {}).get("items", ())),
            )
            for each in self.posts
            if not each["private"]
        ]

    def loses(self, number: int, at: datetime) -> Webhook | None:
        return None

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _conversation(self) -> dict[str, object]:
        return {"id": CONVERSATION, "status": self.status, "inbox_id": 7, "meta": {"sender": MAYA}}

    def _attached(self, file: SeenFile) -> dict[str, object]:
        self.files[file.name] = file.content
        path = f"/rails/active_storage/blobs/redirect/abc/{file.name}"
        return {
            "id": 1,
            "file_type": "file",
            "data_url": f"{self.door.url}{path}",
            "file_size": len(file.content),
        }

    def _api(self) -> Flask:
        app = Flask("agent bot's Chatwoot")
        one = f"/api/v1/accounts/{ACCOUNT}/conversations/<int:id>"

        @app.before_request
        def known() -> tuple[Response, int] | None:
            wanted = POLL_TOKEN if request.method == "GET" else TOKEN
            if not request.path.startswith("/rails/") and request.headers.get("api-access-token") != wanted:
                return jsonify(error="Invalid Access Token"), 401
            if request.view_args and request.view_args.get("id", CONVERSATION) != CONVERSATION:
                return jsonify(error="Resource could not be found"), 404
            return None

        @app.get(f"/api/v1/accounts/{ACCOUNT}/conversations")
        def conversations() -> Response:
            shown = {**self._conversation(), "last_activity_at": self.active_at, "account_id": ACCOUNT}
            return jsonify(data={"meta": {"all_count": 1}, "payload": [shown]})

        @app.get(f"{one}/messages")
        def said(id: int) -> Response:
            return jsonify(meta={}, payload=[self.told[number] for number in sorted(self.told)[-20:]])

        @app.post(f"{one}/messages")
        def say(id: int) -> tuple[Response, int]:
            body = request.get_json()
            if not body["content"].strip() or len(body["content"]) > 150_000:
                return jsonify(message="Content is too long (maximum is 150000 characters)"), 422
            post = {"id": next(self._numbers), "private": False, **body}
            self.posts.append(post)
            shown = {"account_id": ACCOUNT, "inbox_id": 7, "conversation_id": id, "created_at": 1_790_000_000}
            return jsonify({**post, **shown, "message_type": 1, "content_type": "text", "sender": BOT}), 200

        @app.post(f"{one}/toggle_status")
        def toggle_status(id: int) -> tuple[Response, int]:
            status = request.get_json()["status"]
            if status not in STATUSES:
                return jsonify(error=f"'{status}' is not a valid status"), 422
            self.status = status
            payload = {"success": True, "current_status": status, "conversation_id": id}
            return jsonify(meta={}, payload=payload), 200

        @app.post(f"{one}/toggle_priority")
        def toggle_priority(id: int) -> tuple[Response, int]:
            self.priority = request.get_json()["priority"]
            return jsonify({}), 200

        @app.post(f"{one}/assignments")
        def assign(id: int) -> tuple[Response, int]:
            self.team = request.get_json()["team_id"]
            return jsonify({"id": self.team, "name": "billing"}), 200

        @app.post(f"{one}/toggle_typing_status")
        def typing(id: int) -> tuple[Response, int]:
            return jsonify({}), 200

        @app.get("/rails/active_storage/blobs/proxy/<key>/<name>")
        def file(key: str, name: str) -> bytes:
            return self.files[name]

        return app


_BESIDE = ("event", "account", "conversation", "message_type")


def start() -> ChatwootPlatform:
    return ChatwootPlatform()
