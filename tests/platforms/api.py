"""An app of the company's own, which talks to the generic channel by its OpenAPI document."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from flask import Flask, Response, jsonify, request
from standardwebhooks import Webhook as Signature

from tests.peers import SeenFile, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.platforms import Shown

SECRET = "whsec_" + base64.b64encode(b"a secret of the two of us, 32 b.").decode()
OTHERS = "whsec_" + base64.b64encode(b"somebody else's secret, 32 bytes").decode()
MAYA = "u-42"


class AppPlatform:
    """The fake. It signs and verifies with the Standard Webhooks' own library."""

    maya = MAYA

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self._numbers = count(1)
        self._serving = Serving(self._api())
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | list[str]] = {"secret": SECRET, "url": f"{self.door.url}/firstline"}

    def says(
        self, text: str, at: datetime, *, files: Sequence[SeenFile] = (), payload: str | None = None
    ) -> Webhook:
        body: dict[str, object] = {
            "customer": MAYA,
            "id": f"m-{next(self._numbers)}",
            "text": text,
            "name": "Maya",
        }
        if payload is not None:
            body["payload"] = payload
        if files:
            body["files"] = [
                {"name": each.name, "content": base64.b64encode(each.content).decode()} for each in files
            ]
        return self.nonsense(json.dumps(body).encode(), at)

    def taps(self, title: str, at: datetime) -> Webhook:
        [button] = [each for each in self.told[-1]["buttons"] if each["title"] == title]
        return self.says(title, at, payload=button["payload"])

    def nonsense(self, body: bytes, at: datetime) -> Webhook:
        return signed(body, at)

    def forge(self, webhook: Webhook) -> Webhook:
        at = datetime.fromtimestamp(int(webhook.headers["webhook-timestamp"])).astimezone()
        return signed(webhook.body, at, secret=OTHERS)

    def shows(self) -> Sequence[Shown]:
        return [_shown(each) for each in self.told]

    def loses(self, number: int, at: datetime) -> Webhook | None:
        return None

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _api(self) -> Flask:
        app = Flask("app")

        @app.post("/firstline")
        def take() -> tuple[Response, int]:
            # The library has the machine's clock, and the houses of these tests have their own.
            known = signed(request.get_data(), _moment(request.headers["webhook-timestamp"]), id_=_id())
            if known.headers["webhook-signature"] != request.headers["webhook-signature"]:
                return jsonify(error="not signed"), 401
            if _id() not in self.ids:
                self.ids.append(_id())
                told = request.get_json()
                self.told += [told["data"]["message"]] if told["type"] == "message.said" else []
            return jsonify(), 200

        return app


def start() -> AppPlatform:
    return AppPlatform()


def signed(
    body: bytes, at: datetime, path: str = "/messages", *, secret: str = SECRET, id_: str = "w-1"
) -> Webhook:
    signature = Signature(secret).sign(id_, at, body.decode("utf-8", "replace"))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
    }
    return Webhook("POST", path, headers, body)


def _id() -> str:
    return request.headers["webhook-id"]


def _moment(seconds: str) -> datetime:
    return datetime.fromtimestamp(int(seconds)).astimezone()


def _shown(message: dict[str, Any]) -> Shown:
    """As a small app would show it."""
    source = message["source"] or {}
    words = [message["text"], source.get("url", ""), message["question"] or ""]
    name = f"{message['name']}: " if message["author"] == "agent" else ""
    titles = tuple(each["title"] for each in message["buttons"])
    return Shown(name + "\n\n".join(each for each in words if each), titles)
