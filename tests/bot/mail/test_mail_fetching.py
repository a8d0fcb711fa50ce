"""The mailbox that customers write to: what is new is heard once, and nothing there is changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.channels.email import EmailChannel, EmailSettings, open_mailbox
from bot.errors import FilesBusyError
from bot.mail.fetching import MOST_TRIES, RETRY_AT_MOST, Fetching
from config.outbound import Outbound
from tests import dovecot
from tests.bot.mail.mail_room import US, MailRoom, mail
from tests.imap_server import PASSWORD, Box, imap_server
from tests.mail_server import free_port

OUTBOUND = Outbound().guarded(["127.0.0.0/8"])
"""Asks for tokens alone, and here there is a password."""

Reads = Callable[[], Fetching]


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def settings(box: Box) -> Iterator[EmailSettings]:
    with imap_server(support=box) as port:
        yield at(port)


def at(port: int, **more: str) -> EmailSettings:
    where = {"host": "127.0.0.1", "security": "none", "user": "support", "password": PASSWORD} | more
    return EmailSettings(US, port=port, **where)  # type: ignore[arg-type]


def reading(room: MailRoom, settings: EmailSettings) -> Fetching:
    mailbox = open_mailbox(settings, OUTBOUND, room.clock)
    return Fetching(mailbox, "box", room.mails, room.receiving, room.clock)


@pytest.fixture
def reads(room: MailRoom, settings: EmailSettings) -> Iterator[Reads]:
    """A worker of that mailbox; another one is that of a server which has started again."""
    opened: list[Fetching] = []

    def begins() -> Fetching:
        opened.append(reading(room, settings))
        return opened[-1]

    yield begins
    for each in opened:
        each.close()


def test_what_comes_from_now_on_is_heard_and_what_was_there_before_is_not(
    room: MailRoom, box: Box, reads: Reads
) -> None:
    box.deliver(mail("Old", id="<0@x>").as_bytes())
    fetching = reads()
    assert not fetching.fetch()
    box.deliver(mail("New", id="<1@x>").as_bytes())
    assert fetching.fetch() and not fetching.fetch()
    assert "New" in room.only()[1][0].text and box.seen == 0


def test_a_server_that_starts_again_goes_on_where_the_last_one_was(
    room: MailRoom, box: Box, reads: Reads
) -> None:
    reads().fetch()
    for number in range(3):
        box.deliver(mail(f"Number {number}", id=f"<{number}@x>").as_bytes())
    reads().fetch()
    assert len(room.conversations()) == 3 and not reads().fetch()


def test_mails_that_are_numbered_anew_are_not_heard_twice(room: MailRoom, box: Box, reads: Reads) -> None:
    fetching = reads()
    fetching.fetch()
    box.deliver(mail().as_bytes())
    fetching.fetch()
    box.renumber()
    fetching.fetch()
    assert len(room.only()[1]) == 1


def test_a_mail_that_breaks_something_here_is_tried_again_and_then_left(
    room: MailRoom, box: Box, reads: Reads
) -> None:
    fetching, take = reads(), room.receiving.take
    fetching.fetch()
    box.deliver(mail("Poison", id="<0@x>").as_bytes())
    box.deliver(mail("Fine", id="<1@x>").as_bytes())

    def breaks(raw: bytes, *, whole: bool = True) -> object:
        if b"Poison" in raw:
            raise RuntimeError("a bug of ours")
        return take(raw, whole=whole)

    room.receiving.take = breaks  # type: ignore[method-assign,assignment]
    for _ in range(MOST_TRIES - 1):
        with pytest.raises(RuntimeError):
            fetching.fetch()
        assert room.conversations() == []
    assert fetching.fetch()
    assert "Fine" in room.only()[1][0].text


def test_a_mail_for_which_there_is_no_room_now_is_never_left(room: MailRoom, box: Box, reads: Reads) -> None:
    fetching, take = reads(), room.receiving.take
    fetching.fetch()
    box.deliver(mail().as_bytes())

    def busy(raw: bytes, *, whole: bool = True) -> object:
        raise FilesBusyError

    room.receiving.take = busy  # type: ignore[method-assign,assignment]
    for _ in range(MOST_TRIES + 1):
        assert not fetching.work()
        room.clock.moves(RETRY_AT_MOST)
    room.receiving.take = take  # type: ignore[method-assign]
    assert fetching.work() and len(room.only()[1]) == 1


def test_it_waits_until_something_comes(room: MailRoom, box: Box, reads: Reads) -> None:
    fetching = reads()
    fetching.fetch()
    waits = threading.Thread(target=fetching.work)
    waits.start()
    while not box.waiting():
        pass
    box.deliver(mail().as_bytes())
    waits.join(10)
    assert not waits.is_alive() and len(room.only()[1]) == 1


def test_closing_ends_the_wait(box: Box, reads: Reads) -> None:
    fetching = reads()
    fetching.fetch()
    waits = threading.Thread(target=fetching.work)
    waits.start()
    while not box.waiting():
        pass
    fetching.close()
    waits.join(10)
    assert not waits.is_alive()


def test_a_mailbox_that_can_not_be_read_is_asked_ever_more_seldom_and_told_of(room: MailRoom) -> None:
    fetching = reading(room, at(free_port()))
    assert not fetching.work()
    assert fetching.degraded is not None and "[channels.email] host and port" in fetching.degraded
    told, fetching.degraded = fetching.degraded, None
    assert not fetching.work() and fetching.degraded is None  # it is not asked again yet
    room.clock.moves(timedelta(seconds=2))
    fetching.work()
    assert fetching.degraded == told
    fetching.close()


def test_the_check_says_how_far_it_comes(room: MailRoom, settings: EmailSettings) -> None:
    good = EmailChannel(settings, room.clock, OUTBOUND).check()
    assert [(step.name, step.ok) for step in good] == [
        ("connection", True),
        ("sign-in", True),
        ("folder", True),
    ]
    *_, bad = EmailChannel(at(settings.port, password="wrong"), room.clock, OUTBOUND).check()
    assert (bad.name, bad.ok) == ("sign-in", False)
    assert "[channels.email] user and password" in bad.says and "wrong" not in bad.says


@pytest.mark.peer
def test_a_real_mailbox_is_read_and_left_as_it_was(room: MailRoom) -> None:
    server = dovecot.running()
    user = "support-of-the-channel"
    fetching = reading(room, at(server.imap_port, user=user))
    server.deliver(user, mail("Old", id="<0@x>").as_bytes())
    fetching.fetch()
    server.deliver(user, mail("New", id="<1@x>").as_bytes())
    assert fetching.fetch() and not fetching.fetch()
    assert "New" in room.only()[1][0].text
    assert len(server.held(user)) == 2 and b"Seen" not in b"".join(server.flags(user))
    fetching.close()
