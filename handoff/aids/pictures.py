"""Writes pictures anew, so that nothing but the picture is left of a stranger's file. Pure."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from handoff.aids.errors import FileRefusedError, PictureDamagedError, PictureTooLargeError

LARGEST_PIXELS = 24_000_000
"""Of an upload, width times height, over all frames of a moving picture: no screen has more to be shot."""

LARGEST_PHOTO = 64_000_000
"""The same of a JPEG, of which no more is unpacked than is kept: phones take more than screens show."""

LARGEST_SIDE = 2400
"""Pixels of the longer side that is kept; no screen of the desk shows more."""

MOST_FRAMES = 500
"""Of a moving picture: a file can hold a hundred thousand of one pixel each."""

_QUALITY = 88  # of JPEG and WebP, in per cent
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")
_MOVING = ("GIF", "WEBP")


def looks_like_picture(content: bytes) -> bool:
    """Whether the file claims to be one of the pictures that are shown."""
    return content.startswith(_STARTS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def anew(name: str, content: bytes) -> tuple[bytes, str]:
    """The picture written anew, turned upright and at most 2,400 pixels long, and its media type.

    Where and with what it was taken stays behind, and so does anything a file can be besides. Raises
    FileRefusedError.
    """
    try:
        with Image.open(io.BytesIO(content), formats=list(_TYPES)) as looked_at:
            format, pixels = str(looked_at.format), looked_at.size[0] * looked_at.size[1]
            most = LARGEST_PHOTO if format == "JPEG" else LARGEST_PIXELS
            # Of a canvas that is too large, no frame is unpacked to count them.
            frames = _frames(looked_at) if pixels <= most else 1
            if frames > MOST_FRAMES:
                raise PictureTooLargeError(name, f"the picture has more than {MOST_FRAMES} frames")
            if pixels * frames > most:
                raise PictureTooLargeError(name, _more_than(most))
            looked_at.verify()
        with Image.open(io.BytesIO(content), formats=[format]) as picture:
            return _written(picture, format, frames), _TYPES[format]
    except FileRefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLargeError(name, _more_than(LARGEST_PHOTO)) from error
    except (
        Exception
    ) as error:  # a decoder that is fed a stranger's bytes fails in many ways, all with this meaning
        raise PictureDamagedError(name) from error


def _more_than(pixels: int) -> str:
    return f"the picture has more than {pixels // 1_000_000} million pixels"


def _frames(picture: Image.Image) -> int:
    """How many frames are written; of too many, only that they are. Others than these keep their first."""
    if picture.format not in _MOVING:
        return 1
    try:
        picture.seek(MOST_FRAMES)
    except EOFError:
        return int(getattr(picture, "n_frames", 1))
    return MOST_FRAMES + 1


def _written(picture: Image.Image, format: str, frames: int) -> bytes:
    to = io.BytesIO()
    if frames > 1:
        picture.save(to, format, save_all=True, comment=b"", icc_profile=b"")
        return to.getvalue()
    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # of a JPEG no more is unpacked than is kept
    ImageOps.exif_transpose(picture, in_place=True)
    colour = "RGB" if format == "JPEG" else "RGBA" if picture.has_transparency_data else "RGB"
    still = picture if picture.mode in (colour, "L") else picture.convert(colour)
    still.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    clean = Image.new(still.mode, still.size)
    clean.paste(still)
    if format in ("JPEG", "WEBP"):
        clean.save(to, format, quality=_QUALITY)
    else:
        clean.save(to, format, optimize=True)
    return to.getvalue()
