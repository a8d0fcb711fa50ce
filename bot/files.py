"""Files that customers send: taken in safely, carried by a message, had by an unguessable address."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Protocol

from bot.conversation import ConversationId
from bot.errors import FilesBusyError, NoFileError, ProgramRefusedError, TooManyFilesError
from config.clock import Clock
from handoff.aids.pictures import looks_like_picture
from handoff.aids.taking import Taken, safe_name, take
from handoff.file import FileRef

MOST_FILES = 10
"""Of one message."""

UNSENT_FOR = timedelta(days=1)
"""How long a file waits for the message that carries it; a page may be offline for a while."""

_CAPABILITY = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 bits
_PROGRAMS = (
    b"MZ",  # Windows
    b"\x7fELF",
    b"\xcf\xfa\xed\xfe",  # macOS
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # and Java
    b"L\0\0\0\x01\x14\x02\0",  # a shortcut to anything
)
# What Windows, macOS, Android or an office program run when it is opened, whatever is in it.
_RUN = re.compile(
    r"\.(?:exe|com|scr|pif|cpl|ms[ip]|dll|bat|cmd|psm?1|vb[se]?|jse?|mjs|ws[fh]|lnk|url|reg|inf|scf|chm|jar|apk"
    r"|app|dmg|pkg|command|iso|img|vhdx?|sh|desktop|docm|dotm|xls[bm]|xltm|xlam|pptm|potm|ppam)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """A file as it is kept, without its bytes. message: the number of the one that carries it, else None."""

    ref: FileRef
    conversation: ConversationId
    message: int | None
    at: datetime


class FileRows(Protocol):
    """Where files are kept; `bot.store.files.FileStore` is one."""

    def add(self, file: CustomerFile, content: bytes) -> None:
        """Keep a file; raises FilesFullError."""
        ...

    def find(self, capability: str) -> CustomerFile | None: ...

    def of(self, conversation: ConversationId) -> tuple[CustomerFile, ...]: ...

    def content(self, capability: str) -> bytes | None: ...

    def drop_unsent(self, before: datetime) -> int: ...


class Files:
    """Takes customers' files in and gives them out."""

    def __init__(self, rows: FileRows, clock: Clock, most_bytes: int, *, in_line: int = 4) -> None:
        """most_bytes: of one file. in_line: pictures that may be here at once; one is worked on at a time."""
        self._rows, self._clock, self.most_bytes = rows, clock, most_bytes
        self._line = threading.BoundedSemaphore(in_line)
        self._one = threading.Lock()

    def keep(self, conversation: ConversationId, called: str, content: bytes) -> FileRef:
        """Take a file in; until a message carries it, only whoever has its address gets it.

        Its type is what its bytes are, whatever it is called. Raises FileRefusedError, ProgramRefusedError,
        FilesFullError, and FilesBusyError where too many pictures come at once.
        """
        with self._in_line(looks_like_picture(content)):
            taken = take(called, content, self.most_bytes)
        if _runs(called, taken):
            raise ProgramRefusedError(taken.name)
        ref = FileRef(secrets.token_urlsafe(32), taken.name, taken.type, len(taken.content))
        self._rows.add(CustomerFile(ref, conversation, None, self._clock.now()), taken.content)
        return ref

    def chosen(self, conversation: ConversationId, ids: Sequence[str]) -> tuple[FileRef, ...]:
        """The conversation's files that a message is to carry; raises NoFileError and TooManyFilesError."""
        wanted = tuple(dict.fromkeys(ids))
        if len(wanted) > MOST_FILES:
            raise TooManyFilesError(MOST_FILES)
        found = tuple(map(self.find, wanted))
        if any(file.conversation != conversation for file in found):
            raise NoFileError
        return tuple(file.ref for file in found)

    def find(self, capability: str) -> CustomerFile:
        """A file by its address; raises NoFileError."""
        found = self._rows.find(capability) if _CAPABILITY.fullmatch(capability) else None
        if found is None:
            raise NoFileError
        return found

    def sent(self, capability: str) -> tuple[FileRef, bytes] | None:
        """A file with its bytes, as staff get it: once a message carries it."""
        try:
            file = self.find(capability)
            return None if file.message is None else (file.ref, self.content(file))
        except NoFileError:
            return None

    def of(self, conversation: ConversationId) -> tuple[CustomerFile, ...]:
        """All that were sent in a conversation, oldest first."""
        return self._rows.of(conversation)

    def content(self, file: CustomerFile) -> bytes:
        """Its bytes; raises NoFileError where it was deleted meanwhile."""
        content = self._rows.content(file.ref.id)
        if content is None:
            raise NoFileError
        return content

    def clear(self) -> bool:
        """Delete what no message has carried in time; True if there was anything."""
        return self._rows.drop_unsent(self._clock.now() - UNSENT_FOR) > 0

    @contextmanager
    def _in_line(self, picture: bool) -> Iterator[None]:
        """One picture after the other, for each takes much memory; who would wait long is sent away."""
        if not picture:
            yield
            return
        if not self._line.acquire(blocking=False):
            raise FilesBusyError
        try:
            with self._one:
                yield
        finally:
            self._line.release()


def _runs(called: str, taken: Taken) -> bool:
    """Whether somebody who opens the file would start a program, by its bytes or by what it is called."""
    if taken.picture:
        return False
    bytes_only = taken.type == "application/octet-stream"
    marked = taken.content.startswith(_PROGRAMS) if bytes_only else taken.content.startswith(b"#!")
    return marked or _RUN.fullmatch(PurePosixPath(safe_name(called)).suffix) is not None
