"""Files that agents send along."""

from __future__ import annotations

import pytest
from PIL import Image

from handoff.aids.errors import FileRefusedError
from handoff.case import Case
from handoff.errors import NoAidError
from handoff.opening import Handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation
from tests.hostile_files import picture


@pytest.fixture
def case(room: Handoff) -> Case:
    return room.desk.claim(room.intake.open(escalation()).number, INES)


@pytest.mark.engines
def test_a_file_comes_back_byte_for_byte(room: Handoff, case: Case) -> None:
    content = bytes(range(256)) * 40
    kept = room.aids.files.keep(case, INES, "log.bin", content)
    found = room.aids.files.find(kept.capability)
    assert (found, room.aids.files.content(found)) == (kept, content)
    assert len(kept.capability) == 43


@pytest.mark.engines
def test_a_customer_gets_a_file_once_a_reply_carries_it_and_never_a_notes(room: Handoff, case: Case) -> None:
    sent = room.aids.files.keep(case, INES, "label.pdf", b"%PDF-1.7 x")
    hidden = room.aids.files.keep(case, INES, "inside.pdf", b"%PDF-1.7 y")
    for file in (sent, hidden):
        with pytest.raises(NoAidError):
            room.aids.files.shared(file.capability)
    files = room.aids.files.refs(case.number, [sent.capability])
    reply = room.desk.reply(case.number, INES, "Here is your label.", "r1", files)
    room.desk.note(
        case.number, INES, "And ours.", None, room.aids.files.refs(case.number, [hidden.capability])
    )
    assert reply.files == files
    assert room.aids.files.shared(sent.capability).seq == reply.seq
    with pytest.raises(NoAidError):
        room.aids.files.shared(hidden.capability)


@pytest.mark.engines
def test_a_file_of_another_case_is_not_carried(room: Handoff, case: Case) -> None:
    other = room.intake.open(escalation(conversation="other", customer="someone else"))
    kept = room.aids.files.keep(other, INES, "a.txt", b"a")
    with pytest.raises(NoAidError):
        room.aids.files.refs(case.number, [kept.capability])
    with pytest.raises(FileRefusedError):
        room.aids.files.refs(case.number, [f"{i}" for i in range(11)])


def test_an_empty_or_large_file_is_refused(room: Handoff, case: Case) -> None:
    with pytest.raises(FileRefusedError):
        room.aids.files.keep(case, INES, "a.txt", b"")
    with pytest.raises(FileRefusedError, match="10 MB"):
        room.aids.files.keep(case, INES, "a.txt", b"x" * (10 * 2**20 + 1))


@pytest.mark.parametrize("made_up", ["", "x" * 43, "../../etc/passwd", "é" * 43, "x" * 8_000])
def test_an_address_that_nobody_was_given_leads_nowhere(room: Handoff, made_up: str) -> None:
    with pytest.raises(NoAidError):
        room.aids.files.find(made_up)


def test_a_picture_is_written_anew_without_what_else_was_in_it(room: Handoff, case: Case) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera that tells on you"
    kept = room.aids.files.keep(case, INES, "me.jpg", picture(exif=exif) + b"<script>alert(1)</script>")
    content = room.aids.files.content(kept)
    assert (kept.picture, kept.type) == (True, "image/jpeg")
    assert b"tells on you" not in content and b"script" not in content
