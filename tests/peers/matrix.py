"""The people of a team at a homeserver, and how it shows our cases: the small one's, and Synapse's."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal, cast
from urllib.parse import quote

import requests

from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.matrix_fake import AS_TOKEN, HS_TOKEN, SERVER, US, FakeHomeserver, client_api
from tests.peers.serving import Serving

STATE = "org.firstline.case"

Json = dict[str, object]


class MatrixPeer:
    """A homeserver behind a door; `url` is its own.

    account: the access token of somebody of the team, by name. pushed: the transactions that it has sent so
    far and has not been asked for, told how many events it must have. user: our own localpart there.
    home: the small one itself, None for Synapse.
    """

    def __init__(
        self,
        url: str,
        account: Callable[[str], str],
        pushed: Callable[[set[str]], list[Webhook]],
        tokens: tuple[str, str],
        user: str,
        close: Callable[[], None],
        home: FakeHomeserver | None = None,
    ) -> None:
        self.home = home
        self.url, self._account, self._pushed, self._close = url, account, pushed, close
        self._as_token, self._user = tokens[0], user
        self._numbers, self._said = itertools.count(), set[str]()
        port = int(url.rpartition(":")[2])
        self.door = Door(port, lambda method, path: "createRoom" in path or "/send/" in path)
        self.lobby = f"#support-{user}:{SERVER}"
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": self.door.url,
            "server": SERVER,
            "lobby": self.lobby,
            "as_token": tokens[0],
            "hs_token": tokens[1],
            "id": user,
            "user": user,
        }

    def cases(self) -> Sequence[SeenCase]:
        rooms = cast(list[str], self._asks("GET", "joined_rooms")["joined_rooms"])
        held = [
            (room, self._asks("GET", f"rooms/{quote(room)}/state/{STATE}", missing=True)) for room in rooms
        ]
        return [self._seen(room, told) for room, told in held if "handoff_id" in told]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        if not files:
            self._says(key, name, {"msgtype": "m.text", "body": text})
        for number, file in enumerate(files):
            at = requests.post(
                f"{self.url}/_matrix/media/v3/upload",
                params={"filename": file.name},
                data=file.content,
                headers={
                    "Authorization": f"Bearer {self._account(name)}",
                    "Content-Type": "application/octet-stream",
                },
                timeout=30,
            ).json()["content_uri"]
            body = text if text and number == 0 else file.name
            self._says(key, name, {"msgtype": "m.file", "body": body, "filename": file.name, "url": at})

    def notes(self, key: str, text: str, name: str) -> None:
        self._says(key, name, {"msgtype": "m.text", "body": f"note: {text}"})

    def resolves(self, key: str) -> None:
        self._says(key, "Ines", {"msgtype": "m.text", "body": "!resolve"})

    def reopens(self, key: str) -> None:
        self._says(key, "Ines", {"msgtype": "m.text", "body": "!reopen"})

    def assigns(self, key: str, name: str) -> None:
        self._says(key, name, {"msgtype": "m.text", "body": "!claim"})

    def merges(self, key: str, into: str) -> None:
        raise AssertionError("rooms are not merged")

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return self._pushed(self._said)

    def forge(self, webhook: Webhook) -> Webhook:
        return replace(webhook, headers={**webhook.headers, "Authorization": "Bearer somebody-else"})

    def close(self) -> None:
        self.door.close()
        self._close()

    def _says(self, room: str, name: str, content: Json) -> None:
        self._asks("POST", f"join/{quote(self.lobby)}", {}, by=name)
        self._asks("POST", f"join/{quote(room)}", {}, by=name)
        path = f"rooms/{quote(room)}/send/m.room.message/{name}-{next(self._numbers)}-{time.monotonic_ns()}"
        self._said.add(str(self._asks("PUT", path, content, by=name)["event_id"]))

    def _asks(
        self, method: str, path: str, said: Json | None = None, by: str = "", *, missing: bool = False
    ) -> Json:
        """Somebody of the team asks, or our own user."""
        token = self._account(by) if by else self._as_token
        answer = requests.request(
            method,
            f"{self.url}/_matrix/client/v3/{path}",
            json=said,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )
        assert answer.ok or missing, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        return cast(Json, answer.json())

    def _seen(self, room: str, held: Json) -> SeenCase:
        return SeenCase(
            handoff_id=str(held["handoff_id"]),
            key=room,
            posts=tuple(self._posts(room)),
            status=cast(Literal["open", "snoozed", "resolved"], held["status"]),
            priority=str(held["priority"]),
            labels=tuple(cast(list[str], held["labels"])),
            team=str(held["team"]),
            assignee=str(held["assignee"]) or None,
        )

    def _posts(self, room: str) -> list[SeenPost]:
        events: list[Json] = []
        start = ""
        while True:
            path = f"rooms/{quote(room)}/messages?dir=b&limit=100{start}"
            told = self._asks("GET", path)
            events += cast(list[Json], told["chunk"])
            if not told.get("end"):
                break
            start = f"&from={told['end']}"
        said = [each for each in reversed(events) if each["type"] == "m.room.message"]
        return [self._post(each, cast(Json, each["content"])) for each in said]

    def _post(self, event: Json, content: Json) -> SeenPost:
        sender = str(event["sender"])
        by: SeenBy = "agent"
        if sender.startswith(f"@{self._user}"):
            by = "us" if sender == f"@{self._user}:{SERVER}" else "customer"
        body = str(content.get("body", ""))
        private = body.startswith("note:") or (by == "us" and content["msgtype"] != "m.text")
        files: tuple[SeenFile, ...] = ()
        if at := str(content.get("url", "")):
            path = at.removeprefix("mxc://")
            got = requests.get(
                f"{self.url}/_matrix/client/v1/media/download/{path}",
                headers={"Authorization": f"Bearer {self._as_token}"},
                timeout=30,
            )
            files = (SeenFile(str(content["filename"]), got.content),)
        return SeenPost(body, private, by, str(event["event_id"]), files)


def start(folder: Path) -> MatrixPeer:
    """A small homeserver of one's own, with a lobby."""
    home = FakeHomeserver()
    serving = Serving(client_api(home, lambda: None))
    transactions = itertools.count(1)

    def account(name: str) -> str:
        home.names[f"@{name.lower()}:{SERVER}"] = name
        return f"token-{name.lower()}"

    def pushed(said: set[str]) -> list[Webhook]:
        with home.guard:
            events, home.pushed = home.pushed, []
        headers = {"Authorization": f"Bearer {HS_TOKEN}", "Content-Type": "application/json"}
        return [
            Webhook(
                "PUT",
                f"/_matrix/app/v1/transactions/{next(transactions)}",
                headers,
                json.dumps({"events": [event]}).encode(),
            )
            for event in events
        ]

    peer = MatrixPeer(
        f"http://127.0.0.1:{serving.port}", account, pushed, (AS_TOKEN, HS_TOKEN), US, serving.close, home
    )
    home.make(f"@ada:{SERVER}", peer.lobby)
    return peer
