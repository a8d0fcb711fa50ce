"""Mail to customers: what is owed, whether it is still needed when it is due, and one thread a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from config.mail import Post
from config.posting import Posting
from config.settings import load_settings
from config.texts import Texts
from handoff.case import Case
from handoff.escalation import Customer, Escalation, Line, Reason
from handoff.mail.errors import MailOffError, NoAddressError, NoLetterError, TooManyLettersError
from handoff.opening import Handoff, open_handoff
from handoff.verbs.agent import Agent
from tests.fakes import FakeClock
from tests.handoff.seats import WEB
from tests.mail_server import Mailbox, free_port, mail_server, mail_settings

INES = Agent("ines@nettly.example", "Ines Berg")
MAYA = "maya.lind@example.com"
NIGHT = timedelta(hours=12)  # from Monday morning: nobody works then


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@dataclass
class Room:
    handoff: Handoff
    clock: FakeClock
    posting: Posting
    reading: set[str] = field(default_factory=set)
    """Conversations whose customers have the chat open."""

    def case(
        self,
        name: str = "maya",
        address: str | None = MAYA,
        text: str = "My order NT-10427?",
        language: str = "en",
    ) -> Case:
        now = self.clock.now()
        return self.handoff.intake.open(
            Escalation(
                conversation_id=name,
                episode=1,
                channel="web",
                page=None,
                started_at=now,
                escalated_at=now,
                customer=Customer(name, "Maya Lind", address, False, language),
                reason=Reason.ASKED_FOR_PERSON,
                because="the customer asked for a person",
                trigger=(2,),
                decided_by="rule",
                language=language,
                lines=(Line(1, "bot", "Hello.", now), Line(2, "customer", text, now)),
            )
        )

    def replies(self, case: Case, *texts: str) -> None:
        self.handoff.desk.claim(case.number, INES)
        for i, text in enumerate(texts):
            self.handoff.desk.reply(case.number, INES, text, f"{text}-{i}")

    def posts(self, after: timedelta = timedelta(minutes=2)) -> None:
        self.clock.moves(after)
        self.posting.work()

    def events(self, case: Case) -> list[str]:
        return [each.text for each in self.handoff.desk.thread(case.number) if each.kind == "event"]


def opened(folder: Path, port: int | None) -> Iterator[Room]:
    clock, reading = FakeClock(), set[str]()
    post = Post(mail_settings(port)) if port else None
    handoff = open_handoff(
        load_settings(folder, {"FIRSTLINE_SERVER_PUBLIC_URL": "https://chat.nettly.example"}),
        clock,
        postman=post,
        connected=reading.__contains__,
    )
    yield Room(handoff, clock, Posting(handoff.mailing, post, clock), reading)
    handoff.close()


@pytest.fixture
def room(tmp_path: Path, mailbox: Mailbox) -> Iterator[Room]:
    yield from opened(tmp_path, mailbox.port)


def test_a_customer_who_has_gone_gets_the_reply_by_mail(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    room.replies(case, "It ships today.")
    room.posts()
    (mail,) = mailbox.received
    assert mail["To"] == MAYA and mail["Subject"] == f"[#{case.number}] Your question to Nettly"
    assert mail["Auto-Submitted"] == "no"
    (text,) = mailbox.texts()
    assert "Hello Maya," in text and "It ships today." in text and "Ines, Nettly" in text
    assert "https://chat.nettly.example/chat" in text
    assert room.events(case)[-1] == f"The reply went out by e-mail to {MAYA}"


def test_who_sits_in_the_chat_gets_no_mail(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    room.reading.add("maya")
    room.replies(case, "It ships today.")
    room.posts()
    assert mailbox.received == [] and room.handoff.mailing.open() == ()


def test_who_has_answered_gets_no_mail(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    room.replies(case, "Which order?")
    room.handoff.intake.hear(case.handoff_id, [Line(3, "customer", "NT-10427", room.clock.now())])
    room.posts()
    assert mailbox.received == []


@pytest.mark.parametrize("address", [None, "+47 22 22 22 22", "maya"])
def test_without_an_address_nothing_is_owed(room: Room, mailbox: Mailbox, address: str | None) -> None:
    room.replies(room.case(address=address), "It ships today.")
    room.posts()
    assert mailbox.received == [] and room.handoff.mailing.open() == ()


def test_replies_that_follow_each_other_go_into_one_mail(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    room.replies(case, "One moment.")
    room.clock.moves(timedelta(seconds=40))
    room.replies(case, "It ships today.")
    room.posts()
    (text,) = mailbox.texts()
    assert text.index("One moment.") < text.index("It ships today.")


def test_a_case_is_one_thread_of_mails(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    for text in ("First.", "Second.", "Third."):
        room.replies(case, text)
        room.posts()
    one, two, three = mailbox.received
    assert two["Subject"] == f"Re: {one['Subject']}"
    assert two["In-Reply-To"] == one["Message-ID"] and three["In-Reply-To"] == two["Message-ID"]
    roots = {mail["References"].split()[0] for mail in mailbox.received}
    assert len(roots) == 1
    assert three["References"].split()[1:] == [one["Message-ID"], two["Message-ID"]]
    assert len({mail["Message-ID"] for mail in mailbox.received}) == 3


def test_at_night_a_receipt_promises_a_time(room: Room, mailbox: Mailbox) -> None:
    room.clock.moves(NIGHT)
    case = room.case(text="Where is my order? My password is hunter2secret")
    room.posts()
    (text,) = mailbox.texts()
    assert mailbox.received[0]["Auto-Submitted"] == "auto-generated"
    assert f"case #{case.number}" in text and "Somebody answers you on Tuesday 3 November 2026 at" in text
    assert "> Where is my order?" in text and "hunter2secret" not in text


def test_in_bokmal_too(room: Room, mailbox: Mailbox) -> None:
    room.clock.moves(NIGHT)
    room.case(language="nb")
    room.posts()
    (text,) = mailbox.texts()
    assert "Hei, Maya!" in text and "senest tirsdag 3. november 2026 klokken" in text
    assert mailbox.received[0]["Subject"].endswith("Spørsmålet ditt til Nettly")


def test_in_the_teams_hours_nobody_needs_a_receipt(room: Room, mailbox: Mailbox) -> None:
    room.case()
    room.posts()
    assert mailbox.received == []


def test_a_transcript_holds_what_was_said_and_none_of_our_notes(room: Room, mailbox: Mailbox) -> None:
    case = room.case(text="My card is 4111 1111 1111 1111")
    room.replies(case, "Thank you.")
    room.handoff.desk.note(case.number, INES, "seems upset")
    assert room.handoff.mailing.transcript(case.number, INES.email) == MAYA
    room.posts()
    text = next(text for text in mailbox.texts() if "conversation of case" in text)
    assert "Assistant\nHello." in text and "Ines\nThank you." in text
    assert "seems upset" not in text and "claimed" not in text and "4111 1111" not in text


def test_a_transcript_goes_where_it_is_asked_to_and_not_endlessly(room: Room, mailbox: Mailbox) -> None:
    mailing = room.handoff.mailing
    for number in range(5):
        mailing.transcript(room.case(f"c{number}", None).number, "customer", "friend@example.com")
    with pytest.raises(TooManyLettersError):
        mailing.transcript(room.case("c5", None).number, "customer", "friend@example.com")
    with pytest.raises(NoAddressError):
        mailing.transcript(room.case("c6", None).number, "customer")
    room.posts()
    assert {mail["To"] for mail in mailbox.received} == {"friend@example.com"} and len(mailbox.received) == 5


def test_asking_twice_for_the_same_transcript_sends_it_once(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    for _ in range(2):
        room.handoff.mailing.transcript(case.number, "customer")
    room.posts()
    assert len(mailbox.received) == 1


def test_a_refused_mail_is_parked_with_the_reason_in_the_thread(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    room.replies(case, "It ships today.")
    mailbox.receiver = "550 5.1.1 no such mailbox"
    room.posts()
    (letter,) = room.handoff.mailing.open()
    assert letter.state == "parked" and "no such mailbox" in str(letter.why)
    assert room.events(case)[-1].startswith("Not sent by e-mail to the customer: receiver: ")
    mailbox.receiver = None
    room.handoff.mailing.replay(letter.id, INES.email)
    with pytest.raises(NoLetterError):
        room.handoff.mailing.replay(letter.id, INES.email)
    room.posts()
    assert len(mailbox.received) == 1


def test_a_crash_between_sent_and_marked_sends_the_same_mail_again(room: Room, mailbox: Mailbox) -> None:
    case = room.case()
    room.replies(case, "It ships today.")
    room.clock.moves(timedelta(minutes=2))
    now = room.clock.now()
    *_receipt, owed = room.handoff.mailing.lease(5, now, now + timedelta(minutes=2))
    mail = room.handoff.mailing.compose(owed)
    assert mail is not None
    Post(mail_settings(mailbox.port)).send(mail)  # and here the process dies
    room.posting.work()
    assert len(mailbox.received) == 1
    room.posts()
    first, second = mailbox.received
    assert first["Message-ID"] == second["Message-ID"] and first["References"] == second["References"]


def test_an_hour_without_a_server_loses_nothing(tmp_path: Path, mailbox: Mailbox) -> None:
    for room in opened(tmp_path, free_port()):
        cases = [room.case(f"c{number}", f"c{number}@example.com") for number in range(3)]
        for case in cases:
            room.replies(case, f"Answer {case.number}")
        for _ in range(120):
            room.posts(timedelta(seconds=30))
        assert sum(letter.attempts for letter in room.handoff.mailing.open()) <= 30
        room.posting = Posting(room.handoff.mailing, Post(mail_settings(mailbox.port)), room.clock)
        for _ in range(16):
            room.posts(timedelta(minutes=1))
        assert sorted(mail["To"] for mail in mailbox.received) == [f"c{n}@example.com" for n in range(3)]


def test_while_mail_is_off_nothing_is_kept_for_later(tmp_path: Path, mailbox: Mailbox) -> None:
    for room in opened(tmp_path, None):
        case = room.case()
        room.replies(case, "It ships today.")
        room.posts()
        assert room.handoff.mailing.open() == ()
        with pytest.raises(MailOffError):
            room.handoff.mailing.transcript(case.number, "customer")


def test_the_events_of_mail_are_said_in_bokmal() -> None:
    events = {
        "The reply went out by e-mail to {address}",
        "A receipt with the promised time went out by e-mail to {address}",
        "The transcript went out by e-mail to {address}",
        "Not sent by e-mail to the customer: {problem}",
    }
    assert Texts.load(WEB / "locale").missing("nb", frozenset(events)) == frozenset()
