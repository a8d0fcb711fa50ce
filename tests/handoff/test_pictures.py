"""Pictures written anew: nothing but the picture is left, and no bomb goes off."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from handoff.aids.errors import FileRefusedError, PictureDamagedError, PictureTooLargeError
from handoff.aids.pictures import LARGEST_SIDE, MOST_FRAMES, anew
from tests.hostile_files import bomb, moving, picture


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


@pytest.mark.parametrize("content", [bomb(50_000, 50_000), bomb(8_000, 6_000), bomb(2**31 - 1, 1)])
def test_a_bomb_is_refused_by_what_it_says_before_it_is_unpacked(content: bytes) -> None:
    with pytest.raises(PictureTooLargeError):
        anew("a", content)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_a_moving_picture_goes_on_moving(format: str) -> None:
    content, _ = anew("a", moving(5, format=format))
    assert getattr(Image.open(io.BytesIO(content)), "n_frames", 1) == 5


def test_a_moving_picture_of_too_many_frames_is_refused() -> None:
    anew("a", moving(MOST_FRAMES))
    with pytest.raises(PictureTooLargeError, match="frames"):
        anew("a", moving(MOST_FRAMES + 1))


def test_a_photo_may_have_more_pixels_than_a_picture_of_a_screen() -> None:
    assert anew("a", picture("JPEG", (8_000, 6_000), quality=10))[1] == "image/jpeg"
    with pytest.raises(PictureTooLargeError, match="64 million"):
        anew("a", picture("JPEG", (9_000, 8_000), quality=10))


def test_the_pixels_of_all_frames_count() -> None:
    with pytest.raises(PictureTooLargeError, match="million pixels"):
        anew("a", moving(20, (1_500, 1_500)))


def test_a_picture_is_turned_upright_as_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content, _ = anew("a", picture(size=(40, 30), exif=exif))
    assert Image.open(io.BytesIO(content)).size == (30, 40)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_is_hidden_behind_or_inside_a_picture_is_gone(format: str) -> None:
    profile = b"<script>alert(1)</script>" * 20
    given = picture(format, icc_profile=profile, comment=profile) + profile
    content, _ = anew("a", given)
    assert b"script" in given and b"script" not in content


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_what_is_hidden_behind_a_moving_picture_is_gone(format: str) -> None:
    content, _ = anew("a", moving(3, format=format) + b"<script>alert(1)</script>")
    assert b"script" not in content


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP"])
def test_what_only_begins_like_a_picture_is_refused(start: bytes) -> None:
    with pytest.raises(PictureDamagedError):
        anew("a", start + b"<script>alert(1)</script>")
