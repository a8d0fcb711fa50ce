"""A small Slack behind a door, and the hands of the people in its channel."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.serving import Serving
from tests.peers.slack_fake import CHANNEL, TOKEN, FakeSlack, api, stamped

SECRET = "slack-signing-secret"
STATUSES: dict[str, Literal["open", "snoozed", "resolved"]] = {
    "open": "open",
    "snoozed": "snoozed",
    "resolved": "resolved",
}
_READS = ("conversations.", "users.", "auth.", "files.", "apps.")


class SlackPeer:
    """The fake, to be seen, worked at and broken."""

    def __init__(self) -> None:
        self.slack = FakeSlack()
        self._serving = Serving(api(self.slack))
        self.door = Door(self._serving.port, _changes)
        self.slack.url = self.door.url
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "token": TOKEN,
            "channel": CHANNEL,
            "signing_secret": SECRET,
            "api_url": f"{self.door.url}/api",
        }

    def cases(self) -> Sequence[SeenCase]:
        with self.slack.guard:
            return [self._seen(each) for each in self.slack.messages if "thread_ts" not in each]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        with self.slack.guard:
            self.slack.says(_root(key), text, name, files)

    def notes(self, key: str, text: str, name: str) -> None:
        with self.slack.guard:
            self.slack.says(_root(key), f"Note: {text}", name)

    def resolves(self, key: str) -> None:
        with self.slack.guard:
            self.slack.taps(_root(key), "firstline_resolve", "Omar")

    def reopens(self, key: str) -> None:
        with self.slack.guard:
            self.slack.taps(_root(key), "firstline_reopen", "Omar")

    def assigns(self, key: str, name: str) -> None:
        with self.slack.guard:
            self.slack.taps(_root(key), "firstline_claim", name)

    def merges(self, key: str, into: str) -> None:
        raise AssertionError("nobody can merge threads in Slack")

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        with self.slack.guard:
            told, self.slack.told = self.slack.told, []
        return [signed(each, stamped(at), SECRET) for each in told]

    def forge(self, webhook: Webhook) -> Webhook:
        at = webhook.headers["X-Slack-Request-Timestamp"]
        return _signed(webhook.body, webhook.headers["Content-Type"], at, "somebody else's")

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _seen(self, root: dict[str, Any]) -> SeenCase:
        shown = root["metadata"]["event_payload"]
        return SeenCase(
            handoff_id=shown["handoff_id"],
            key=f"{CHANNEL}:{root['ts']}",
            posts=tuple(self._post(each) for each in self.slack.thread(root["ts"])),
            status=STATUSES[shown["status"]],
            priority=shown["priority"],
            labels=tuple(each for each in shown["labels"].split(", ") if each),
            team=shown["team"] or None,
            assignee=shown["assignee"] or None,
        )

    def _post(self, message: dict[str, Any]) -> SeenPost:
        ours = "bot_id" in message
        kind = message.get("metadata", {}).get("event_payload", {}).get("kind", "note")
        by: SeenBy = "customer" if ours and kind == "customer" else "us" if ours else "agent"
        files = tuple(
            SeenFile(self.slack.files[each["id"]].name, self.slack.files[each["id"]].content)
            for each in message.get("files", ())
        )
        private = kind == "note" if ours else message["text"].lower().startswith("note:")
        return SeenPost(_read(message), private, by, message["ts"], files)


def start(folder: Path) -> SlackPeer:
    """A workspace of one's own, empty."""
    return SlackPeer()


def signed(told: dict[str, Any], at: str, secret: str) -> Webhook:
    """A webhook as Slack sends it: an event as JSON, a tapped button in a form."""
    if told["type"] == "block_actions":
        body = urlencode({"payload": json.dumps(told)}).encode()
        return _signed(body, "application/x-www-form-urlencoded", at, secret)
    return _signed(json.dumps(told).encode(), "application/json", at, secret)


def _signed(body: bytes, kind: str, at: str, secret: str) -> Webhook:
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": kind,
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": f"v0={digest}",
    }
    return Webhook("POST", "", headers, body)


def _changes(method: str, path: str) -> bool:
    name = path.rpartition("/api/")[2]
    return method == "POST" and not name.startswith(_READS) and "/upload/" not in path


def _read(message: dict[str, Any]) -> str:
    """What people see of a message: its blocks where it has some, else its text."""
    texts: list[str] = []
    for block in message.get("blocks", ()):
        told = [block.get("text"), *block.get("fields", ()), *block.get("elements", ())]
        texts += [inner for each in told if each and (inner := _words(each["text"]))]
    return "\n".join(texts) or message["text"]


def _words(text: str | dict[str, str]) -> str:
    """A text, or a button's, which is an object."""
    return text if isinstance(text, str) else text["text"]


def _root(key: str) -> str:
    """The first message of a case, which the bridge calls by its channel as well."""
    return key.rpartition(":")[2]
