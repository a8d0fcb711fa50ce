"""Connections to an IMAP server: to an address that was looked up before, and known before a word is said.

Python's client would look the host's name up again, and could not be stopped while it waits for a greeting.
"""

from __future__ import annotations

import imaplib
import io
import socket
import ssl
from collections.abc import Callable

from imap_tools import BaseMailBox

Held = Callable[[imaplib.IMAP4], None]
"""Hears of the client as soon as it has a connection that can be cut."""


class ImapClient(imaplib.IMAP4):
    """A connection as it is; `starttls` may secure it, with a certificate for the host's name."""

    def __init__(self, host: str, to: tuple[str, int], seconds: float, held: Held) -> None:
        """to: address and port. seconds: for any one answer. Raises OSError, and what imaplib raises."""
        self._to, self._held = to, held
        super().__init__(host, to[1], seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return socket.create_connection(self._to, timeout)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self._held(self)


class TlsImapClient(imaplib.IMAP4_SSL):
    """The same, secured from the first byte."""

    def __init__(
        self, host: str, to: tuple[str, int], seconds: float, held: Held, trust: ssl.SSLContext
    ) -> None:
        self._to, self._held, self._trust = to, held, trust
        super().__init__(host, to[1], ssl_context=trust, timeout=seconds)

    def _create_socket(self, timeout: float | None) -> ssl.SSLSocket:
        sock = socket.create_connection(self._to, timeout)
        return self._trust.wrap_socket(sock, server_hostname=self.host)

    def open(self, host: str = "", port: int | None = 993, timeout: float | None = None) -> None:
        super().open(host, port, timeout)
        self._held(self)


class ImapBox(BaseMailBox):
    """imap-tools' way with a mailbox, over a client that is connected already."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._given


def has_word(client: imaplib.IMAP4) -> bool:
    """Whether the server has said something already that was read together with what was asked for."""
    timeout = client.sock.gettimeout()
    client.sock.settimeout(0)
    try:
        return isinstance(client.file, io.BufferedReader) and bool(client.file.peek(1))
    except OSError:
        # Nothing there yet, in the words of TLS.
        return False
    finally:
        client.sock.settimeout(timeout)
