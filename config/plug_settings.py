"""What an operator writes for one plug, in a table of its own: `[bridges.rt]`, `[channels.telegram]`.

A plug says what it takes with a frozen dataclass. A field without a default must be there; its type is str,
int, float, bool, tuple[str, ...] or Mapping[str, str], with rules in Annotated; what is secret is
`field(repr=False)` and is in no message:

    @dataclass(frozen=True, slots=True)
    class RtSettings:
        url: Annotated[str, A_URL]
        token: Annotated[str, NOT_EMPTY] = field(repr=False)
        queue: Annotated[str, NOT_EMPTY] = "General"

The environment comes over the file, as FIRSTLINE_BRIDGES_RT_TOKEN.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar, get_type_hints

from config.fields import checked, needed, parsed, unshown
from config.toml_values import (
    NOT_EMPTY,
    Rule,
    Section,
    SettingsError,
    TomlValue,
    between,
    nearest,
    one_of,
    shown,
)

__all__ = [
    "A_URL",
    "A_URL_OR_NONE",
    "NOT_EMPTY",
    "PlugTable",
    "PlugTables",
    "Rule",
    "SettingsError",
    "between",
    "one_of",
]

T = TypeVar("T")

A_URL = Rule(
    'must be an address such as "https://desk.company.example", without a user, a query or a "/" at its end',
    lambda value: bool(re.fullmatch(r"https?://[A-Za-z0-9._\[\]:-]+(?:/[^\s?#]*[^\s?#/])?", str(value))),
)

A_URL_OR_NONE = Rule(A_URL.says, lambda value: value == "" or A_URL.holds(value))


@dataclass(frozen=True, slots=True)
class PlugTable:
    """One plug's table in firstline.toml, and the environment over it. None of it is in the `repr`."""

    kind: str
    name: str
    file: Path
    values: Mapping[str, TomlValue] = field(repr=False)
    env: Mapping[str, str] = field(repr=False)
    others: tuple[str, ...] = ()

    def read(self, make: type[T]) -> T:
        """The table as one of the plug's dataclasses; see the module. Raises SettingsError."""
        hints = get_type_hints(make, include_extras=True)
        secret = unshown(make)
        said: dict[str, TomlValue] = {}
        for key, value in self.values.items():
            if key not in hints:
                raise self.error(key, f"no such key{nearest(key, hints)}")
            said[key] = value
        for key in self._variables():
            if key not in hints:
                raise self.error(key, f"no such setting{nearest(key, hints)}")
            said[key] = parsed(hints[key], self.env[self._variable(key)])
        for key, value in said.items():
            told = "" if key in secret else f" = {shown(value)}"
            said[key] = checked(hints[key], value, partial(self._wrong, key, told))
        for key in needed(make):
            if key not in said:
                rule = f"is missing; write it there, or into {self._variable(key)}{self._near()}"
                raise self.error(key, rule)
        return make(**said)

    def where(self, key: str) -> str:
        """Where a key is set, for people: the line of the file, the variable, or where to write it."""
        if key in self._variables():
            return f"{self._variable(key)} (environment)"
        line = self._line(key)
        return f"{self._named(key)} ({self.file.name}{f', line {line}' if line else ''})"

    def error(self, key: str, rule: str) -> SettingsError:
        """What is wrong with a key's value, without the value."""
        return self._wrong(key, "", rule)

    def _wrong(self, key: str, told: str, rule: str) -> SettingsError:
        path = f"{self.kind}.{self.name}.{key}"
        if key in self._variables():
            return SettingsError("environment", f"{self._variable(key)}{told}", rule, key=path)
        line = self._line(key)
        where = f"{f'line {line}: ' if line else ''}{self._named(key)}{told}"
        return SettingsError(self.file.name, where, rule, key=path)

    def _named(self, key: str) -> str:
        return f"[{self.kind}.{self.name}] {key}"

    def _line(self, key: str) -> int | None:
        return _line(self.file, f"{self.kind}.{self.name}", key)

    def _variable(self, key: str) -> str:
        return f"{self._prefix}{key.upper()}"

    def _variables(self) -> tuple[str, ...]:
        """The keys that the environment sets."""
        return tuple(
            variable.removeprefix(self._prefix).lower()
            for variable in self.env
            if variable.startswith(self._prefix)
        )

    @property
    def _prefix(self) -> str:
        return f"FIRSTLINE_{self.kind}_{self.name}_".upper()

    def _near(self) -> str:
        """A table that may have been meant for this one."""
        if self.values or not self.others:
            return ""
        return f". There is no table [{self.kind}.{self.name}]{nearest(self.name, self.others)}"


@dataclass(frozen=True, slots=True)
class PlugTables:
    """The tables of all plugs as they are written. They hold secrets, so none is in the `repr`."""

    file: Path
    kinds: Mapping[str, Section] = field(repr=False)
    env: Mapping[str, str] = field(repr=False)

    def given(self, kind: str, name: str) -> PlugTable:
        """The table of one plug, empty where nobody has written one.

        kind: such as `bridges`. name: the plug's own. Raises SettingsError where it is no table.
        """
        tables = self.kinds[kind]
        others = tuple(each for each in tables.values if each != name)
        return PlugTable(kind, name, self.file, tables.section(name).values, self.env, others)


def _line(file: Path, table: str, key: str) -> int | None:
    """The line of a key in a TOML file, 1 the first; the table's own for a key that is not there."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    inside, head = False, None
    for number, line in enumerate(lines, 1):
        if found := re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line):
            inside = found[1] == table or found[1] == f"{table}.{key}"
            head = number if inside else head
            if found[1] == f"{table}.{key}":
                return number
        elif inside and re.match(rf"\s*\"?{re.escape(key)}\"?\s*[=.]", line):
            return number
    return head
