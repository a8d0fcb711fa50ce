from __future__ import annotations

import re
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from config.reading_mail import read_mail
from handoff.bridges import CaseRef, Incoming
from handoff.bridges.email.answers import Rules, events_of
from handoff.bridges.email.letters import ABOVE, Letterhead
from handoff.case import CaseStatus
from tests.handoff.bridges.mirrored import new_case, outgoing
from tests.handoff.conversations import MONDAY

HEAD = Letterhead("cases@nettly.example", "support@nettly.example", "twenty characters and more")
RULES = Rules(("@nettly.example", "omar@partner.example"))
MARK = HEAD.mark("h-1")
TO = HEAD.answers(MARK)
OPEN = CaseRef("email", MARK, None, {"number": "1042"})


def mail(
    text: str = "Hello.", to: str = TO, sender: str = "Ines Dahl <ines@nettly.example>", **other: str
) -> bytes:
    build = EmailMessage(policy=SMTP)
    named = {name.replace("_", "-"): value for name, value in other.items()}
    for name, value in {"From": sender, "To": to, "Message-ID": "<one@mail.example>", **named}.items():
        build[name] = value
    build.set_content(text)
    build.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return bytes(build)


def heard(raw: bytes, rules: Rules = RULES, *, whole: bool = True, trusted: str = "") -> tuple[Incoming, ...]:
    read = read_mail(raw, above=ABOVE, trusted=trusted)
    return events_of(read, "1:7", whole, HEAD, rules, [OPEN], MONDAY)


def test_an_answer_to_the_cases_own_address_is_for_the_customer() -> None:
    (event,) = heard(mail(f"It is on its way.\n\n{ABOVE}\nsecret"))
    assert (event.type, event.visibility, event.author_kind) == ("agent_message", "public", "agent")
    assert (event.case_key, event.text) == (MARK, "It is on its way.")
    assert (event.author, event.author_name) == ("ines@nettly.example", "Ines Dahl")
    assert event.event_id == "mail:<one@mail.example>" and event.occurred_at == MONDAY
    assert [(file.key, file.name, file.size) for file in event.files] == [("1:7/0", "a.pdf", 4)]


@pytest.mark.parametrize("by", ["In_Reply_To", "References"])
def test_so_is_one_in_the_cases_thread(by: str) -> None:
    thread = f"<x@y.example> {HEAD.root(MARK)}" if by == "References" else HEAD.message_id(MARK, "h-1.post.3")
    (event,) = heard(mail(to="cases@nettly.example", **{by: thread}))
    assert event.visibility == "public"


def test_one_that_knows_only_the_number_is_for_colleagues() -> None:
    (event,) = heard(mail(to="cases@nettly.example", Subject="Re: [#1042] where is my refund"))
    assert (event.type, event.visibility, event.case_key) == ("agent_note", "private", MARK)
    assert "ines@nettly.example" in event.text and "Hello." in event.text
    assert heard(mail(to="cases@nettly.example", Subject="Re: [#1043] another")) == ()


@pytest.mark.parametrize("header", ["Precedence", "List-Id"])
def test_one_that_went_to_many_is_for_colleagues(header: str) -> None:
    (event,) = heard(mail(**{header: "list"}))
    assert event.visibility == "private" and "mailing list" in event.text


@pytest.mark.parametrize(
    "sender",
    ["eve@evil.example", "Ines Dahl <eve@nettly.example.evil.example>", "a@nettly.example, b@nettly.example"],
)
def test_who_may_not_answer_is_heard_by_colleagues_alone(sender: str) -> None:
    (event,) = heard(mail("Pay here. #resolved\n#resolved", sender=sender))
    assert (event.type, event.visibility, event.author_kind) == ("agent_note", "private", "system")
    assert "may not answer customers" in event.text


def test_one_person_of_another_company_may_if_they_are_named() -> None:
    assert heard(mail(sender="omar@partner.example"))[0].visibility == "public"
    assert heard(mail(sender="eve@partner.example"))[0].visibility == "private"


def test_where_senders_are_checked_an_unproved_one_may_not() -> None:
    checked = replace(RULES, checked=True)
    assert heard(mail(), checked, trusted="mx.example")[0].visibility == "private"
    proof = "mx.example; dkim=pass header.d=nettly.example"
    proved = mail(Authentication_Results=proof)
    assert heard(proved, checked, trusted="mx.example")[0].visibility == "public"
    assert heard(proved, checked, trusted="")[0].visibility == "private"


@pytest.mark.parametrize(
    "raw",
    [
        mail(to="cases@nettly.example"),
        mail(to="cases+nosuchmark@nettly.example"),
        mail(to=TO.replace("nettly", "evil")),
        mail(Auto_Submitted="auto-replied"),
        mail(Auto_Submitted="auto-generated"),
        mail(Subject="Automatic reply: on holiday"),
        mail(Subject="Re: [#1042]", Auto_Submitted="auto-generated"),
        mail(sender="no-reply@nettly.example"),
    ],
)
def test_what_is_none_of_our_business_and_what_machines_write_is_nothing(raw: bytes) -> None:
    assert heard(raw) == ()


def test_our_own_mails_come_back_to_us_and_are_nothing() -> None:
    case = new_case()
    ours = [HEAD.opening(case), HEAD.posting(HEAD.ref(case, HEAD.opening(case)), outgoing("hello"), "k")]
    for each in ours:
        assert heard(mail(to=each.reply_to).replace(b"<one@mail.example>", each.message_id.encode())) == ()


@pytest.mark.parametrize("word", ["#note", "#NOTE", "note:", "private:", "#notat"])
@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_a_note_stays_among_colleagues(word: str, between: str) -> None:
    (event,) = heard(mail(f"{word}{between}He sounds tired.\nBe kind."))
    assert (event.type, event.visibility, event.author_kind) == ("agent_note", "private", "agent")
    assert event.text == "He sounds tired.\nBe kind."


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("#resolved", ["agent_message", "status"]),
        ("Done.\n\n#resolved", ["agent_message", "status"]),
        ("#mine\n#resolved\nDone.", ["agent_message", "assigned", "status"]),
        ("#note\nDone.\n#close", ["agent_note", "status"]),
        ("We wrote:\n#resolved\nand that was that", ["agent_message"]),
        ("#resolved it is", ["agent_message"]),
        ("#løst", ["agent_message", "status"]),
    ],
)
def test_orders_stand_on_lines_of_their_own_at_either_end(text: str, kinds: list[str]) -> None:
    events = heard(mail(text))
    assert [each.type for each in events] == kinds
    assert len({each.event_id for each in events}) == len(events)
    assert all(not each.text and not each.files for each in events[1:])


def test_an_order_says_what_is_to_be() -> None:
    assert heard(mail("#resolved"))[-1].status is CaseStatus.RESOLVED
    assert heard(mail("#reopen"))[-1].status is CaseStatus.OPEN
    assert heard(mail("#mine"))[-1].assignee == "Ines Dahl"
    assert heard(mail("#release"))[-1].assignee == ""


def test_a_bounce_is_a_mail_of_ours_that_did_not_arrive() -> None:
    report = (
        "From: mailer-daemon@mx.example\r\nMessage-ID: <b@mx.example>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Final-Recipient: rfc822; support@nettly.example\r\nAction: {}\r\nStatus: {}\r\n"
        "Diagnostic-Code: smtp; 550 nobody there\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {HEAD.root(MARK)}\r\n\r\n--b--\r\n"
    )
    (event,) = heard(report.format("failed", "5.1.1").encode())
    assert (event.type, event.case_key, event.visibility) == ("delivery_failed", MARK, "private")
    assert "support@nettly.example came back: smtp; 550 nobody there" in event.text
    assert heard(report.format("delayed", "4.4.1").encode()) == ()


def test_what_was_not_fetched_or_has_no_words_is_told_to_colleagues() -> None:
    (event,) = heard(mail(), whole=False)
    assert event.visibility == "private" and "too large" in event.text
    silent = EmailMessage(policy=SMTP)
    silent["From"], silent["To"], silent["Message-ID"] = "ines@nettly.example", TO, "<two@mail.example>"
    silent.set_content(f"\n\n{ABOVE}\nsecret")
    (event,) = heard(bytes(silent))
    assert event.visibility == "private" and "secret" not in event.text


def test_a_helpdesk_that_works_by_mail_is_a_machine_that_people_speak_through() -> None:
    rt = Rules(("rt@nettly.example",), tag=re.compile(r"\[rt\.example #\d+\]"))
    answer = {"sender": "rt@nettly.example", "Precedence": "bulk", "Subject": "[rt.example #3] Re: refund"}
    (event,) = heard(mail(**answer), rt)
    assert event.visibility == "public"
    assert heard(mail(**answer))[0].visibility == "private"
    assert heard(mail(**answer, Auto_Submitted="auto-replied"), rt) == ()
