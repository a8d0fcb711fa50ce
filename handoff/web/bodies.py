"""Reads what requests carry, and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import request

from handoff.errors import ShapeError


def body() -> Mapping[str, object]:
    """The JSON object of a request; raises ShapeError."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise ShapeError("body", "a JSON object is expected")
    return given


def text(name: str, without: str | None = None) -> str:
    """A text of the body, `without` where it isn't given; raises ShapeError."""
    given = body().get(name, without)
    if not isinstance(given, str):
        raise ShapeError(name, "text is expected")
    return given


def moment(name: str) -> datetime | None:
    """A moment of the query, with its offset from UTC; None where it isn't given. Raises ShapeError."""
    given = request.args.get(name)
    return _moment(name, given) if given else None


def _moment(name: str, given: str) -> datetime:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise ShapeError(name, f"{given!r:.40} is not a moment in ISO 8601") from None
    if found.tzinfo is None:
        raise ShapeError(name, "give the offset from UTC too")
    try:
        return found.astimezone(UTC)
    except OverflowError:  # a moment that no other place on earth has a date for
        raise ShapeError(name, f"{given!r:.40} is not a moment in ISO 8601") from None


def flag(name: str) -> bool:
    """Whether a switch of the body is on; off where it isn't given. Raises ShapeError."""
    given = body().get(name, False)
    if not isinstance(given, bool):
        raise ShapeError(name, "true or false is expected")
    return given


def texts(name: str) -> Sequence[str]:
    """A list of texts of the body; raises ShapeError."""
    given = body().get(name)
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise ShapeError(name, "a list of texts is expected")
    return given


def pairs(name: str) -> Mapping[str, str]:
    """Texts of the body by their names; raises ShapeError."""
    given = body().get(name)
    if not isinstance(given, dict) or not all(isinstance(each, str) for each in given.values()):
        raise ShapeError(name, "texts by their names are expected")
    return given


def when(name: str) -> datetime | None:
    """A moment of the body, with its offset from UTC; None where it isn't given. Raises ShapeError."""
    given = text(name, "") if body().get(name) is not None else ""
    return _moment(name, given) if given else None
