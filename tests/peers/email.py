"""A team that works by mail: its mailbox and ours on small servers, and colleagues who answer as people."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.policy import default
from itertools import count
from pathlib import Path
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.imap_server import PASSWORD, Box, imap_server
from tests.mail_server import body, free_port
from tests.peers import Garbage, SeenBy, SeenCase, SeenFile, SeenPost, Webhook
from tests.peers.wire import Wire

DOMAIN = "nettly.example"

_BY: Mapping[str, SeenBy] = {"customer": "customer"}
_numbers = count(1)


class PostOffice:
    """An SMTP server that brings each mail to `deliver`, by the user before any plus, and fails as told."""

    def __init__(self, deliver: Callable[[str, bytes], None]) -> None:
        self._deliver = deliver
        self.loses = False
        self.refusals: list[str] = []
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())
        self._controller.start()
        self.port = self._controller.port

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusals:
            return self.refusals.pop()
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for address in envelope.rcpt_tos:
            user, content = address.partition("@")[0].partition("+")[0], cast(bytes, envelope.content)
            await asyncio.get_running_loop().run_in_executor(None, self._deliver, user, content)
        if self.loses:
            self.loses = False
            cast(object, server.transport).abort()  # type: ignore[attr-defined]
        return "250 taken"

    def close(self) -> None:
        self._controller.stop()


class EmailPeer:
    """The team's side. ours, team: users of the mail server. held: what lies in a user's mailbox. deliver:
    puts a mail into it."""

    def __init__(
        self,
        imap_port: int,
        held: Callable[[str], Sequence[bytes]],
        deliver: Callable[[str, bytes], None],
        ours: str = "cases",
        team: str = "support",
    ) -> None:
        self._held, self._deliver, self._ours, self._team = held, deliver, ours, team
        self.office = PostOffice(deliver)
        self._wires = (Wire(self.office.port), Wire(imap_port))
        smtp, imap = self._wires
        self.settings: dict[str, str | int | bool | list[str] | dict[str, str]] = {
            "address": f"{ours}@{DOMAIN}",
            "team": f"{team}@{DOMAIN}",
            "agents": [f"@{DOMAIN}"],
            "secret": "twenty characters and more",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp.port,
            "smtp_security": "none",
            "imap_host": "127.0.0.1",
            "imap_port": imap.port,
            "imap_security": "none",
            "imap_user": ours,
            "imap_password": PASSWORD,
            "idle_seconds": 0,
            "settle_seconds": 0,
        }

    def mails(self) -> list[EmailMessage]:
        """What lies in the team's mailbox, oldest first."""
        return [cast(EmailMessage, message_from_bytes(raw, policy=default)) for raw in self._held(self._team)]

    def cases(self) -> Sequence[SeenCase]:
        threads: dict[str, list[EmailMessage]] = {}
        for mail in self.mails():
            threads.setdefault(str(mail["X-Handoff-Case"]), []).append(mail)
        return [_seen(key, mails) for key, mails in threads.items()]

    def replies(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        self.answers(key, text, name, files)

    def notes(self, key: str, text: str, name: str) -> None:
        self.answers(key, f"#note\n{text}", name)

    def resolves(self, key: str) -> None:
        self.answers(key, "#resolved", "Omar")

    def reopens(self, key: str) -> None:
        self.answers(key, "#reopen", "Omar")

    def assigns(self, key: str, name: str) -> None:
        self.answers(key, "#mine", name)

    def merges(self, key: str, into: str) -> None:
        raise AssertionError("threads of mails are not merged")

    def answers(self, key: str, text: str, name: str, files: Sequence[SeenFile] = ()) -> None:
        """Somebody answers the last mail of a case with their own program, which quotes it."""
        last = [mail for mail in self.mails() if mail["X-Handoff-Case"] == key][-1]
        self._deliver(self._ours, answer(last, text, name, files).as_bytes(policy=WIRE))

    def webhooks(self, at: datetime) -> Sequence[Webhook]:
        return ()

    def forge(self, webhook: Webhook) -> Webhook:
        return webhook

    @property
    def door(self) -> EmailPeer:
        """There is none: it breaks by itself."""
        return self

    def lose_next_answer(self) -> None:
        self.office.loses = True

    def refuse(self, times: int, status: int, retry_after: int | None = None) -> None:
        later = f", try again in {retry_after} seconds" if retry_after is not None else ""
        said = "530 5.7.0 sign in first" if status in (401, 403) else f"451 4.7.1 not now{later}"
        self.office.refusals = [said] * times

    def garbage(self, kind: Garbage) -> None:
        for wire in self._wires:
            wire.garbage(kind)

    def down(self) -> None:
        for wire in self._wires:
            wire.down()

    def up(self) -> None:
        self.office.loses, self.office.refusals = False, []
        for wire in self._wires:
            wire.up()

    def close(self) -> None:
        for wire in self._wires:
            wire.close()
        self.office.close()


def answer(to: EmailMessage, text: str, name: str, files: Sequence[SeenFile] = ()) -> EmailMessage:
    """What a mail program sends when somebody answers: their words above, all of the mail quoted below."""
    mail = EmailMessage(policy=WIRE)
    mail["From"] = f'"{name}" <{name.split()[0].lower().encode("ascii", "ignore").decode() or "x"}@{DOMAIN}>'
    mail["To"] = str(to["Reply-To"])
    mail["Subject"] = f"Re: {to['Subject']}"
    mail["Message-ID"] = f"<{next(_numbers)}.{abs(hash((text, name)))}@mail.{DOMAIN}>"
    mail["In-Reply-To"] = str(to["Message-ID"])
    mail["References"] = f"{to['References'] or ''} {to['Message-ID']}".strip()
    quoted = "\n".join(f"> {line}" for line in body(to, "plain").splitlines())
    head = f"On Mon, Nov 23, 2026 at 10:00 AM Nettly <{to['From'].addresses[0].addr_spec}> wrote:"
    mail.set_content(f"{text}\n\n{head}\n\n{quoted}\n", cte="quoted-printable")
    page = f"<div>{html.escape(text)}</div><div class='gmail_quote'>{head}</div>"
    mail.add_alternative(page, subtype="html")
    for file in files:
        mail.add_attachment(file.content, maintype="application", subtype="pdf", filename=file.name)
    return mail


def _seen(key: str, mails: Sequence[EmailMessage]) -> SeenCase:
    """A thread as a colleague sees it: what it is now, its last mails say."""

    def last(header: str) -> str | None:
        said = [str(mail[header]) for mail in mails if mail[header] is not None]
        return said[-1] if said else None

    labels = last("X-Handoff-Labels")
    status = last("X-Handoff-Status")
    return SeenCase(
        handoff_id=str(mails[0]["X-Handoff-Id"]),
        key=key,
        posts=tuple(map(_post, mails)),
        status="resolved" if status == "resolved" else "snoozed" if status == "snoozed" else "open",
        priority=last("X-Handoff-Priority"),
        labels=tuple(labels.split(", ")) if labels and labels != "none" else (),
        team=last("X-Handoff-Team"),
        assignee=last("X-Handoff-Assignee"),
    )


def _post(mail: EmailMessage) -> SeenPost:
    """One mail: none of them goes to the customer."""
    by = _BY.get(str(mail["X-Handoff-Kind"]), "us")
    return SeenPost(body(mail, "plain"), True, by, str(mail["Message-ID"]), tuple(_files(mail)))


def _files(mail: EmailMessage) -> Iterator[SeenFile]:
    for part in mail.iter_attachments():
        yield SeenFile(part.get_filename() or "", cast(bytes, part.get_payload(decode=True)))


class SmallPeer(EmailPeer):
    """Over servers of our own."""

    def __init__(self) -> None:
        self.boxes = {"cases": Box(), "support": Box()}
        self._servers = ExitStack()
        port = self._servers.enter_context(imap_server(**self.boxes))
        super().__init__(port, self._lies, self._put)

    def _lies(self, user: str) -> list[bytes]:
        return [raw for _, raw in self.boxes[user].mails]

    def _put(self, user: str, raw: bytes) -> None:
        if user in self.boxes:
            self.boxes[user].deliver(raw)

    def close(self) -> None:
        super().close()
        self._servers.close()


def start(folder: Path) -> EmailPeer:
    return SmallPeer()
