"""The steps of handing a mail over by SMTP: where one fails, the error says which, why, and what to mend."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from config.errors import ConfigError
from config.mail_words import one_line
from config.oauth import TokenError


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


class RefusedError(Exception):
    """The server said no; `permanent` where it will say so again."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


def taken(answer: tuple[int, bytes], why: str, *, final: bool = False) -> None:
    """Raise RefusedError unless the server's answer is a yes.

    final: a 5xx here is about this mail. One about who we are (530, 5.7.x: relaying denied, sign in first)
    is not: the settings are to be mended, and the mail goes then.
    """
    code, said = answer
    if not 200 <= code < 300:
        words = one_line(said.decode("utf-8", "replace"))[:300]
        about_us = code == 530 or words.startswith("5.7.")
        raise RefusedError(f"{why} ({code} {words})", permanent=final and code >= 500 and not about_us)


@contextmanager
def step(name: str, mend: str = "", late: threading.Event | None = None) -> Iterator[None]:
    """Whatever goes wrong in here is a MailError that names the step and what to mend."""
    way_out = f"; {mend}" if mend else ""
    try:
        yield
    except MailError:
        raise
    except TokenError as error:
        raise MailError(name, str(error)) from None
    except (RefusedError, smtplib.SMTPException, OSError, ValueError) as error:
        unsure = name == "message" and not isinstance(error, RefusedError | smtplib.SMTPDataError)
        if late is None or not late.is_set():
            permanent = _permanent(error)
            raise MailError(name, f"{_why(error)}{way_out}", permanent=permanent, unsure=unsure) from None
        raise MailError(name, f"the server takes too long{way_out}", unsure=unsure) from None


def _permanent(error: Exception) -> bool:
    return isinstance(error, RefusedError) and error.permanent


def _why(error: Exception) -> str:
    match error:
        case RefusedError():
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


def cut(smtp: smtplib.SMTP, late: threading.Event) -> None:
    """End a connection that has taken all its time, in the middle of whatever it waits for."""
    late.set()
    sock = smtp.sock
    if sock is not None:
        with quiet():
            sock.shutdown(2)


@contextmanager
def quiet() -> Iterator[None]:
    """The mail is taken or given up already: what a closing connection still says changes nothing."""
    try:
        yield
    except (smtplib.SMTPException, OSError):
        return
