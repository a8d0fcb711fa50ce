"""The e-mail channel over a real database and a real mail server, with a bot that says what it is told to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import sqlalchemy as sa

import bot
from bot.channels.email import EmailChannel, EmailSettings
from bot.chat import Chat
from bot.conversation import Conversation, ConversationId, Draft, Event, Message
from bot.deliveries import Deliveries
from bot.dialogue.responses import filled
from bot.files import Files
from bot.mail.receiving import Receiving, Took
from bot.mail.sending import Sending
from bot.reports import Reports
from bot.saying import OWN_LINES
from bot.standing import Standings
from bot.store import Outcome, Promise, Store
from bot.store.deliveries import DeliveryStore
from bot.store.endings import EndingStore
from bot.store.files import FileStore
from bot.store.mailboxes import MailboxStore
from bot.store.reports import Reported, ReportStore
from bot.store.tables import CONVERSATIONS
from config.database import open_database
from config.mail import Post
from config.outbound import Outbound
from handoff.file import FileRef
from handoff.intake import Wait
from tests.fakes import FakeClock
from tests.mail_server import Mailbox, mail_server, mail_settings

US = "support@nettly.example"
JANE = "jane@customer.example"
HOUSE = "https://support.nettly.example"
NOTICE = "We keep what you write."


@dataclass
class Desk:
    """Whom reports are told."""

    told: list[tuple[str, str, str]] = field(default_factory=list)

    def undelivered(
        self, handoff_id: str, what: Reported, said: str, why: str, key: str, *, by_agent: bool
    ) -> None:
        self.told.append((what, said, why))


class Turns:
    """Takes a turn when it is wanted, before anybody goes on."""

    def __init__(self, room: MailRoom) -> None:
        self._room = room

    def soon(self, conversation: ConversationId, *, whole: bool = False) -> None:
        self._room.take(conversation)

    def now(self, conversation: ConversationId) -> None:
        self._room.take(conversation)

    def reply(self, conversation: Conversation, heard: tuple[Message, ...]) -> tuple[Message, ...]:
        self._room.take(conversation.id)
        return ()

    def busy(self, conversation: ConversationId) -> bool:
        return False


class MailRoom:
    """`answers` is what the bot says next; `box` is what customers got."""

    def __init__(self, folder: Path, box: Mailbox, *, house: str = HOUSE, mails_hour: int = 20) -> None:
        self.box, self.clock, self.desk = box, FakeClock(), Desk()
        self.database = open_database(folder / "bot.db", Path(bot.__path__[0]) / "migrations")
        self.store = Store(self.database, self.clock, ["email"])
        self.endings = EndingStore(self.database, self.clock)
        self.answers: list[tuple[Draft, ...]] = []
        self.chat = Chat(
            self.store,
            Turns(self),
            greet=lambda begun: Outcome(),
            standings=Standings(
                self.store, busy=lambda _: False, wait=_nobody, ended=self.endings.ended, named=str
            ),
            languages=("en", "nb"),
            characters=2_000,
            clock=self.clock,
        )
        self.mails = MailboxStore(self.database)
        self.reports = Reports(ReportStore(self.database), self.desk, self.clock)
        self.files = Files(FileStore(self.database, 10_000_000), self.clock, 1_000_000)
        self.attached: dict[str, bytes] = {}
        self.receiving = Receiving(
            self.mails,
            self.chat,
            self.files,
            self.reports,
            self.clock,
            address=US,
            trusted="mx.nettly.example",
            characters=2_000,
            phrase=lambda response, language, blanks: filled(OWN_LINES[response], blanks),
            say=lambda language: lambda text: text,
        )
        self.sending = Sending(
            self.mails,
            Post(mail_settings(box.port)),
            self.store.messages,
            lambda ref: self.attached.get(ref.id),
            lambda language: lambda text: text,
            self.clock,
            address=US,
            brand="Nettly",
            our_url=lambda: house,
            notice=lambda language: NOTICE,
            mails_hour=mails_hour,
        )
        self.deliveries = DeliveryStore(self.database)
        channel = EmailChannel(EmailSettings(US), self.clock, Outbound())
        self.worker = Deliveries(self.deliveries, [channel], {}, self.clock, {"email": self.sending.post})

    def take(self, conversation: ConversationId) -> None:
        known = self.store.get(conversation)
        heard = [m for m in self.store.messages(conversation, known.handled) if m.author == "customer"]
        if heard:
            drafts = self.answers.pop(0) if self.answers else (Draft("bot", "I see."),)
            self.store.write(conversation, Outcome(drafts=drafts, handled=heard[-1].number, trace={}))

    def hears(self, mail: EmailMessage) -> Took:
        """A mail comes in, and what there is to send goes out."""
        self.clock.moves(timedelta(seconds=1))
        took = self.receiving.take(mail.as_bytes())
        self.works()
        return took

    def says(self, conversation: ConversationId, *drafts: Draft) -> None:
        self.store.write(conversation, Outcome(drafts=drafts))
        self.works()

    def works(self) -> None:
        while self.worker.work():
            pass

    def conversations(self) -> list[Conversation]:
        """Every conversation, in the order in which they began."""
        with self.database.read() as tx:
            query = sa.select(CONVERSATIONS.c.id).order_by(CONVERSATIONS.c.started_at, CONVERSATIONS.c.id)
            ids = [ConversationId(each) for each in tx.execute(query).scalars()]
        return [self.store.get(each) for each in ids]

    def said(self, conversation: ConversationId) -> list[Message]:
        return [each for each in self.store.messages(conversation) if each.author == "customer"]

    def only(self) -> tuple[Conversation, list[Message]]:
        """The one conversation that there is, and what its customer said."""
        (conversation,) = self.conversations()
        return conversation, self.said(conversation.id)

    def hands_over(self, conversation: ConversationId) -> None:
        """A case is opened for it."""
        handoff_id = self.store.get(conversation).next_handoff
        promise = Promise(handoff_id, conversation, "asked_for_person", "asked", None, 1, False)
        self.store.write(conversation, Outcome(event=Event.ESCALATED, promise=promise))
        self.store.keep(handoff_id, case=1001, forwarded=1)


def _nobody(handoff_id: str) -> Wait:
    raise AssertionError(handoff_id)


@contextmanager
def mail_room(folder: Path, *, house: str = HOUSE, mails_hour: int = 20) -> Iterator[MailRoom]:
    with mail_server() as box:
        room = MailRoom(folder, box, house=house, mails_hour=mails_hour)
        try:
            yield room
        finally:
            room.database.close()


def mail(
    text: str = "Where is my order?",
    subject: str = "My order",
    *,
    id: str = "<1@customer.example>",
    sender: str = f"Jane Doe <{JANE}>",
    to: str = US,
    references: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> EmailMessage:
    """A mail as a person's program sends it; `headers` with underscores for hyphens."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"], made["Message-ID"] = sender, to, subject, id
    made["Date"] = "Mon, 02 Nov 2026 09:00:00 +0000"
    if references:
        made["References"] = made["In-Reply-To"] = references
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def answer_to(
    sent: EmailMessage, text: str, *, id: str = "<2@customer.example>", sender: str = JANE
) -> EmailMessage:
    """What a person's program makes of an answer: to Reply-To, with the whole thread below."""
    quoted = "\n".join(f"> {line}" for line in str(sent.get_body(("plain",)).get_content()).splitlines())  # type: ignore[union-attr]
    return mail(
        f"{text}\n\nOn Mon, 2 Nov 2026 at 09:00, Nettly <{US}> wrote:\n\n{quoted}\n",
        f"Re: {sent['Subject']}",
        id=id,
        sender=sender,
        to=str(sent["Reply-To"]),
        references=f"{sent.get('References', '')} {sent['Message-ID']}".strip(),
    )


def links(sent: EmailMessage) -> list[str]:
    """The addresses that its HTML has for the bot's replies."""
    body = sent.get_body(("html",))
    assert body is not None
    return re.findall(rf'href="{HOUSE}(/mail/[^"]+)"', str(body.get_content()))


FILE = FileRef("f" * 43, "label.pdf", "application/pdf", 5)
