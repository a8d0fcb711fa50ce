"""Pictures that editors put into articles: checked, written anew, kept as files named by their content."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from PIL import Image as Pillow
from PIL import ImageOps

from config.clock import Clock
from kb.errors import ImageRefusedError, NoImageError

IMAGES_PATH = "/help/images/"
"""Where customers' and editors' browsers get them."""

LARGEST_BYTES = 10 * 2**20
"""Of an upload."""

LARGEST_PIXELS = 40_000_000
"""Of an upload, width times height, over all frames of a moving picture."""

LARGEST_SIDE = 2400
"""Pixels of the longer side that is kept; larger pictures are scaled down, as no page shows more."""

QUALITY = 88
"""Of JPEG and WebP, in per cent."""

MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "gif": "image/gif"}

_FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
_NAME = re.compile(r"[0-9a-f]{32}-(?P<width>\d{1,5})x(?P<height>\d{1,5})\.(?P<kind>png|jpg|webp|gif)")
_IN_TEXT = re.compile(
    re.escape(IMAGES_PATH)
    + f"({_NAME.pattern.replace('?P<width>', '').replace('?P<height>', '').replace('?P<kind>', '?:')})"
)
_CALLED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that is kept. `name` tells its content and size: `<hash>-<width>x<height>.<kind>`."""

    name: str
    called: str  # the file's name where it came from
    bytes: int
    author: str
    at: datetime


class ImageRows(Protocol):
    """What is known of the pictures."""

    def add(self, image: Image) -> None: ...

    def all(self) -> tuple[Image, ...]: ...

    def shown(self) -> frozenset[str]: ...


class Images:
    """Keeps pictures in a folder of the data folder. None is ever deleted by itself: an old revision,
    a bookmark or a sent answer may show it."""

    def __init__(self, rows: ImageRows, folder: Path, clock: Clock) -> None:
        self._rows = rows
        self._folder = folder
        self._clock = clock

    def keep(self, content: bytes, *, called: str, by: str) -> Image:
        """Check the picture and keep it, durably on return; the same picture twice is kept once.

        Raises ImageRefusedError.
        """
        name, written = self._named(content)
        path = self._folder / name
        if not path.exists():
            _write(path, written)
        shown = Path(called.replace("\\", "/")).name[:_CALLED_CHARACTERS] or name
        image = Image(name, shown, len(written), by, self._clock.now())
        self._rows.add(image)
        return image

    def name_of(self, content: bytes) -> str:
        """The name under which the picture is kept, or would be. Raises ImageRefusedError."""
        return self._named(content)[0]

    def path(self, name: str) -> tuple[Path, str]:
        """The file of an image, and its media type. Raises NoImageError."""
        found = _NAME.fullmatch(name)
        if found is None or not (self._folder / name).is_file():
            raise NoImageError(name)
        return self._folder / name, MEDIA_TYPES[found["kind"]]

    def all(self) -> tuple[Image, ...]:
        """Newest first."""
        return self._rows.all()

    def orphans(self) -> tuple[Image, ...]:
        """Those that no text shows, nor any text's older revision."""
        shown = self._rows.shown()
        return tuple(image for image in self._rows.all() if image.name not in shown)

    def _named(self, content: bytes) -> tuple[str, bytes]:
        """The picture's name and what is written; one that was written here before stays as it is."""
        kept = next(self._folder.glob(f"{hashlib.sha256(content).hexdigest()[:32]}-*"), None)
        if kept is not None:
            return kept.name, content
        written, kind, (width, height) = anew(content)
        return f"{hashlib.sha256(written).hexdigest()[:32]}-{width}x{height}.{kind}", written


def names_in(markdown: str) -> Iterable[str]:
    """The names of our own images that a text refers to."""
    return [match[1] for match in _IN_TEXT.finditer(markdown)]


def size_of(url: str) -> tuple[int, int] | None:
    """Width and height of one of our own images, by its address; None for any other address."""
    found = _NAME.fullmatch(url.removeprefix(IMAGES_PATH)) if url.startswith(IMAGES_PATH) else None
    return (int(found["width"]), int(found["height"])) if found else None


def anew(content: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """The picture written anew, its kind (png, jpg, webp or gif), and its width and height in pixels.

    What is not picture stays behind: where and with what it was taken, and anything a file can be besides.
    Raises ImageRefusedError.
    """
    if len(content) > LARGEST_BYTES:
        raise ImageRefusedError(f"it is larger than {LARGEST_BYTES // 2**20} MB")
    try:
        with Pillow.open(io.BytesIO(content), formats=list(_FORMATS)) as looked_at:
            format, size, frames = str(looked_at.format), looked_at.size, getattr(looked_at, "n_frames", 1)
            if size[0] * size[1] * frames > LARGEST_PIXELS:
                raise ImageRefusedError(f"it has more than {LARGEST_PIXELS // 1_000_000} million pixels")
            looked_at.verify()
        with Pillow.open(io.BytesIO(content), formats=[format]) as picture:
            return _written(picture, format, frames)
    except ImageRefusedError:
        raise
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise ImageRefusedError(f"it has more than {LARGEST_PIXELS // 1_000_000} million pixels") from error
    except (
        Exception
    ) as error:  # a decoder that is fed a stranger's bytes fails in many ways, all with this meaning
        raise ImageRefusedError("it is not a PNG, JPEG, WebP or GIF picture, or it is damaged") from error


def _written(picture: Pillow.Image, format: str, frames: int) -> tuple[bytes, str, tuple[int, int]]:
    to = io.BytesIO()
    if frames > 1 and format in ("GIF", "WEBP"):
        picture.save(to, format, save_all=True, comment=b"")
        return to.getvalue(), _FORMATS[format], picture.size
    still = ImageOps.exif_transpose(picture)
    colour = "RGB" if format == "JPEG" else "RGBA" if still.has_transparency_data else "RGB"
    still = still if still.mode in (colour, "L") else still.convert(colour)
    still.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Pillow.Resampling.LANCZOS)
    clean = Pillow.new(still.mode, still.size)
    clean.paste(still)
    if format == "JPEG":
        clean.save(to, "JPEG", quality=QUALITY)
    elif format == "WEBP":
        clean.save(to, "WEBP", quality=QUALITY)
    else:
        format = "PNG"
        clean.save(to, "PNG", optimize=True)
    return to.getvalue(), _FORMATS[format], clean.size


def _write(path: Path, content: bytes) -> None:
    """Durable on return: beside its place first, then moved there, the folder told too."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{secrets.token_hex(8)}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
