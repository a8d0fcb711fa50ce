"""Letters go out: what is in them, how often, and what becomes of those that do not arrive."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Button, Draft, Source, carrying
from bot.deliveries import LEASE_WITHIN
from bot.store.mailboxes import KnownMail
from handoff.file import FileRef
from tests.bot.mail.mail_room import HOUSE, JANE, NOTICE, MailRoom, answer_to, links, mail, mail_room
from tests.mail_server import body

SOURCE = Source("reset", "Reset your router", "/help/en/reset", "Reset", "2026-11-03", "en")
HELP = (Button("Yes, it did", "/helped"), Button("No", "/did_not_help"))
ANSWER = Draft("bot", "Hold the **red** button.", source=SOURCE, question="Did this help?", buttons=HELP)


def test_all_that_is_said_in_a_turn_is_one_letter(room: MailRoom) -> None:
    room.answers = [(Draft("bot", "One thing."), Draft("bot", "Another thing."))]
    room.hears(mail())
    [text] = room.box.texts()
    assert text.index("One thing.") < text.index("Another thing.")
    assert room.deliveries.parked() == 0 and not room.worker.work()


def test_an_answer_has_its_source_and_links_for_its_question(room: MailRoom) -> None:
    room.answers = [(ANSWER,)]
    room.hears(mail())
    [sent] = room.box.received
    text, html = body(sent, "plain"), body(sent, "html")
    assert f"Reset your router: {HOUSE}/help/en/reset" in text and "Did this help?" in text
    assert f'<a href="{HOUSE}/help/en/reset">Reset your router</a>' in html
    assert "Hold the red button." in text and "Hold the <strong>red</strong> button." in html
    yes, no = links(sent)
    assert f"Yes, it did: {HOUSE}{yes}" in text and yes != no


def test_without_an_address_of_the_house_the_replies_are_words(tmp_path: Path) -> None:
    with mail_room(tmp_path, house="") as room:
        room.answers = [(ANSWER,)]
        room.hears(mail())
        [text] = room.box.texts()
        assert "- Yes, it did" in text and "/mail/" not in text


def test_a_bot_says_that_it_is_one_and_no_machine_answers_it(room: MailRoom) -> None:
    room.hears(mail())
    [sent] = room.box.received
    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert "from our assistant, a bot" in body(sent, "plain")


def test_a_persons_reply_comes_under_their_name_in_the_same_thread(room: MailRoom) -> None:
    room.hears(mail())
    conversation, _ = room.only()
    room.says(conversation.id, Draft("agent", "Your parcel is in Oslo.", name="Ines"))
    first, sent = room.box.received
    assert str(sent["From"]) == '"Ines (Nettly)" <support@nettly.example>'
    assert (sent["Auto-Submitted"], sent["In-Reply-To"]) == ("no", first["Message-ID"])
    assert "Ines, Nettly" in body(sent, "plain") and "bot" not in body(sent, "plain")
    room.hears(answer_to(sent, "Thank you!"))
    assert [each.text for each in room.only()[1]][-1] == "Thank you!"


def test_files_of_a_reply_go_along_and_those_that_are_gone_are_links(room: MailRoom) -> None:
    label, gone = (FileRef(letter * 43, f"{letter}.pdf", "application/pdf", 5) for letter in "fg")
    room.attached[label.id] = b"%PDF-"
    room.hears(mail())
    room.says(room.only()[0].id, Draft("agent", "Print this.", name="Ines", data=carrying([label, gone])))
    sent = room.box.received[-1]
    [attached] = sent.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("f.pdf", b"%PDF-")
    assert f"g.pdf: {HOUSE}{gone.address}" in body(sent, "plain")


def test_that_somebody_joined_is_no_mail_and_a_broken_promise_is(room: MailRoom) -> None:
    room.hears(mail())
    conversation = room.only()[0].id
    for quiet in ("joined", "returned", "transferred"):
        room.says(conversation, Draft("system", f"It was {quiet}.", data={"happened": quiet}))
    room.says(conversation, Draft("system", "Your message has arrived."))
    assert len(room.box.received) == 1
    room.says(conversation, Draft("system", "It takes longer.", data={"happened": "late"}))
    assert "It takes longer." in room.box.texts()[1]


def test_a_case_that_is_closed_is_told_with_a_link_for_each_score(room: MailRoom) -> None:
    room.hears(mail())
    closed = Draft("system", "Ines has closed the case.", name="Ines", data={"happened": "resolved"})
    room.says(room.only()[0].id, closed)
    sent = room.box.received[-1]
    plain = body(sent, "plain")
    assert "Ines has closed the case." in plain and "a bot" not in plain
    scores = [each for each in links(sent) if "/rating/" in each]
    assert len(scores) == 5 and all(f"{HOUSE}{each}" in plain for each in scores)


def test_the_first_mail_to_an_address_carries_the_privacy_notice(room: MailRoom) -> None:
    room.hears(mail())
    room.hears(mail(id="<another@customer.example>"))
    assert [NOTICE in text for text in room.box.texts()] == [True, False]


def test_thanks_for_a_tapped_yes_are_no_mail(room: MailRoom) -> None:
    room.answers = [(ANSWER,), (Draft("bot", "I'm glad."),), (Draft("bot", "A person?"),)]
    room.hears(mail())
    address = room.only()[0].address
    for payload in ("/helped", "/did_not_help"):
        heard = room.chat.hear(
            "email", address, "Tapped", client_id=payload, payload=payload, data={"link": 2}
        )
        room.chat.answer_soon(heard)
        room.works()
    assert len(room.box.received) == 2 and "A person?" in room.box.texts()[1]


def test_one_address_gets_so_many_letters_an_hour_and_the_rest_later(tmp_path: Path) -> None:
    with mail_room(tmp_path, mails_hour=3) as room:
        for number in range(5):
            room.hears(mail(id=f"<{number}@loop.example>"))
        assert len(room.box.received) == 3
        room.clock.moves(timedelta(minutes=59))
        room.works()
        assert len(room.box.received) == 3
        room.clock.moves(timedelta(minutes=2))
        room.works()
        assert len(room.box.received) == 5


def test_a_persons_words_go_whatever_the_bot_has_sent(tmp_path: Path) -> None:
    with mail_room(tmp_path, mails_hour=1) as room:
        room.hears(mail())
        room.says(room.only()[0].id, Draft("agent", "Here I am.", name="Ines"))
        assert len(room.box.received) == 2


def test_a_letter_that_the_server_does_not_take_now_goes_later_under_the_same_name(room: MailRoom) -> None:
    room.box.data = "451 4.3.0 later"
    room.hears(mail())
    assert room.box.received == []
    room.box.data = None
    room.clock.moves(timedelta(minutes=5))
    room.works()
    [sent] = room.box.received
    assert sent["In-Reply-To"] == "<1@customer.example>"


def test_a_crash_after_the_server_took_it_sends_it_again_under_the_same_name(room: MailRoom) -> None:
    note = room.mails.note

    def killed(mail: KnownMail) -> None:
        if mail.way == "out":
            raise KeyboardInterrupt
        note(mail)

    room.mails.note = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        room.hears(mail())
    room.mails.note = note  # type: ignore[method-assign]
    room.clock.moves(LEASE_WITHIN)
    room.works()
    first, again = room.box.received
    assert first["Message-ID"] == again["Message-ID"] and not room.worker.work()


def test_the_desk_hears_what_is_late_and_that_it_has_arrived(room: MailRoom) -> None:
    room.hears(mail())
    conversation = room.only()[0].id
    room.hands_over(conversation)
    room.box.receiver = "450 4.2.0 greylisted"
    room.says(conversation, Draft("agent", "Your parcel is in Oslo.", name="Ines"))
    room.reports.work()
    assert room.desk.told == []
    for _ in range(12):
        room.clock.moves(timedelta(minutes=5))
        room.works()
    room.reports.work()
    [(what, said, why)] = room.desk.told
    assert (what, said) == ("late", "Your parcel is in Oslo.") and "greylisted" in why
    room.box.receiver = None
    room.clock.moves(timedelta(minutes=5))
    room.works()
    room.reports.work()
    assert [each[0] for each in room.desk.told] == ["late", "arrived"]
    assert len(room.box.received) == 2


def test_a_letter_that_is_refused_for_good_is_told_at_once(room: MailRoom) -> None:
    room.hears(mail())
    conversation = room.only()[0].id
    room.hands_over(conversation)
    room.box.receiver = "550 5.1.1 nobody here"
    room.says(conversation, Draft("agent", "Hello?", name="Ines"))
    room.reports.work()
    room.reports.work()
    [(what, _, why)] = room.desk.told
    assert what == "failed" and "nobody here" in why
    assert room.deliveries.parked() == 1


def test_a_letter_is_given_up_after_days_and_what_is_said_next_goes(room: MailRoom) -> None:
    room.hears(mail())
    conversation = room.only()[0].id
    room.hands_over(conversation)
    room.box.receiver = "450 4.2.0 away"
    room.says(conversation, Draft("agent", "Hello?", name="Ines"))
    room.clock.moves(timedelta(days=3))
    room.works()
    room.box.receiver = None
    room.says(conversation, Draft("agent", "Again.", name="Ines"))
    room.reports.work()
    assert room.desk.told[-1][0] == "failed" and "Again." in room.box.texts()[-1]
    assert "Hello?" not in room.box.texts()[-1]


def test_what_is_written_cannot_become_markup_or_a_header(room: MailRoom) -> None:
    room.answers = [(Draft("bot", "<script>alert(1)</script> **bold** [x](javascript:alert(1))"),)]
    room.hears(mail(subject="=?utf-8?q?Hi=0D=0ABcc=3A_all=40nettly=2Eexample?="))
    [sent] = room.box.received
    assert "<script>" not in body(sent, "html") and 'href="javascript' not in body(sent, "html")
    assert sent["Bcc"] is None and sent["To"] == JANE
