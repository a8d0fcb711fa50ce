"""Invitations, password resets, roles: who gets in, for how long, and what is written down about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.identity import (
    Identity,
    LastAdminError,
    NoStaffError,
    NotAnEmailError,
    Role,
    StaffChangedError,
    StaffExistsError,
    TooManyTriesError,
    WeakPasswordError,
    WrongPasswordError,
)
from config.links import Sender
from config.mail import Post
from config.pages import HOUSE_TEXTS
from config.posting import Posting
from config.staff import LinkOverError, NoMailError
from config.staff_mail import Letterhead, StaffMail, letter
from config.texts import Texts
from tests.fakes import FakeClock
from tests.mail_server import Mailbox, free_port, mail_server, mail_settings

pytestmark = pytest.mark.engines

LEO = "leo@nettly.example"
ADA = "ada@nettly.example"
PASSWORD = "correct horse battery"
HERE = "203.0.113.7"
BY = Sender(ADA, "Ada Berg")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def ada(identity: Identity) -> str:
    identity.add(ADA, "Ada Berg", [Role.ADMIN], PASSWORD)
    return ADA


class Office:
    """The house's mail to staff, with a server that can be moved or taken away."""

    def __init__(self, identity: Identity, clock: FakeClock, port: int) -> None:
        self.identity, self.clock = identity, clock
        self.moved(port)

    def moved(self, port: int) -> None:
        post = Post(mail_settings(port))
        head = Letterhead("Nettly", post.domain, lambda: "https://support.nettly.example/")
        house = self.identity
        self.outbox = StaffMail(house.database, house.links, self.clock, Texts.load(HOUSE_TEXTS), head)
        self.posting = Posting(self.outbox, post, self.clock)


@pytest.fixture
def office(identity: Identity, clock: FakeClock, mailbox: Mailbox) -> Office:
    return Office(identity, clock, mailbox.port)


def token_in(text: str) -> str:
    """The one-time link's token, from a mail."""
    (line,) = [line for line in text.splitlines() if line.startswith("https://support.nettly.example/")]
    return line.rpartition("/")[2]


def asks(identity: Identity, email: str = LEO, address: str = HERE) -> None:
    identity.links.ask_reset(email, address, language="en", door="desk")


def joined(identity: Identity, email: str = LEO, *roles: Role) -> None:
    identity.add(email, "Leo Dahl", roles or [Role.AGENT], PASSWORD)


def verbs(identity: Identity) -> list[str]:
    return [row.verb for row in identity.audited()]


# Inviting


def test_who_is_invited_chooses_a_name_and_a_password_and_is_in(
    identity: Identity, ada: str, office: Office, mailbox: Mailbox
) -> None:
    assert identity.links.invite(LEO, "", ["agent"], BY, mailed=True) == ""
    assert office.posting.work()
    (mail,) = mailbox.received
    assert mail["To"] == LEO and "Ada Berg has invited you" in mailbox.texts()[0]
    assert "https://support.nettly.example/desk/join/" in mailbox.texts()[0]
    staff = identity.links.accept(token_in(mailbox.texts()[0]), "Leo Dahl", PASSWORD)
    assert staff.email == LEO
    signed_in = identity.who(identity.sign_in(LEO, PASSWORD, HERE))
    assert signed_in is not None and (signed_in.name, signed_in.roles) == ("Leo Dahl", {Role.AGENT})
    assert verbs(identity)[-3:] == ["invite", "join", "sign_in"]


def test_until_then_nobody_can_sign_in(identity: Identity, ada: str) -> None:
    identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=False)
    assert identity.staff(LEO).invited
    for password in ("", PASSWORD):
        with pytest.raises(WrongPasswordError):
            identity.sign_in(LEO, password, HERE)


def test_an_invitation_works_once(identity: Identity, ada: str) -> None:
    token = identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=False)
    identity.links.accept(token, "Leo", PASSWORD)
    for _ in range(2):
        with pytest.raises(LinkOverError):
            identity.links.accept(token, "Thief", "another long password")
    identity.sign_in(LEO, PASSWORD, HERE)


def test_an_invitation_lasts_seven_days(identity: Identity, ada: str, clock: FakeClock) -> None:
    token = identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=False)
    clock.moves(timedelta(days=7) - timedelta(seconds=1))
    assert identity.links.owner(token, "invite").email == LEO
    clock.moves(timedelta(seconds=1))
    with pytest.raises(LinkOverError):
        identity.links.owner(token, "invite")


def test_a_weak_password_uses_nothing_up(identity: Identity, ada: str) -> None:
    token = identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=False)
    with pytest.raises(WeakPasswordError):
        identity.links.accept(token, "Leo", "short")
    identity.links.accept(token, "Leo", PASSWORD)


def test_a_second_invitation_ends_the_first(identity: Identity, ada: str) -> None:
    first = identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=False)
    second = identity.links.give(LEO, BY, mailed=False)
    with pytest.raises(LinkOverError):
        identity.links.accept(first, "Leo", PASSWORD)
    identity.links.accept(second, "Leo", PASSWORD)


def test_nobody_is_invited_twice_or_without_an_address(identity: Identity, ada: str) -> None:
    identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=False)
    with pytest.raises(StaffExistsError):
        identity.links.invite(" Leo@Nettly.example", "Leo", ["agent"], BY, mailed=False)
    for wrong in ("leo", "leo@nettly.example\nBcc: x@y.example", "leo@a.example, eve@b.example"):
        with pytest.raises(NotAnEmailError):
            identity.links.invite(wrong, "Leo", ["agent"], BY, mailed=False)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../../etc", "A" * 5000, "æ" * 43])
def test_a_made_up_link_opens_nothing(identity: Identity, ada: str, token: str) -> None:
    for purpose in ("invite", "reset"):
        with pytest.raises(LinkOverError):
            identity.links.owner(token, purpose)  # type: ignore[arg-type]


def test_a_link_is_nowhere_on_disk(
    identity: Identity, ada: str, office: Office, mailbox: Mailbox, tmp_path: Path
) -> None:
    identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=True)
    office.posting.work()
    token = token_in(mailbox.texts()[0]).encode()
    assert all(token not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


# Resetting


def test_a_reset_ends_every_session_and_the_old_password(
    identity: Identity, office: Office, mailbox: Mailbox
) -> None:
    joined(identity)
    session = identity.sign_in(LEO, PASSWORD, HERE)
    asks(identity)
    office.posting.work()
    token = token_in(mailbox.texts()[0])
    identity.links.reset(token, "a new long password")
    assert identity.who(session) is None
    with pytest.raises(WrongPasswordError):
        identity.sign_in(LEO, PASSWORD, HERE)
    identity.sign_in(LEO, "a new long password", HERE)
    with pytest.raises(LinkOverError):
        identity.links.reset(token, "yet another password")


def test_a_reset_lasts_an_hour(identity: Identity, clock: FakeClock, ada: str) -> None:
    joined(identity)
    token = identity.links.give(LEO, BY, mailed=False)
    clock.moves(timedelta(hours=1))
    with pytest.raises(LinkOverError):
        identity.links.reset(token, "a new long password")


def test_a_reset_link_is_no_invitation(identity: Identity, ada: str) -> None:
    joined(identity)
    token = identity.links.give(LEO, BY, mailed=False)
    with pytest.raises(LinkOverError):
        identity.links.accept(token, "Leo", "a new long password")


def test_nobody_learns_whether_an_account_exists(
    identity: Identity, office: Office, mailbox: Mailbox
) -> None:
    joined(identity)
    assert asks(identity, "nobody@nettly.example") == asks(identity)  # type: ignore[func-returns-value]
    office.posting.work()
    assert [mail["To"] for mail in mailbox.received] == [LEO]


def test_nobodys_mailbox_is_flooded(
    identity: Identity, office: Office, mailbox: Mailbox, clock: FakeClock
) -> None:
    joined(identity)
    for number in range(10):
        asks(identity, address=f"203.0.113.{number}")
        office.posting.work()
    assert len(mailbox.received) == 3
    clock.moves(timedelta(hours=1, seconds=1))
    asks(identity)
    office.posting.work()
    assert len(mailbox.received) == 4


def test_one_address_may_ask_only_so_often(identity: Identity) -> None:
    for number in range(20):
        asks(identity, f"{number}@nettly.example")
    with pytest.raises(TooManyTriesError):
        asks(identity, "20@nettly.example")
    asks(identity, "20@nettly.example", "203.0.113.8")


def test_asking_twice_sends_one_mail(identity: Identity, office: Office, mailbox: Mailbox) -> None:
    joined(identity)
    asks(identity)
    asks(identity)
    office.posting.work()
    assert len(mailbox.received) == 1


def test_a_closed_account_gets_no_link_and_its_links_end(
    identity: Identity, ada: str, office: Office, mailbox: Mailbox
) -> None:
    joined(identity)
    token = identity.links.give(LEO, BY, mailed=False)
    asks(identity)
    identity.disable(LEO)
    asks(identity)
    office.posting.work()
    assert mailbox.received == []
    with pytest.raises(LinkOverError):
        identity.links.reset(token, "a new long password")
    with pytest.raises(NoStaffError):
        identity.links.give(LEO, BY, mailed=False)


def test_who_was_invited_and_lost_the_mail_gets_another_invitation(
    identity: Identity, ada: str, office: Office, mailbox: Mailbox
) -> None:
    identity.links.invite(LEO, "Leo", ["editor"], BY, mailed=False)
    asks(identity)
    office.posting.work()
    assert "/desk/join/" in mailbox.texts()[0]


# Changing


def test_a_change_of_roles_is_felt_in_sessions_at_once(identity: Identity, ada: str) -> None:
    joined(identity)
    session = identity.sign_in(LEO, PASSWORD, HERE)
    identity.save(LEO, name="Leo D.", roles=["agent", "supervisor"], by=ada)
    staff = identity.who(session)
    assert staff is not None and staff.name == "Leo D." and staff.may(Role.SUPERVISOR)
    row = identity.audited()[-1]
    assert (row.actor, row.verb, row.about) == (ada, "save_staff", LEO)
    assert row.before == {"name": "Leo Dahl", "roles": ["agent"]}
    assert row.after == {"name": "Leo D.", "roles": ["agent", "supervisor"]}


def test_a_change_from_an_old_page_is_refused_and_shows_what_is(identity: Identity, ada: str) -> None:
    joined(identity)
    seen = identity.staff(LEO)
    identity.save(LEO, name="Leo", roles=["supervisor"], seen=seen)
    with pytest.raises(StaffChangedError) as error:
        identity.save(LEO, name="Lenny", roles=["agent"], seen=seen)
    assert error.value.now.roles == {Role.SUPERVISOR}
    assert identity.staff(LEO).name == "Leo"


def test_the_last_admin_stays(identity: Identity, ada: str) -> None:
    identity.links.invite(LEO, "Leo", ["admin"], BY, mailed=False)  # who has not joined can't help
    with pytest.raises(LastAdminError):
        identity.disable(ada)
    with pytest.raises(LastAdminError):
        identity.save(ada, name="Ada", roles=["agent"])
    joined(identity, "eva@nettly.example", Role.ADMIN)
    identity.save(ada, name="Ada", roles=["agent"])


# When the mail server is away


def test_an_hour_without_a_mail_server_loses_nothing_and_asks_little(
    identity: Identity, ada: str, clock: FakeClock, mailbox: Mailbox
) -> None:
    office = Office(identity, clock, free_port())
    for number in range(5):
        identity.links.invite(f"{number}@nettly.example", "", ["agent"], BY, mailed=True)
    for _ in range(360):
        office.posting.work()
        clock.moves(timedelta(seconds=10))
    waiting = office.outbox.waiting()
    tried = sum(each.mail.attempts for each in waiting)
    assert len(waiting) == 5 and tried <= 40
    assert all("check [mail] host and port" in str(each.mail.why) for each in waiting if each.mail.attempts)
    office.moved(mailbox.port)
    for _ in range(16):
        clock.moves(timedelta(minutes=1))
        office.posting.work()
    assert sorted(mail["To"] for mail in mailbox.received) == [f"{n}@nettly.example" for n in range(5)]
    assert office.outbox.waiting() == ()


def test_a_mail_that_is_refused_is_parked_with_the_reason_and_can_be_sent_again(
    identity: Identity, ada: str, office: Office, mailbox: Mailbox
) -> None:
    identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=True)
    mailbox.receiver = "550 5.1.1 no such mailbox"
    office.posting.work()
    (parked,) = office.outbox.waiting()
    assert parked.mail.state == "parked" and "no such mailbox" in str(parked.mail.why)
    assert not office.posting.work()
    mailbox.receiver = None
    office.outbox.replay(parked.mail.id, by=ada)
    with pytest.raises(NoMailError):
        office.outbox.replay(parked.mail.id, by=ada)
    office.posting.work()
    assert len(mailbox.received) == 1 and verbs(identity)[-1] == "send_mail_again"


def test_after_three_days_a_mail_is_given_up_and_says_so(
    identity: Identity, ada: str, clock: FakeClock
) -> None:
    office = Office(identity, clock, free_port())
    identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=True)
    for _ in range(80):
        office.posting.work()
        clock.moves(timedelta(hours=1))
    (given_up,) = office.outbox.waiting()
    assert given_up.mail.state == "parked" and str(given_up.mail.why).startswith(
        "it has been tried for 3 days"
    )


def test_a_crash_after_sending_sends_again_under_the_same_message_id(
    identity: Identity, ada: str, office: Office, mailbox: Mailbox, clock: FakeClock
) -> None:
    identity.links.invite(LEO, "Leo", ["agent"], BY, mailed=True)
    now = clock.now()
    (owed,) = office.outbox.lease(1, now, now + timedelta(minutes=2))
    mail = office.outbox.compose(owed)
    assert mail is not None
    Post(mail_settings(mailbox.port)).send(mail)  # and here the process dies
    assert not office.posting.work()
    clock.moves(timedelta(minutes=2))
    office.posting.work()
    first, second = mailbox.received
    assert first["Message-ID"] == second["Message-ID"]
    tokens = [token_in(text) for text in mailbox.texts()]
    assert [identity.links.owner(token, "invite").email for token in tokens] == [LEO, LEO]
    identity.links.accept(tokens[0], "Leo", PASSWORD)
    with pytest.raises(LinkOverError):
        identity.links.owner(tokens[1], "invite")


def test_every_word_of_these_mails_is_said_in_bokmal(identity: Identity, ada: str) -> None:
    asked: set[str] = set()

    def say(text: str) -> str:
        asked.add(text)
        return text

    joined(identity)
    for purpose, by in (("invite", "Ada"), ("invite", ""), ("reset", "")):
        letter(purpose, identity.staff(LEO), by, "Nettly", say)  # type: ignore[arg-type]
    assert Texts.load(HOUSE_TEXTS).missing("nb", frozenset(asked)) == frozenset()
