"""Files that agents send along: taken in safely, kept in the database, had by an unguessable address."""

from __future__ import annotations

import io
import re
import secrets
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from handoff.aids.pictures import anew, looks_like_picture
from handoff.case import Case
from handoff.entry import FileRef
from handoff.errors import FileRefusedError, NoAidError
from handoff.verbs.agent import Agent

MOST_FILES = 10
"""Of one reply or note."""

_NAME_CHARACTERS = 120
_CAPABILITY = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits
_UNSAFE = re.compile(r"[\\/:*?\"<>|;%`$&#{}]+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as it is kept, without its bytes.

    capability: its address, which is all that is needed to get it. picture: written anew here, so it may be
    shown. shared: sent to a customer; until then, and in notes, only staff get it. seq: its entry.
    """

    capability: str
    case: int
    name: str
    type: str
    size: int
    picture: bool
    shared: bool
    seq: int | None
    by: str
    at: datetime


class FileRows(Protocol):
    """Where files are kept; `handoff.store.files.FileStore` is one."""

    def add(self, file: KeptFile, content: bytes) -> None: ...

    def find(self, capability: str) -> KeptFile | None: ...

    def content(self, capability: str) -> bytes: ...


class Files:
    """Takes files in and gives them out. `most_bytes` is of one file."""

    def __init__(self, rows: FileRows, clock: Clock, most_bytes: int) -> None:
        self._rows, self._clock, self.most_bytes = rows, clock, most_bytes

    def keep(self, case: Case, by: Agent, called: str, content: bytes) -> KeptFile:
        """Take a file in for a case; it is nobody's but staff's until a reply carries it.

        Its type is what its bytes are, whatever it is called. Raises FileRefusedError.
        """
        name = safe_name(called)
        if not content:
            raise FileRefusedError(name, "it is empty")
        if len(content) > self.most_bytes:
            raise FileRefusedError(name, f"it is larger than {self.most_bytes / 2**20:.3g} MB")
        picture = looks_like_picture(content)
        if picture:
            content, type = anew(name, content)
        else:
            type = type_of(content)
        name = with_ending(name, type)
        kept = KeptFile(
            capability=secrets.token_urlsafe(32),
            case=case.number,
            name=name,
            type=type,
            size=len(content),
            picture=picture,
            shared=False,
            seq=None,
            by=by.email,
            at=self._clock.now(),
        )
        self._rows.add(kept, content)
        return kept

    def refs(self, case: int, capabilities: Sequence[str]) -> tuple[FileRef, ...]:
        """The files of a case that a reply or a note is to carry; raises NoAidError and FileRefusedError."""
        if len(capabilities) > MOST_FILES:
            raise FileRefusedError(f"{len(capabilities)} files", f"send at most {MOST_FILES} at once")
        found = [self.find(capability) for capability in dict.fromkeys(capabilities)]
        for file in found:
            if file.case != case:
                raise NoAidError("file", file.name)
        return tuple(FileRef(file.capability, file.name, file.type, file.size) for file in found)

    def find(self, capability: str) -> KeptFile:
        """A file by its address, for staff; raises NoAidError."""
        found = self._rows.find(capability) if _CAPABILITY.fullmatch(capability) else None
        if found is None:
            raise NoAidError("file", capability[:8])
        return found

    def shared(self, capability: str) -> KeptFile:
        """A file by its address, for customers: one that a reply carries; raises NoAidError."""
        found = self.find(capability)
        if not found.shared:
            raise NoAidError("file", capability[:8])
        return found

    def content(self, file: KeptFile) -> bytes:
        return self._rows.content(file.capability)


def safe_name(called: str) -> str:
    """A name without folders, control and direction marks or signs that file systems read; never empty."""
    plain = unicodedata.normalize("NFC", called.replace("\\", "/").rpartition("/")[2])
    kept = "".join(c if c.isprintable() else " " for c in plain)
    kept = " ".join(_UNSAFE.sub("_", kept).split()).strip(". ")
    if not kept or _RESERVED.fullmatch(kept):
        kept = f"file {kept}".strip()
    stem, dot, ending = kept.rpartition(".")
    if len(kept) <= _NAME_CHARACTERS:
        return kept
    if not dot or len(ending) > 10:
        return kept[:_NAME_CHARACTERS].strip()
    return f"{stem[: _NAME_CHARACTERS - len(ending) - 1].strip()}.{ending}"


def type_of(content: bytes) -> str:
    """The media type of a file that is no picture, by its bytes.

    Anything that could run is told as plain bytes or plain text.
    """
    for start, type, _ in _STARTS:
        if content.startswith(start):
            return type
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if "\0" in text else "text/plain"


def with_ending(name: str, type: str) -> str:
    """The name with an ending of its type, where that has one."""
    endings = {
        "image/png": (".png",),
        "image/jpeg": (".jpg", ".jpeg"),
        "image/webp": (".webp",),
        "image/gif": (".gif",),
        **{type: (ending,) for _, type, ending in (*_STARTS, *_OFFICE)},
        "application/zip": (".zip",),
    }
    wanted = endings.get(type)
    if wanted is None or name.lower().endswith(wanted):
        return name
    return f"{name[: _NAME_CHARACTERS - 5]}{wanted[0]}"


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
