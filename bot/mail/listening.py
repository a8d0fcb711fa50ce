"""A door for mail servers, where no mailbox is read: they bring each mail over SMTP or LMTP as it comes.

A mail is taken, with a yes, once it is durable here. Only mail to our own address is taken, so nobody sends
anything through us.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.mail.threads import is_ours
from config.mail import one_line

MOST_BYTES = 25 * 2**20
"""Of one mail."""

_log = logging.getLogger(__name__)


class Listener:
    """The door, on a thread of its own between `start` and `close`."""

    def __init__(
        self, take: Callable[[bytes], object], address: str, *, host: str, port: int, lmtp: bool
    ) -> None:
        """take: what is done with each mail; where it raises, the server is asked to come again."""
        self._handler, self._host, self._port = _Handler(take, address), host, port
        self._make = _LmtpController if lmtp else Controller
        self._controller: Controller | None = None

    def start(self) -> None:
        """Open the door; raises OSError where somebody else has the port."""
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # or it tells of every line that is spoken
        self._controller = self._make(
            self._handler,
            hostname=self._host,
            port=self._port,
            data_size_limit=MOST_BYTES,
            ident="Firstline",
        )
        self._controller.start()

    def close(self) -> None:
        """Finish what is being taken in."""
        controller, self._controller = self._controller, None
        if controller is not None:
            controller.stop()


class _LmtpController(Controller):
    def factory(self) -> SMTP:
        return LMTP(self.handler, **self.SMTP_kwargs)


class _Handler:
    def __init__(self, take: Callable[[bytes], object], address: str) -> None:
        self._take, self._address = take, address

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address, self._address):
            return "550 5.1.1 nobody has this address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        raw = _with_envelope(envelope)
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._take, raw)
        except Exception:
            _log.exception("a mail was not taken in; its server will bring it again")
            return _each(server, envelope, "451 4.3.0 not now, bring it again")
        return _each(server, envelope, "250 2.0.0 taken")


def _each(server: SMTP, envelope: Envelope, answer: str) -> str:
    """LMTP answers once for each receiver (RFC 2033)."""
    times = len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1
    return "\r\n".join([answer] * times)


def _with_envelope(envelope: Envelope) -> bytes:
    """The mail below what its envelope said, as a server writes it when it puts a mail into a mailbox."""
    content = envelope.content
    raw = content if isinstance(content, bytes) else (content or "").encode("utf-8", "surrogateescape")
    sender = one_line(envelope.mail_from or "").strip("<>")  # nobody's is `<>` already
    lines = [f"Return-Path: <{sender}>", *(f"Delivered-To: {one_line(to)}" for to in envelope.rcpt_tos)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace") + raw
