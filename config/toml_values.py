"""Values out of a TOML file, each checked, with errors that name file, section, key, value and rule."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError

TomlValue = object
"""What tomllib answers: str, int, float, bool, a date or time, a list or a dict of these."""


class SettingsError(ConfigError):
    """A settings file, or the environment, says something that can't be.

    source: the file, or "environment"; key: what is wrong there, such as `bot.sure`; empty for all of it.
    """

    def __init__(self, source: str, where: str, rule: str, *, key: str = "") -> None:
        self.source = source
        self.where = where
        self.rule = rule
        self.key = key
        super().__init__(f"{source}: {where}: {rule}" if where else f"{source}: {rule}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a value must be beyond its type."""

    says: str
    holds: Callable[[TomlValue], bool]


def between(least: float, most: float) -> Rule:
    """A number from `least` to `most`, both allowed."""
    return Rule(
        f"must be between {least:g} and {most:g}",
        lambda value: isinstance(value, int | float) and least <= value <= most,
    )


def one_of(*allowed: str) -> Rule:
    """One of these strings."""
    return Rule("must be " + " or ".join(f'"{value}"' for value in allowed), lambda value: value in allowed)


NOT_EMPTY = Rule("must not be empty", bool)


def read_toml(path: Path) -> dict[str, TomlValue]:
    """The file as it is; SettingsError with line and column if it isn't TOML."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(path.name, "", f"not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(path.name, "", "must be UTF-8 text; save it with that encoding") from error
    except OSError as error:
        raise SettingsError(path.name, "", f"can't be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Section:
    """One TOML table and where it stands, for errors."""

    source: str
    name: str
    values: Mapping[str, TomlValue]

    def error(self, key: str, rule: str) -> SettingsError:
        """The error for one key: `default.toml: [bot] sure = 60: must be between 0 and 1`."""
        table = f"[{self.name}] " if self.name else ""
        said = f" = {shown(self.values[key])}" if key in self.values else ""
        path = ".".join(part for part in (self.name, key) if part)
        return SettingsError(self.source, f"{table}{key}{said}".strip(), rule, key=path)

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that are not among the known, naming the nearest one."""
        for key in self.values:
            if key not in known:
                # A text may be a secret under a misspelt key.
                quoted = Section(self.source, self.name, {}) if isinstance(self.values[key], str) else self
                raise quoted.error(key, f"no such key{nearest(key, known)}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value:
            raise self.error(key, "must be text in quotes")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty if the key is missing."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
            raise self.error(key, 'must be a list of texts such as ["a", "b"]')
        return tuple(value)

    def section(self, key: str) -> Section:
        """The table under a key; empty if the key is missing."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, "must be a table")
        return Section(self.source, f"{self.name}.{key}" if self.name else key, value)


def shown(value: TomlValue) -> str:
    """A value as TOML would write it, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(word: str, known: Collection[str]) -> str:
    """The way out of a misspelt name, to end an error with."""
    close = difflib.get_close_matches(word, known, 1, 0.5)
    return f"; did you mean {close[0]}?" if close else f"; there is {', '.join(sorted(known))}"
