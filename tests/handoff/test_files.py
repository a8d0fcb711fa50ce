"""Files that agents send along."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from handoff.aids.files import safe_name, type_of, with_ending
from handoff.aids.pictures import LARGEST_SIDE, anew
from handoff.case import Case
from handoff.errors import FileRefusedError, NoAidError
from handoff.opening import Handoff
from tests.handoff.conftest import INES
from tests.handoff.conversations import escalation


def picture(format: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    to = io.BytesIO()
    Image.new("RGB", size, "teal").save(to, format, **more)  # type: ignore[arg-type]
    return to.getvalue()


def archive(*names: str) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return to.getvalue()


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


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("C:\\fakepath\\invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("con.txt", "file con.txt"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ('<img src=x onerror="a()">.png', "_img src=x onerror=_a()_.png"),
        ("kvittering på norsk æøå.pdf", "kvittering på norsk æøå.pdf"),
    ],
)
def test_a_name_is_made_safe(called: str, kept: str) -> None:
    assert safe_name(called) == kept


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("x" * 8_000 + ".pdf").endswith("x.pdf")
    assert len(safe_name("x" * 8_000 + ".pdf")) == 120


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "text/plain"),
        ("blåbær".encode(), "text/plain"),
        (b"a\0b", "application/octet-stream"),
        (b"MZ\x90\xff\xfe", "application/octet-stream"),
        (
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (archive("word/document.xml"), "application/zip"),
        (b"PK\x03\x04 and nothing else", "application/octet-stream"),
    ],
)
def test_a_files_type_is_what_its_bytes_are(content: bytes, type: str) -> None:
    assert type_of(content) == type


def test_a_name_ends_as_the_bytes_do() -> None:
    assert with_ending("photo.exe", "image/png") == "photo.exe.png"
    assert with_ending("photo.JPEG", "image/jpeg") == "photo.JPEG"
    assert with_ending("notes.csv", "text/plain") == "notes.csv"


def test_a_picture_is_written_anew_without_what_else_was_in_it(room: Handoff, case: Case) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a camera that tells on you"
    kept = room.aids.files.keep(case, INES, "me.jpg", picture(exif=exif) + b"<script>alert(1)</script>")
    content = room.aids.files.content(kept)
    assert (kept.picture, kept.type) == (True, "image/jpeg")
    assert b"tells on you" not in content and b"script" not in content


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_every_kind_of_picture_that_is_shown_can_be_sent(format: str) -> None:
    content, type = anew("a", picture(format))
    assert type == f"image/{format.lower()}" and Image.open(io.BytesIO(content)).size == (40, 30)


def test_a_huge_picture_is_made_smaller_and_a_bomb_is_refused() -> None:
    content, _ = anew("a", picture("PNG", (LARGEST_SIDE * 2, 10)))
    assert Image.open(io.BytesIO(content)).size[0] == LARGEST_SIDE
    with pytest.raises(FileRefusedError):
        anew("a", picture("PNG", (8_000, 6_000)))


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(FileRefusedError):
        anew("a", picture("PNG")[:60])
