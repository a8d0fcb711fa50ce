"""Mail to customers: what an event made us owe them, looked at again when it is due, and transcripts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from config.clock import Clock
from config.mail import Mail, NotAnAddressError, address_of
from config.posting import Owed
from handoff.case import Case
from handoff.entry import Entry
from handoff.errors import NoCaseError
from handoff.floor.rules import Rules
from handoff.mail.errors import MailOffError, NoAddressError, TooManyLettersError
from handoff.mail.letters import Letter, Reading, Say, receipt, reply, subject, transcript
from handoff.store.mail import MailStore, mail_address

TRANSCRIPTS_A_DAY = 5
"""To one address: nobody's mailbox is filled through us."""

_SHOWN = 100


class Cases(Protocol):
    """What a letter is written from."""

    def case(self, ref: int | str) -> Case: ...

    def thread(self, ref: int | str, after: int = 0) -> tuple[Entry, ...]: ...


class Catalogues(Protocol):
    """The letters' words in each language; the first is the one that they are written in."""

    @property
    def languages(self) -> Sequence[str]: ...

    def say(self, language: str) -> Say: ...


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every letter says of the house. domain: of the Message-ID, "" while mail is off. house: its
    address, asked at the time; "" where nobody knows."""

    brand: str
    domain: str
    house: Callable[[], str]


class Mailing:
    """The room's outbox, for a worker that posts; and the verbs of who asks for a letter."""

    def __init__(
        self,
        store: MailStore,
        cases: Cases,
        clock: Clock,
        rules: Callable[[], Rules],
        words: Catalogues,
        head: Letterhead,
        connected: Callable[[str], bool],
    ) -> None:
        """connected: whether a conversation's customer has the chat open."""
        self._store, self._cases, self._clock, self._rules = store, cases, clock, rules
        self._words, self._head, self._connected = words, head, connected

    @property
    def on(self) -> bool:
        """Whether this house sends mail."""
        return bool(self._head.domain)

    def transcript(self, ref: int | str, by: str, to: str = "") -> str:
        """Owe the conversation to the customer, or to another address they named; the address.

        Raises NoCaseError, MailOffError, NoAddressError and TooManyLettersError.
        """
        case, now = self._cases.case(ref), self._clock.now()
        if not self.on:
            raise MailOffError
        try:
            receiver = address_of(to or case.contact or "")
        except NotAnAddressError:
            raise NoAddressError(case.number) from None
        if self._store.asked_since(receiver, now - timedelta(days=1)) >= TRANSCRIPTS_A_DAY:
            raise TooManyLettersError(receiver)
        key = f"transcript-{case.last_seq}-{receiver}"
        self._store.owe(case, "transcript", key, receiver, now, author=by)
        return receiver

    def transcript_of(self, conversation_id: str, to: str = "") -> str:
        """The same, asked for by the customer of a conversation, of its last case. Raises NoCaseError too."""
        number = self._store.last_case(conversation_id)
        if number is None:
            raise NoCaseError(conversation_id)
        return self.transcript(number, "customer", to)

    def open(self) -> tuple[Letter, ...]:
        """What waits or is parked, the newest first."""
        return self._store.open(_SHOWN)

    def replay(self, mail: int, by: str) -> None:
        """Send a parked mail after all. Raises NoLetterError."""
        self._store.replay(mail, by, self._clock.now())

    def lease(self, limit: int, now: datetime, until: datetime) -> Sequence[Owed]:
        return self._store.lease(limit, now, until)

    def compose(self, owed: Owed) -> Mail | None:
        letter = self._store.letter(owed.id)
        case = self._cases.case(letter.case)
        thread = self._cases.thread(case.number)
        reading = self._reading(case, letter.language)
        words = self._written(letter, case, thread, reading)
        if words is None:
            return None
        before = self._store.sent_before(letter)
        return Mail(
            to=letter.receiver,
            subject=subject(case, reading, again=bool(before)),
            text=words,
            message_id=self._message_id(case, letter.id),
            at=self._clock.now(),
            language=reading.language,
            from_name=self._head.brand,
            references=(self._message_id(case), *(self._message_id(case, each) for each in before)),
            automatic=letter.kind != "reply",
        )

    def sent(self, mail: int, now: datetime) -> None:
        self._store.sent(mail, now)

    def unneeded(self, mail: int, now: datetime) -> None:
        self._store.unneeded(mail, now)

    def failed(self, mail: int, why: str, retry_at: datetime) -> None:
        self._store.failed(mail, why, retry_at)

    def parked(self, mail: int, why: str, now: datetime) -> None:
        self._store.parked(mail, why, now)

    def _written(self, letter: Letter, case: Case, thread: Sequence[Entry], reading: Reading) -> str | None:
        """The words, or None where the customer needs none by now."""
        if letter.kind == "transcript":
            return transcript(case, thread, reading)
        if mail_address(case.contact) != letter.receiver:
            return None  # they gave us another address, or took it back
        if letter.kind == "receipt":
            return self._receipt(letter, case, thread, reading)
        replies = [entry for entry in thread if entry.seq in letter.entries]
        if not replies:
            return None
        first = replies[0].seq
        answered = any(entry.seq > first and entry.author == "customer" for entry in thread)
        if letter.attempts <= 1 and (answered or self._connected(case.conversation_id)):
            return None
        return reply(case, replies, reading)

    def _receipt(self, letter: Letter, case: Case, thread: Sequence[Entry], reading: Reading) -> str | None:
        """Only where nobody of the team works, and nobody has answered yet."""
        closed = not self._rules().team(case.team).calendar.is_open(letter.at)
        if not closed or case.first_replied_at is not None:
            return None
        asked = [entry for entry in thread if entry.kind == "line" and entry.author == "customer"]
        return receipt(case, asked, case.due_by, reading)

    def _reading(self, case: Case, language: str) -> Reading:
        known = language if language in self._words.languages else self._words.languages[0]
        zone = self._rules().team(case.team).calendar.zone
        house = self._head.house()
        chat = f"{house}/chat" if house else ""
        return Reading(self._words.say(known), known, zone, self._head.brand, chat, house)

    def _message_id(self, case: Case, mail: int | None = None) -> str:
        """Of the case and the mail's number alone, so that a mail that is sent again keeps it; without a
        number the thread's own, which all of them refer to."""
        mark = hashlib.sha256(case.handoff_id.encode()).hexdigest()[:12]
        parts = ("case", str(case.number), *((str(mail),) if mail else ()), mark)
        return f"<{'.'.join(parts)}@{self._head.domain}>"
