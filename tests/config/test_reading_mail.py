from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reading_mail import ReadMail, UnreadableMailError, read_mail

HEAD = """\
Return-Path: <ines@nettly.example>
Delivered-To: cases+abc@nettly.example
From: =?utf-8?q?Ine=C5=A1_Dahl?= <Ines@Nettly.example>
To: "Nettly" <cases@nettly.example>, team@nettly.example
Cc: boss@nettly.example
Subject: Re: =?utf-8?b?W2Nhc2VdIEjDuHI=?=
Date: Mon, 23 Nov 2026 10:30:00 +0100
Message-ID: <one@nettly.example>
In-Reply-To: <two@nettly.example>
References: <root@nettly.example>
 <two@nettly.example>
"""


def mail(*headers: str, body: str = "Hello.", head: str = HEAD) -> bytes:
    return (head + "".join(f"{each}\n" for each in headers) + f"\n{body}\n").replace("\n", "\r\n").encode()


def composed(build: EmailMessage) -> ReadMail:
    for name, value in (("From", "ines@nettly.example"), ("Message-ID", "<one@nettly.example>")):
        build[name] = value
    return read_mail(build.as_bytes(policy=SMTP))


def test_who_where_when_and_in_which_thread() -> None:
    read = read_mail(mail())
    assert (read.message_id, read.sender, read.sender_name) == (
        "<one@nettly.example>",
        "ines@nettly.example",
        "Ineš Dahl",
    )
    assert read.to == (
        "cases@nettly.example",
        "team@nettly.example",
        "boss@nettly.example",
        "cases+abc@nettly.example",
    )
    assert read.subject == "Re: [case] Hør" and read.at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert read.references == ("<root@nettly.example>", "<two@nettly.example>")
    assert (read.text, read.kind, read.bounce) == ("Hello.", "person", None)
    assert read.header("x-none") == "" and read.header("CC") == "boss@nettly.example"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Auto-Submitted: auto-replied (vacation)", "auto_reply"),
        ("Auto-Submitted: auto-generated", "automatic"),
        ("Auto-Submitted: no", "person"),
        ("X-Autoreply: yes", "auto_reply"),
        ("X-MS-Exchange-Inbox-Rules-Loop: ines@nettly.example", "auto_reply"),
        ("Precedence: auto_reply", "auto_reply"),
        ("Precedence: bulk", "list"),
        ("Precedence: junk", "automatic"),
        ("List-Id: <all.nettly.example>", "list"),
        ("List-Unsubscribe: <https://nettly.example/x>", "list"),
        ("Precedence: first-class", "person"),
    ],
)
def test_machines_say_so_in_their_headers(header: str, kind: str) -> None:
    assert read_mail(mail(header)).kind == kind


@pytest.mark.parametrize(
    "subject", ["Automatic reply: Hello", "Automatisk svar: Hei", "Out of Office: back on Monday", "Autosvar"]
)
def test_or_in_their_subject(subject: str) -> None:
    head = HEAD.replace("Re: =?utf-8?b?W2Nhc2VdIEjDuHI=?=", subject)
    assert read_mail(mail(head=head)).kind == "auto_reply"


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("no-reply@nettly.example", "automatic"),
        ("donotreply+x@nettly.example", "automatic"),
        ("Mailer-Daemon@nettly.example", "bounce"),
        ("norah@nettly.example", "person"),
    ],
)
def test_or_by_their_address(sender: str, kind: str) -> None:
    assert read_mail(mail(head=HEAD.replace("Ines@Nettly.example", sender))).kind == kind


def test_what_nobody_can_answer_to_was_written_by_no_person() -> None:
    head = HEAD.replace("Return-Path: <ines@nettly.example>", "Return-Path: <>")
    assert read_mail(mail(head=head)).kind == "automatic"


@pytest.mark.parametrize(
    ("action", "status", "permanent"), [("failed", "5.1.1", True), ("delayed", "4.4.1", False)]
)
def test_a_bounce_says_which_mail_and_why(action: str, status: str, permanent: bool) -> None:
    report = "\n".join(
        [
            "From: MAILER-DAEMON@mx.nettly.example",
            "Return-Path: <>",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b\nContent-Type: text/plain\n\nWe could not deliver it.",
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.nettly.example\n",
            f"Final-Recipient: rfc822; team@nettly.example\nAction: {action}\nStatus: {status}",
            "Diagnostic-Code: smtp; 550 5.1.1 nobody\n of that name",
            "--b\nContent-Type: text/rfc822-headers\n\nSubject: Hello\nMessage-ID: <ours@nettly.example>",
            "--b--",
        ]
    )
    read = read_mail(report.replace("\n", "\r\n").encode())
    assert read.kind == "bounce" and read.bounce is not None
    assert (read.bounce.about, read.bounce.receiver) == ("<ours@nettly.example>", "team@nettly.example")
    assert read.bounce.permanent is permanent
    assert read.bounce.says == "smtp; 550 5.1.1 nobody of that name"


AUTHENTICATED = (
    "Authentication-Results: mx.nettly.example (our mx);\n dkim=pass (2048) header.d=nettly.example;\n"
    " spf=pass smtp.mailfrom=bounce@mail.nettly.example; dmarc=pass header.from=nettly.example"
)


def test_what_our_own_server_has_checked_is_believed() -> None:
    checked = read_mail(mail(AUTHENTICATED), trusted="mx.nettly.example").checked
    assert (checked.spf, checked.dkim, checked.dmarc) == ("pass", "pass", "pass")
    assert checked.proves("ines@nettly.example") and checked.proves("ines@oslo.nettly.example")
    assert not checked.proves("ines@notnettly.example") and not checked.proves("")


@pytest.mark.parametrize(
    "forged",
    [
        AUTHENTICATED.replace("mx.nettly.example", "mx.elsewhere.example"),
        "Authentication-Results: mx.nettly.example; dkim=fail header.d=nettly.example\n" + AUTHENTICATED,
        "Authentication-Results: mx.nettly.example; none",
        'Authentication-Results: mx.nettly.example; dkim=pass header.d="evil.example"',
    ],
)
def test_what_came_with_the_mail_is_not(forged: str) -> None:
    assert not read_mail(mail(forged), trusted="mx.nettly.example").checked.proves("ines@nettly.example")
    assert not read_mail(mail(forged)).checked.proves("ines@nettly.example")


@pytest.mark.parametrize(
    "senders",
    [
        "From: a@nettly.example, b@evil.example",
        "From: ines@nettly.example <evil@evil.example>, x@y.example",
        "From: a@nettly.example\nFrom: b@evil.example",
        "From: undisclosed",
        "From: a@nettly.example)b@evil.example(",
        "From:",
    ],
)
def test_who_has_not_exactly_one_address_has_none(senders: str) -> None:
    head = HEAD.replace("From: =?utf-8?q?Ine=C5=A1_Dahl?= <Ines@Nettly.example>", senders)
    assert read_mail(mail(head=head)).sender == ""


def test_of_two_forms_the_plain_one_is_read_and_of_one_that_one() -> None:
    both = EmailMessage()
    both.set_content("Plain.")
    both.add_alternative("<p>Rich.</p>", subtype="html")
    assert composed(both).text == "Plain."
    rich = EmailMessage()
    rich.set_content('<p>Rich.</p><blockquote type="cite">Old.</blockquote>', subtype="html")
    read = composed(rich)
    assert (read.text, read.whole) == ("Rich.", "Rich.\n\nOld.")
    empty = EmailMessage()
    empty.set_content("\n")
    empty.add_alternative("<p>Rich.</p>", subtype="html")
    assert composed(empty).text == "Rich."


def test_files_come_with_their_names_and_pictures_of_a_quotation_do_not() -> None:
    build = EmailMessage()
    build.set_content("See.")
    page = '<img src="cid:mine"><blockquote type="cite"><img src="cid:logo"></blockquote>'
    build.add_alternative(page, subtype="html")
    build.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../føre var.pdf")
    for name in ("mine", "logo"):
        build.add_attachment(
            name.encode(), maintype="image", subtype="png", filename=f"{name}.png", cid=f"<{name}>"
        )
    forwarded = EmailMessage()
    forwarded["Subject"] = "Inner"
    forwarded.set_content("Inner words.")
    build.add_attachment(forwarded)
    read = composed(build)
    assert [(file.name, file.type) for file in read.files] == [
        ("føre var.pdf", "application/pdf"),
        ("mine.png", "image/png"),
        ("mail.eml", "message/rfc822"),
    ]
    assert read.files[0].content == b"%PDF" and b"Inner words." in read.files[2].content
    assert read.text == "See."


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ("Content-Type: text/plain; charset=iso-8859-1", b"sm\xf8r", "smør"),
        ("Content-Type: text/plain; charset=nonsense", "smør".encode(), "smør"),
        ("Content-Type: text/plain; charset=utf-8", b"sm\xf8r", "smør"),
        ("Content-Type: text/plain", b"a\0b\x1bc\x80", "abc€"),
        (
            "Content-Type: text/plain; format=flowed",
            b"one \r\ntwo \r\nthree\r\n\r\n four\r\n",
            "one two three\n\nfour",
        ),
        ("Content-Transfer-Encoding: base64", b"not base 64!", None),
        ("Content-Transfer-Encoding: x-uuencode", b"begin\r\nxx", None),
    ],
)
def test_any_charset_and_encoding_is_read_as_well_as_it_goes(
    headers: str, body: bytes, text: str | None
) -> None:
    read = read_mail(f"{headers}\r\n\r\n".encode() + body)
    assert text is None or read.text == text
    assert "\0" not in read.whole


def test_without_an_id_the_same_mail_has_the_same() -> None:
    head = "\n".join(line for line in HEAD.splitlines() if not line.startswith("Message-ID")) + "\n"
    one, again, other = (read_mail(mail(head=head, body=body)) for body in ("a", "a", "b"))
    assert one.message_id == again.message_id != other.message_id
    assert one.message_id.startswith("<") and one.message_id.endswith(">")


@pytest.mark.parametrize("kind", ["signed", "encrypted"])
def test_what_a_program_adds_to_sign_or_encrypt_is_no_file(kind: str) -> None:
    parts = "--b\nContent-Type: text/plain\n\nHello.\n" if kind == "signed" else ""
    blob = "pgp-signature" if kind == "signed" else "octet-stream"
    raw = (
        f'Content-Type: multipart/{kind}; boundary="b"\n\n{parts}'
        f"--b\nContent-Type: application/{blob}; name=a.asc\n\n-----BEGIN PGP\n--b--\n"
    )
    read = read_mail(raw.encode())
    assert (read.text, read.files) == ("Hello." if kind == "signed" else "", ())


def nested(depth: int) -> bytes:
    opens = "".join(f'Content-Type: multipart/mixed; boundary="{i}"\r\n\r\n--{i}\r\n' for i in range(depth))
    return f"{opens}\r\nHello.".encode()


def test_parts_within_parts_do_not_bring_it_down() -> None:
    assert read_mail(nested(15)).text == "Hello."
    try:
        assert read_mail(nested(3000)).text == ""
    except UnreadableMailError as error:
        assert "nested" in str(error)


@given(st.binary(max_size=400))
def test_bytes_from_strangers_are_read_or_refused(raw: bytes) -> None:
    for given_ in (raw, HEAD.encode() + raw, b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" + raw):
        try:
            read = read_mail(given_, trusted="mx.nettly.example")
        except UnreadableMailError:
            continue
        assert read.message_id.startswith("<")


@given(
    st.sampled_from(
        ["From", "To", "Subject", "Date", "References", "Content-Type", "Authentication-Results"]
    ),
    st.text(alphabet="aA<>@=?;:\"',() \t\\/0é\0\x80", max_size=120),
)
def test_no_header_brings_it_down(name: str, value: str) -> None:
    try:
        read_mail(f"{name}: {value}\r\n\r\nHello.".encode(), trusted="a")
    except UnreadableMailError:
        return
