"""Mail that goes out: what a mail is, and the one way it leaves the house, over SMTP."""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol

from config.clock import Clock
from config.errors import ConfigError
from config.mail_server import MailServer
from config.mail_steps import MailError as MailError
from config.mail_steps import cut, quiet, step, taken
from config.mail_words import as_html as as_html
from config.mail_words import one_line as one_line
from config.mail_words import plain as plain
from config.oauth import Tokens, sign_in_smtp, tokens_of
from config.outbound import Outbound
from config.settings import MailSettings
from config.toml_values import SettingsError, shown

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{4,189}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS_IN_THE_HOUSE = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_SUBJECT_CHARACTERS = 200
_NAME_CHARACTERS = 80


class NotAnAddressError(ConfigError):
    """Something that no mail can be sent to."""

    status = 422

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:100]!r} is not an e-mail address; write it as name@company.example")


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes along with a mail; `type` as `application/pdf`."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, in plain text; an HTML part with the same words is made from it, unless one is given.

    to: the receiver's address. message_id: as `<case.1042.7@company.example>`; the same whenever this mail
    is sent again. references: the thread so far, oldest first. from_name: who speaks, before our address.
    automatic: nobody wrote it by hand, so that out-of-office replies do not answer it; `answers` where it is
    the answer to a mail. html: a whole page. sender, reply_to: addresses of ours, in the place of those that
    settings name. copy_to: one more address that it goes to, which no header names. headers: further ones of
    the sender's own, by name.
    """

    to: str
    subject: str
    text: str
    message_id: str
    at: datetime
    language: str = "en"
    from_name: str = ""
    references: tuple[str, ...] = ()
    automatic: bool = True
    answers: bool = False
    html: str | None = None
    files: tuple[MailFile, ...] = ()
    sender: str = ""
    reply_to: str = ""
    copy_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Postman(Protocol):
    """Who takes mail out of the house."""

    @property
    def domain(self) -> str:
        """What stands after the @ in a Message-ID."""
        ...

    def send(self, mail: Mail) -> None:
        """Returns once the next server has taken the mail; raises MailError."""
        ...


def _nobody(step: str) -> None:
    """Hears of a step that is done, and makes nothing of it."""


class Post:
    """Sends by SMTP. The time limit holds for all that a mail takes: a server that sends one byte a second
    is cut off too."""

    def __init__(
        self,
        server: MailServer,
        keys: str = "mail.",
        resolve: Callable[[str, int], str] = lambda host, port: host,
        tokens: Tokens | None = None,
        keeps: int = 0,
    ) -> None:
        """keys: what the names of its settings begin with. resolve: the address to connect to for a host and
        a port; an OSError says why there is none. tokens: what signs in in the place of the password. keeps:
        how many connections at most wait for a next mail, until `close`. Raises SettingsError for a sender
        that is no address."""
        self._server, self._keys, self._resolve, self._tokens = server, keys, resolve, tokens
        self._keeps, self._kept = keeps, deque[smtplib.SMTP]()
        self._name, self._address = _our_address("sender", server.sender)
        self._reply_to = _our_address("reply_to", server.reply_to)[1] if server.reply_to else ""

    @property
    def domain(self) -> str:
        return self._address.rpartition("@")[2]

    def send(self, mail: Mail, told: Callable[[str], None] = _nobody) -> None:
        """Hand one mail over; `told` hears of each step that is done, all of them. Raises MailError."""
        message = self.message(mail)
        with self._connection(told) as (smtp, late):
            with step("sender", self._check("sender", "user"), late):
                taken(
                    smtp.mail(mail.sender or self._address), "the server does not take mail from this address"
                )
            told("sender")
            with step("receiver", late=late):
                for each in filter(None, (mail.to, mail.copy_to)):
                    taken(smtp.rcpt(each), "the server does not take mail to this address", final=True)
            told("receiver")
            with step("message", late=late):
                taken(smtp.data(message.as_bytes()), "the server does not take this mail", final=True)
            told("message")

    def greet(self) -> None:
        """Connect, secure the connection and sign in, and send nothing. Raises MailError."""
        with self._connection(_nobody):
            return

    def close(self) -> None:
        """Let go of the connections that wait for a next mail."""
        while (smtp := self._waiting()) is not None:
            with quiet():
                smtp.quit()
            smtp.close()

    def message(self, mail: Mail) -> EmailMessage:
        """The mail as it travels. Raises MailError, permanent, for a receiver that is no address."""
        try:
            to = address_of(mail.to)
        except NotAnAddressError as error:
            raise MailError("receiver", str(error), permanent=True) from error
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = _address(mail.from_name or self._name, mail.sender or self._address)
            message["To"] = _address("", to)
            if mail.reply_to or self._reply_to:
                message["Reply-To"] = _address("", mail.reply_to or self._reply_to)
            message["Subject"] = one_line(mail.subject)[:_SUBJECT_CHARACTERS]
            message["Date"] = format_datetime(mail.at)
            message["Message-ID"] = one_line(mail.message_id)
            if mail.references:
                message["In-Reply-To"] = one_line(mail.references[-1])
                message["References"] = one_line(" ".join(mail.references))
            message["Auto-Submitted"] = _submitted(mail)
            if mail.automatic:
                message["X-Auto-Response-Suppress"] = "All"
            message["Content-Language"] = one_line(mail.language)
            for name, value in mail.headers.items():
                message[name] = one_line(value)
            words = plain(mail.text)
            message.set_content(words, cte="quoted-printable")
            shown = mail.html or as_html(words, one_line(mail.language))
            message.add_alternative(shown, subtype="html", cte="quoted-printable")
            for file in mail.files:
                kind, _, subkind = file.type.partition("/")
                message.add_attachment(
                    file.content, maintype=kind, subtype=subkind, filename=one_line(file.name)
                )
        except (MessageError, ValueError, LookupError) as error:
            raise MailError("message", f"it can't be written as a mail ({error})", permanent=True) from error
        return message

    @contextmanager
    def _connection(self, told: Callable[[str], None]) -> Iterator[tuple[smtplib.SMTP, threading.Event]]:
        """Connected, secured and signed in, all within the time: one that was kept, where nobody is told of
        each step, or a new one. Kept if all goes well, and else closed.

        The event is set once the time is up, and the connection with it.
        """
        smtp = self._still_there() if told is _nobody else None
        fresh = smtp is None
        if smtp is None:
            smtp = self._client()
        with self._within_its_time(smtp) as late:
            try:
                if fresh:
                    self._connect(smtp, late, told)
                yield smtp, late
                if len(self._kept) < self._keeps:
                    self._kept.append(smtp)
                    return
                with quiet():
                    smtp.quit()
            except BaseException:
                smtp.close()
                raise
        smtp.close()

    def _still_there(self) -> smtplib.SMTP | None:
        """A connection that was kept and that the server still knows."""
        while (smtp := self._waiting()) is not None:
            with self._within_its_time(smtp), quiet():
                if smtp.noop()[0] == 250:
                    return smtp
            smtp.close()
        return None

    def _waiting(self) -> smtplib.SMTP | None:
        try:
            return self._kept.pop()
        except IndexError:
            return None

    def _client(self) -> smtplib.SMTP:
        """One that is not connected yet."""
        server, seconds = self._server, self._server.within_seconds + 1
        smtp = (
            smtplib.SMTP_SSL(local_hostname=self.domain, timeout=seconds, context=self._trust())
            if server.security == "tls"
            else smtplib.SMTP(local_hostname=self.domain, timeout=seconds)
        )
        # Whose certificate it must be; smtplib notes it only where it connects at once.
        smtp._host = server.host  # type: ignore[attr-defined]
        return smtp

    @contextmanager
    def _within_its_time(self, smtp: smtplib.SMTP) -> Iterator[threading.Event]:
        late = threading.Event()
        watch = threading.Timer(self._server.within_seconds, cut, (smtp, late))
        watch.daemon = True
        watch.start()
        try:
            yield late
        finally:
            watch.cancel()

    def _connect(self, smtp: smtplib.SMTP, late: threading.Event, told: Callable[[str], None]) -> None:
        server = self._server
        with step("connection", f"{self._check('host', 'port')} ({server.host}:{server.port})", late):
            to = self._resolve(server.host, server.port)
            taken(smtp.connect(to, server.port), "the server does not greet us")
            smtp.ehlo_or_helo_if_needed()
        told("connection")
        if server.security != "none":
            with step("encryption", self._check("security", "cafile"), late):
                if server.security == "starttls":
                    smtp.starttls(context=self._trust())
                    smtp.ehlo()
            told("encryption")
        if server.user:
            mend = self._tokens.mend if self._tokens else self._check("user", "password")
            with step("sign-in", mend, late):
                if self._tokens is not None:
                    sign_in_smtp(smtp, server.user, self._tokens)
                else:
                    smtp.login(server.user, server.password)
            told("sign-in")

    def _trust(self) -> ssl.SSLContext:
        with step("settings", self._check("cafile")):
            return ssl.create_default_context(cafile=self._server.cafile or None)

    def _check(self, *keys: str) -> str:
        """What to look at where it stops."""
        table, _, prefix = self._keys.rpartition(".")
        return f"check [{table}] {' and '.join(prefix + key for key in keys)}"


def open_post(settings: MailSettings, outbound: Outbound, clock: Clock) -> Post | None:
    """What sends for this house; None while mail is off. Raises SettingsError."""
    if not settings.host:
        return None
    return Post(settings, tokens=tokens_of(settings, outbound, clock, "mail"))


def address_of(text: str, *, ours: bool = False) -> str:
    """A mail address, stripped, with its domain in lower case and ASCII. Raises NotAnAddressError.

    ours: it is an operator's, so a bare host such as root@localhost may be one.
    """
    local, _, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        raise NotAnAddressError(text) from None
    known = _ADDRESS_IN_THE_HOUSE if ours else _ADDRESS
    if not known.fullmatch(address) or ".." in address or local.startswith(".") or local.endswith("."):
        raise NotAnAddressError(text)
    return address


def _our_address(key: str, text: str) -> tuple[str, str]:
    """Name and address of a setting."""
    name, address = parseaddr(text)
    try:
        return name, address_of(address if one_line(text) == text else "", ours=True)
    except NotAnAddressError as error:
        rule = 'must be an address such as "Support <support@company.example>"'
        raise SettingsError("settings", f"[mail] {key} = {shown(text)}", rule, key=f"mail.{key}") from error


def _submitted(mail: Mail) -> str:
    """RFC 3834's word for who wrote it."""
    if not mail.automatic:
        return "no"
    return "auto-replied" if mail.answers else "auto-generated"


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name)[:_NAME_CHARACTERS], local, domain)
