"""Meta's Cloud API, as far as one number needs it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask, Response, jsonify, request

from tests.peers import SeenFile, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.platforms import Shown

TOKEN, SECRET, VERIFY, NUMBER = "EAAfake-token", "app-secret-of-the-fake", "our own words", "10455500011"
MAYA = "4790000001"


class WhatsAppPlatform:
    """The fake. busy: the code with which the next message is refused for now."""

    maya = MAYA

    def __init__(self, **more: str) -> None:
        self.sent: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.media: dict[str, tuple[str, SeenFile]] = {}
        self.busy = 0
        self._numbers = count(1)
        self._serving = Serving(self._api())
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | list[str]] = {
            "token": TOKEN,
            "app_secret": SECRET,
            "verify_token": VERIFY,
            "phone_number_id": NUMBER,
            "api_url": f"{self.door.url}/v23.0",
            "file_hosts": ["127.0.0.1"],
            **more,
        }

    def says(self, text: str, at: datetime, *, files: Sequence[SeenFile] = ()) -> Webhook:
        message: dict[str, Any] = {"type": "text", "text": {"body": text}}
        for file in files:
            self.files[f"media-{file.name}"] = file.content
            told = {"id": f"media-{file.name}", "filename": file.name, "caption": text}
            message = {"type": "document", "document": told}
        return self._told({"messages": [self._message(message)]})

    def taps(self, title: str, at: datetime) -> Webhook:
        interactive = self.sent[-1]["interactive"]
        if interactive["type"] == "button":
            offered = [each["reply"] for each in interactive["action"]["buttons"]]
        else:
            offered = [row for section in interactive["action"]["sections"] for row in section["rows"]]
        [chosen] = [each for each in offered if title in (each["title"], each.get("description"))]
        kind = f"{interactive['type']}_reply"
        told = {"type": kind, kind: {"id": chosen["id"], "title": chosen["title"]}}
        return self._told({"messages": [self._message({"type": "interactive", "interactive": told})]})

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        return _signed(body, SECRET)

    def forge(self, webhook: Webhook) -> Webhook:
        return _signed(webhook.body, "guessed")

    def shows(self) -> Sequence[Shown]:
        return [_shown(each, self.media) for each in self.sent]

    def loses(self, number: int, at: datetime) -> Webhook | None:
        status = {
            "id": "wamid.lost",
            "status": "failed",
            "recipient_id": MAYA,
            "biz_opaque_callback_data": str(number),
            "errors": [{"code": 131026, "title": "Message undeliverable"}],
        }
        return self._told({"statuses": [status]})

    def told_to(self, number: str, text: str) -> Webhook:
        """Somebody writes to another number of the same app."""
        message = self._message({"type": "text", "text": {"body": text}})
        return self._told({"messages": [message]}, number)

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _message(self, more: dict[str, Any]) -> dict[str, Any]:
        about = {"from": MAYA, "id": f"wamid.{next(self._numbers)}", "timestamp": "1790000000"}
        return {**about, **more}

    def _told(self, value: dict[str, Any], number: str = NUMBER) -> Webhook:
        about: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": number}}
        about["contacts"] = [{"wa_id": MAYA, "profile": {"name": "Maya Lind"}}]
        change = {"field": "messages", "value": {**about, **value}}
        whole = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
        return _signed(json.dumps(whole, ensure_ascii=False).encode(), SECRET)

    def _api(self) -> Flask:
        app = Flask("whatsapp")

        @app.before_request
        def let_in() -> tuple[Response, int] | None:
            if request.headers.get("Authorization") == f"Bearer {TOKEN}":
                return None
            return jsonify(error={"message": "Invalid OAuth access token", "code": 190}), 401

        @app.post(f"/v23.0/{NUMBER}/messages")
        def send() -> tuple[Response, int]:
            given = request.get_json()
            if self.busy:
                code, self.busy = self.busy, 0
                return jsonify(error={"message": "Rate limit hit", "code": code}), 400
            if wrong := _wrong(given):
                return jsonify(error={"message": wrong, "code": 100}), 400
            self.sent.append(given)
            return jsonify(messages=[{"id": f"wamid.out{next(self._numbers)}"}]), 200

        @app.post(f"/v23.0/{NUMBER}/media")
        def upload() -> tuple[Response, int]:
            came, kind = request.files["file"], request.form["type"]
            if request.form["messaging_product"] != "whatsapp" or kind not in _TYPES:
                return jsonify(error={"message": f"Param file must be a file with a type of {_TYPES}"}), 400
            id_ = f"up{next(self._numbers)}"
            self.media[id_] = kind, SeenFile(came.filename or "", came.read())
            return jsonify(id=id_), 200

        @app.get("/v23.0/<id_>")
        def media(id_: str) -> Response:
            if id_ == NUMBER:
                return jsonify(display_phone_number="+47 21 00 00 00", verified_name="Nettly")
            return jsonify(url=f"{self.door.url}/lookaside/{id_}", id=id_)

        @app.get("/lookaside/<id_>")
        def content(id_: str) -> bytes:
            return self.files[id_]

        return app


def start() -> WhatsAppPlatform:
    return WhatsAppPlatform()


def _signed(body: bytes, secret: str) -> Webhook:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return Webhook("POST", "", {"X-Hub-Signature-256": f"sha256={digest}"}, body)


_TYPES = ("image/jpeg", "image/png", "application/pdf", "text/plain", "audio/ogg", "video/mp4")


def _shown(sent: dict[str, Any], media: dict[str, tuple[str, SeenFile]]) -> Shown:
    if sent["type"] in ("image", "document", "audio", "video"):
        about = sent[sent["type"]]
        kind, file = media[about["id"]]
        assert sent["type"] == "document" or kind.startswith(f"{sent['type']}/")
        return Shown(about.get("caption", ""), (), SeenFile(about.get("filename") or file.name, file.content))
    if sent["type"] == "template":
        [body] = sent["template"]["components"]
        return Shown(f"[{sent['template']['name']}] {body['parameters'][0]['text']}")
    if sent["type"] == "text":
        return Shown(sent["text"]["body"])
    interactive = sent["interactive"]
    if interactive["type"] == "button":
        titles = tuple(each["reply"]["title"] for each in interactive["action"]["buttons"])
    else:
        rows = [row for section in interactive["action"]["sections"] for row in section["rows"]]
        titles = tuple(row.get("description") or row["title"] for row in rows)
    return Shown(interactive["body"]["text"], titles)


def _wrong(given: dict[str, Any]) -> str:
    """What Meta would not take of a message."""
    if given["type"] == "text" and not 0 < len(given["text"]["body"]) <= 4096:
        return "text.body must have 1 to 4096 characters"
    if given["type"] != "interactive":
        return ""
    interactive = given["interactive"]
    if not 0 < len(interactive["body"]["text"]) <= 1024:
        return "interactive.body.text must have 1 to 1024 characters"
    if interactive["type"] == "button":
        titles = [each["reply"]["title"] for each in interactive["action"]["buttons"]]
        return "" if len(titles) <= 3 and all(0 < len(each) <= 20 for each in titles) else "wrong buttons"
    rows = [row for section in interactive["action"]["sections"] for row in section["rows"]]
    right = len(rows) <= 10 and all(0 < len(row["title"]) <= 24 for row in rows)
    right = right and all(len(row.get("description", "")) <= 72 for row in rows)
    return "" if right else "wrong rows"
