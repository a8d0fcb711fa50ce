"""How fast a real peer is by itself: what a backlog comes to there, sent to it straight, with nothing around.

No queue, no database and no bridge stand before it; each thread keeps its connection. A case is what the
peer needs for one: at Request Tracker a ticket and its summary, at a homeserver a room that the customer is
in, with its summary, its transcript and its line in the lobby, by mail one letter; then each word is one
request, or one mail.
"""

from __future__ import annotations

import base64
import smtplib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Protocol, cast
from urllib.parse import quote

import requests

from tests.peers import Peer
from tests.peers.email import DOMAIN, EmailPeer
from tests.peers.matrix import MatrixPeer
from tests.peers.matrix_fake import SERVER
from tests.peers.rt_real import RealRtPeer

_SUMMARY = "What it is about, and what has been tried so far.\n" * 30
_TRANSCRIPT = "customer: My lamp is broken.\nbot: Have you tried another bulb?\n" * 3
_cases = count(1)


class Line(Protocol):
    """One thread's connection to a peer."""

    def case(self, number: int, words: int) -> None:
        """Open a case and say so many words in it."""
        ...

    def close(self) -> None: ...


class Bare:
    """Tells one peer of cases that nobody has. line: makes a thread's connection."""

    def __init__(self, line: Callable[[], Line]) -> None:
        self._line = line

    def tells(self, cases: int, words: int, threads: int) -> float:
        """Seconds that so many cases with so many words each take, by so many threads."""
        own = threading.local()
        lines: list[Line] = []

        def begin() -> None:
            own.line = self._line()
            lines.append(own.line)

        began = time.perf_counter()
        with ThreadPoolExecutor(threads, initializer=begin) as pool:
            for told in [pool.submit(lambda: own.line.case(next(_cases), words)) for _ in range(cases)]:
                told.result()
        took = time.perf_counter() - began
        for line in lines:
            line.close()
        return took


def bare_of(module: str, peer: Peer) -> Bare | None:
    """The bare requests to a peer of tests/peers; None for a fake, which has no rate of its own."""
    if module == "rt_real":
        return Bare(lambda: _Rt(cast(RealRtPeer, peer)))
    if module == "matrix_real":
        return Bare(lambda: _Matrix(cast(MatrixPeer, peer)))
    if module == "email_real":
        return Bare(lambda: _Mail(cast(EmailPeer, peer)))
    return None


class _Rt:
    def __init__(self, peer: RealRtPeer) -> None:
        self._url, self._queue = peer.server.url, peer.queue
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"token {peer.settings['token']}"
        self._http.get(
            f"{self._url}/REST/1.0/", timeout=60
        )  # its session's cookie, as checking tokens is slow

    def case(self, number: int, words: int) -> None:
        fields = {"handoff_id": f"bare-{number}"}
        ticket = {"Queue": self._queue, "Subject": f"Bare {number}", "Priority": 50, "CustomFields": fields}
        key = self._posts("ticket", ticket)["id"]
        transcript = base64.b64encode(_TRANSCRIPT.encode()).decode()
        files = [{"FileName": "transcript.txt", "FileType": "text/plain", "FileContent": transcript}]
        summary = {"Subject": "Summary", "ContentType": "text/html", "Content": f"<p>{_SUMMARY}</p>"}
        self._posts(f"ticket/{key}/comment", {**summary, "Attachments": files})
        for word in range(words):
            said = {"Subject": "A customer", "ContentType": "text/plain", "Content": f"Bare word {word}\n"}
            self._posts(f"ticket/{key}/correspond", said)

    def close(self) -> None:
        self._http.close()

    def _posts(self, path: str, said: object) -> dict[str, object]:
        answer = self._http.post(f"{self._url}/REST/2.0/{path}", json=said, timeout=60)
        assert answer.status_code == 201, f"{path}: {answer.status_code} {answer.text[:300]}"
        found = answer.json()
        return found if isinstance(found, dict) else {}


class _Matrix:
    def __init__(self, peer: MatrixPeer) -> None:
        self._url, self._us = f"{peer.url}/_matrix", str(peer.settings["user"])
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {peer.settings['as_token']}"
        self._lobby = str(self._asks("POST", f"client/v3/join/{quote(peer.lobby)}", {})["room_id"])

    def case(self, number: int, words: int) -> None:
        user = f"{self._us}_bare{number}"
        customer = {"user_id": f"@{user}:{SERVER}"}
        made = {"type": "m.login.application_service", "username": user, "inhibit_login": True}
        self._asks("POST", "client/v3/register", made)
        shown = f"client/v3/profile/{quote(customer['user_id'])}/displayname"
        self._asks("PUT", shown, {"displayname": "Customer"}, customer)
        rule = {"type": "m.room.join_rules", "state_key": ""}
        allow = [{"type": "m.room_membership", "room_id": self._lobby}]
        asked = {
            "room_alias_name": f"{self._us}_bare_{number}",
            "name": f"#{number} Bare",
            "preset": "private_chat",
            "invite": [customer["user_id"]],
            "initial_state": [
                {**rule, "content": {"join_rule": "restricted", "allow": allow}},
                {"type": "org.firstline.bare", "state_key": "", "content": {"number": number}},
            ],
        }
        room = f"client/v3/rooms/{quote(str(self._asks('POST', 'client/v3/createRoom', asked)['room_id']))}"
        self._asks("POST", f"{room}/join", {}, customer)
        self._says(room, "summary", {"msgtype": "m.notice", "body": _SUMMARY})
        self._http.headers["Content-Type"] = "text/plain"
        sent = self._http.post(f"{self._url}/media/v3/upload", data=_TRANSCRIPT.encode(), timeout=60)
        del self._http.headers["Content-Type"]
        file = {"msgtype": "m.file", "body": "transcript.txt", "url": sent.json()["content_uri"]}
        self._says(room, "transcript", file)
        lobby = f"client/v3/rooms/{quote(self._lobby)}"
        self._says(lobby, f"bare-{number}", {"msgtype": "m.notice", "body": f"#{number} Bare"})
        self._asks("PUT", f"{room}/state/org.firstline.bare", {"number": number, "opened": "yes"})
        for word in range(words):
            self._says(room, f"word-{word}", {"msgtype": "m.text", "body": f"Bare word {word}"}, customer)

    def close(self) -> None:
        self._http.close()

    def _says(self, room: str, key: str, said: object, by: dict[str, str] | None = None) -> None:
        self._asks("PUT", f"{room}/send/m.room.message/{key}", said, by)

    def _asks(
        self, method: str, path: str, said: object, by: dict[str, str] | None = None
    ) -> dict[str, object]:
        answer = self._http.request(method, f"{self._url}/{path}", json=said, params=by, timeout=60)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text[:300]}"
        return cast(dict[str, object], answer.json())


class _Mail:
    """To users whom nobody reads; what a colleague receives, and the copy that goes to our own mailbox."""

    def __init__(self, peer: EmailPeer) -> None:
        self._smtp = smtplib.SMTP("127.0.0.1", peer.office.port, timeout=60)

    def case(self, number: int, words: int) -> None:
        self._mails(f"case-{number}", _SUMMARY)
        for word in range(words):
            self._mails(f"word-{number}-{word}", f"Bare word {word}")

    def close(self) -> None:
        self._smtp.quit()

    def _mails(self, key: str, text: str) -> None:
        lines = (f"Message-ID: <{key}@bare.{DOMAIN}>", f"Subject: {key}", f"To: bare@{DOMAIN}", "", text, "")
        self._smtp.sendmail(f"bare@{DOMAIN}", [f"bare@{DOMAIN}", f"copies@{DOMAIN}"], "\r\n".join(lines))
