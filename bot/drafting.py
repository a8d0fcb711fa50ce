"""What a customer sends as it is stored: without what shows as nothing, and not too long. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.conversation import Draft, carrying
from bot.errors import EmptyMessageError, MessageTooLongError
from handoff.file import FileRef

# Control, zero-width, half a surrogate pair, and the blanks: Unicode's categories of what shows as nothing.
UNSEEN = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp"))


def drafted(
    text: str,
    limit: int,
    *,
    client_id: str | None = None,
    payload: str | None = None,
    files: Sequence[FileRef] = (),
) -> Draft:
    """A customer's message. limit: in Unicode characters. With files there need be no words.

    Raises EmptyMessageError and MessageTooLongError.
    """
    clean = printable(text)
    if not seen(clean):
        if not files:
            raise EmptyMessageError
        clean = ""
    if len(clean) > limit:
        raise MessageTooLongError(len(clean), limit)
    return Draft("customer", clean, client_id=client_id, payload=payload, data=carrying(files))


def seen(text: str) -> bool:
    """Whether a reader sees anything of it."""
    return any(unicodedata.category(character) not in UNSEEN for character in text)


def printable(text: str) -> str:
    """The text without control characters and lone surrogates, which databases and readers choke on."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip("\n")
