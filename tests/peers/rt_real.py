"""The real Request Tracker behind a door, and its people."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import cast

from tests.peers import SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.rt import PRIORITIES, attached, readable, seen_by
from tests.peers.rt_fake import STATUSES
from tests.peers.rt_server import RtServer, running

Told = dict[str, object]


class RealRtPeer:
    """A queue of its own in the one RT of the test run."""

    def __init__(self, server: RtServer) -> None:
        self.server, place = server, next(server.free)
        self.queue, self.us = f"Support {place}", f"firstline{place}"
        self.door = Door(server.port)
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": self.door.url,
            "token": server.tokens[place],
            "queue": self.queue,
            "label_field": "labels",
            "poll_seconds": 1,
        }

    def cases(self) -> Sequence[SeenCase]:
        return self.found(f"Creator = '{self.us}'")

    def held(self, handoff_id: str) -> Sequence[SeenCase]:
        """The tickets of one case: one, if all is well."""
        return self.found(f"Creator = '{self.us}' AND CF.{{handoff_id}} = '{handoff_id}'")

    def found(self, query: str) -> Sequence[SeenCase]:
        return [
            self._seen(str(each["id"])) for each in self.server.items("/tickets", query=query, orderby="id")
        ]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._says(key, "correspond", text, name, files)

    def notes(self, key: str, text: str, name: str) -> None:
        self._says(key, "comment", text, name, ())

    def resolves(self, key: str) -> None:
        self.server.tell("PUT", f"/ticket/{key}", {"Status": "resolved"}, "Ines")

    def reopens(self, key: str) -> None:
        self.server.tell("PUT", f"/ticket/{key}", {"Status": "open"}, "Ines")

    def assigns(self, key: str, name: str) -> None:
        self.server.tell("PUT", f"/ticket/{key}", {"Owner": self.server.account(name)})

    def merges(self, key: str, into: str) -> None:
        self.server.tell("PUT", f"/ticket/{key}", {"MergeInto": into}, "Ines")

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return ()

    def forge(self, webhook: Webhook) -> Webhook:
        return webhook

    def close(self) -> None:
        self.door.close()

    def _says(self, key: str, how: str, text: str, name: str, files: Sequence[SeenFile]) -> None:
        said = {
            # As RT's own editor sends it.
            "Content": "<p>" + html.escape(text).replace("\n", "<br />") + "</p>",
            "ContentType": "text/html",
            "Attachments": [attached(each) for each in files],
        }
        self.server.tell("POST", f"/ticket/{key}/{how}", said, name)

    def _seen(self, key: str) -> SeenCase:
        told = self.server.ask(f"/ticket/{key}", **{"fields[Queue]": "Name"})
        fields = {str(each["name"]): each["values"] for each in cast(list[Told], told["CustomFields"])}
        owner = str(cast(Told, told["Owner"])["id"])
        history = self.server.items(f"/ticket/{key}/history", fields="Type,Creator", orderby="id")
        return SeenCase(
            handoff_id=str(cast(list[str], fields["handoff_id"])[0]),
            key=key,
            posts=tuple(self._post(each) for each in history if each["Type"] in ("Correspond", "Comment")),
            status=STATUSES[str(told["Status"])],  # type: ignore[arg-type]
            priority=PRIORITIES.get(int(str(told["Priority"]))),
            labels=tuple(cast(list[str], fields["labels"])),
            team=str(cast(Told, told["Queue"])["Name"]),
            assignee=None if owner == "Nobody" else owner,
        )

    def _post(self, told: Told) -> SeenPost:
        number = str(told["id"])
        text, subject, files = "", "", list[SeenFile]()
        fields = "ContentType,Filename,Subject"
        for each in self.server.items(f"/transaction/{number}/attachments", fields=fields):
            subject = subject or str(each["Subject"])
            if str(each["ContentType"]).startswith("multipart/"):
                continue
            part = self.server.ask(f"/attachment/{each['id']}")
            content = base64.b64decode(str(part["Content"]))
            if each["Filename"]:
                files.append(SeenFile(str(each["Filename"]), content))
            else:
                text = readable(str(each["ContentType"]), content)
        by = seen_by(cast(Told, told["Creator"])["id"] == self.us, subject)
        return SeenPost(text, told["Type"] == "Comment", by, number, tuple(files))


def start(folder: Path) -> RealRtPeer:
    """A queue of one's own in a real RT."""
    return RealRtPeer(running())
