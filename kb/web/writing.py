"""The text an editor has in hand, read from JSON, and how long it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from kb.errors import ArticleInvalidError

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
    """The text in a JSON object. Raises ArticleInvalidError naming the first field of a wrong type."""
    return Text(
        title=words(given, "title"),
        body=words(given, "body"),
        language=words(given, "language"),
        category=words(given, "category", ""),
        labels=lines(given, "labels"),
        questions=lines(given, "questions"),
        public=given.get("public", True) is True,
    )


def words(given: Mapping[str, object], field: str, default: str | None = None) -> str:
    value = given.get(field, default)
    if not isinstance(value, str):
        raise ArticleInvalidError(field, "must be text")
    return value


def number(given: Mapping[str, object], field: str, default: int | None = None) -> int:
    value = given.get(field, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ArticleInvalidError(field, "must be a whole number")
    return value


def lines(given: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A list of texts, trimmed, without empty ones and repeats."""
    value = given.get(field, [])
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise ArticleInvalidError(field, "must be a list of texts")
    return tuple(dict.fromkeys(line.strip() for line in value if line.strip()))


def moment(given: Mapping[str, object], field: str) -> datetime:
    """A time with its offset from UTC, such as `2026-11-02T09:00:00+01:00`."""
    try:
        value = datetime.fromisoformat(words(given, field))
    except ValueError as error:
        raise ArticleInvalidError(field, "must be a time such as 2026-11-02T09:00:00+01:00") from error
    if value.tzinfo is None:
        raise ArticleInvalidError(field, "must say its offset from UTC, as in 2026-11-02T09:00:00+01:00")
    return value


def some_day(given: Mapping[str, object], field: str) -> date | None:
    """A day such as `2026-11-02`; null and "" are none."""
    if given.get(field) in (None, ""):
        return None
    try:
        return date.fromisoformat(words(given, field))
    except ValueError as error:
        raise ArticleInvalidError(field, "must be a day such as 2026-11-02") from error


def part(given: Mapping[str, object], field: str) -> Mapping[str, object]:
    """An object within the object."""
    value = given.get(field)
    if not isinstance(value, dict):
        raise ArticleInvalidError(field, "must be an object")
    return cast(Mapping[str, object], value)


def word_count(markdown: str) -> int:
    return len(_WORD.findall(markdown))
