"""Writes pictures anew, so that nothing but the picture is left of a stranger's file. Pure."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from handoff.errors import FileRefusedError

LARGEST_PIXELS = 40_000_000
"""Of an upload, width times height, over all frames of a moving picture."""

LARGEST_SIDE = 2400
"""Pixels of the longer side that is kept; no screen of the desk shows more."""

_QUALITY = 88  # of JPEG and WebP, in per cent
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a")


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
            format, size, frames = str(looked_at.format), looked_at.size, getattr(looked_at, "n_frames", 1)
            if size[0] * size[1] * frames > LARGEST_PIXELS:
                raise FileRefusedError(name, _TOO_MANY)
            looked_at.verify()
        with Image.open(io.BytesIO(content), formats=[format]) as picture:
            return _written(picture, format, frames), _TYPES[format]
    except FileRefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefusedError(name, _TOO_MANY) from error
    except (
        Exception
    ) as error:  # a decoder that is fed a stranger's bytes fails in many ways, all with this meaning
        raise FileRefusedError(name, "the picture is damaged; save it anew and try again") from error


_TOO_MANY = f"the picture has more than {LARGEST_PIXELS // 1_000_000} million pixels"


def _written(picture: Image.Image, format: str, frames: int) -> bytes:
    to = io.BytesIO()
    if frames > 1 and format in ("GIF", "WEBP"):
        picture.save(to, format, save_all=True, comment=b"")
        return to.getvalue()
    still = ImageOps.exif_transpose(picture)
    colour = "RGB" if format == "JPEG" else "RGBA" if still.has_transparency_data else "RGB"
    still = still if still.mode in (colour, "L") else still.convert(colour)
    still.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    clean = Image.new(still.mode, still.size)
    clean.paste(still)
    if format in ("JPEG", "WEBP"):
        clean.save(to, format, quality=_QUALITY)
    else:
        clean.save(to, format, optimize=True)
    return to.getvalue()
