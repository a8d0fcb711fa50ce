"""A small Request Tracker, and its people; tests/peers/rt_real.py is the real one, for the same suite."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from tests.peers import SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.door import Door
from tests.peers.rt_fake import STATUSES, US, FakeRt, Happened, Ticket
from tests.peers.rt_rest import TOKEN, rest2
from tests.peers.serving import Serving

PRIORITIES = {120: "urgent", 100: "high", 50: "normal", 0: "low"}


class RtPeer:
    """The fake behind a door, and the hands of its agents."""

    def __init__(self) -> None:
        self.rt = FakeRt()
        self._serving = Serving(rest2(self.rt))
        self.door = Door(self._serving.port)
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "url": self.door.url,
            "token": TOKEN,
            "label_field": "labels",
            "poll_seconds": 1,
        }

    def cases(self) -> Sequence[SeenCase]:
        return [self._seen(each) for each in self.rt.tickets.values() if "handoff_id" in each.fields]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self._says(key, "correspond", text, name, files)

    def notes(self, key: str, text: str, name: str) -> None:
        self._says(key, "comment", text, name, ())

    def resolves(self, key: str) -> None:
        self.rt.sets(int(key), self._account("ines"), {"Status": "resolved"})

    def reopens(self, key: str) -> None:
        self.rt.sets(int(key), self._account("ines"), {"Status": "open"})

    def assigns(self, key: str, name: str) -> None:
        self.rt.sets(int(key), self._account("ines"), {"Owner": self._account(name)})

    def merges(self, key: str, into: str) -> None:
        self.rt.sets(int(key), self._account("ines"), {"MergeInto": into})

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return ()

    def forge(self, webhook: Webhook) -> Webhook:
        return webhook

    def close(self) -> None:
        self.door.close()
        self._serving.close()

    def _says(self, key: str, how: str, text: str, name: str, files: Sequence[SeenFile]) -> None:
        # As RT's own editor sends it.
        content = "<p>" + html.escape(text).replace("\n", "<br />") + "</p>"
        self.rt.says(
            int(key),
            how,
            self._account(name),
            {
                "Content": content,
                "ContentType": "text/html",
                "Attachments": [attached(each) for each in files],
            },
        )

    def _account(self, name: str) -> str:
        account = name.lower()
        self.rt.accounts.setdefault(account, True)
        return account

    def _seen(self, ticket: Ticket) -> SeenCase:
        said = ("Correspond", "Comment")
        posts = [each for each in self.rt.history if each.ticket == ticket.number and each.type in said]
        return SeenCase(
            handoff_id=ticket.fields["handoff_id"][0],
            key=str(ticket.number),
            posts=tuple(_post(each) for each in posts),
            status=STATUSES[ticket.status],  # type: ignore[arg-type]
            priority=PRIORITIES.get(ticket.priority),
            labels=tuple(ticket.fields.get("labels", ())),
            team=ticket.queue,
            assignee=None if ticket.owner == "Nobody" else ticket.owner,
        )


def start(folder: Path) -> RtPeer:
    """A Request Tracker of one's own, empty."""
    return RtPeer()


def attached(file: SeenFile) -> dict[str, str]:
    """A file as REST2 takes it."""
    content = base64.b64encode(file.content).decode()
    return {"FileName": file.name, "FileType": "application/octet-stream", "FileContent": content}


def readable(type: str, content: bytes) -> str:
    """What people read of a part."""
    text = content.decode()
    if type == "text/html":
        text = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<br ?/?>|</p>|</li>", "\n", text)))
    return text.strip()


def seen_by(ours: bool, subject: str) -> SeenBy:
    """Whom RT's page shows as who wrote: the account, or who is named above the words."""
    if not ours:
        return "agent"
    return "customer" if "(customer) · " in subject else "us"


def _post(happened: Happened) -> SeenPost:
    by = seen_by(happened.creator == US, happened.subject)
    text = next((readable(each.type, each.content) for each in happened.parts if not each.name), "")
    files = tuple(SeenFile(each.name, each.content) for each in happened.parts if each.name)
    return SeenPost(text, happened.type == "Comment", by, str(happened.number), files)
