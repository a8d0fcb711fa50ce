"""JSON Schema 2020-12, which OpenAPI 3.1 speaks, in a few words each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

Schema = Mapping[str, object]


def text(says: str = "", *, most: int | None = None, example: str | None = None) -> Schema:
    """most: in characters."""
    return _with({"type": "string"}, says, maxLength=most, examples=example and [example])


def whole(says: str = "", *, least: int = 0, most: int | None = None) -> Schema:
    return _with({"type": "integer", "minimum": least}, says, maximum=most)


def real(says: str = "", *, least: float | None = None, most: float | None = None) -> Schema:
    return _with({"type": "number"}, says, minimum=least, maximum=most)


def share(says: str) -> Schema:
    return real(says, least=0, most=1)


def flag(says: str = "") -> Schema:
    return _with({"type": "boolean"}, says)


def moment(says: str = "") -> Schema:
    """RFC 3339, with its offset from UTC."""
    return _with({"type": "string", "format": "date-time"}, says)


def day(says: str = "") -> Schema:
    return _with({"type": "string", "format": "date"}, says)


def one_of(*values: str, says: str = "") -> Schema:
    return _with({"type": "string", "enum": list(values)}, says)


def many(item: Schema, says: str = "", *, least: int | None = None, most: int | None = None) -> Schema:
    return _with({"type": "array", "items": item}, says, minItems=least, maxItems=most)


def thing(says: str = "", /, **fields: Schema) -> Schema:
    """An object that has these fields."""
    shape: dict[str, object] = {"type": "object", "properties": fields}
    return _with(shape, says, required=list(fields) if fields else None)


def may_have(shape: Schema, /, **fields: Schema) -> Schema:
    """The object, in which these fields may be left out."""
    known = cast(Mapping[str, Schema], shape["properties"])
    return {**shape, "properties": {**known, **fields}}


def binary(media_type: str) -> Schema:
    return {"type": "string", "contentMediaType": media_type}


def by_name(value: Schema, says: str = "") -> Schema:
    """An object whose keys are data."""
    return _with({"type": "object", "additionalProperties": value}, says)


def pair(first: Schema, second: Schema, says: str = "") -> Schema:
    """A list of just these two."""
    shape = {"type": "array", "prefixItems": [first, second], "items": False, "minItems": 2}
    return _with(shape, says)


def either(*schemas: Schema, says: str = "") -> Schema:
    return _with({"anyOf": list(schemas)}, says)


def maybe(schema: Schema, says: str = "") -> Schema:
    """The same, or null."""
    return either(schema, {"type": "null"}, says=says)


def ref(name: str) -> Schema:
    """The shape of this name in `kb.web.openapi.shapes`."""
    return {"$ref": f"#/components/schemas/{name}"}


def _with(schema: dict[str, object], says: str, **more: object) -> Schema:
    found = {"description": says or None, **more}
    return schema | {name: value for name, value in found.items() if value is not None}
