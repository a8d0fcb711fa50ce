"""A helpdesk that somebody has written for the signed webhook; it keeps its cases in memory.

It signs, and compares signatures, with the official library.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from flask import Flask, Response, abort, request
from standardwebhooks import Webhook as Judge

from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + base64.b64encode(b"somebody else's key, 32 bytes ..").decode()


@dataclass
class _Told:
    """What happened here since the webhooks were last asked for."""

    id: str
    type: str
    data: dict[str, object]


@dataclass
class _Desk:
    """What the helpdesk holds: webhook ids that it has seen with its answers, cases, files."""

    cases: dict[str, SeenCase] = field(default_factory=dict)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    told: list[_Told] = field(default_factory=list)
    number: int = 0

    def next(self) -> str:
        self.number += 1
        return f"e-{self.number}"


class WebhookPeer:
    """It does what is told with an id once, and answers a second time as it did the first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._desk = _Desk()
        self._serving = Serving(self._app())
        self.door = Door(self._serving.port)
        self.settings = {"url": f"{self.door.url}/firstline", "secret": SECRET}

    def cases(self) -> Sequence[SeenCase]:
        with self._guard:
            return tuple(self._desk.cases.values())

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._says("agent.replied", key, text, name, files)

    def notes(self, key: str, text: str, name: str) -> None:
        self._says("agent.noted", key, text, name, ())

    def resolves(self, key: str) -> None:
        self._changes(key, status="resolved")

    def reopens(self, key: str) -> None:
        self._changes(key, status="open")

    def assigns(self, key: str, name: str) -> None:
        with self._guard:
            self._desk.cases[key] = replace(self._desk.cases[key], assignee=name)
            self._tell("case.assigned", {"case": key, "assignee": name})

    def merges(self, key: str, into: str) -> None:
        with self._guard:
            self._desk.cases[key] = replace(self._desk.cases[key], status="resolved")
            self._tell("case.merged", {"case": key, "into": into})

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        with self._guard:
            told, self._desk.told = self._desk.told, []
        return [_signed(each, at, SECRET) for each in told]

    def forge(self, webhook: Webhook) -> Webhook:
        id, at = webhook.headers["webhook-id"], webhook.headers["webhook-timestamp"]
        forged = _signature(OTHER, id, at, webhook.body)
        return replace(webhook, headers={**webhook.headers, "webhook-signature": forged})

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _says(self, type: str, key: str, text: str, name: str, files: Sequence[SeenFile]) -> None:
        with self._guard:
            id = self._desk.next()
            self._post(key, SeenPost(text, type == "agent.noted", "agent", id, tuple(files)))
            linked = [self._link(id, file) for file in files]
            author = {"id": name.casefold(), "name": name}
            self._tell(type, {"id": id, "case": key, "author": author, "text": text, "files": linked})

    def _link(self, id: str, file: SeenFile) -> dict[str, object]:
        self._desk.files[f"{id}/{file.name}"] = file.content
        url = f"{self.door.url}/files/{id}/{quote(file.name)}"
        return {"name": file.name, "type": "application/octet-stream", "url": url, "size": len(file.content)}

    def _changes(self, key: str, status: Literal["open", "resolved"]) -> None:
        with self._guard:
            self._desk.cases[key] = replace(self._desk.cases[key], status=status)
            self._tell("case.status", {"case": key, "status": status})

    def _tell(self, type: str, data: dict[str, object]) -> None:
        id = str(data.get("id") or self._desk.next())
        self._desk.told.append(_Told(id, type, {"id": id, "author": {"name": "Omar"}, **data}))

    def _post(self, key: str, post: SeenPost) -> None:
        case = self._desk.cases[key]
        self._desk.cases[key] = replace(case, posts=(*case.posts, post))

    def _app(self) -> Flask:
        app = Flask(__name__)

        @app.post("/firstline")
        def take() -> dict[str, str]:
            id = self._believed()
            with self._guard:
                if id not in self._desk.answers:
                    self._desk.answers[id] = self._do(id, request.json)
                return self._desk.answers[id]

        @app.get("/files/<path:name>")
        def file(name: str) -> Response:
            self._believed()
            return Response(self._desk.files[name], content_type="application/octet-stream")

        return app

    def _believed(self) -> str:
        id, at, given = (request.headers[f"webhook-{each}"] for each in ("id", "timestamp", "signature"))
        if given != _signature(SECRET, id, at, request.data):
            abort(401)
        return id

    def _do(self, id: str, told: dict[str, Any]) -> dict[str, str]:
        data = told["data"]
        if told["type"] == "case.opened":
            return self._open(data)
        if told["type"] == "case.posted":
            self._take(id, data)
            return {"id": f"p-{id}"}
        if told["type"] == "case.updated":
            known = {name: data[name] for name in ("status", "priority", "team", "assignee") if name in data}
            labels = {"labels": tuple(data["labels"])} if "labels" in data else {}
            self._desk.cases[data["key"]] = replace(self._desk.cases[data["key"]], **known, **labels)
        if told["type"] == "case.erased":
            self._desk.cases.pop(data["key"], None)
        return {}

    def _open(self, data: dict[str, Any]) -> dict[str, str]:
        key = f"T-{len(self._desk.cases) + 1}"
        note = SeenPost(data["note"]["text"], True, "us", f"{key}.note")
        self._desk.cases[key] = SeenCase(
            handoff_id=data["handoff_id"],
            key=key,
            posts=(note, SeenPost(data["transcript"], True, "us", f"{key}.said", _files(data))),
            status="open",
            priority=data["priority"],
            labels=tuple(data["labels"]),
            team=data["team"],
            assignee=data["assignee"],
        )
        return {"key": key, "url": f"{self.door.url}/cases/{key}"}

    def _take(self, id: str, data: dict[str, Any]) -> None:
        by: SeenBy = "customer" if data["kind"] == "customer" else "us"
        self._post(data["key"], SeenPost(data["text"], data["private"], by, f"p-{id}", _files(data)))
        if data["kind"] != "note":
            # As many helpdesks do, it tells everybody of what was said, also who said it.
            author = {"id": "firstline", "name": data["author"]}
            told = {"id": f"p-{id}", "case": data["key"], "author": author, "text": data["text"]}
            self._tell("agent.replied", told)


def start(folder: Path) -> WebhookPeer:
    return WebhookPeer()


def _files(data: dict[str, Any]) -> tuple[SeenFile, ...]:
    return tuple(SeenFile(each["name"], base64.b64decode(each["content"])) for each in data["files"])


def _signature(secret: str, id: str, at: str, body: bytes) -> str:
    moment = datetime.fromtimestamp(int(at), UTC).replace(tzinfo=None)
    return Judge(secret).sign(id, moment, body.decode())


def _signed(told: _Told, at: datetime, secret: str) -> Webhook:
    body = json.dumps({"type": told.type, "timestamp": at.isoformat(), "data": told.data}).encode()
    stamp = str(int(at.timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": told.id,
        "webhook-timestamp": stamp,
        "webhook-signature": _signature(secret, told.id, stamp, body),
    }
    return Webhook("POST", "", headers, body)
