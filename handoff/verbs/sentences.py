"""What agents write, checked, and how an event of theirs becomes a change. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from handoff.case import Case, CaseEvent
from handoff.entry import NewDispatch, NewEntry
from handoff.errors import EmptyTextError, NotFilledError, TextTooLongError
from handoff.verbs.agent import Agent
from handoff.verbs.change import Change

TEXT_CHARACTERS = 8_000
"""The longest reply, note or closing line."""

CLIENT_ID_CHARACTERS = 160

WORDS_CHARACTERS = 500
"""The longest reason, promise or other single line."""


VARIABLE = re.compile(r"\{\{\s*([a-z_]{1,20}(?:[.:][^{}\s]{1,60})?)\s*\}\}", re.IGNORECASE)
"""What a canned text may name, to be filled before it is sent."""


def words(text: str, what: str, limit: int = TEXT_CHARACTERS, *, needed: bool = True) -> str:
    """What an agent wrote, without blanks around it and without NUL, which PostgreSQL does not store.

    Raises EmptyTextError where some are needed, and TextTooLongError; any other sign stays as it is.
    """
    said = storable(text).strip()
    if needed and not said:
        raise EmptyTextError(what)
    if len(said) > limit:
        raise TextTooLongError(what, len(said), limit)
    return said


def words_or_none(text: str, what: str, limit: int = TEXT_CHARACTERS) -> str | None:
    """The same, None where nothing was written."""
    return words(text, what, limit) if storable(text).strip() else None


def blanks(text: str) -> tuple[str, ...]:
    """The variables that stand in a text as they are: it is not to be sent like that."""
    return tuple(dict.fromkeys(match[1] for match in VARIABLE.finditer(text)))


def complete(text: str) -> str:
    """The text, if nothing in it is left to be filled; raises NotFilledError."""
    if left := blanks(text):
        raise NotFilledError(left)
    return text


def storable(text: str) -> str:
    """Without NUL and halves of surrogate pairs: no database holds the one, no encoding the other."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def happened(
    case: Case,
    event: CaseEvent,
    by: Agent,
    at: datetime,
    what: str,
    told: NewDispatch | None = None,
    *,
    note: str | None = None,
) -> Change:
    """The change that an agent's deed makes: `what` they did stands in the thread, under their note."""
    entry = NewEntry("event", by.email, by.name, f"{by.name} {what}", at)
    noted = () if note is None else (NewEntry("note", by.email, by.name, note, at),)
    return Change(case, event, by.email, at, (*noted, entry), told)
