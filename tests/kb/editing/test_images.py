from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image as Pillow

from kb.editing.images import IMAGES_PATH, LARGEST_SIDE, Images, anew, names_in, size_of
from kb.errors import ImageRefusedError, NoImageError
from kb.opening import Kb

ED = "ed@firstline.test"
SECRET = b"<script>alert(document.domain)</script>"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    to = io.BytesIO()
    Pillow.new("RGB", size, "#2157D9").save(to, kind, **options)  # type: ignore[arg-type]
    return to.getvalue()


def moving(frames: int = 3, size: tuple[int, int] = (40, 20)) -> bytes:
    to = io.BytesIO()
    some = [Pillow.new("RGB", size, (0, 0, 10 * number)) for number in range(frames)]
    some[0].save(to, "GIF", save_all=True, append_images=some[1:], comment=SECRET)
    return to.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has that many pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def images(room: Kb) -> Images:
    return room.images


@pytest.mark.parametrize(
    ("kind", "suffix"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "png")]
)
def test_a_picture_is_kept_by_its_content_and_size(images: Images, kind: str, suffix: str) -> None:
    kept = images.keep(picture(kind), called="back of the hub.png", by=ED)
    path, media_type = images.path(kept.name)
    assert kept.name.endswith(f"-40x20.{suffix}") and media_type == f"image/{suffix.replace('jpg', 'jpeg')}"
    with Pillow.open(path) as found:
        assert found.size == (40, 20)
    assert size_of(f"{IMAGES_PATH}{kept.name}") == (40, 20)


def test_the_same_picture_twice_is_kept_once(images: Images) -> None:
    first, second = (images.keep(picture(), called=name, by=ED) for name in ("a.png", "b.png"))
    assert first.name == second.name
    assert [image.called for image in images.all()] == ["a.png"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_a_file_is_besides_a_picture_stays_behind(kind: str) -> None:
    written, _, _ = anew(picture(kind) + SECRET + b"PK\x03\x04")
    assert SECRET not in written and b"PK\x03\x04" not in written


def test_where_and_with_what_it_was_taken_stays_behind() -> None:
    exif = Pillow.Exif()
    exif[0x010F] = "A camera"
    exif[0x0112] = 6  # lies on its side
    written, _, size = anew(picture("JPEG", exif=exif))
    assert b"A camera" not in written
    assert size == (20, 40)


def test_a_moving_picture_goes_on_moving() -> None:
    written, kind, _ = anew(moving())
    with Pillow.open(io.BytesIO(written)) as found:
        assert (kind, getattr(found, "n_frames", 1)) == ("gif", 3)
    assert SECRET not in written


def test_a_large_picture_is_scaled_down() -> None:
    _, _, size = anew(picture(size=(LARGEST_SIDE * 2, 100)))
    assert size == (LARGEST_SIDE, 50)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a PNG"),
        (b"hello", "not a PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "not a PNG"),
        (b"%PDF-1.7 " + picture(), "not a PNG"),
        (b"GIF89a" + SECRET, "not a PNG"),
        (picture("BMP"), "not a PNG"),
        (picture("TIFF"), "not a PNG"),
        (picture()[:-20], "damaged"),
        (picture("JPEG")[:200], "damaged"),
        (bomb(50_000, 50_000), "million pixels"),
        (bomb(9_000, 9_000), "million pixels"),
        (picture() + b"\0" * 20 * 2**20, "larger than 10 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_picture_is_refused(images: Images, content: bytes, why: str) -> None:
    with pytest.raises(ImageRefusedError, match=why):
        images.keep(content, called="x.png", by=ED)
    assert images.all() == ()


def test_a_moving_picture_of_too_many_pixels_is_refused(images: Images) -> None:
    with pytest.raises(ImageRefusedError, match="million pixels"):
        images.keep(moving(20, (2_000, 2_000)), called="x.gif", by=ED)


@pytest.mark.parametrize(
    "name", ["", "..", "../kb.db", "a.png", "0" * 32 + "-1x1.svg", "0" * 32 + "-1x1.png"]
)
def test_nothing_but_a_kept_picture_has_a_path(images: Images, name: str) -> None:
    with pytest.raises(NoImageError):
        images.path(name)


def test_a_file_keeps_no_path_of_where_it_came_from(images: Images) -> None:
    assert images.keep(picture(), called="C:\\Users\\Ed\\../../hub.png", by=ED).called == "hub.png"


def test_pictures_in_old_revisions_are_no_orphans(room: Kb) -> None:
    shown = room.images.keep(picture(), called="shown.png", by=ED)
    lonely = room.images.keep(picture("JPEG"), called="lonely.jpg", by=ED)
    article = room.editorial.draft("A", f"![the hub]({IMAGES_PATH}{shown.name})", language="en", by=ED)
    room.editorial.revise(article.id, version=1, title="A", body="No picture.", by=ED)
    assert [image.name for image in room.images.orphans()] == [lonely.name]
    assert room.images.path(lonely.name)[0].exists()


def test_a_texts_own_pictures_are_found_in_it() -> None:
    name = "0" * 32 + "-40x20.webp"
    assert list(names_in(f"![a]({IMAGES_PATH}{name}) ![b](https://x.test/{name})")) == [name]
    assert size_of(f"https://x.test{IMAGES_PATH}{name}") is None


def test_pictures_survive_a_lost_index_and_a_restart(room: Kb, tmp_path: Path) -> None:
    kept = room.images.keep(picture(), called="a.png", by=ED)
    assert (tmp_path / "data" / "images" / kept.name).is_file()
    assert not list((tmp_path / "data" / "images").glob(".*"))
