"""What the address of a request says, read strictly: programs are told what they got wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.routing import IntegerConverter

from kb.errors import FieldInvalidError

UNKEPT = re.compile("[\0\ud800-\udfff]")
"""What no database keeps: NUL, and half of a surrogate pair."""

_WHOLE = re.compile("[0-9]{1,15}")


class RowNumber(IntegerConverter):
    """A number in a path that a database can hold; anything longer is no row's."""

    regex = "[0-9]{1,15}"


def check_address() -> None:
    """Raise NotFound or FieldInvalidError for a path or a parameter that nothing can be named."""
    if UNKEPT.search(request.path):
        raise NotFound
    for name, value in request.args.items(multi=True):
        if UNKEPT.search(name + value):
            raise FieldInvalidError("query", "must not hold NUL")


def asked(name: str, most: int = 500) -> str:
    """A parameter, trimmed; empty if it isn't there. Raises FieldInvalidError."""
    value = request.args.get(name, "").strip()
    if len(value) > most:
        raise FieldInvalidError(name, f"must have at most {most:,} characters")
    return value


def asked_number(name: str, default: int, *, least: int, most: int) -> int:
    value = request.args.get(name, "").strip()
    if not value:
        return default
    if not _WHOLE.fullmatch(value) or not least <= int(value) <= most:
        raise FieldInvalidError(name, f"must be a whole number from {least:,} to {most:,}")
    return int(value)


def asked_one_of(name: str, allowed: Sequence[str], default: str = "") -> str:
    """A parameter that is one of a few words. Raises FieldInvalidError for any other."""
    value = request.args.get(name, "") or default
    if value and value not in allowed:
        raise FieldInvalidError(name, f"must be one of {', '.join(allowed)}")
    return value
