"""Mail that goes out: what a mail is, and the one way it leaves the house, over SMTP."""

from __future__ import annotations

import html
import re
import smtplib
import ssl
import threading
import unicodedata
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

from config.errors import ConfigError
from config.mail_server import MailServer
from config.settings import MailSettings
from config.toml_values import SettingsError, shown

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{4,189}$)[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS_IN_THE_HOUSE = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_SUBJECT_CHARACTERS = 200
_NAME_CHARACTERS = 80


class NotAnAddressError(ConfigError):
    """Something that no mail can be sent to."""

    status = 422

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:100]!r} is not an e-mail address; write it as name@company.example")


class MailError(ConfigError):
    """A mail did not go out. The message says why and what to mend, without any secret.

    permanent: the server refuses this mail to this receiver, so trying again is no use. Otherwise the server
    could not be reached, or would not take mail from us now. unsure: it had the mail, and did not say whether
    it has taken it. step: how far it came.
    """

    status = 502

    def __init__(self, step: str, why: str, *, permanent: bool = False, unsure: bool = False) -> None:
        super().__init__(f"{step}: {why}")
        self.step, self.why, self.permanent, self.unsure = step, why, permanent, unsure


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


class Post:
    """Sends by SMTP, one connection a mail. The time limit holds for all of it: a server that sends one byte
    a second is cut off too."""

    def __init__(
        self,
        server: MailServer,
        keys: str = "mail.",
        resolve: Callable[[str, int], str] = lambda host, port: host,
    ) -> None:
        """keys: what the names of its settings begin with. resolve: the address to connect to for a host and
        a port; an OSError says why there is none. Raises SettingsError for a sender that is no address."""
        self._server, self._keys, self._resolve = server, keys, resolve
        self._name, self._address = _our_address("sender", server.sender)
        self._reply_to = _our_address("reply_to", server.reply_to)[1] if server.reply_to else ""

    @property
    def domain(self) -> str:
        return self._address.rpartition("@")[2]

    def send(self, mail: Mail, told: Callable[[str], None] = lambda step: None) -> None:
        """Hand one mail over; `told` hears of each step that is done. Raises MailError."""
        message = self.message(mail)
        with self._connection(told) as (smtp, late):
            with _step("sender", self._check("sender", "user"), late):
                _taken(
                    smtp.mail(mail.sender or self._address), "the server does not take mail from this address"
                )
            told("sender")
            with _step("receiver", late=late):
                for each in filter(None, (mail.to, mail.copy_to)):
                    _taken(smtp.rcpt(each), "the server does not take mail to this address", final=True)
            told("receiver")
            with _step("message", late=late):
                _taken(smtp.data(message.as_bytes()), "the server does not take this mail", final=True)
            told("message")

    def greet(self) -> None:
        """Connect, secure the connection and sign in, and send nothing. Raises MailError."""
        with self._connection(lambda step: None):
            return

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
        """Connected, secured and signed in; whatever happens, closed within the time.

        The event is set once the time is up, and the connection with it.
        """
        server, seconds, late = self._server, self._server.within_seconds, threading.Event()
        with _step("settings", self._check("cafile")):
            secured = server.security != "none"
            trust = ssl.create_default_context(cafile=server.cafile or None) if secured else None
        smtp = (
            smtplib.SMTP_SSL(local_hostname=self.domain, timeout=seconds + 1, context=trust)
            if server.security == "tls"
            else smtplib.SMTP(local_hostname=self.domain, timeout=seconds + 1)
        )
        # Whose certificate it must be; smtplib notes it only where it connects at once.
        smtp._host = server.host  # type: ignore[attr-defined]
        watch = threading.Timer(seconds, _cut, (smtp, late))
        watch.daemon = True
        watch.start()
        try:
            with _step("connection", f"{self._check('host', 'port')} ({server.host}:{server.port})", late):
                to = self._resolve(server.host, server.port)
                _taken(smtp.connect(to, server.port), "the server does not greet us")
                smtp.ehlo_or_helo_if_needed()
            told("connection")
            if server.security != "none":
                with _step("encryption", self._check("security", "cafile"), late):
                    if server.security == "starttls":
                        smtp.starttls(context=trust)
                        smtp.ehlo()
                told("encryption")
            if server.user:
                with _step("sign-in", self._check("user", "password"), late):
                    smtp.login(server.user, server.password)
                told("sign-in")
            yield smtp, late
            with _quiet():
                smtp.quit()
        finally:
            watch.cancel()
            smtp.close()

    def _check(self, *keys: str) -> str:
        """What to look at where it stops."""
        table, _, prefix = self._keys.rpartition(".")
        return f"check [{table}] {' and '.join(prefix + key for key in keys)}"


def open_post(settings: MailSettings) -> Post | None:
    """What sends for this house; None while mail is off. Raises SettingsError."""
    return Post(settings) if settings.host else None


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


def one_line(text: str) -> str:
    """A text fit for a header: no line break and no other control character can be in it."""
    kept = ("".join(" " if unicodedata.category(each) in _CONTROLS else each for each in text)).split()
    return " ".join(kept)


def plain(text: str) -> str:
    """A text fit for a body: line breaks and tabs are the only control characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) not in _CONTROLS)


_CONTROLS = ("Cc", "Cs", "Zl", "Zp")


def as_html(text: str, language: str) -> str:
    """The same words for readers that show HTML: paragraphs and links, nothing fetched from anywhere."""
    paragraphs = "".join(
        f"<p>{_linked(part)}</p>\n" for part in re.split(r"\n{2,}", text.strip()) if part.strip()
    )
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8"></head>\n'
        '<body style="font:15px/1.5 system-ui,sans-serif;max-width:38em;margin:1.5em auto;padding:0 1em">\n'
        f"{paragraphs}</body></html>\n"
    )


def _linked(paragraph: str) -> str:
    """Escaped, with its addresses as links and its line breaks kept."""
    shown, end = "", 0
    for found in _LINK.finditer(paragraph):
        address = html.escape(found[0])
        shown += html.escape(paragraph[end : found.start()]) + f'<a href="{address}">{address}</a>'
        end = found.end()
    return (shown + html.escape(paragraph[end:])).replace("\n", "<br>\n")


def _submitted(mail: Mail) -> str:
    """RFC 3834's word for who wrote it."""
    if not mail.automatic:
        return "no"
    return "auto-replied" if mail.answers else "auto-generated"


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(one_line(name)[:_NAME_CHARACTERS], local, domain)


class _RefusedError(Exception):
    """The server said no; `permanent` where it will say so again."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


def _taken(answer: tuple[int, bytes], why: str, *, final: bool = False) -> None:
    """Raise _RefusedError unless the server's answer is a yes.

    final: a 5xx here is about this mail. One about who we are (530, 5.7.x: relaying denied, sign in first)
    is not: the settings are to be mended, and the mail goes then.
    """
    code, said = answer
    if not 200 <= code < 300:
        words = one_line(said.decode("utf-8", "replace"))[:300]
        about_us = code == 530 or words.startswith("5.7.")
        raise _RefusedError(f"{why} ({code} {words})", permanent=final and code >= 500 and not about_us)


@contextmanager
def _step(name: str, mend: str = "", late: threading.Event | None = None) -> Iterator[None]:
    """Whatever goes wrong in here is a MailError that names the step and what to mend."""
    way_out = f"; {mend}" if mend else ""
    try:
        yield
    except MailError:
        raise
    except (_RefusedError, smtplib.SMTPException, OSError, ValueError) as error:
        unsure = name == "message" and not isinstance(error, _RefusedError | smtplib.SMTPDataError)
        if late is None or not late.is_set():
            permanent = _permanent(error)
            raise MailError(name, f"{_why(error)}{way_out}", permanent=permanent, unsure=unsure) from None
        raise MailError(name, f"the server takes too long{way_out}", unsure=unsure) from None


def _permanent(error: Exception) -> bool:
    return isinstance(error, _RefusedError) and error.permanent


def _why(error: Exception) -> str:
    match error:
        case _RefusedError():
            return str(error)
        case TimeoutError():
            return "the server takes too long"
        case smtplib.SMTPAuthenticationError():
            return f"the server refuses the sign-in ({error.smtp_code})"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})"
        case smtplib.SMTPServerDisconnected():
            return "the server closed the connection"
        case smtplib.SMTPResponseException():
            said = error.smtp_error
            words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            return f"the server answers {error.smtp_code} {one_line(words)[:300]}"
        case smtplib.SMTPException():
            return one_line(str(error))[:300]
        case ssl.SSLError():
            return f"no encrypted connection ({error.reason or 'TLS'})"
        case OSError():
            return f"no connection ({error.strerror or type(error).__name__})"
    return f"it can't be sent ({type(error).__name__})"


def _cut(smtp: smtplib.SMTP, late: threading.Event) -> None:
    """End a connection that has taken all its time, in the middle of whatever it waits for."""
    late.set()
    sock = smtp.sock
    if sock is not None:
        with _quiet():
            sock.shutdown(2)


@contextmanager
def _quiet() -> Iterator[None]:
    """The mail is taken or given up already: what a closing connection still says changes nothing."""
    try:
        yield
    except (smtplib.SMTPException, OSError):
        return
