"""Files that agents send: as files where the platform takes them, else as links, and never lost."""

from __future__ import annotations

from typing import cast

import pytest

from bot.deliveries import MOST_FAILURES, RETRY_AT_MOST
from tests.contract.channels.room import Room
from tests.peers import SeenFile
from tests.platforms import PUBLIC, FakePlatform

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(params=("telegram", "whatsapp", "slack"))
def name(request: pytest.FixtureRequest) -> str:
    """The platforms that take files; the others get links, or the files' addresses."""
    return cast(str, request.param)


@pytest.fixture
def began(room: Room) -> Room:
    """Maya has written."""
    room.hears("My hub is dead.")
    return room


@pytest.mark.parametrize(
    ("called", "type", "content"), [("label.pdf", "application/pdf", PDF), ("hub.png", "image/png", PNG)]
)
def test_words_and_file_arrive_once_and_in_their_order(
    began: Room, platform: FakePlatform, called: str, type: str, content: bytes
) -> None:
    began.gives(called, type, content, text="Print this.")
    began.says("Done?", author="agent", name="Ines")
    began.works()
    began.works()
    words, file, after = platform.shows()
    assert (words.text, words.file) == ("Ines: Print this.", None) and after.text == "Ines: Done?"
    assert file.file is not None and file.file.content == content
    assert file.file.name == called or type == "image/png"
    assert PUBLIC not in words.text


def test_a_file_without_words_says_who_sends_it(began: Room, platform: FakePlatform) -> None:
    began.gives("label.pdf", "application/pdf", PDF)
    began.works()
    [shown] = platform.shows()
    assert (shown.text, shown.file) == ("Ines", SeenFile("label.pdf", PDF))


def test_what_is_too_large_for_the_platform_is_a_link(began: Room, platform: FakePlatform) -> None:
    file = began.gives("film.mp4", "video/mp4", PDF, text="Look.", size=2 * 2**30)
    began.works()
    [shown] = platform.shows()
    assert shown.text == f"Ines: Look.\nfilm.mp4: {PUBLIC}{file.address}" and shown.file is None


def test_what_is_gone_is_a_link_which_says_so(began: Room, platform: FakePlatform) -> None:
    file = began.gives("label.pdf", "application/pdf", PDF)
    began.shared.clear()
    began.works()
    [shown] = platform.shows()
    assert shown.text == f"label.pdf: {PUBLIC}{file.address}" and shown.file is None


def test_what_the_platform_refuses_as_a_file_is_a_link(began: Room, platform: FakePlatform) -> None:
    file = began.gives("label.pdf", "application/pdf", PDF)
    platform.door.refuse(1, 413)
    began.works()
    [shown] = platform.shows()
    assert shown.text == f"label.pdf: {PUBLIC}{file.address}" and began.reports() == ()


def test_while_nobody_is_there_a_file_waits_and_what_is_given_up_is_told_to_the_desk(
    began: Room, platform: FakePlatform
) -> None:
    platform.door.down()
    began.gives("label.pdf", "application/pdf", PDF)
    began.waits(60)
    platform.door.up()
    began.waits(300)
    assert [each.file for each in platform.shows()] == [SeenFile("label.pdf", PDF)]
    platform.door.down()
    began.gives("again.pdf", "application/pdf", PDF)
    for _ in range(MOST_FAILURES):
        began.works()
        began.clock.moves(RETRY_AT_MOST)
    assert "failed" in [report.what for report in began.reports()]
