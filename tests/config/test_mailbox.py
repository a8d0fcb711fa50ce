from __future__ import annotations

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from config import mailbox as module
from config.mailbox import Mailbox, MailboxAt, MailboxError
from tests.fakes import FakeClock
from tests.imap_server import PASSWORD, Box, imap_server
from tests.mail_server import free_port, silent_server


def mail(subject: str, body: str = "Hello.") -> bytes:
    return f"From: ines@nettly.example\r\nSubject: {subject}\r\n\r\n{body}\r\n".encode()


def at(port: int, /, **other: object) -> MailboxAt:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": "cases",
        "password": PASSWORD,
        "within_seconds": 5,
        "keys": "bridges.email.imap_",
    }
    return MailboxAt(**given | other)  # type: ignore[arg-type]


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mailbox(box: Box) -> Iterator[Mailbox]:
    with imap_server(cases=box) as port:
        opened = Mailbox(at(port), FakeClock())
        yield opened
        opened.close()


def subjects(mails: tuple[module.Arrived, ...]) -> list[str]:
    return [each.raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for each in mails]


def test_what_was_there_before_is_not_new(box: Box, mailbox: Mailbox) -> None:
    box.deliver(mail("old"))
    mails, cursor = mailbox.new("")
    assert mails == () and cursor == "1:1"
    assert mailbox.new(cursor) == ((), cursor)
    box.deliver(mail("one"))
    box.deliver(mail("two"))
    mails, cursor = mailbox.new(cursor)
    assert subjects(mails) == ["one", "two"] and cursor == "1:3"
    assert mailbox.new(cursor) == ((), "1:3")


def test_mails_of_some_days_ago_can_be_asked_for_at_first(box: Box, mailbox: Mailbox) -> None:
    box.deliver(mail("early"))
    assert subjects(mailbox.new("", back=timedelta(days=1))[0]) == ["early"]


def test_only_so_many_come_at_once_and_none_is_passed_over(box: Box, mailbox: Mailbox) -> None:
    _, cursor = mailbox.new("")
    for i in range(5):
        box.deliver(mail(str(i)))
    read: list[str] = []
    while found := mailbox.new(cursor, most=2):
        if not found[0]:
            break
        read, cursor = read + subjects(found[0]), found[1]
    assert read == ["0", "1", "2", "3", "4"]


def test_numbers_made_anew_lose_no_mail(box: Box) -> None:
    box.deliver(mail("read"))
    with imap_server(cases=box) as port, closing(Mailbox(at(port), FakeClock())) as before:
        _, cursor = before.new("", back=timedelta(days=1))
        box.deliver(mail("not read"))
        box.renumber()
        with closing(Mailbox(at(port), FakeClock())) as after:
            mails, cursor = after.new(cursor)
            assert subjects(mails) == ["read", "not read"] and cursor == "2:2"
            assert after.new(cursor) == ((), "2:2")
            assert after.one("1:1") is None


def test_nothing_in_the_mailbox_is_marked_as_read(box: Box, mailbox: Mailbox) -> None:
    box.deliver(mail("one"))
    (found,), _ = mailbox.new("", back=timedelta(days=1))
    assert mailbox.one(found.place) == found
    assert box.seen == 0


def test_a_mail_is_found_again_by_its_place_and_by_a_header(box: Box, mailbox: Mailbox) -> None:
    box.deliver(mail("this one"))
    box.deliver(mail("another"))
    assert mailbox.find("Subject", "this one") == ("1:1",)
    assert mailbox.find("Subject", 'no" such') == mailbox.find("Subject", "löst") == ()
    found = mailbox.one("1:1")
    assert found is not None and found.whole
    assert mailbox.one("1:9") is mailbox.one("7:1") is mailbox.one("nonsense") is None


def test_of_a_mail_that_is_too_long_only_the_headers_are_fetched(
    box: Box, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    box.deliver(mail("long", "x" * 2000))
    (found,), _ = mailbox.new("", back=timedelta(days=1))
    assert not found.whole and found.size > 2000 and len(found.raw) < 100


def test_who_waits_is_told_of_a_mail_at_once(box: Box, mailbox: Mailbox) -> None:
    _, cursor = mailbox.new("")
    told = threading.Event()
    waiting = threading.Thread(target=lambda: mailbox.wait(timedelta(seconds=20)) and told.set())
    waiting.start()
    while not box.waiting():
        assert waiting.is_alive()
    box.deliver(mail("here"))
    waiting.join()
    assert told.is_set() and subjects(mailbox.new(cursor)[0]) == ["here"]


def test_who_waits_in_vain_is_told_so_and_can_go_on(box: Box, mailbox: Mailbox) -> None:
    assert not mailbox.wait(timedelta(milliseconds=20))
    box.idles = False
    assert mailbox.wait(timedelta(milliseconds=20))
    assert mailbox.new("") == ((), "1:0")


def test_closing_ends_the_waiting(box: Box) -> None:
    with imap_server(cases=box) as port:
        mailbox = Mailbox(at(port), FakeClock())
        heard: list[bool] = []
        waiting = threading.Thread(target=lambda: heard.append(mailbox.wait(timedelta(seconds=20))))
        waiting.start()
        while not box.waiting():
            assert waiting.is_alive()
        mailbox.close()
        waiting.join()
        assert heard == [False]
        with pytest.raises(MailboxError, match="closing"):
            mailbox.new("")
        mailbox.close()


def test_a_connection_that_broke_is_made_again(box: Box) -> None:
    with imap_server(cases=box) as port:
        mailbox = Mailbox(at(port), FakeClock())
        _, cursor = mailbox.new("")
        mailbox._cut(threading.Event())
        box.deliver(mail("after"))
        assert subjects(mailbox.new(cursor)[0]) == ["after"]
        mailbox.close()


def test_each_step_says_what_to_mend(box: Box) -> None:
    steps: list[str] = []
    with imap_server(cases=box) as port:
        good = Mailbox(at(port), FakeClock())
        good.check(steps.append)
        good.close()
        for wrong, step, mend, permanent in (
            ({"password": "guess"}, "sign-in", "[bridges.email] imap_user and imap_password", True),
            ({"folder": "Answers"}, "folder", "[bridges.email] imap_folder", True),
            ({"port": free_port()}, "connection", "[bridges.email] imap_host and imap_port", False),
            ({"security": "tls"}, "connection", "imap_security", False),
            ({"security": "starttls"}, "connection", "imap_security", False),
        ):
            mailbox = Mailbox(at(port, **wrong), FakeClock())
            with pytest.raises(MailboxError) as refused:
                mailbox.check()
            mailbox.close()
            assert (refused.value.step, refused.value.permanent) == (step, permanent)
            assert mend in str(refused.value)
            assert PASSWORD not in str(refused.value) and "guess" not in str(refused.value)
    assert steps == ["connection", "sign-in", "folder"]


@pytest.mark.parametrize("says", [b"", b"* O", b"<!doctype html><h1>It works</h1>\r\n"])
def test_a_server_that_is_none_costs_no_more_than_the_time(says: bytes) -> None:
    with silent_server(says) as port:
        mailbox = Mailbox(at(port, within_seconds=1), FakeClock())
        with pytest.raises(MailboxError) as refused:
            mailbox.new("")
        mailbox.close()
    assert not refused.value.permanent


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for one name, and a server that shows it."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "made.pem", folder / "key.pem"
    making = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=mail"
    named = ["-addext", "subjectAltName=DNS:mail.nettly.example", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*making.split(), *named], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    return made, context


def test_the_address_is_looked_up_once_and_the_certificate_is_the_names(
    box: Box, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    made, context = certificate
    asked: list[str] = []

    def resolve(host: str, port: int) -> str:
        asked.append(host)
        return "127.0.0.1"

    box.deliver(mail("secure"))
    with imap_server(context, cases=box) as port:
        there = at(port, host="mail.nettly.example", security="tls", cafile=str(made))
        with closing(Mailbox(there, FakeClock(), resolve)) as mailbox:
            assert mailbox.find("Subject", "secure") == ("1:1",)
            assert not mailbox.wait(timedelta(milliseconds=20))
        assert asked == ["mail.nettly.example"]
        for wrong in ({"host": "other.nettly.example"}, {"cafile": ""}):
            mistaken = at(
                port, **{"host": "mail.nettly.example", "security": "tls", "cafile": str(made)} | wrong
            )
            with (
                closing(Mailbox(mistaken, FakeClock(), resolve)) as mailbox,
                pytest.raises(MailboxError, match="certificate is not trusted"),
            ):
                mailbox.check()


def test_where_a_host_may_not_be_asked_it_says_so(box: Box) -> None:
    def refuse(host: str, port: int) -> str:
        raise OSError(113, "it is inside a private network")

    with (
        closing(Mailbox(at(1), FakeClock(), refuse)) as mailbox,
        pytest.raises(MailboxError, match="private network"),
    ):
        mailbox.check()
