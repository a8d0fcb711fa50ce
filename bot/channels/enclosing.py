"""A message's files, on platforms that take some of them: each as itself, else as a line with its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.channels import Wire
from bot.channels.plain import NOTHING_SAID, in_plain, offered, whole
from bot.conversation import Message
from bot.errors import NotDeliveredError
from handoff.aids.files import Files
from handoff.errors import NoAidError
from handoff.file import FileRef

Taken = Callable[[FileRef], bool]
"""Whether a platform takes a file, by its type and its size."""


def content_of(desk: Files) -> Callable[[FileRef], bytes | None]:
    """What gives the bytes of a file that an agent has sent; None where it is gone."""

    def read(file: FileRef) -> bytes | None:
        try:
            return desk.content(desk.shared(file.id))
        except NoAidError:
            return None

    return read


def parted(message: Message, taken: Taken, our_url: str) -> tuple[Message, tuple[FileRef, ...]]:
    """The message with a line for each file that does not go as itself, and those that do, in their order.

    our_url: what addresses on this house begin with.
    """
    sent = tuple(file for file in message.files if taken(file))
    lines = [line(file, our_url) for file in message.files if file not in sent]
    if not lines:
        return message, sent
    return replace(message, text="\n".join([*([message.text] if message.text else []), *lines])), sent


def is_silent(message: Message, files: Sequence[FileRef], our_url: str) -> bool:
    """Whether these files are all there is of a message."""
    return bool(files) and not offered(message) and in_plain(message, our_url) == NOTHING_SAID


def line(file: FileRef, our_url: str) -> str:
    """A file as words: its name, and where it is to be had."""
    return f"{file.name}: {whole(file.address, our_url)}"


def enclosing(wire: Wire, file: FileRef, caption: str) -> Wire:
    """What brings a file, out of what brings its line; `caption` stands below it, "" for nothing."""
    return {**wire, "file": file, "caption": caption}


def enclosed(wire: Wire) -> tuple[FileRef | None, Wire]:
    """The file that a wire object brings, None where it brings words alone, and its words."""
    file = wire.get("file")
    words = {key: value for key, value in wire.items() if key not in ("file", "caption")}
    return (file if isinstance(file, FileRef) else None), words


def first_taken(ways: Iterable[Callable[[], object]]) -> None:
    """Bring something by the first of these ways that is taken; what is never taken is tried by the next.

    Raises NotDeliveredError: that of the last way, or of one that may go later.
    """
    refused: NotDeliveredError | None = None
    for way in ways:
        try:
            way()
            return
        except NotDeliveredError as error:
            if not error.permanent:
                raise
            refused = error
    if refused is not None:
        raise refused
