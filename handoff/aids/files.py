"""Files that agents send along: taken in safely, kept in the database, had by an unguessable address."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from handoff.aids.errors import FileRefusedError
from handoff.aids.taking import take
from handoff.case import Case
from handoff.errors import NoAidError
from handoff.file import FileRef
from handoff.verbs.agent import Agent

MOST_FILES = 10
"""Of one reply or note."""

_CAPABILITY = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits


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

    @property
    def ref(self) -> FileRef:
        """The file as entries carry it."""
        return FileRef(self.capability, self.name, self.type, self.size)


class FileRows(Protocol):
    """Where files are kept; `handoff.store.files.FileStore` is one."""

    def add(self, file: KeptFile, content: bytes) -> None: ...

    def find(self, capability: str) -> KeptFile | None: ...

    def content(self, capability: str) -> bytes: ...


class SentFiles(Protocol):
    """The files that customers send, which their own room keeps."""

    def sent(self, capability: str) -> tuple[FileRef, bytes] | None:
        """A file by its address, once a message carries it."""
        ...


class NoSentFiles:
    """Where the desk is served without the customers' room."""

    def sent(self, capability: str) -> tuple[FileRef, bytes] | None:
        return None


class Files:
    """Takes files in and gives them out. `most_bytes` is of one file."""

    def __init__(self, rows: FileRows, clock: Clock, most_bytes: int) -> None:
        self._rows, self._clock, self.most_bytes = rows, clock, most_bytes

    def keep(self, case: Case, by: Agent, called: str, content: bytes) -> KeptFile:
        """Take a file in for a case; it is nobody's but staff's until a reply carries it.

        Its type is what its bytes are, whatever it is called. Raises FileRefusedError.
        """
        taken = take(called, content, self.most_bytes)
        kept = KeptFile(
            capability=secrets.token_urlsafe(32),
            case=case.number,
            name=taken.name,
            type=taken.type,
            size=len(taken.content),
            picture=taken.picture,
            shared=False,
            seq=None,
            by=by.email,
            at=self._clock.now(),
        )
        self._rows.add(kept, taken.content)
        return kept

    def refs(self, case: int, capabilities: Sequence[str]) -> tuple[FileRef, ...]:
        """The files of a case that a reply or a note is to carry; raises NoAidError and FileRefusedError."""
        if len(capabilities) > MOST_FILES:
            raise FileRefusedError(f"{len(capabilities)} files", f"send at most {MOST_FILES} at once")
        found = [self.find(capability) for capability in dict.fromkeys(capabilities)]
        for file in found:
            if file.case != case:
                raise NoAidError("file", file.name)
        return tuple(file.ref for file in found)

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
