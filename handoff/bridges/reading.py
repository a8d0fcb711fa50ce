"""Reading what a helpdesk sends by itself: the object in a webhook's body, and its moments. Pure."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from handoff.bridges.errors import BadRequestError
from handoff.bridges.json_values import JsonValue, value_at


def read_object(body: bytes, *, blocks: bool = False) -> dict[str, JsonValue]:
    """The JSON object that a webhook carries, with nothing in it that a database refuses.

    blocks: a peer that sends nothing else until this is taken. Raises BadRequestError.
    """
    try:
        value = _storable(json.loads(body))
    except (ValueError, RecursionError):
        raise BadRequestError("its body is not JSON", blocks=blocks) from None
    if not isinstance(value, dict):
        raise BadRequestError("its body is not a JSON object", blocks=blocks)
    return value


def moment_at(value: JsonValue, *path: str | int) -> datetime | None:
    """A moment: ISO 8601, in UTC where it names no zone, or seconds since 1970; None for all else."""
    found = value_at(value, *path)
    try:
        if isinstance(found, str):
            moment = datetime.fromisoformat(found)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(found, int | float) and not isinstance(found, bool):
            return datetime.fromtimestamp(found, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _storable(value: JsonValue) -> JsonValue:
    """The value without zeros and halves of emojis, which nobody wrote and a database refuses."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\0", "")
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {key: _storable(each) for key, each in value.items()}
    return value
