"""A mailbox on an IMAP server: what is new in it, again and again, without changing anything there.

What has been read is remembered as a cursor of UIDVALIDITY and UID, and never by a flag: people may look into
the same mailbox. The folder is opened for reading only.
"""

from __future__ import annotations

import imaplib
import re
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from imap_tools import BaseMailBox, ImapToolsError
from imap_tools.errors import UnexpectedCommandStatusError

from config.clock import Clock
from config.errors import ConfigError
from config.imap_client import ImapBox, ImapClient, TlsImapClient, has_word
from config.mail_words import one_line
from config.oauth import TokenError, Tokens, sign_in_imap

T = TypeVar("T")

MOST_BYTES = 25 * 1024 * 1024
"""Of a mail that is fetched; of a longer one only the headers are."""

_LOOK_BACK = timedelta(days=3)  # where the server has numbered its mails anew
_CURSOR = re.compile(r"(\d{1,10}):(\d{1,10})")
_FETCHED = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_BROKEN = (ImapToolsError, imaplib.IMAP4.error, OSError, ValueError)


class MailboxError(ConfigError):
    """The mailbox can't be read. The message says why and what to mend, without any secret.

    permanent: the settings are wrong; asking again is no use. step: how far it came.
    """

    status = 502

    def __init__(self, step: str, why: str, *, permanent: bool = False) -> None:
        super().__init__(f"{step}: {why}")
        self.step, self.why, self.permanent = step, why, permanent


@dataclass(frozen=True, slots=True)
class MailboxAt:
    """Where a mailbox is. security: `tls` from the first byte, `starttls`, or `none`. within_seconds: for one
    errand, such as fetching mails. keys: what the names of these settings begin with."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    cafile: str = ""
    within_seconds: int = 30
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it lies in the mailbox. place: finds it again, by `Mailbox.one`. size: its bytes. whole:
    False where it is so long that `raw` has only its headers."""

    place: str
    raw: bytes
    size: int
    whole: bool


class Mailbox:
    """One connection, made when it is needed and again when it broke; for one thread at a time.

    `close` alone may come while another thread waits, and ends that.
    """

    def __init__(
        self,
        at: MailboxAt,
        clock: Clock,
        resolve: Callable[[str, int], str] = lambda host, port: host,
        tokens: Tokens | None = None,
    ) -> None:
        """resolve: the address to connect to for a host and a port; an OSError says why there is none.
        tokens: what signs in in the place of the password."""
        self._at, self._clock, self._resolve, self._tokens = at, clock, resolve, tokens
        self._box: ImapBox | None = None
        self._validity = 0  # which numbering of its mails the folder has that is open
        self._client: imaplib.IMAP4 | None = None
        self._guard = threading.Lock()
        self._closing = threading.Event()
        self._wake, self._woken = socket.socketpair()

    def new(
        self, cursor: str, most: int = 50, *, back: timedelta = timedelta()
    ) -> tuple[tuple[Arrived, ...], str]:
        """The mails since the cursor, oldest first, at most so many, and the next cursor.

        cursor: "" the first time. back: the first time, mails of so long ago are given too; by the day. Where
        the server has numbered its mails anew, those of the last days come again, under other places. Raises
        MailboxError.
        """
        return self._do("reading", lambda box: self._since(box, cursor, most, back))

    def wait(self, within: timedelta) -> bool:
        """Wait until something happens in the mailbox, by IDLE; True if it did, or where the server can't
        tell. False on `close`. Raises MailboxError."""
        idle = self._do("waiting", _begin_idle)
        with self._guard:
            happened = self._pause(within, idle)
            if self._closing.is_set():
                return False
            if idle is not None:
                with self._errand("waiting") as box:
                    box.idle.stop()
            return happened or idle is None

    def one(self, place: str) -> Arrived | None:
        """A mail by its place; None where it is gone, or the server has numbered its mails anew."""
        found = _CURSOR.fullmatch(place)
        return (
            self._do("reading", lambda box: self._placed(box, int(found[1]), int(found[2])))
            if found
            else None
        )

    def find(self, header: str, value: str) -> tuple[str, ...]:
        """The places of the mails whose header contains a text, oldest first. Raises MailboxError."""
        said = one_line(value).replace("\\", "").replace('"', "")
        return self._do("searching", lambda box: self._found(box, header, said)) if said.isascii() else ()

    def check(self, told: Callable[[str], None] = lambda step: None) -> None:
        """Connect anew, sign in and open the folder; `told` hears of each step. Raises MailboxError."""
        with self._guard:
            self._drop()
            with self._errand("reading", told):
                return

    def close(self) -> None:
        """Give the connection back for good; a `wait` of another thread ends at once."""
        if not self._closing.is_set():
            self._closing.set()
            self._wake.close()
        with self._guard:
            self._drop()
            self._woken.close()

    def _do(self, step: str, work: Callable[[BaseMailBox], T]) -> T:
        """An errand, once more over a new connection where the one from before has broken meanwhile."""
        with self._guard:
            again = self._box is not None
            try:
                with self._errand(step) as box:
                    return work(box)
            except MailboxError as error:
                if not again or error.permanent or self._closing.is_set():
                    raise
            with self._errand(step) as box:
                return work(box)

    def _since(
        self, box: BaseMailBox, cursor: str, most: int, back: timedelta
    ) -> tuple[tuple[Arrived, ...], str]:
        box.client.noop()  # so that the open folder knows of every mail
        validity, found = self._validity, _CURSOR.fullmatch(cursor)
        if found is not None and int(found[1]) == validity:
            # The last mail is always given, also where it is not new.
            last = int(found[2])
            wanted = [uid for uid in self._uids(box, f"UID {last + 1}:*") if uid > last][:most]
        else:
            following = self._following(box)
            back = _LOOK_BACK if found is not None else back
            since = (self._clock.now() - back).strftime("%d-%b-%Y")
            wanted = self._uids(box, f"SINCE {since}")[:most] if back else []
            last = 0 if wanted else following - 1
        mails = tuple(mail for uid in wanted if (mail := self._fetched(box, uid)) is not None)
        return mails, f"{validity}:{max([last, *wanted])}"

    def _placed(self, box: BaseMailBox, validity: int, uid: int) -> Arrived | None:
        box.client.noop()
        return self._fetched(box, uid) if self._validity == validity else None

    def _found(self, box: BaseMailBox, header: str, said: str) -> tuple[str, ...]:
        box.client.noop()
        return tuple(f"{self._validity}:{uid}" for uid in self._uids(box, f'HEADER {header} "{said}"'))

    def _following(self, box: BaseMailBox) -> int:
        """The UID that the next mail will have."""
        now = box.folder.status(self._at.folder, ("UIDNEXT",))
        if "UIDNEXT" not in now:
            raise MailboxError("reading", "the server does not say how it numbers its mails")
        return now["UIDNEXT"]

    def _uids(self, box: BaseMailBox, criteria: str) -> list[int]:
        # Without a charset: some servers know none, and what is asked for is ASCII.
        return sorted(map(int, box.uids(criteria, None)))

    def _fetched(self, box: BaseMailBox, uid: int) -> Arrived | None:
        """One mail; None where somebody has deleted it meanwhile."""
        measured = _SIZE.search(b" ".join(self._answer(box, uid, "(RFC822.SIZE)")))
        if measured is None:
            return None
        size = int(measured[1])
        whole = size <= MOST_BYTES
        answer = self._answer(box, uid, "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])")
        return Arrived(f"{self._validity}:{uid}", max(answer, key=len, default=b""), size, whole)

    def _answer(self, box: BaseMailBox, uid: int, what: str) -> list[bytes]:
        """All that the server says of one mail; nothing where it is gone."""
        status, answer = box.client.uid("FETCH", str(uid), what)
        if status != "OK":
            raise MailboxError("reading", "the server does not give a mail out")
        parts = [part for item in answer if item for part in (item if isinstance(item, tuple) else (item,))]
        found = [part for part in parts if isinstance(part, bytes)]
        about = (_FETCHED.search(part) for part in found)
        return found if any(each and int(each[1]) == uid for each in about) else []

    @contextmanager
    def _errand(self, step: str, told: Callable[[str], None] = lambda step: None) -> Iterator[BaseMailBox]:
        """A connection for something that takes no longer than it may; dropped if anything goes wrong."""
        if self._closing.is_set():
            raise MailboxError(step, "the house is closing")
        late = threading.Event()
        watch = threading.Timer(self._at.within_seconds, self._cut, (late,))
        watch.daemon = True
        watch.start()
        try:
            box = self._box = self._box or self._open(told)
            yield box
        except (MailboxError, *_BROKEN) as error:
            self._drop()
            if late.is_set():
                raise MailboxError(step, "the server takes too long") from None
            raise error if isinstance(error, MailboxError) else MailboxError(step, _why(error)) from None
        finally:
            watch.cancel()

    def _open(self, told: Callable[[str], None]) -> ImapBox:
        at = self._at
        with _step("connection", f"{self._check('host', 'port', 'security')} ({at.host}:{at.port})"):
            to, seconds = (self._resolve(at.host, at.port), at.port), at.within_seconds + 1
            if at.security == "tls":
                client: imaplib.IMAP4 = TlsImapClient(at.host, to, seconds, self._hold, self._trust())
            else:
                client = ImapClient(at.host, to, seconds, self._hold)
            if at.security == "starttls":
                client.starttls(self._trust())
            box = ImapBox(client)
        told("connection")
        tokens = self._tokens
        with _step("sign-in", tokens.mend if tokens else self._check("user", "password"), permanent=True):
            if tokens is not None:
                sign_in_imap(client, at.user, tokens)
            else:
                box.login(at.user, at.password, initial_folder=None)
        told("sign-in")
        with _step("folder", self._check("folder"), permanent=True):
            box.folder.set(at.folder, readonly=True)
            _, numbered = client.response("UIDVALIDITY")
            self._validity = int(numbered[0] or b"")
        told("folder")
        return box

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._at.cafile or None)

    def _check(self, *keys: str) -> str:
        """What to look at where it stops."""
        table, _, prefix = self._at.keys.rpartition(".")
        return f"check [{table}] {' and '.join(prefix + key for key in keys)}"

    def _hold(self, client: imaplib.IMAP4) -> None:
        self._client = client

    def _cut(self, late: threading.Event) -> None:
        """End a connection that has taken all its time, in the middle of whatever it waits for."""
        late.set()
        client = self._client
        if client is not None:
            with _quiet():
                client.sock.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        """Let go of the connection; the next errand makes another."""
        client, self._client, self._box = self._client, None, None
        if client is not None:
            with _quiet():
                client.shutdown()

    def _pause(self, within: timedelta, idle: imaplib.IMAP4 | None) -> bool:
        """Wait for a word of a server that tells; False when the time is up, or on `close`."""
        if idle is not None and has_word(idle):
            return True
        sock = idle.sock if idle is not None else None
        listened = [each for each in (sock, self._woken) if each is not None]
        ready, _, _ = select.select(listened, [], [], within.total_seconds())
        return sock is not None and sock in ready


def _begin_idle(box: BaseMailBox) -> imaplib.IMAP4 | None:
    """The client that the server tells from now on what happens; None where it can't. Source: RFC 2177."""
    _, said = box.client.capability()  # what it told before the sign-in may be less
    if b"IDLE" not in (said[0] or b"").upper().split():
        return None
    box.idle.start()
    return box.client


@contextmanager
def _step(name: str, mend: str, *, permanent: bool = False) -> Iterator[None]:
    """Whatever the server refuses in here is a MailboxError that names the step and what to mend.

    permanent: a refusal is; a connection that breaks is not.
    """
    try:
        yield
    except TokenError as error:
        raise MailboxError(name, str(error), permanent=error.permanent) from None
    except _BROKEN as error:
        final = permanent and not isinstance(error, OSError | imaplib.IMAP4.abort)
        raise MailboxError(name, f"{_why(error)}; {mend}", permanent=final) from None


def _why(error: Exception) -> str:
    match error:
        case TimeoutError():
            return "the server takes too long"
        case ssl.SSLCertVerificationError():
            return f"its certificate is not trusted ({error.verify_message})"
        case ssl.SSLError():
            return f"no encrypted connection ({error.reason or 'TLS'})"
        case OSError():
            return f"no connection ({error.strerror or type(error).__name__})"
        case imaplib.IMAP4.abort():
            return "the server closed the connection"
        case UnexpectedCommandStatusError():
            status, said = error.command_result[0], error.command_result[1]
            words = b" ".join(each for each in said if isinstance(each, bytes)).decode("utf-8", "replace")
            return f"the server answers {status} {one_line(words)[:300]}"
        case imaplib.IMAP4.error() if error.args:
            words = error.args[0]
            said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
            return f"the server answers {one_line(said)[:300]}"
    return f"the server answers what is not understood ({type(error).__name__})"


@contextmanager
def _quiet() -> Iterator[None]:
    """The connection is given up already: what closing it still says changes nothing."""
    try:
        yield
    except _BROKEN:
        return
