"""What a peer's JSON holds at a place, whatever it holds: nothing it sends can break who reads it. Pure."""

from __future__ import annotations

from typing import TypeAlias, Union

JsonValue: TypeAlias = Union[str, int, float, bool, "list[JsonValue]", "dict[str, JsonValue]", None]


def value_at(value: JsonValue, *path: str | int) -> JsonValue:
    """What is there, by keys and positions: `value_at(ticket, "comments", 0, "body")`; None for nothing."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            inside = isinstance(value, list) and -len(value) <= step < len(value)
            value = value[step] if inside and isinstance(value, list) else None
    return value


def text_at(value: JsonValue, *path: str | int) -> str:
    """A text, or a number as text, such as an id; "" for all else."""
    found = value_at(value, *path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found)


def number_at(value: JsonValue, *path: str | int) -> int | None:
    """A whole number, also one that is written as text; None for all else."""
    found = value_at(value, *path)
    if isinstance(found, str) and found.isascii() and found.isdigit() and len(found) <= 18:
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def true_at(value: JsonValue, *path: str | int) -> bool:
    """Whether it says true there, and not merely something."""
    return value_at(value, *path) is True


def objects_at(value: JsonValue, *path: str | int) -> list[dict[str, JsonValue]]:
    """The objects of a list; what is none of them is left out."""
    found = value_at(value, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def texts_at(value: JsonValue, *path: str | int) -> tuple[str, ...]:
    """The texts of a list; what is none of them is left out."""
    found = value_at(value, *path)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else ()
