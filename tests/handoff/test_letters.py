"""What mails to customers say of files: their names, and where to get them if the house knows its address."""

from __future__ import annotations

from dataclasses import replace

from handoff.case import Case
from handoff.entry import Entry
from handoff.file import FileRef
from handoff.mail.letters import Reading, receipt, reply, transcript
from handoff.opening import Handoff
from tests.handoff.conversations import MONDAY, escalation

FILES = (FileRef("c" * 43, "box.jpg", "image/jpeg", 9), FileRef("d" * 43, "bill.pdf", "application/pdf", 9))
READING = Reading(str, "en", "Europe/Oslo", "Nettly", "")
REACHED = replace(READING, chat="https://nettly.example/chat", house="https://nettly.example")


def line(text: str, kind: str = "line", author: str = "customer") -> Entry:
    return Entry(1, kind, author, None, text, MONDAY, 1, files=FILES)  # type: ignore[arg-type]


def opened(room: Handoff) -> Case:
    return room.intake.open(escalation())


def test_a_receipt_quotes_the_names_of_what_was_sent(room: Handoff) -> None:
    said = receipt(opened(room), [line("it came like this"), line("")], MONDAY, READING)
    names = "> [box.jpg]\n> [bill.pdf]"
    assert f"You wrote:\n\n> it came like this\n{names}\n{names}\n" in said


def test_a_transcript_and_a_reply_name_the_files(room: Handoff) -> None:
    case = opened(room)
    for said in (
        transcript(case, [line(""), line("Look.", "reply", "ines@nettly.example")], READING),
        reply(case, [line("", "reply", "ines@nettly.example")], READING),
    ):
        assert "Attached in the chat: box.jpg" in said and "Attached in the chat: bill.pdf" in said
        assert "\n\n\n" not in said


def test_who_is_reached_by_mail_alone_gets_the_files_from_there(room: Handoff) -> None:
    answer = reply(opened(room), [line("", "reply", "ines@nettly.example")], REACHED)
    assert f"Attached: box.jpg\nhttps://nettly.example{FILES[0].address}\n" in answer
