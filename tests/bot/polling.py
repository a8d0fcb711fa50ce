"""A Socket.IO client over plain long-polling, one packet at a time, that can also misbehave."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import requests


@dataclass
class Polling:
    """One connection. `hears()` waits for the next event; what is not one is passed over."""

    address: str
    auth: object = None
    path: str = "/socket.io/"
    namespace: str = ""
    sid: str = ""
    answer: str = ""
    _events: list[list[object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.http = requests.Session()
        opened = self.http.get(self.url, timeout=20)
        assert opened.status_code == 200, opened.text
        self.opened = json.loads(opened.text[1:])
        self.sid = self.opened["sid"]
        token = "" if self.auth is None else json.dumps(self.auth)
        self.sends(f"40{self.namespace}{token}")
        self.answer = self.polls()[0]

    @property
    def url(self) -> str:
        session = f"&sid={self.sid}" if self.sid else ""
        return f"{self.address}{self.path}?EIO=4&transport=polling{session}"

    def sends(self, packet: str | bytes, **how: object) -> requests.Response:
        """Post a raw packet."""
        body = packet.encode() if isinstance(packet, str) else packet
        return self.http.post(self.url, data=body, timeout=20, **how)  # type: ignore[arg-type]

    def polls(self) -> list[str]:
        """The packets that come with the next poll."""
        return self.http.get(self.url, timeout=40).text.split("\x1e")

    def says(self, event: str, data: object) -> None:
        assert self.sends("42" + self.namespace + json.dumps([event, data])).text == "OK"

    def hears(self) -> tuple[str, object]:
        """The next event and its first argument."""
        while not self._events:
            prefix = "42" + self.namespace
            for packet in self.polls():
                if packet.startswith(prefix):
                    self._events.append(json.loads(packet[len(prefix) :]))
        name, data = self._events.pop(0)
        return str(name), data

    def begins(self, session: str | None = None) -> str:
        """Ask for a session; its confirmed name."""
        self.says("session_request", {"session_id": session})
        name, confirmed = self.hears()
        assert name == "session_confirm" and isinstance(confirmed, str)
        return confirmed

    def writes(self, text: str, session: str, **more: object) -> None:
        self.says("user_uttered", {"message": text, "session_id": session, **more})

    def leaves(self) -> None:
        """Close in order."""
        self.sends("1")
        self.http.close()
