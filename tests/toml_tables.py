"""Settings as TOML writes them, for the houses that tests open."""

from __future__ import annotations

import json
from collections.abc import Mapping


def toml(tables: Mapping[str, Mapping[str, object]]) -> str:
    """The tables, by name; a value may be a table of its own."""
    return "\n".join(
        f"[{table}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in values.items())
        for table, values in tables.items()
    )


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
