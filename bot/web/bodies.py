"""A request's body as JSON, and what may be in it."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping

from bot.dialogue.documents import JsonValue
from bot.errors import BadRequestError

DEEPEST = 50
"""Levels of lists and objects inside each other; more can't be meant and would exhaust the stack later."""


def json_value(body: bytes, such_as: str) -> JsonValue:
    """The body as JSON, whatever its Content-Type. such_as: a right one, for the error (BadRequestError)."""
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"the body is not JSON ({error}); send {such_as}") from None
    not_too_deep(value)
    return value


def not_too_deep(value: JsonValue) -> None:
    """Raise BadRequestError for a value nested more than `DEEPEST` levels."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise BadRequestError(f"the JSON is nested more than {DEEPEST} levels deep; flatten it")


def json_object(body: bytes, such_as: str) -> dict[str, JsonValue]:
    """The body as a JSON object; BadRequestError where it is none."""
    value = json_value(body, f"an object such as {such_as}")
    if not isinstance(value, dict):
        raise BadRequestError(f"the body must be a JSON object such as {such_as}")
    return value


def text_of(body: Mapping[str, JsonValue], key: str, limit: int | None, *, needed: bool = True) -> str | None:
    """A text of the body. limit: None for a message, which is cleaned and measured where it is taken in."""
    value = body.get(key)
    if value is None and not needed:
        return None
    if not isinstance(value, str):
        raise BadRequestError(f"{key!r} must be text")
    if limit is None:
        return value
    if not 0 < len(value) <= limit:
        raise BadRequestError(f"{key!r} must have 1 to {limit:,} characters")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise BadRequestError(f"{key!r} must have no control characters and no half surrogate pairs")
    return value


def texts_of(body: Mapping[str, JsonValue], key: str, limit: int) -> tuple[str, ...]:
    """A list of texts of at most so many characters each; none where the body has none of that name."""
    value = body.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(each, str) and len(each) <= limit for each in value):
        raise BadRequestError(f"{key!r} must be a list of texts of at most {limit:,} characters")
    return tuple(str(each) for each in value)


def _inside(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
