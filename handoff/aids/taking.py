"""Takes a stranger's file in: a name without tricks, the type that its bytes have, pictures anew. Pure."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

from handoff.aids.errors import FileEmptyError, FileTooLargeError
from handoff.aids.pictures import anew, looks_like_picture

_NAME_CHARACTERS = 120
_UNSAFE = re.compile(r"[\\/:*?\"<>|;%`$&#{}]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
# What a browser would open as a page, if somebody saved it and tapped on it.
_PAGES = (
    ".html",
    ".htm",
    ".xhtml",
    ".xht",
    ".shtml",
    ".mht",
    ".mhtml",
    ".svg",
    ".svgz",
    ".xml",
    ".xsl",
    ".hta",
)
_STARTS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x1f\x8b", "application/gzip", ".gz"),
    (b"ID3", "audio/mpeg", ".mp3"),
    (b"OggS", "application/ogg", ".ogg"),
)
_OFFICE = (
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
)
# What phones film and photograph with; bytes 8 to 12 of the file.
_BRANDS = {
    **dict.fromkeys((b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"MSNV", b"3gp4", b"3gp5"), "video/mp4"),
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    **dict.fromkeys((b"heic", b"heix", b"mif1"), "image/heic"),
}
_ENDINGS = {
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/webp": (".webp",),
    "image/gif": (".gif",),
    **{type: (ending,) for _, type, ending in (*_STARTS, *_OFFICE)},
    "application/zip": (".zip",),
    "video/mp4": (".mp4", ".m4v", ".3gp"),
    "video/quicktime": (".mov", ".qt"),
    "audio/mp4": (".m4a",),
    "image/heic": (".heic", ".heif"),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be kept: its name is safe to show and to save, its type is what its bytes are.

    picture: it was written anew, so it may be shown.
    """

    name: str
    type: str
    content: bytes
    picture: bool


def take(called: str, content: bytes, most_bytes: int) -> Taken:
    """What is kept of a file, whatever it is called; raises FileRefusedError.

    A picture takes up to 16 bytes of memory a pixel while it is written anew, a JPEG far fewer.
    """
    name = safe_name(called)
    if not content:
        raise FileEmptyError(name)
    if len(content) > most_bytes:
        raise FileTooLargeError(name, most_bytes)
    picture = looks_like_picture(content)
    if picture:
        content, type = anew(name, content)
    else:
        type = type_of(content)
    return Taken(with_ending(name, type), type, content, picture)


def safe_name(called: str) -> str:
    """A name without folders, control and direction marks or signs that file systems read; never empty."""
    plain = unicodedata.normalize("NFC", called.replace("\\", "/").rpartition("/")[2])
    kept = "".join(c if c.isprintable() else " " for c in plain)
    kept = " ".join(_UNSAFE.sub("_", kept).split()).strip(". ")
    if not kept or _RESERVED.fullmatch(kept):
        kept = f"file {kept}".strip()
    return _short(kept, _NAME_CHARACTERS)


def type_of(content: bytes) -> str:
    """The media type of a file that is no picture, by its bytes.

    Anything that could run is told as plain bytes or plain text.
    """
    for start, type, _ in _STARTS:
        if content.startswith(start):
            return type
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "application/octet-stream")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else "text/plain"


def with_ending(name: str, type: str) -> str:
    """The name with an ending of its type, where that has one; what would open as a page opens as text."""
    wanted = _ENDINGS.get(type) or ((".txt",) if name.lower().endswith(_PAGES) else ())
    if not wanted or name.lower().endswith(wanted):
        return name
    return f"{_short(name, _NAME_CHARACTERS - len(wanted[0]))}{wanted[0]}"


def _short(name: str, most: int) -> str:
    """The name within so many characters; its ending is kept."""
    if len(name) <= most:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:most].strip()
    return f"{stem[: most - len(ending) - 1].strip()}.{ending}"


def _office(content: bytes) -> str:
    """What kind of archive it is, by the names in it; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()[:1000]
    except (zipfile.BadZipFile, ValueError, OSError):
        return "application/octet-stream"
    for folder, type, _ in _OFFICE:
        if "[Content_Types].xml" in names and any(name.startswith(folder) for name in names):
            return type
    return "application/zip"
