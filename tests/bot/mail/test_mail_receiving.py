"""Mails come in: who is heard, in which thread, and who is left out."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from bot.conversation import Button, Draft
from bot.mail.receiving import KNOWN_FOR
from tests.bot.mail.mail_room import JANE, US, MailRoom, answer_to, mail, mail_room


def test_a_mail_begins_a_conversation_and_is_answered_in_its_thread(room: MailRoom) -> None:
    assert room.hears(mail(subject="AW: A late parcel")) == "heard"
    conversation, [said] = room.only()
    assert (conversation.channel, said.text) == ("email", "A late parcel\n\nWhere is my order?")
    [sent] = room.box.received
    assert (sent["To"], sent["Subject"]) == (JANE, "Re: A late parcel")
    assert sent["In-Reply-To"] == sent["References"] == "<1@customer.example>"
    assert str(sent["Reply-To"]).startswith("support+") and str(sent["From"]) == f"Nettly <{US}>"
    assert "I see." in room.box.texts()[0]


def test_the_answer_to_an_answer_is_the_same_conversation_without_what_it_quotes(room: MailRoom) -> None:
    room.hears(mail())
    assert room.hears(answer_to(room.box.received[-1], "It is NT-10427.")) == "heard"
    _, said = room.only()
    assert [each.text for each in said][1:] == ["It is NT-10427."]
    assert room.box.received[-1]["References"].split()[0] == "<1@customer.example>"
    assert len(room.box.received[-1]["References"].split()) == 3


def test_the_same_mail_twice_is_heard_once(room: MailRoom) -> None:
    assert [room.hears(mail()), room.hears(mail())] == ["heard", "known"]
    assert len(room.only()[1]) == 1 and len(room.box.received) == 1


def test_a_crash_after_the_message_was_stored_loses_and_doubles_nothing(room: MailRoom) -> None:
    asked = mail(files=(("receipt.pdf", b"%PDF-1.7 paid"),))
    note, room.mails.note = room.mails.note, _broken  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        room.receiving.take(asked.as_bytes())
    room.mails.note = note  # type: ignore[method-assign]
    assert room.hears(asked) == "known"
    assert room.hears(asked) == "known"
    [said] = room.only()[1]
    assert len(said.files) == 1


def _broken(*given: object) -> None:
    raise ConnectionError("the process is killed here")


def test_another_mail_of_the_same_person_is_another_conversation(room: MailRoom) -> None:
    room.hears(mail())
    room.hears(mail("And my invoice?", "An invoice", id="<9@customer.example>"))
    assert len(room.conversations()) == 2
    assert room.mails.thread(room.conversations()[0].id) != room.mails.thread(room.conversations()[1].id)


def test_a_reply_that_lost_its_address_is_found_by_the_mails_that_it_refers_to(room: MailRoom) -> None:
    room.hears(mail())
    reply = mail("Hello?", "Re: My order", id="<2@x>", references=str(room.box.received[0]["Message-ID"]))
    assert room.hears(reply) == "heard" and len(room.only()[1]) == 2


def test_names_of_mails_let_no_stranger_into_a_thread_and_its_address_does(room: MailRoom) -> None:
    room.hears(mail())
    sent = room.box.received[0]
    stranger = mail("Let me in", "Re: My order", id="<3@x>", sender="eve@evil.example")
    stranger["References"] = str(sent["Message-ID"])
    room.hears(stranger)
    assert len(room.conversations()) == 2
    room.hears(answer_to(sent, "I am her colleague.", id="<4@x>", sender="bob@customer.example"))
    assert len(room.conversations()) == 2
    said = room.said(room.conversations()[0].id)[-1]
    assert said.text == "I am her colleague.\n\n[Written by bob@customer.example]"
    assert said.data["mail"]["customer"] is False  # type: ignore[index,call-overload]
    assert room.box.received[-1]["To"] == JANE


def test_an_address_with_a_token_that_nobody_was_given_begins_a_new_thread(room: MailRoom) -> None:
    room.hears(mail(to="support+aaaaabbbbbcccccddddd@nettly.example"))
    assert len(room.conversations()) == 1


@pytest.mark.parametrize(
    "given",
    [
        mail(Auto_Submitted="auto-replied"),
        mail(Precedence="bulk"),
        mail(List_Id="<news.shop.example>"),
        mail(sender=f"Nettly <{US}>"),
        mail(sender="support+aaaaabbbbbcccccddddd@nettly.example"),
        mail(subject="Automatic reply: out of office"),
        mail(sender="no-reply@shop.example"),
        mail(sender="a@x.example, b@x.example"),
    ],
    ids=["auto-reply", "bulk", "list", "ourselves", "our-thread", "away", "no-reply", "two-senders"],
)
def test_what_no_customer_wrote_is_left_out_and_never_answered(room: MailRoom, given: EmailMessage) -> None:
    assert room.hears(given) == "left_out"
    assert room.conversations() == [] and room.box.received == []
    known = room.mails.mail("<1@customer.example>")
    assert known is not None and known.why and known.address == ""


def test_what_was_left_out_is_forgotten_after_a_month_and_threads_are_not(room: MailRoom) -> None:
    room.hears(mail(Precedence="bulk", id="<0@x>"))
    room.hears(mail())
    room.clock.moves(KNOWN_FOR - timedelta(days=1))
    assert not room.receiving.clear()
    room.clock.moves(timedelta(days=2))
    assert room.receiving.clear() and not room.receiving.clear()
    assert room.mails.mail("<0@x>") is None and room.mails.mail("<1@customer.example>") is not None


def test_our_own_mail_that_comes_back_is_not_answered(room: MailRoom) -> None:
    room.hears(mail())
    assert room.hears(room.box.received[0]) == "known"
    assert len(room.box.received) == 1


def test_bytes_that_are_no_mail_are_left_out(room: MailRoom) -> None:
    assert room.receiving.take(b"\x00\xff" * 50) == "left_out"


def test_what_our_server_found_out_about_the_sender_is_kept(room: MailRoom) -> None:
    asked = mail(
        Authentication_Results="mx.nettly.example; spf=pass smtp.mailfrom=customer.example; "
        "dkim=pass header.d=customer.example; dmarc=pass header.from=customer.example"
    )
    room.hears(asked)
    [said] = room.only()[1]
    assert said.data["mail"] == {
        "message_id": "<1@customer.example>",
        "from": JANE,
        "subject": "My order",
        "spf": "pass",
        "dkim": "pass",
        "dmarc": "pass",
        "proved": True,
        "customer": True,
    }


def test_an_agent_is_told_of_a_mail_that_nobody_vouches_for(room: MailRoom) -> None:
    room.hears(mail(Authentication_Results="mx.nettly.example; spf=fail; dkim=none; dmarc=fail"))
    [said] = room.only()[1]
    assert said.text.endswith("[Nothing proves that this mail comes from its sender]")


def test_results_that_another_server_wrote_prove_nothing(room: MailRoom) -> None:
    room.hears(mail(Authentication_Results="mx.evil.example; spf=pass; dkim=pass; dmarc=pass"))
    [said] = room.only()[1]
    assert (said.data["mail"]["spf"], said.data["mail"]["proved"]) == ("none", False)  # type: ignore[index,call-overload]


def test_files_come_along_and_programs_do_not(room: MailRoom) -> None:
    room.hears(mail(files=(("receipt.pdf", b"%PDF-1.7 paid"), ("run.exe", b"MZ\x90\x00 does something"))))
    [said] = room.only()[1]
    [file] = said.files
    assert (file.name, file.type) == ("receipt.pdf", "application/pdf")
    assert said.text.endswith("\n\n[run.exe]")
    letters = "\n".join(room.box.texts())
    assert "“run.exe” was not taken. Send a picture or a document." in letters
    assert room.files.content(room.files.find(file.id)) == b"%PDF-1.7 paid"


def test_a_long_mail_comes_short_and_whole_as_a_file(room: MailRoom) -> None:
    long = "\n".join(f"Line {number} of what happened." for number in range(300))
    room.hears(mail(long))
    [said] = room.only()[1]
    assert len(said.text) <= 2_000 and said.text.endswith("[…]")
    [file] = said.files
    assert b"Line 299" in room.files.content(room.files.find(file.id))


def test_of_a_mail_too_large_to_read_the_customer_is_heard(room: MailRoom) -> None:
    headers = mail(subject="My film of it").as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert room.receiving.take(headers, whole=False) == "heard"
    assert "[My film of it]" in room.only()[1][0].text
    room.works()
    assert "“My film of it” was not taken" in "\n".join(room.box.texts())


def test_an_answer_goes_where_its_writer_wants_it(room: MailRoom) -> None:
    room.hears(mail(Reply_To="jane@home.example"))
    assert room.box.received[0]["To"] == "jane@home.example"


def test_words_of_an_offered_reply_tap_it(room: MailRoom) -> None:
    room.answers = [(Draft("bot", "Shall I?", buttons=(Button("Yes, please", "/affirm"),)),)]
    room.hears(mail())
    room.hears(answer_to(room.box.received[0], "yes, please"))
    assert room.only()[1][-1].payload == "/affirm"


def test_a_mail_that_did_not_arrive_is_told_to_the_desk(room: MailRoom) -> None:
    room.hears(mail())
    conversation, _ = room.only()
    room.hands_over(conversation.id)
    room.says(conversation.id, Draft("agent", "Your parcel is in Oslo.", name="Ines"))
    room.hears(bounce(str(room.box.received[-1]["Message-ID"])))
    room.reports.work()
    [(what, said, why)] = room.desk.told
    assert (what, said) == ("failed", "Your parcel is in Oslo.")
    assert JANE in why and "mailbox is full" in why
    assert len(room.box.received) == 2


def test_a_report_of_a_mail_that_is_tried_again_alarms_nobody(room: MailRoom) -> None:
    room.hears(mail())
    room.hands_over(room.only()[0].id)
    room.hears(bounce(str(room.box.received[-1]["Message-ID"]), status="4.2.2", action="delayed"))
    room.reports.work()
    assert room.desk.told == []


def test_a_report_that_nobody_can_place_is_left_out(tmp_path: Path) -> None:
    with mail_room(tmp_path) as room:
        assert room.hears(bounce("<unknown@nettly.example>")) == "left_out"
        assert room.conversations() == []


def bounce(about: str, *, status: str = "5.2.2", action: str = "failed") -> EmailMessage:
    """A mail server's report, as RFC 3464 has it."""
    raw = (
        "From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>\r\n"
        f"To: {US}\r\nSubject: Undelivered Mail\r\nMessage-ID: <b@mx.customer.example>\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.customer.example\r\n\r\n"
        f"Final-Recipient: rfc822; {JANE}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 552 the mailbox is full\r\n\r\n"
        f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {about}\r\n\r\n--x--\r\n"
    )
    return message_from_string(raw, policy=default)  # type: ignore[return-value]
