"""A stranger's file taken in: its name, the type that its bytes have, and what is left of it."""

from __future__ import annotations

import pytest

from handoff.aids.errors import FileEmptyError, FileTooLargeError
from handoff.aids.taking import safe_name, take, type_of, with_ending
from tests.hostile_files import archive, picture

MOST = 1_000_000


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


def test_what_would_open_as_a_page_opens_as_text() -> None:
    for name in ("a.html", "a.HTM", "a.svg", "a.xhtml", "a.mht"):
        assert with_ending(name, "text/plain") == f"{name}.txt"
    # Nor in an encoding that is none of ours.
    assert take("a.svg", "<svg/>".encode("utf-16"), MOST).name == "a.svg.txt"


def test_an_ending_fits_into_the_longest_name() -> None:
    long = with_ending(safe_name("x" * 8_000), "application/pdf")
    assert (len(long), long[-5:]) == (120, "x.pdf")


def test_what_phones_film_is_known_by_its_bytes() -> None:
    assert type_of(b"\0\0\0\x18ftypmp42....") == "video/mp4"
    assert type_of(b"\0\0\0\x18ftypheic....") == "image/heic"
    assert type_of(b"\0\0\0\x18ftyp????....") == "application/octet-stream"


def test_a_picture_is_told_by_its_bytes_and_named_by_them() -> None:
    taken = take("report.pdf", picture("PNG"), MOST)
    assert (taken.name, taken.type, taken.picture) == ("report.pdf.png", "image/png", True)


def test_a_file_at_the_limit_is_taken_and_one_byte_more_is_not() -> None:
    assert take("a.txt", b"x" * MOST, MOST).content == b"x" * MOST
    with pytest.raises(FileTooLargeError, match="larger than"):
        take("a.txt", b"x" * (MOST + 1), MOST)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(FileEmptyError):
        take("a.txt", b"", MOST)
