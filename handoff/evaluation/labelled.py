"""Labelled conversations from JSON lines; every mistake is named with its file, line and mend."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast, get_args

from handoff.errors import HandoffError
from handoff.escalation import Author, Line, Reason

LARGEST = 200 * 2**20  # bytes
_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)  # of a message that does not say when
_STEP = timedelta(seconds=30)


class LabelledFileError(HandoffError):
    """A file of labelled conversations can't be read as one."""

    status = 400

    def __init__(self, path: Path, why: str, line: int | None = None) -> None:
        super().__init__(f"{path}{f':{line}' if line else ''}: {why}")
        self.path, self.line = path, line


@dataclass(frozen=True, slots=True)
class FactLabel:
    """A fact that a reader finds in a message; `superseded` if the customer has corrected it since."""

    name: str
    value: str
    message: int
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Labelled:
    """A conversation and what a reader makes of it; a label that is None was not given."""

    id: str
    language: str
    lines: tuple[Line, ...]
    facts: tuple[FactLabel, ...] | None
    ask: frozenset[int] | None
    reason: Reason | None
    wants_person: bool | None
    mood: str | None


def read_labelled(path: Path) -> tuple[Labelled, ...]:
    """A conversation a line; raises LabelledFileError."""
    found: list[Labelled] = []
    lines: dict[str, int] = {}
    for number, row in _rows(path):
        one = _Row(path, number, row).conversation()
        if one.id in lines:
            raise LabelledFileError(path, f"the id {one.id!r} is that of line {lines[one.id]} too", number)
        lines[one.id] = number
        found.append(one)
    if not found:
        raise LabelledFileError(path, 'holds no conversations; write {"id": …, "messages": […]} a line')
    return tuple(found)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        if path.stat().st_size > LARGEST:
            raise LabelledFileError(path, f"is larger than {LARGEST // 2**20} MB; split it")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledFileError(
            path, f"can't be read: {error}; give a file of JSON lines in UTF-8"
        ) from error
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise LabelledFileError(path, f"is no JSON: {error}", number) from error
        if not isinstance(row, dict):
            raise LabelledFileError(path, 'write one object a line: {"id": …, "messages": […]}', number)
        yield number, row


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the file, read key by key."""

    path: Path
    number: int
    row: Mapping[str, object]

    def conversation(self) -> Labelled:
        """The line as a labelled conversation; raises LabelledFileError."""
        known = ("id", "lang", "messages", "facts", "ask", "reason", "wants_person", "mood")
        unknown = sorted(set(self.row) - set(known))
        if unknown:
            raise self._error(f"no such key {unknown[0]!r}; the keys are {', '.join(known)}")
        lines = tuple(self._lines())
        given = self.row.get("facts")
        wants = self.row.get("wants_person")
        if wants is not None and not isinstance(wants, bool):
            raise self._error("'wants_person' is true or false")
        return Labelled(
            id=self._id(),
            language=self._optional("lang") or "en",
            lines=lines,
            facts=None if given is None else tuple(self._facts(given, len(lines))),
            ask=self._ask(len(lines)),
            reason=self._reason(),
            wants_person=wants,
            mood=self._optional("mood"),
        )

    def _id(self) -> str:
        given = self.row.get("id")
        if not isinstance(given, str | int) or isinstance(given, bool) or not str(given).strip():
            raise self._error("'id' is missing; write the conversation's id as text")
        return str(given)

    def _lines(self) -> Iterator[Line]:
        said = self._list("messages", self.row.get("messages"))
        if not said:
            raise self._error("'messages' is empty; a conversation has at least one message")
        at = _AT
        for number, each in enumerate(said, 1):
            where = f"messages[{number}]"
            if not isinstance(each, dict):
                raise self._error(f'{where} is no object; write {{"author": …, "text": …}}')
            author, text = each.get("author"), each.get("text")
            if author not in get_args(Author):
                raise self._error(f"{where}.author is {author!r:.40}; one of {', '.join(get_args(Author))}")
            if not isinstance(text, str):
                raise self._error(f"{where}.text is missing; write the message's text")
            at = self._moment(each["at"], where) if each.get("at") is not None else at + _STEP
            yield Line(number, cast(Author, author), text, at)

    def _moment(self, given: object, where: str) -> datetime:
        try:
            moment = datetime.fromisoformat(given) if isinstance(given, str) else None
        except ValueError:
            moment = None
        if moment is None:
            raise self._error(f"{where}.at is {given!r:.40}; write a moment in ISO 8601")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def _facts(self, given: object, messages: int) -> Iterator[FactLabel]:
        for i, each in enumerate(self._list("facts", given)):
            where = f"facts[{i}]"
            if not isinstance(each, dict):
                raise self._error(f'{where} is no object; write {{"name": …, "value": …, "message": …}}')
            name, value, message = each.get("name"), each.get("value"), each.get("message")
            if not isinstance(name, str) or not name:
                raise self._error(f"{where}.name is missing; write the fact's name")
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                raise self._error(f"{where}.value is {value!r:.40}; write the fact's value as text")
            superseded = each.get("superseded", False)
            if not isinstance(superseded, bool):
                raise self._error(f"{where}.superseded is true or false")
            yield FactLabel(
                name, str(value), self._message(message, messages, f"{where}.message"), superseded
            )

    def _ask(self, messages: int) -> frozenset[int] | None:
        given = self.row.get("ask")
        if given is None:
            return None
        return frozenset(self._message(each, messages, "ask") for each in self._list("ask", given))

    def _message(self, given: object, messages: int, where: str) -> int:
        if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= messages:
            raise self._error(f"{where} is {given!r:.40}; write a message's number, from 1 to {messages}")
        return given

    def _reason(self) -> Reason | None:
        given = self._optional("reason")
        if given is None:
            return None
        try:
            return Reason(given)
        except ValueError:
            raise self._error(f"'reason' is {given!r:.40}; one of {', '.join(Reason)}") from None

    def _optional(self, key: str) -> str | None:
        given = self.row.get(key)
        if given is not None and not isinstance(given, str):
            raise self._error(f"{key!r} is {given!r:.40}; write text, or leave it out")
        return given

    def _list(self, key: str, given: object) -> Sequence[object]:
        if not isinstance(given, list):
            raise self._error(f"{key!r} is missing or no list")
        return given

    def _error(self, why: str) -> LabelledFileError:
        return LabelledFileError(self.path, why, self.number)
