"""Frozen values to JSON and back, by their type hints."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import TypeAlias, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from handoff.errors import ShapeError

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

T = TypeVar("T")

# A key that is not the value's is a mistake of whoever wrote it, never something to drop in silence.
strict_keys = with_config(ConfigDict(extra="forbid"))


def as_object(value: object) -> JsonObject:
    """A dataclass as a JSON object: moments in ISO 8601, tuples as lists."""
    return cast(JsonObject, _adapter(cast(Hashable, type(value))).dump_python(value, mode="json"))


def from_json(kind: type[T], data: object, where: str = "") -> T:
    """The frozen value of type `kind` that `data` describes; raises ShapeError naming the wrong key."""
    try:
        return cast(T, _adapter(cast(Hashable, kind)).validate_python(data))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ShapeError(_path(where or kind.__name__, first["loc"]), first["msg"]) from error


@cache
def _adapter(kind: Hashable) -> TypeAdapter[object]:
    return TypeAdapter(cast(type[object], kind))


def _path(where: str, keys: Sequence[int | str]) -> str:
    """`escalation.lines[0].at`."""
    return where + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
