"""A mail server of the tests' own: it takes mail, refuses it, or falls silent, as it is told."""

from __future__ import annotations

import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from config.settings import MailSettings


@dataclass
class Mailbox:
    """What has arrived, and what the server says to each step; None is a yes. token: what XOAUTH2 takes."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    sender: str | None = None
    receiver: str | None = None
    data: str | None = None
    locked: bool = False
    signed_in: list[str] = field(default_factory=list)
    token: str = ""
    receivers: list[str] = field(default_factory=list)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """As Google does it: a refusal is a challenge first, with its reason."""
        user, _, rest = b64decode(args[1]).decode().removeprefix("user=").partition("\x01")
        right = bool(self.token) and rest == f"auth=Bearer {self.token}\x01\x01"
        if right:
            self.signed_in.append(user)
            return AuthResult(success=True)
        await server.challenge_auth('{"status":"401"}')
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.locked and not session.authenticated:
            return "530 5.7.0 sign in first"
        if self.sender is None:
            envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.receiver is None:
            envelope.rcpt_tos.append(address)
            self.receivers.append(address)
        return self.receiver or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = cast(bytes, envelope.content)
        if self.data is None:
            self.raw.append(content)
            self.received.append(cast(EmailMessage, message_from_bytes(content, policy=default)))
        return self.data or "250 taken"

    def texts(self) -> list[str]:
        return [body(mail, "plain") for mail in self.received]


def body(mail: EmailMessage, kind: str) -> str:
    """The plain or the HTML part of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@contextmanager
def mail_server(password: str | None = None) -> Iterator[Mailbox]:
    """A server on a free port; with a password it takes mail only from who signs in with it."""
    box = Mailbox(locked=password is not None)

    def sign_in(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password.decode() == password
        if right and isinstance(given, LoginPassword):
            box.signed_in.append(given.login.decode())
        return AuthResult(success=right)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=sign_in if password else None,
        auth_require_tls=False,
    )
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def silent_server(*says: bytes) -> Iterator[int]:
    """A server that says these things as soon as somebody comes, and then nothing more; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    held: list[socket.socket] = []

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            held.append(connection)
            for each in says:
                connection.sendall(each)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in held:
            connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def mail_settings(port: int, **other: object) -> MailSettings:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": "",
        "password": "",
        "sender": "Nettly support <support@nettly.example>",
        "reply_to": "",
        "within_seconds": 5,
        "cafile": "",
        "oauth_token_url": "",
        "oauth_client_id": "",
        "oauth_client_secret": "",
        "oauth_refresh_token": "",
        "oauth_scope": "",
    }
    return MailSettings(**given | other)  # type: ignore[arg-type]
