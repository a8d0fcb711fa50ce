from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.mail import (
    Mail,
    MailError,
    NotAnAddressError,
    Post,
    address_of,
    as_html,
    one_line,
    open_post,
    plain,
)
from config.outbound import Outbound
from config.settings import SettingsError, load_settings
from tests.fakes import FakeClock
from tests.mail_server import body, free_port, mail_server, mail_settings, silent_server
from tests.peers.wire import Wire

MAIL = Mail(
    to="maya.lind@example.com",
    subject="[#1042] Your question to Nettly",
    text="Hello Maya,\n\nyour parcel is on its way: https://nettly.example/track?n=1&x=2.\n\nIneš",
    message_id="<case.1042.7.ab@nettly.example>",
    at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    references=("<case.1042@nettly.example>", "<case.1042.5.ab@nettly.example>"),
)


def test_a_mail_arrives_with_its_words_and_its_place_in_the_thread() -> None:
    with mail_server() as box:
        Post(mail_settings(box.port, reply_to="answers@nettly.example")).send(MAIL)
        (mail,) = box.received
    assert mail["From"] == "Nettly support <support@nettly.example>"
    assert (mail["To"], mail["Subject"], mail["Reply-To"]) == (
        MAIL.to,
        MAIL.subject,
        "answers@nettly.example",
    )
    assert mail["Message-ID"] == MAIL.message_id
    assert mail["In-Reply-To"] == MAIL.references[-1]
    assert mail["References"] == " ".join(MAIL.references)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert body(mail, "plain").strip() == MAIL.text
    assert '<a href="https://nettly.example/track?n=1&amp;x=2">' in body(mail, "html")


def test_what_a_person_wrote_is_not_marked_as_automatic() -> None:
    message = Post(mail_settings(25)).message(replace(MAIL, automatic=False, from_name="Ines at Nettly"))
    assert message["Auto-Submitted"] == "no"
    assert str(message["From"]) == "Ines at Nettly <support@nettly.example>"


@pytest.mark.parametrize("field", ["subject", "from_name", "message_id", "language"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x85", "\0"])
def test_no_text_can_add_a_header(field: str, break_: str) -> None:
    evil = replace(MAIL, **{field: f"a{break_}Bcc: thief@example.com{break_}{break_}body"})  # type: ignore[arg-type]
    with mail_server() as box:
        Post(mail_settings(box.port)).send(evil)
        (mail,) = box.received
    assert mail["Bcc"] is None
    assert b"\nBcc:" not in box.raw[0].partition(b"\r\n\r\n")[0]


@given(st.text(), st.text(), st.text(max_size=300))
def test_whatever_is_written_it_becomes_a_mail_or_a_refusal(subject: str, name: str, text: str) -> None:
    mail = replace(MAIL, subject=subject, from_name=name, text=text)
    raw = Post(mail_settings(25)).message(mail).as_bytes()
    assert raw.isascii() and b"\r\n\r\n" in raw
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "maya",
        "maya@",
        "@example.com",
        "maya@localhost",
        "maya@example.com\r\nBcc: a@b.example",
        "maya@example.com, thief@example.com",
        "Maya <maya@example.com>",
        "maya lind@example.com",
        "maya@exa mple.com",
        ".maya@example.com",
        "ma..ya@example.com",
        "mäya@example.com",
        "a@" + "b" * 300 + ".com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnAddressError):
        address_of(text)
    with pytest.raises(MailError) as refused:
        Post(mail_settings(25)).message(replace(MAIL, to=text))
    assert refused.value.permanent


def test_an_address_is_told_in_one_form() -> None:
    assert address_of("  Maya.Lind+x@Example.COM ") == "Maya.Lind+x@example.com"
    assert address_of("maya@blåbær.example") == "maya@xn--blbr-roah.example"


def test_nobody_home_is_worth_another_try() -> None:
    with pytest.raises(MailError, match=r"check \[mail\] host and port") as error:
        Post(mail_settings(free_port())).send(MAIL)
    assert (error.value.step, error.value.permanent) == ("connection", False)


@pytest.mark.parametrize(
    ("step", "answer", "permanent"),
    [
        ("receiver", "550 5.1.1 no such mailbox", True),
        ("receiver", "450 4.2.2 mailbox full", False),
        ("receiver", "554 5.7.1 relaying denied", False),
        ("receiver", "530 sign in first", False),
        ("sender", "550 5.1.8 who is that", False),
        ("data", "554 5.6.0 unreadable", True),
        ("data", "451 4.3.0 later", False),
    ],
)
def test_a_refusal_is_final_only_where_it_is_about_this_mail(step: str, answer: str, permanent: bool) -> None:
    with mail_server() as box:
        setattr(box, step, answer)
        with pytest.raises(MailError, match=answer.split()[0]) as error:
            Post(mail_settings(box.port)).send(MAIL)
    assert error.value.permanent is permanent


@pytest.mark.parametrize("said", [(), (b"220 hello\r\n",), (b"2",), (b"220 hello\r\n250 ok\r\n25",)])
def test_a_server_that_falls_silent_is_left_in_time(said: tuple[bytes, ...]) -> None:
    with silent_server(*said) as port, pytest.raises(MailError, match="takes too long") as error:
        Post(mail_settings(port, within_seconds=1)).send(MAIL)
    assert not error.value.permanent


def test_a_stranger_that_is_no_mail_server_is_told_apart() -> None:
    with silent_server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port, pytest.raises(MailError) as error:
        Post(mail_settings(port, within_seconds=1)).send(MAIL)
    assert error.value.step == "connection"


def test_the_right_password_opens_and_the_wrong_one_is_never_repeated() -> None:
    with mail_server("open sesame") as box:
        Post(mail_settings(box.port, user="nettly", password="open sesame")).send(MAIL)
        assert box.signed_in == ["nettly"]
        post = Post(mail_settings(box.port, user="nettly", password="hunter2-secret"))
        with pytest.raises(MailError, match=r"check \[mail\] user and password") as error:
            post.send(MAIL)
    assert error.value.step == "sign-in"
    assert "hunter2-secret" not in f"{error.value!r} {error.value.__cause__!r} {post._server!r}"


def test_a_server_without_encryption_is_not_spoken_to_in_clear() -> None:
    with mail_server() as box:
        with pytest.raises(MailError, match=r"check \[mail\] security") as error:
            Post(mail_settings(box.port, security="starttls")).send(MAIL)
        assert box.received == []
    assert error.value.step == "encryption"


def test_each_step_is_told_as_it_is_done() -> None:
    steps: list[str] = []
    with mail_server() as box:
        Post(mail_settings(box.port)).send(MAIL, steps.append)
    assert steps == ["connection", "sender", "receiver", "message"]


def test_a_house_without_a_host_sends_nothing(tmp_path: Path) -> None:
    assert open_post(load_settings(tmp_path, {}).mail, Outbound(), FakeClock()) is None


@pytest.mark.parametrize("sender", ["", "Nettly", "support@nettly.example\nBcc: x@y.example"])
def test_a_host_without_a_sender_is_refused(tmp_path: Path, sender: str) -> None:
    env = {"FIRSTLINE_MAIL_HOST": "mail.example", "FIRSTLINE_MAIL_SENDER": sender}
    with pytest.raises(SettingsError, match=r"\[mail\] sender"):
        open_post(load_settings(tmp_path, env).mail, Outbound(), FakeClock())


def test_html_is_the_same_words_and_nothing_runs() -> None:
    page = as_html('<script>alert(1)</script>\nhttps://a.example/"onclick="x', "en")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert 'onclick="' not in page
    assert "<br>" in page


def test_control_characters_do_not_travel() -> None:
    assert plain("a\r\nb\x00\x07c\td") == "a\nbc\td"
    assert one_line(" a\t\nb\u2028c ") == "a b c"


def test_a_copy_goes_to_an_address_that_no_header_names() -> None:
    with mail_server() as box:
        Post(mail_settings(box.port)).send(replace(MAIL, copy_to="copies@nettly.example"))
        assert box.receivers == [MAIL.to, "copies@nettly.example"]
        assert b"copies@" not in box.raw[0]


def test_where_the_server_leaves_before_it_answers_nobody_knows() -> None:
    greeting = b"220 hello\r\n250 you\r\n250 fine\r\n250 fine\r\n354 go on\r\n"
    with silent_server(greeting) as port, pytest.raises(MailError) as left:
        Post(mail_settings(port, within_seconds=1)).send(MAIL)
    assert left.value.unsure and not left.value.permanent and left.value.step == "message"
    with mail_server() as box:
        box.data = "451 not now"
        with pytest.raises(MailError) as refused:
            Post(mail_settings(box.port)).send(MAIL)
    assert not refused.value.unsure


def test_a_server_is_greeted_without_a_mail() -> None:
    with mail_server("open sesame") as box:
        Post(mail_settings(box.port, user="nettly", password="open sesame")).greet()
        assert box.signed_in == ["nettly"] and box.received == []
    with pytest.raises(MailError, match=r"check \[bridges.email\] smtp_host and smtp_port"):
        Post(mail_settings(free_port()), "bridges.email.smtp_").greet()


def test_a_connection_that_is_kept_takes_the_next_mail_too() -> None:
    with mail_server("open sesame") as box:
        post = Post(mail_settings(box.port, user="nettly", password="open sesame"), keeps=1)
        post.send(MAIL)
        box.data = "550 no"
        with pytest.raises(MailError):
            post.send(MAIL)
        assert box.signed_in == ["nettly"]
        box.data = None
        post.send(MAIL)  # over another: what a refusal has left of the first one nobody knows
        post.send(MAIL)
        post.close()
        assert len(box.received) == 3 and box.signed_in == ["nettly", "nettly"]


def test_a_connection_that_the_server_has_given_up_is_made_anew() -> None:
    with mail_server() as box, closing(Wire(box.port)) as wire:
        post = Post(mail_settings(wire.port), keeps=1)
        post.send(MAIL)
        wire.down()
        wire.up()
        post.send(MAIL)
        post.close()
        assert len(box.received) == 2


def test_the_connection_goes_where_the_name_was_looked_up() -> None:
    with mail_server() as box:
        settings = mail_settings(box.port, host="mail.nettly.example")
        Post(settings, resolve=lambda host, port: "127.0.0.1").send(MAIL)
        assert len(box.received) == 1
