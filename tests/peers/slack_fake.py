"""A workspace of Slack with one channel and one app in it: what it keeps, and its Web API over HTTP."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask, Response, jsonify, request

from tests.handoff.conversations import MONDAY
from tests.peers import SeenFile

TOKEN, APP_TOKEN, CHANNEL, BOT = "xoxb-of-the-fake", "xapp-of-the-fake", "C0123FAKE", "B0FAKE"
METHODS = {
    "chat.postMessage",
    "chat.update",
    "chat.delete",
    "conversations.replies",
    "conversations.history",
    "conversations.info",
    "users.info",
    "auth.test",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "apps.connections.open",
}
TAKES_NO_JSON = {name for name in METHODS if name.startswith(("conversations.", "users.", "files.getUpload"))}
NEEDED = {
    "chat.postMessage": ("channel", "text"),
    "chat.update": ("channel", "ts"),
    "chat.delete": ("channel", "ts"),
    "conversations.replies": ("channel", "ts"),
    "conversations.history": ("channel",),
    "conversations.info": ("channel",),
    "users.info": ("user",),
    "files.getUploadURLExternal": ("filename", "length"),
    "files.completeUploadExternal": ("files",),
}
MOST_TEXT = 40_000
MOST_BLOCK = 3_000

Json = dict[str, Any]


@dataclass
class File:
    id: str
    name: str
    content: bytes = b""
    done: bool = False


@dataclass
class FakeSlack:
    """The workspace. told: what its events would have said. socket: where Socket Mode is.

    refuses: what every call is answered with, None for what it asks for."""

    url: str = ""
    socket: str = ""
    guard: threading.RLock = field(default_factory=threading.RLock)
    messages: list[Json] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    told: list[Json] = field(default_factory=list)
    count: int = 0
    refuses: Json | None = None

    def ts(self) -> str:
        """Later at each call, though no clock has moved."""
        self.count += 1
        return f"{MONDAY.timestamp() + self.count / 100:.6f}"

    def user(self, name: str) -> str:
        found = next((id_ for id_, each in self.users.items() if each == name), None)
        if found is None:
            found = f"U{len(self.users) + 1:04}"
            self.users[found] = name
        return found

    def message(self, ts: str) -> Json | None:
        return next((each for each in self.messages if each["ts"] == ts), None)

    def says(self, root: str, text: str, name: str, files: Sequence[SeenFile] = (), **more: str) -> Json:
        """A person writes into a thread, as Slack keeps what is typed: angle brackets escaped."""
        kept = [self.keeps(each.name, each.content) for each in files]
        message: Json = {
            "type": "message",
            "user": self.user(name),
            "text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
            "ts": self.ts(),
            "thread_ts": root,
            **({"files": [self.shown(each) for each in kept], "subtype": "file_share"} if kept else {}),
            **more,
        }
        self.messages.append(message)
        self.tells({**message, "channel": CHANNEL, "channel_type": "channel", "event_ts": message["ts"]})
        return message

    def taps(self, root: str, action: str, name: str) -> None:
        """A person taps a button of the first message, which has to be there."""
        message = self.message(root)
        assert message is not None and action in json.dumps(message.get("blocks")), f"there is no {action}"
        self.told.append(
            {
                "type": "block_actions",
                "user": {"id": self.user(name), "name": name.lower(), "username": name.lower()},
                "container": {"type": "message", "message_ts": root, "channel_id": CHANNEL},
                "channel": {"id": CHANNEL, "name": "support"},
                "actions": [{"type": "button", "action_id": action, "action_ts": self.ts()}],
            }
        )

    def tells(self, event: Json) -> None:
        self.told.append({"type": "event_callback", "event_id": f"Ev{self.ts()}", "event": event})

    def keeps(self, name: str, content: bytes = b"") -> File:
        self.count += 1
        kept = self.files[f"F{self.count}"] = File(f"F{self.count}", name, content)
        return kept

    def shown(self, file: File) -> Json:
        return {
            "id": file.id,
            "name": file.name,
            "mimetype": "application/octet-stream",
            "size": len(file.content),
            "url_private_download": f"{self.url}/files/{file.id}",
            "permalink": f"{self.url}/files/{file.id}/shown",
        }

    def thread(self, root: str) -> list[Json]:
        return [each for each in self.messages if root in (each["ts"], each.get("thread_ts"))]


def api(slack: FakeSlack) -> Flask:
    """The Web API below /api, and the host that files lie on."""
    app = Flask("slack")

    @app.route("/api/<method>", methods=["GET", "POST"])
    def call(method: str) -> Response:
        if method not in METHODS:
            return jsonify(ok=False, error="unknown_method")
        wanted = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if request.headers.get("Authorization") != f"Bearer {wanted}":
            return jsonify(ok=False, error="invalid_auth")
        given = request.get_json(silent=True) if request.method == "POST" else request.args.to_dict()
        if request.is_json and method in TAKES_NO_JSON:
            given = {}
        lacking = [name for name in NEEDED.get(method, ()) if name not in (given or {})]
        if lacking:
            return jsonify(ok=False, error="invalid_arguments", needed=lacking)
        if slack.refuses is not None:
            return jsonify(slack.refuses)
        with slack.guard:
            return jsonify(_done(slack, method, given or {}))

    @app.post("/upload/<file>")
    def upload(file: str) -> str:
        slack.files[file].content = request.get_data()
        return "OK"

    @app.get("/files/<file>")
    def download(file: str) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response("<html>Sign in", content_type="text/html")
        return Response(slack.files[file].content, content_type="application/octet-stream")

    return app


def _done(slack: FakeSlack, method: str, given: Mapping[str, Any]) -> Json:
    if given.get("channel", CHANNEL) not in (CHANNEL, *(each.get("channel") for each in slack.messages)):
        return {"ok": False, "error": "channel_not_found"}
    match method:
        case "auth.test":
            return {"ok": True, "url": "https://nettly.slack.com/", "team": "Nettly", "user": "firstline"}
        case "apps.connections.open":
            return {"ok": True, "url": slack.socket}
        case "users.info":
            name = slack.users.get(given["user"])
            if name is None:
                return {"ok": False, "error": "user_not_found"}
            return {"ok": True, "user": {"id": given["user"], "profile": {"display_name": name}}}
        case "conversations.info":
            return {"ok": True, "channel": {"id": CHANNEL, "name": "support", "is_member": True}}
        case "files.getUploadURLExternal":
            file = slack.keeps(given["filename"])
            return {"ok": True, "upload_url": f"{slack.url}/upload/{file.id}", "file_id": file.id}
        case "files.completeUploadExternal":
            done = [slack.files[each["id"]] for each in given["files"]]
            return {"ok": True, "files": [slack.shown(each) for each in done]}
        case "conversations.history" | "conversations.replies":
            return _read(slack, method, given)
    return _written(slack, method, given)


def _written(slack: FakeSlack, method: str, given: Mapping[str, Any]) -> Json:
    blocks = given.get("blocks", [])
    if len(given.get("text", "")) > MOST_TEXT or any(_long(each) for each in blocks):
        return {"ok": False, "error": "invalid_blocks"}
    shown = {key: given[key] for key in ("text", "blocks", "metadata") if key in given}
    if method == "chat.postMessage":
        message: Json = {
            "type": "message",
            "subtype": "bot_message",
            "bot_id": BOT,
            "ts": slack.ts(),
            **({"thread_ts": given["thread_ts"]} if "thread_ts" in given else {}),
            **shown,
        }
        shared = re.findall(rf"<{re.escape(slack.url)}/files/(F\d+)/shown\|", message["text"])
        if shared:
            message["files"] = [slack.shown(slack.files[each]) for each in shared]
        slack.messages.append(message)
        slack.tells({**message, "channel": CHANNEL, "event_ts": message["ts"]})
        return {"ok": True, "channel": given["channel"], "ts": message["ts"], "message": message}
    found = slack.message(given["ts"])
    if found is None or not found.get("bot_id"):
        return {"ok": False, "error": "message_not_found"}
    if method == "chat.delete":
        slack.messages.remove(found)
        return {"ok": True, "ts": given["ts"]}
    before = dict(found)
    found.update(shown)
    changed = {"type": "message", "subtype": "message_changed", "message": found, "previous_message": before}
    slack.tells({**changed, "channel": CHANNEL, "event_ts": slack.ts(), "hidden": True})
    return {"ok": True, "ts": given["ts"]}


def _read(slack: FakeSlack, method: str, given: Mapping[str, Any]) -> Json:
    """Pages of a channel, newest first, or of a thread, oldest first."""
    oldest, latest = given.get("oldest", "0"), given.get("latest", "9" * 10)
    inclusive = given.get("inclusive") == "true"
    if method == "conversations.replies":
        found = [
            each
            for each in slack.thread(given["ts"])
            if float(each["ts"]) > float(oldest) or each["ts"] == given["ts"]
        ]
        if not slack.thread(given["ts"]):
            return {"ok": False, "error": "thread_not_found"}
    else:
        found = [
            each
            for each in reversed(slack.messages)
            if "thread_ts" not in each
            and float(oldest) < float(each["ts"])
            and (float(each["ts"]) < float(latest) or (inclusive and each["ts"] == latest))
        ]
        found = [{**each, **_replies(slack, each["ts"])} for each in found]
    at, most = int(given.get("cursor") or 0), int(given.get("limit", 100))
    page = found[at : at + most]
    if given.get("include_all_metadata") != "true":
        page = [{key: value for key, value in each.items() if key != "metadata"} for each in page]
    more = str(at + most) if len(found) > at + most else ""
    return {"ok": True, "messages": page, "response_metadata": {"next_cursor": more}}


def _replies(slack: FakeSlack, root: str) -> Json:
    thread = slack.thread(root)
    return {"reply_count": len(thread) - 1, "latest_reply": thread[-1]["ts"]} if len(thread) > 1 else {}


def _long(block: Json) -> bool:
    text = block.get("text") or {}
    return len(text.get("text", "")) > (150 if block["type"] == "header" else MOST_BLOCK)


def stamped(at: datetime) -> str:
    return str(int(at.timestamp()))
