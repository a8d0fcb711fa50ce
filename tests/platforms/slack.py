"""Slack, as far as an app that people write to directly needs it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, request
from slack_sdk.signature import SignatureVerifier

from tests.peers import SeenFile, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.platforms import Shown

TOKEN, SECRET, MAYA, USER = "xoxb-channel-of-the-fake", "signing-secret-of-the-fake", "D0MAYA", "U0MAYA"


class SlackPlatform:
    """The fake. It signs with Slack's own library. refuses: the error with which it takes no file."""

    maya = MAYA

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.files: dict[str, bytes] = {}
        self.uploads: dict[str, tuple[str, int, bytes]] = {}
        self.refuses = ""
        self._numbers = count(1)
        self._serving = Serving(self._api())
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | list[str]] = {
            "token": TOKEN,
            "signing_secret": SECRET,
            "api_url": f"{self.door.url}/api",
        }

    def says(self, text: str, at: datetime, *, files: Sequence[SeenFile] = ()) -> Webhook:
        event: dict[str, Any] = {
            "type": "message",
            "channel_type": "im",
            "channel": MAYA,
            "user": USER,
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "ts": self._ts(),
        }
        if files:
            event |= {"subtype": "file_share", "files": [self._kept(file) for file in files]}
        return self.event(event, at)

    def event(self, event: dict[str, Any], at: datetime) -> Webhook:
        told = {"type": "event_callback", "event_id": f"Ev{self._ts()}", "event": event}
        return self.nonsense(json.dumps(told).encode(), at)

    def taps(self, title: str, at: datetime) -> Webhook:
        elements = [each for block in self.sent[-1]["blocks"] for each in block.get("elements", ())]
        [button] = [each for each in elements if each["text"]["text"] == title]
        told = {
            "type": "block_actions",
            "user": {"id": USER, "name": "maya"},
            "container": {"type": "message", "channel_id": MAYA},
            "actions": [{**button, "action_ts": self._ts()}],
        }
        body = urlencode({"payload": json.dumps(told)}).encode()
        return _signed(body, at, SECRET, "application/x-www-form-urlencoded")

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        return _signed(body, at, SECRET)

    def forge(self, webhook: Webhook) -> Webhook:
        at = datetime.fromtimestamp(int(webhook.headers["X-Slack-Request-Timestamp"])).astimezone()
        return _signed(webhook.body, at, "guessed", webhook.headers["Content-Type"])

    def shows(self) -> Sequence[Shown]:
        return [
            Shown(
                each["text"].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"),
                tuple(
                    button["text"]["text"]
                    for block in each.get("blocks", ())
                    for button in block.get("elements", ())
                ),
                each.get("file"),
            )
            for each in self.sent
        ]

    def loses(self, number: int, at: datetime) -> Webhook | None:
        return None

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _ts(self) -> str:
        return f"{1_790_000_000 + next(self._numbers)}.000100"

    def _kept(self, file: SeenFile) -> dict[str, object]:
        self.files[file.name] = file.content
        url = f"{self.door.url}/files/{file.name}"
        return {"name": file.name, "size": len(file.content), "url_private_download": url}

    def _shared(self, given: dict[str, Any]) -> Response:
        """A file that was uploaded is shown in a channel."""
        if self.refuses:
            return jsonify(ok=False, error=self.refuses, needed="files:write")
        assert given["channel_id"] == MAYA
        for each in given["files"]:
            name, _, content = self.uploads[each["id"]]
            file = SeenFile(name, content)
            self.sent.append({"text": given.get("initial_comment", ""), "file": file})
        shown = [{"id": each["id"], "permalink": f"{self.door.url}/shown"} for each in given["files"]]
        return jsonify(ok=True, files=shown)

    def _api(self) -> Flask:
        app = Flask("slack")

        @app.post("/api/<method>")
        def call(method: str) -> Response:
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                return jsonify(ok=False, error="invalid_auth")
            given = request.get_json()
            if method == "files.completeUploadExternal":
                return self._shared(given)
            if method != "chat.postMessage":
                return jsonify(ok=True, user="nettly", team="Nettly")
            if given["channel"] != MAYA:
                return jsonify(ok=False, error="channel_not_found")
            blocks = [block.get("text", {}).get("text", "") for block in given.get("blocks", ())]
            if any(len(text) > 3000 for text in blocks):
                return jsonify(ok=False, error="invalid_blocks")
            self.sent.append(given)
            return jsonify(ok=True, ts=self._ts())

        @app.get("/api/files.getUploadURLExternal")
        def place() -> Response:
            name, length = request.args["filename"], int(request.args["length"])
            id_ = f"F{next(self._numbers)}"
            self.uploads[id_] = name, length, b""
            return jsonify(ok=True, upload_url=f"{self.door.url}/upload/{id_}", file_id=id_)

        @app.post("/upload/<id_>")
        def upload(id_: str) -> tuple[str, int]:
            name, length, _ = self.uploads[id_]
            self.uploads[id_] = name, length, request.get_data()
            return ("OK", 200) if len(request.get_data()) == length else ("wrong length", 400)

        @app.get("/files/<name>")
        def content(name: str) -> tuple[bytes, int]:
            known = request.headers.get("Authorization") == f"Bearer {TOKEN}"
            return (self.files[name], 200) if known else (b"", 404)

        return app


def start() -> SlackPlatform:
    return SlackPlatform()


def _signed(body: bytes, at: datetime, secret: str, kind: str = "application/json") -> Webhook:
    moment = str(int(at.timestamp()))
    try:
        signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body)
    except UnicodeDecodeError:  # of bytes that are no text Slack's own library makes no signature
        signature = None
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": signature or "v0=none",
    }
    return Webhook("POST", "", headers, body)
