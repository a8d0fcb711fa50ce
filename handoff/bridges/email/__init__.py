"""Any team with a mailbox: a case is a thread of mails, and what is answered to it reaches the customer.

Out by SMTP to the team; in by IMAP, from a mailbox of our own to which the team's answers go. A copy of each
of our mails goes there too: where a server did not say whether it took one, the copy does.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from errno import EHOSTUNREACH
from functools import partial

from config.mail import Mail, MailError, Post
from config.mailbox import Arrived, Mailbox, MailboxError
from config.oauth import tokens_of
from config.outbound import Outbound, OutboundError
from config.reading_mail import ReadMail, UnreadableMailError, read_mail
from handoff.bridges import (
    Around,
    Capabilities,
    CaseRef,
    Changes,
    HealthState,
    Incoming,
    IncomingFile,
    NewCase,
    Outgoing,
    RawReply,
    RawRequest,
    Step,
)
from handoff.bridges.email.answers import Rules, events_of
from handoff.bridges.email.guide import GUIDE
from handoff.bridges.email.letters import MOST_MAIL, Letterhead
from handoff.bridges.email.settings import EmailSettings
from handoff.bridges.errors import (
    BadRequestError,
    BadSignatureError,
    PeerAwayError,
    PeerError,
    PeerRefusedError,
    PeerUnsureError,
)

_LINES = 5  # to the server that takes mail, as many as cases are told at once
_REMEMBERED = 1000  # mails of which this process knows that they went out
_ROUND_TRIP = timedelta(seconds=30)  # that the check waits for its mail to come back
_LOOKS = 10  # for a mail that is on its way: other mails come, and some servers do not tell
_ASKS_TO_WAIT = re.compile(r"\b(?:in|after|for)\s+(\d{1,5})\s*(s|m)(?:\b|ec|in)", re.IGNORECASE)
_NO_IDLE = timedelta(seconds=2)  # between two looks where nobody waits in the mailbox
_LOOK_BACK = timedelta(days=3)

_NO_WAY_BACK = (
    "see that mail to {to} lands in the folder {folder} of {user}; where the server knows no addresses with "
    "a plus, set [bridges.email] plus_addresses = false"
)

_log = logging.getLogger(__name__)

_SMTP_STEPS = {
    "connection": "the server that takes mail answers",
    "encryption": "the connection is encrypted, and the certificate is the server's",
    "sign-in": "it lets us in",
    "sender": "it takes mail from {address}",
    "receiver": "it takes mail to {to}",
    "message": "it has taken a mail to {to}",
}
_IMAP_STEPS = {
    "connection": "the server that keeps mail answers",
    "sign-in": "it lets {user} in",
    "folder": "the folder {folder} can be read",
}


class EmailBridge:
    """One mailbox, one team, any number of threads."""

    name = "email"
    capabilities = Capabilities(
        receive="stream",
        idempotent_create="lookup",
        idempotent_post="lookup",
        erase=False,
        most_text=200_000,
        most_file=MOST_MAIL,
        acknowledge_within=timedelta(0),
    )

    def __init__(self, around: Around, settings: EmailSettings) -> None:
        self._clock, self._settings = around.clock, settings
        self._head = Letterhead(
            address=settings.address.lower(),
            team=settings.team,
            secret=settings.secret,
            plus=settings.plus_addresses,
            brand=around.brand,
            footer=settings.footer,
            language=around.language,
            say=around.say,
        )
        tag = re.compile(settings.subject_tag) if settings.subject_tag else None
        self._rules = Rules(settings.agents, bool(settings.check_server), tag)
        within, resolve = around.outbound.within, partial(_resolved, around.outbound)
        tokens = tokens_of(settings, around.outbound, around.clock, "bridges.email")
        if tokens is None and not settings.imap_password:
            raise around.given.error("imap_password", "is missing; write it there, or set oauth_token_url")
        self._post = Post(settings.smtp(within), "bridges.email.smtp_", resolve, tokens, keeps=_LINES)
        self._inbox = Mailbox(settings.imap(within), around.clock, resolve, tokens)
        self._records = Mailbox(settings.imap(within), around.clock, resolve, tokens)
        self._guard = threading.Lock()
        self._went: OrderedDict[str, None] = OrderedDict()

    @classmethod
    def open(cls, around: Around) -> EmailBridge:
        return cls(around, around.given.read(EmailSettings))

    # Out

    def find_case(self, handoff_id: str) -> CaseRef | None:
        mark = self._head.mark(handoff_id)
        mail = self._copy(self._head.root(mark))
        if mail is None:
            return None
        to = mail.to[0] if mail.to else self._head.team
        more = {"subject": mail.subject, "to": to, "number": mail.header("X-Handoff-Number")}
        return CaseRef(self.name, mark, None, more)

    def open_case(self, case: NewCase, key: str) -> CaseRef:
        mail = self._head.opening(case)
        self._send_once(mail)
        return self._head.ref(case, mail)

    def post(self, case: CaseRef, item: Outgoing, key: str) -> str:
        mail = self._head.posting(case, item, key, self._tag(case))
        self._send(mail)
        return mail.message_id

    def find_post(self, case: CaseRef, key: str) -> str | None:
        message_id = self._head.message_id(case.case_key, key)
        return None if self._copy(message_id) is None else message_id

    def update(self, case: CaseRef, changes: Changes, key: str) -> CaseRef:
        to = case.more.get("to") or self._head.team
        if changes.team is not None or changes.assignee is not None:
            to = self._head.receiver(changes.assignee, changes.team)
        moved = CaseRef(case.bridge, case.case_key, case.url, {**case.more, "to": to})
        # Who has not had the case yet is told what it is about.
        first = self._copy(self._head.root(case.case_key)) if moved != case else None
        mail = self._head.changed(moved, changes, key, self._clock.now(), self._tag(case), first)
        if mail is not None:
            self._send_once(mail)
        return moved

    def typing(self, case: CaseRef, typing: bool) -> None:
        """Mail can't show it."""

    def erase(self, handoff_id: str, case: CaseRef | None) -> None:
        subject = case.more.get("subject", "") if case is not None else ""
        raise PeerRefusedError(
            f"mails can't be taken back: delete the thread {subject!r} from the mailboxes of "
            f"{self._head.team} and of {self._head.address}, and from their bins"
        )

    def _send_once(self, mail: Mail) -> None:
        """Not if the mailbox shows that it went out before."""
        with _answered():
            if mail.message_id in self._went or self._records.find("Message-ID", mail.message_id):
                return
        self._send(mail)

    def _send(self, mail: Mail) -> None:
        """Not if this process knows that it went out before."""
        if mail.message_id in self._went:
            return
        try:
            self._post.send(mail)
        except MailError as error:
            raise _peer_error(error) from error
        with self._guard:
            self._went[mail.message_id] = None
            while len(self._went) > _REMEMBERED:
                self._went.popitem(last=False)

    def _copy(self, message_id: str) -> ReadMail | None:
        """Our own copy of a mail; one that has just been sent may be on its way yet, so it is waited for."""
        settle = timedelta(seconds=self._settings.settle_seconds)
        with _answered():
            places = self._records.find("Message-ID", message_id)
            for _ in range(_LOOKS if settle else 0):
                if places:
                    break
                self._records.wait(settle / _LOOKS)
                places = self._records.find("Message-ID", message_id)
            arrived = self._records.one(places[-1]) if places else None
        return self._read(arrived) if arrived is not None else None

    def _tag(self, case: CaseRef) -> str:
        """What a helpdesk that works by mail has put into the subjects of this case; "" where none does."""
        tag = self._rules.tag
        if tag is None:
            return ""
        with _answered():
            for place in reversed(self._records.find("To", case.case_key)):
                arrived = self._records.one(place)
                mail = self._read(arrived) if arrived is not None else None
                if mail is not None and (found := tag.search(mail.subject)):
                    return found[0]
        return ""

    # In

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def verify(self, request: RawRequest, now: datetime) -> None:
        raise BadSignatureError("answers come by mail, and nothing by webhook")

    def parse(self, request: RawRequest) -> Sequence[Incoming]:
        raise BadRequestError("answers come by mail, and nothing by webhook")

    def poll(self, cursor: str, cases: Sequence[CaseRef]) -> tuple[Sequence[Incoming], str, timedelta]:
        """With nothing new it waits in the mailbox, as long as `idle_seconds`; `close` ends that."""
        idle = timedelta(seconds=self._settings.idle_seconds)
        try:
            mails, following = self._inbox.new(cursor, back=_LOOK_BACK)
            if not mails and idle and self._inbox.wait(idle):
                mails, following = self._inbox.new(following, back=_LOOK_BACK)
        except MailboxError as error:
            raise PeerAwayError(str(error)) from error
        events = [event for arrived in mails for event in self._events(arrived, cases)]
        return events, following, timedelta() if idle or mails else _NO_IDLE

    def hydrate(self, event: Incoming) -> Incoming:
        return event

    def fetch(self, case: CaseRef, file: IncomingFile) -> bytes:
        place, _, number = file.key.rpartition("/")
        with _answered():
            arrived = self._records.one(place)
        mail = self._read(arrived) if arrived is not None else None
        files = mail.files if mail is not None else ()
        if not number.isdigit() or int(number) >= len(files):
            raise PeerRefusedError(f"{file.name} is not in the mailbox of {self._head.address} any more")
        return files[int(number)].content

    def _events(self, arrived: Arrived, cases: Sequence[CaseRef]) -> Sequence[Incoming]:
        mail, now = self._read(arrived), self._clock.now()
        if mail is None:
            return ()
        return events_of(mail, arrived.place, arrived.whole, self._head, self._rules, cases, now)

    def _read(self, arrived: Arrived) -> ReadMail | None:
        """A mail; None, and a line in the log, for bytes that are none."""
        try:
            return read_mail(arrived.raw, trusted=self._settings.check_server, above=self._head.above)
        except UnreadableMailError as error:
            _log.warning("%s, under %s: %s", self._head.address, arrived.place, error)
            return None

    # Health

    def health(self) -> HealthState:
        try:
            self._post.greet()
            with _answered():
                self._records.find("Message-ID", self._head.root(self._head.mark("health")))
        except (MailError, PeerError) as error:
            return HealthState(False, _in_our_words(str(error)))
        return HealthState(True, f"mail goes out to {self._head.team}, and answers are looked for")

    def check(self) -> Sequence[Step]:
        """The last step is a mail to an address such as answers go to, which has to come back."""
        steps: list[Step] = []
        blanks = {
            "address": self._head.address,
            "to": self._head.answers(self._head.mark("check")),
            "user": self._settings.imap_user,
            "folder": self._settings.imap_folder,
        }

        def did(done: Mapping[str, str]) -> Callable[[str], None]:
            return lambda step: steps.append(Step(step, True, done[step].format(**blanks)))

        mail = self._head.trial(self._clock.now(), secrets.token_hex(8))
        try:
            self._records.check(did(_IMAP_STEPS))
            self._post.send(mail, did(_SMTP_STEPS))
            came = self._came_back(mail.message_id)
        except (MailError, MailboxError) as error:
            why, _, mend = _in_our_words(error.why).partition("; ")
            return (*steps, Step(error.step, False, why, mend))
        says = (
            f"a mail to {mail.to} came back into the mailbox" if came else f"a mail to {mail.to} did not come"
        )
        return (*steps, Step("answers", came, says, "" if came else _NO_WAY_BACK.format(**blanks)))

    def _came_back(self, message_id: str) -> bool:
        for _ in range(_LOOKS):
            if self._records.find("Message-ID", message_id):
                return True
            self._records.wait(_ROUND_TRIP / _LOOKS)
        return False

    @staticmethod
    def guide(webhook_url: str) -> str:
        return GUIDE

    def close(self) -> None:
        self._post.close()
        self._inbox.close()
        self._records.close()


def _peer_error(error: MailError) -> PeerError:
    says = _in_our_words(str(error))
    if error.permanent:
        return PeerRefusedError(says)
    return PeerUnsureError(says) if error.unsure else PeerAwayError(says, _retry_after(error.why))


def _in_our_words(says: str) -> str:
    """The post calls whom we write as by another key than this table does."""
    return says.replace("smtp_sender", "address")


def _retry_after(why: str) -> timedelta | None:
    """How long a server wants us to wait that is greylisting; it says so in words alone."""
    found = _ASKS_TO_WAIT.search(why)
    if found is None:
        return None
    return timedelta(seconds=int(found[1]) * (60 if found[2].casefold() == "m" else 1))


def _resolved(outbound: Outbound, host: str, port: int) -> str:
    """A host's address, if it may be asked; else the error that those know who speak SMTP and IMAP."""
    try:
        return outbound.resolve(host, port)
    except OutboundError as error:
        raise OSError(EHOSTUNREACH, str(error)) from error


@contextmanager
def _answered() -> Iterator[None]:
    """A mailbox that can't be read now is a helpdesk that is away."""
    try:
        yield
    except MailboxError as error:
        raise PeerAwayError(str(error)) from error


PLUG = EmailBridge
