"""Files as customers and strangers send them: pictures, documents, and what only claims to be one."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from PIL import Image

PNG = b"\x89PNG\r\n\x1a\n"


def picture(format: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    to = io.BytesIO()
    Image.new("RGB", size, "teal").save(to, format, **more)  # type: ignore[arg-type]
    return to.getvalue()


def moving(frames: int, size: tuple[int, int] = (4, 4), format: str = "GIF") -> bytes:
    """A moving picture, each frame another colour so that none is left out."""
    to = io.BytesIO()
    each = [Image.new("RGB", size, (37 * n % 256, 91 * n % 256, n // 256 * 60)) for n in range(frames)]
    each[0].save(to, format, save_all=True, append_images=each[1:], duration=40)
    return to.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says that it has so many pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    return PNG + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def archive(*names: str) -> bytes:
    to = io.BytesIO()
    with zipfile.ZipFile(to, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return to.getvalue()
