"""The text an editor has in hand, read from JSON, and how long it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from kb.errors import FieldInvalidError
from kb.web.address import UNKEPT

QUESTION_CHARACTERS = 2000

_LANGUAGE = re.compile("[a-z]{2,3}")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Text:
    """Everything of an article that the writing room changes."""

    title: str
    body: str
    language: str
    category: str
    labels: tuple[str, ...]
    questions: tuple[str, ...]
    public: bool


def read_text(given: Mapping[str, object]) -> Text:
    """The text in a JSON object. Raises FieldInvalidError naming the first field of a wrong type."""
    return Text(
        title=words(given, "title"),
        body=words(given, "body"),
        language=words(given, "language"),
        category=words(given, "category", ""),
        labels=lines(given, "labels"),
        questions=lines(given, "questions"),
        public=flag(given, "public", True),
    )


def words(given: Mapping[str, object], field: str, default: str | None = None) -> str:
    value = given.get(field, default)
    if not isinstance(value, str):
        raise FieldInvalidError(field, "must be text")
    return value


def number(given: Mapping[str, object], field: str, default: int | None = None) -> int:
    value = given.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FieldInvalidError(field, "must be a whole number")
    if abs(value) >= 2**53:  # what programs in every language, and databases, can hold
        raise FieldInvalidError(field, "is too large a number")
    return value


def flag(given: Mapping[str, object], field: str, default: bool) -> bool:
    value = given.get(field, default)
    if not isinstance(value, bool):
        raise FieldInvalidError(field, "must be true or false")
    return value


def checked_language(code: str) -> str:
    """The code, if it looks like one. Raises FieldInvalidError."""
    if not _LANGUAGE.fullmatch(code):
        raise FieldInvalidError("language", "must be a code such as `en` or `nb`")
    return code


def check_kept(given: Mapping[str, object]) -> None:
    """Raise FieldInvalidError, naming the field, if a text in the object can't be kept by a database."""
    for field, value in given.items():
        ahead: list[object] = [field, value]
        while ahead:
            each = ahead.pop()
            if isinstance(each, str) and UNKEPT.search(each):
                name = UNKEPT.sub("\N{REPLACEMENT CHARACTER}", field)
                raise FieldInvalidError(name, "must not hold NUL or half of a surrogate pair")
            if isinstance(each, dict):
                ahead += [*each, *each.values()]
            elif isinstance(each, list):
                ahead += each


def lines(given: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A list of texts, trimmed, without empty ones and repeats."""
    value = given.get(field, [])
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise FieldInvalidError(field, "must be a list of texts")
    return tuple(dict.fromkeys(line.strip() for line in value if line.strip()))


def moment(given: Mapping[str, object], field: str) -> datetime:
    """A time with its offset from UTC, such as `2026-11-02T09:00:00+01:00`."""
    try:
        value = datetime.fromisoformat(words(given, field))
    except ValueError as error:
        raise FieldInvalidError(field, "must be a time such as 2026-11-02T09:00:00+01:00") from error
    if value.tzinfo is None:
        raise FieldInvalidError(field, "must say its offset from UTC, as in 2026-11-02T09:00:00+01:00")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # in the first or the last hours that there are
        raise FieldInvalidError(field, "is out of the range of times") from error


def some_day(given: Mapping[str, object], field: str) -> date | None:
    """A day such as `2026-11-02`; null and "" are none."""
    if given.get(field) in (None, ""):
        return None
    try:
        return date.fromisoformat(words(given, field))
    except ValueError as error:
        raise FieldInvalidError(field, "must be a day such as 2026-11-02") from error


def part(given: Mapping[str, object], field: str) -> Mapping[str, object]:
    """An object within the object."""
    value = given.get(field)
    if not isinstance(value, dict):
        raise FieldInvalidError(field, "must be an object")
    return cast(Mapping[str, object], value)


def word_count(markdown: str) -> int:
    return len(_WORD.findall(markdown))
