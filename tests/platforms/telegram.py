"""Telegram's Bot API, as far as a bot in a private chat needs it."""

from __future__ import annotations

import hashlib
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

TOKEN = "12345:fake-token"
MAYA = 7001
MOST_TEXT, MOST_DATA = 4096, 64


class TelegramPlatform:
    """The fake. updates: what `getUpdates` gives until it is confirmed."""

    maya = str(MAYA)

    def __init__(self, mode: str = "webhook") -> None:
        self.sent: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.answered: list[str] = []
        self.files: dict[str, bytes] = {}
        self._numbers = count(1)
        self._serving = Serving(self._api())
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | list[str]] = {"token": TOKEN, "mode": mode, "api_url": self.door.url}

    def says(self, text: str, at: datetime, *, files: Sequence[SeenFile] = ()) -> Webhook:
        message: dict[str, Any] = {"caption" if files else "text": text}
        for file in files:
            self.files[f"id-{file.name}"] = file.content
            told = {"file_id": f"id-{file.name}", "file_name": file.name, "file_size": len(file.content)}
            message["document"] = told
        return self.update({"message": self._message(message)})

    def taps(self, title: str, at: datetime) -> Webhook:
        shown = self.sent[-1]
        [data] = [
            key["callback_data"]
            for row in shown["reply_markup"]["inline_keyboard"]
            for key in row
            if key["text"] == title
        ]
        tapped = {
            "id": "77",
            "from": _PERSON,
            "message": self._message({"text": shown["text"]}),
            "data": data,
        }
        return self.update({"callback_query": tapped})

    def update(self, told: dict[str, Any]) -> Webhook:
        whole = {"update_id": 9000 + next(self._numbers), **told}
        self.updates.append(whole)
        return self.nonsense(json.dumps(whole).encode(), datetime.min)

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        secret = hashlib.sha256(f"webhook {TOKEN}".encode()).hexdigest()
        return Webhook("POST", "", {"X-Telegram-Bot-Api-Secret-Token": secret}, body)

    def forge(self, webhook: Webhook) -> Webhook:
        return Webhook("POST", "", {"X-Telegram-Bot-Api-Secret-Token": "guessed"}, webhook.body)

    def shows(self) -> Sequence[Shown]:
        return [
            Shown(
                each["text"],
                tuple(key["text"] for row in _rows(each) for key in row),
                each.get("file"),
            )
            for each in self.sent
        ]

    def loses(self, number: int, at: datetime) -> Webhook | None:
        return None

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _message(self, more: dict[str, Any]) -> dict[str, Any]:
        about = {"message_id": next(self._numbers), "date": 1_790_000_000, "from": _PERSON}
        return {**about, "chat": {"id": MAYA, "type": "private"}, **more}

    def _api(self) -> Flask:
        app = Flask("telegram")

        @app.post(f"/bot{TOKEN}/<method>")
        def call(method: str) -> tuple[Response, int]:
            if method in ("sendPhoto", "sendDocument"):
                return self._shown(method.removeprefix("send").lower())
            return self._done(method, request.get_json())

        @app.post("/bot<path:_rest>")
        def refused(_rest: str) -> tuple[Response, int]:
            return jsonify(ok=False, error_code=401, description="Unauthorized"), 401

        @app.get(f"/file/bot{TOKEN}/<path:path>")
        def file(path: str) -> bytes:
            return self.files[path.removeprefix("documents/")]

        return app

    def _shown(self, kind: str) -> tuple[Response, int]:
        """A picture or a document, as a form with the file in it."""
        came = request.files[kind]
        content = came.read()
        if kind == "photo" and not content.startswith((b"\xff\xd8", b"\x89PNG", b"RIFF")):
            return jsonify(ok=False, error_code=400, description="Bad Request: IMAGE_PROCESS_FAILED"), 400
        file = SeenFile(came.filename or "", content)
        assert request.form["chat_id"] == self.maya
        self.sent.append({"text": request.form.get("caption", ""), "file": file, "as": kind})
        return jsonify(ok=True, result={"message_id": next(self._numbers)}), 200

    def _done(self, method: str, given: dict[str, Any]) -> tuple[Response, int]:
        match method:
            case "sendMessage":
                if wrong := _wrong(given):
                    return jsonify(ok=False, error_code=400, description=f"Bad Request: {wrong}"), 400
                self.sent.append(given)
                return jsonify(ok=True, result={"message_id": next(self._numbers)}), 200
            case "getUpdates":
                confirmed = given.get("offset", 0)
                self.updates = [each for each in self.updates if each["update_id"] >= confirmed]
                return jsonify(ok=True, result=self.updates), 200
            case "getFile":
                path = f"documents/{given['file_id']}"
                return jsonify(ok=True, result={"file_id": given["file_id"], "file_path": path}), 200
            case "answerCallbackQuery":
                self.answered.append(given["callback_query_id"])
        known = {"getMe": {"username": "nettly_bot"}, "getWebhookInfo": {"url": "set"}}
        return jsonify(ok=True, result=known.get(method, True)), 200


_PERSON = {"id": MAYA, "is_bot": False, "first_name": "Maya", "language_code": "nb-NO"}


def start() -> TelegramPlatform:
    return TelegramPlatform()


def _rows(sent: dict[str, Any]) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = sent.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def _wrong(given: dict[str, Any]) -> str:
    """What Telegram would not take of a message."""
    if not given["text"].strip():
        return "message text is empty"
    if len(given["text"].encode("utf-16-le")) // 2 > MOST_TEXT:
        return "message is too long"
    data = [key["callback_data"] for row in _rows(given) for key in row]
    return "BUTTON_DATA_INVALID" if any(not 0 < len(each.encode()) <= MOST_DATA for each in data) else ""
