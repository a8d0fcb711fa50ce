"""An IMAP server of the tests' own: as much of it as reads a mailbox and waits in it."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import cast

PASSWORD = "correct-horse"


@dataclass
class Box:
    """One mailbox. `validity` numbers its mails anew when it is changed; `seen` counts reads that would mark
    a mail as read; `token` is what lets in by XOAUTH2."""

    validity: int = 1
    mails: list[tuple[int, bytes]] = field(default_factory=list)
    seen: int = 0
    idles: bool = True
    token: str = ""
    _last: int = 0
    _waiting: set[_Talk] = field(default_factory=set)
    _guard: threading.RLock = field(default_factory=threading.RLock)

    def deliver(self, raw: bytes) -> None:
        """Put a mail in, and tell who waits for one."""
        with self._guard:
            self._last += 1
            self.mails.append((self._last, raw))
            for talk in self._waiting:
                talk.says(f"* {len(self.mails)} EXISTS")

    def renumber(self) -> None:
        """All that is there has new numbers, as after a restore."""
        with self._guard:
            self.validity += 1
            self.mails = [(i, raw) for i, (_, raw) in enumerate(self.mails, 1)]
            self._last = len(self.mails)

    @property
    def following(self) -> int:
        return self._last + 1

    def waits(self, talk: _Talk) -> None:
        with self._guard:
            self._waiting.add(talk)

    def leaves(self, talk: _Talk) -> None:
        with self._guard:
            self._waiting.discard(talk)

    def waiting(self) -> int:
        """How many wait in it now."""
        with self._guard:
            return len(self._waiting)

    def found(self, criteria: str) -> Iterator[int]:
        """UIDs in order; the last mail is always among `n:*`, as the protocol has it."""
        header = re.fullmatch(r'HEADER (\S+) "(.*)"', criteria)
        above = re.fullmatch(r"UID (\d+):\*", criteria)
        for uid, raw in list(self.mails):
            if header is not None:
                values = message_from_bytes(raw).get_all(header[1], [])
                if not any(header[2].casefold() in str(value).casefold() for value in values):
                    continue
            if above is not None and uid < min(int(above[1]), self._last):
                continue
            yield uid


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    server: _Server
    box: Box | None = None
    disable_nagle_algorithm = True

    def __hash__(self) -> int:
        return id(self)

    def says(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self) -> None:
        self.says("* OK at your service")
        while line := self.rfile.readline():
            tag, _, rest = line.decode("latin-1").strip().partition(" ")
            verb, _, argument = rest.partition(" ")
            if verb.upper() == "UID":
                verb, _, argument = argument.partition(" ")
            try:
                answer = getattr(self, f"do_{verb.lower()}", self.do_unknown)(argument)
            except OSError:
                return
            self.says(f"{tag} {answer}")
            if verb.upper() == "LOGOUT":
                return

    def do_unknown(self, argument: str) -> str:
        return "BAD what is that"

    def do_capability(self, argument: str) -> str:
        idles = self.box is None or self.box.idles
        self.says(f"* CAPABILITY IMAP4rev1{' IDLE' if idles else ''}")
        return "OK done"

    def do_noop(self, argument: str) -> str:
        return "OK done"

    def do_logout(self, argument: str) -> str:
        self.says("* BYE")
        return "OK done"

    def do_login(self, argument: str) -> str:
        user, password = re.findall(r'"?([^"]*)"?(?: |$)', argument)[:2]
        box = self.server.boxes.get(user)
        if box is None or password != PASSWORD:
            return "NO [AUTHENTICATIONFAILED] not with this password"
        self.box = box
        return "OK done"

    def do_authenticate(self, argument: str) -> str:
        """XOAUTH2, as Google does it: a refusal is a challenge first, with its reason."""
        self.says("+ ")
        shown = b64decode(self.rfile.readline()).decode()
        user, _, rest = shown.removeprefix("user=").partition("\x01")
        box = self.server.boxes.get(user)
        if box is None or not box.token or rest != f"auth=Bearer {box.token}\x01\x01":
            self.says("+ eyJzdGF0dXMiOiI0MDEifQ==")
            assert self.rfile.readline() == b"\r\n"
            return "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"
        self.box = box
        return "OK done"

    def do_examine(self, argument: str) -> str:
        if self.box is None or argument.strip('"') != "INBOX":
            return "NO there is no such folder"
        self.says(f"* {len(self.box.mails)} EXISTS", f"* OK [UIDVALIDITY {self.box.validity}]")
        return "OK [READ-ONLY] done"

    def do_status(self, argument: str) -> str:
        box = self._box()
        self.says(f'* STATUS "INBOX" (UIDVALIDITY {box.validity} UIDNEXT {box.following})')
        return "OK done"

    def do_search(self, argument: str) -> str:
        self.says("* SEARCH " + " ".join(map(str, self._box().found(argument))))
        return "OK done"

    def do_fetch(self, argument: str) -> str:
        box = self._box()
        wanted, _, what = argument.partition(" ")
        for i, (uid, raw) in enumerate(list(box.mails), 1):
            if uid != int(wanted):
                continue
            if "RFC822.SIZE" in what:
                self.says(f"* {i} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
                continue
            box.seen += "PEEK" not in what
            part = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else raw
            self.wfile.write(f"* {i} FETCH (UID {uid} BODY[] {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        return "OK done"

    def do_idle(self, argument: str) -> str:
        box = self._box()
        box.waits(self)
        try:
            self.says("+ waiting")
            self.rfile.readline()
        finally:
            box.leaves(self)
        return "OK done"

    def _box(self) -> Box:
        return cast(Box, self.box)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    boxes: dict[str, Box]

    def handle_error(self, request: object, client_address: object) -> None:
        """Who hangs up is no news."""


@contextmanager
def imap_server(tls: ssl.SSLContext | None = None, /, **boxes: Box) -> Iterator[int]:
    """A server on a free port of 127.0.0.1 with these mailboxes, by user; its port. tls: for secured talk."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.boxes = boxes
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
