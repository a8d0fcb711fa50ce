"""Customers' files: taken in within limits, carried by one message, had by their address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import bot
from bot.conversation import ConversationId, Draft, carrying
from bot.errors import (
    ClientIdReusedError,
    FilesBusyError,
    FileSentError,
    FilesFullError,
    NoConversationError,
    NoFileError,
    ProgramRefusedError,
    TooManyFilesError,
)
from bot.files import MOST_FILES, UNSENT_FOR, CustomerFile, Files
from bot.store import Store
from bot.store.files import MOST_FILES as MOST_OF_A_CONVERSATION
from bot.store.files import FileStore
from config.database import Database, open_database
from handoff.aids.errors import FileRefusedError, FileTooLargeError
from handoff.file import FileRef
from tests.conftest import Where
from tests.fakes import FakeClock
from tests.hostile_files import archive, picture

MAYA, OMAR = ConversationId("maya"), ConversationId("omar")
MOST, ALL = 100_000, 250_000


def open_room(where: Where) -> Database:
    """The customers' room with two conversations."""
    database = open_database(where("bot"), Path(bot.__path__[0]) / "migrations")
    for each in (MAYA, OMAR):
        Store(database, FakeClock()).begin(each, channel="web", address=each, language="en")
    return database


@pytest.fixture
def store(where: Where, clock: FakeClock) -> Iterator[tuple[Store, Files]]:
    with closing(open_room(where)) as database:
        yield Store(database, clock), Files(FileStore(database, ALL), clock, MOST)


@pytest.fixture
def messages(store: tuple[Store, Files]) -> Store:
    return store[0]


@pytest.fixture
def files(store: tuple[Store, Files]) -> Files:
    return store[1]


def send(messages: Store, *sent: FileRef, text: str = "", client_id: str = "a") -> int:
    draft = Draft("customer", text, client_id=client_id, data=carrying(sent))
    return messages.receive(MAYA, draft)[0].number


@pytest.mark.engines
def test_a_file_comes_back_byte_for_byte_and_a_message_carries_it(messages: Store, files: Files) -> None:
    content = bytes(range(256)) * 40
    kept = files.keep(MAYA, "../../log.bin", content)
    assert (kept.name, kept.size, len(kept.id)) == ("log.bin", len(content), 43)
    assert files.content(files.find(kept.id)) == content
    assert files.sent(kept.id) is None and files.of(MAYA) == ()
    number = send(messages, *files.chosen(MAYA, [kept.id]))
    assert messages.messages(MAYA)[-1].files == (kept,)
    assert files.sent(kept.id) == (kept, content)
    assert files.of(MAYA) == (CustomerFile(kept, MAYA, number, FakeClock().now()),)


@pytest.mark.engines
def test_the_same_message_again_carries_the_same_files_once(messages: Store, files: Files) -> None:
    kept = files.keep(MAYA, "a.txt", b"a")
    chosen = files.chosen(MAYA, [kept.id, kept.id])
    assert send(messages, *chosen) == send(messages, *files.chosen(MAYA, [kept.id])) == 1
    other = files.keep(MAYA, "b.txt", b"b")
    with pytest.raises(ClientIdReusedError):
        send(messages, other)
    assert [file.ref for file in files.of(MAYA)] == [kept]


@pytest.mark.engines
def test_a_file_goes_along_with_one_message_and_else_nothing_is_stored(messages: Store, files: Files) -> None:
    kept, fresh = (files.keep(MAYA, f"{name}.txt", b"a") for name in "ab")
    send(messages, kept)
    with pytest.raises(FileSentError):
        send(messages, fresh, kept, client_id="b")
    assert messages.get(MAYA).last == 1 and files.sent(fresh.id) is None


def test_nobody_sends_another_customers_file_or_one_that_is_not_there(files: Files) -> None:
    theirs = files.keep(OMAR, "a.txt", b"a")
    for made_up in (theirs.id, "", "x" * 43, "../../etc/passwd", "é" * 43, "x" * 8_000):
        with pytest.raises(NoFileError):
            files.chosen(MAYA, [made_up])


def test_a_message_carries_so_many_files_and_no_more(files: Files) -> None:
    ids = [files.keep(MAYA, "a.txt", b"a").id for _ in range(MOST_FILES + 1)]
    assert len(files.chosen(MAYA, ids[1:])) == MOST_FILES
    with pytest.raises(TooManyFilesError):
        files.chosen(MAYA, ids)


@pytest.mark.engines
def test_a_conversation_holds_so_many_bytes_and_no_more(files: Files) -> None:
    for _ in range(2):
        files.keep(MAYA, "a.bin", b"\0" * MOST)
    files.keep(MAYA, "a.bin", b"\0" * (ALL - 2 * MOST))
    with pytest.raises(FilesFullError, match="e-mail"):
        files.keep(MAYA, "a.txt", b"a")
    assert files.keep(OMAR, "a.txt", b"a").size == 1


def test_a_conversation_holds_so_many_files_and_no_more(files: Files) -> None:
    for _ in range(MOST_OF_A_CONVERSATION):
        files.keep(MAYA, "a.txt", b"a")
    with pytest.raises(FilesFullError):
        files.keep(MAYA, "a.txt", b"a")


def test_a_file_that_is_too_large_is_refused(files: Files) -> None:
    with pytest.raises(FileTooLargeError):
        files.keep(MAYA, "a.txt", b"a" * (MOST + 1))


def test_no_file_is_kept_of_a_conversation_that_is_not_there(files: Files) -> None:
    with pytest.raises(NoConversationError):
        files.keep(ConversationId("nobody"), "a.txt", b"a")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"MZ\x90\0\xff\xfe"),
        ("log", b"\x7fELF\x02\xff"),
        ("run", b"#!/bin/sh\nrm -rf ~\n"),
        ("Invoice.pdf.exe", b"x"),
        ("invoice.JS ", b"x"),
        ("open me.lnk", b"x"),
        ("order.docm", archive("[Content_Types].xml", "word/document.xml")),
        ("update.apk", archive("AndroidManifest.xml")),
        ("a.cmd...", b"x"),
    ],
)
def test_a_program_is_refused_whatever_it_is_called(files: Files, name: str, content: bytes) -> None:
    with pytest.raises(ProgramRefusedError, match="picture or a document"):
        files.keep(MAYA, name, content)


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("invoice.com.pdf", b"%PDF-1.7", "invoice.com.pdf"),
        ("notes.txt", b"MZ-1234 is my order", "notes.txt"),
        ("setup.exe", picture("PNG"), "setup.exe.png"),
        ("router.cfg", b"\xff\xfe\0\0", "router.cfg"),
        ("page.html", b"<script>alert(1)</script>", "page.html.txt"),
    ],
)
def test_what_is_no_program_is_taken(files: Files, name: str, content: bytes, kept: str) -> None:
    assert files.keep(MAYA, name, content).name == kept


@pytest.mark.engines
def test_what_no_message_carries_in_time_is_deleted(messages: Store, files: Files, clock: FakeClock) -> None:
    unsent, sent = (files.keep(MAYA, f"{name}.txt", b"a") for name in "ab")
    send(messages, sent)
    clock.moves(UNSENT_FOR)
    assert not files.clear()
    clock.moves(timedelta(seconds=1))
    assert files.clear() and not files.clear()
    with pytest.raises(NoFileError):
        files.find(unsent.id)
    assert files.sent(sent.id) is not None


def test_pictures_of_which_too_many_come_at_once_are_sent_away_and_other_files_pass(
    where: Where, clock: FakeClock
) -> None:
    with closing(open_room(where)) as database:
        files = Files(FileStore(database, ALL), clock, MOST, in_line=0)
        with pytest.raises(FilesBusyError):
            files.keep(MAYA, "a.png", picture("PNG"))
        assert files.keep(MAYA, "a.txt", b"a").name == "a.txt"


def test_a_picture_that_is_refused_makes_room_for_the_next(where: Where, clock: FakeClock) -> None:
    with closing(open_room(where)) as database:
        files = Files(FileStore(database, ALL), clock, MOST, in_line=1)
        for _ in range(3):
            with pytest.raises(FileRefusedError):
                files.keep(MAYA, "a.png", picture("PNG")[:60])
        assert files.keep(MAYA, "a.png", picture("PNG")).picture
