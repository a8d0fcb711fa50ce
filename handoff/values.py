"""Frozen values to JSON and back, by their type hints."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from handoff.errors import ShapeError

JsonValue: TypeAlias = "bool | int | float | str | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

T = TypeVar("T")


def to_json(value: object) -> JsonValue:
    """The value as JSON: a dataclass by its fields, a moment in ISO 8601, a tuple as a list."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in value]
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


def as_object(value: object) -> JsonObject:
    """A dataclass as a JSON object."""
    return cast(JsonObject, to_json(value))


def from_json(kind: type[T], data: object, where: str = "") -> T:
    """The frozen `kind` that `data` describes; raises ShapeError naming the key that is wrong."""
    return cast(T, _revive(kind, data, where or kind.__name__))


@cache
def _hints(kind: type) -> Mapping[str, object]:
    return get_type_hints(kind)


def _revive(hint: object, data: object, where: str) -> object:
    if hint is object:
        return data
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        if data is None and type(None) in inner:
            return None
        return _revive(next(each for each in inner if each is not type(None)), data, where)
    if origin is Literal:
        if data not in inner:
            raise ShapeError(where, f"{data!r} is not one of {', '.join(map(str, inner))}")
        return data
    if origin is tuple:
        return tuple(_revive(inner[0], item, f"{where}[{i}]") for i, item in enumerate(_list(data, where)))
    if isinstance(hint, type):
        return _plain(hint, data, where)
    raise TypeError(f"{where}: values.py can't read {hint!r}")


def _plain(kind: type, data: object, where: str) -> object:
    if is_dataclass(kind):
        return _dataclass(kind, data, where)
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if kind in (str, int, float, bool):
        if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
            raise ShapeError(where, f"expected {kind.__name__}, found {data!r:.60}")
        return data
    if not isinstance(data, str):
        raise ShapeError(where, f"expected text, found {data!r:.60}")
    try:
        if issubclass(kind, StrEnum):
            return kind(data)
        if issubclass(kind, (datetime, date)):
            return kind.fromisoformat(data)
    except ValueError as error:
        raise ShapeError(where, str(error)) from error
    raise TypeError(f"{where}: values.py can't read {kind!r}")


def _dataclass(kind: type, data: object, where: str) -> object:
    if not isinstance(data, Mapping):
        raise ShapeError(where, f"expected an object, found {data!r:.60}")
    hints, known = _hints(kind), {field.name: field for field in fields(kind)}
    unknown = [key for key in data if key not in known]
    if unknown:
        raise ShapeError(f"{where}.{unknown[0]}", f"not a key of {kind.__name__}")
    given: dict[str, object] = {}
    for name, field in known.items():
        if name in data:
            given[name] = _revive(hints[name], data[name], f"{where}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ShapeError(f"{where}.{name}", "missing")
    return kind(**given)


def _list(data: object, where: str) -> Sequence[object]:
    if isinstance(data, str) or not isinstance(data, Sequence):
        raise ShapeError(where, f"expected a list, found {data!r:.60}")
    return data
