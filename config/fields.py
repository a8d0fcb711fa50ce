"""One field of a settings dataclass: what TOML or the environment says of it, as the type that it has."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Annotated, get_args, get_origin

from config.toml_values import Rule, SettingsError, TomlValue


def parsed(hint: object, text: str) -> TomlValue:
    """What TOML would have said; the text itself if it can't be that, which the check then refuses.

    A list is written with commas, a table as `billing=Invoices, orders=Parcels`.
    """
    kind, _ = _plain(hint)
    if kind == tuple[str, ...]:
        return _entries(text)
    if kind == Mapping[str, str]:
        pairs = [entry.partition("=") for entry in _entries(text)]
        table = {name.strip(): value.strip() for name, equals, value in pairs if equals}
        return table if len(table) == len(pairs) else text
    if kind is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    if kind is int or kind is float:
        try:
            return int(text) if kind is int else float(text)
        except ValueError:
            return text
    return text


def checked(hint: object, value: TomlValue, error: Callable[[str], SettingsError]) -> TomlValue:
    """The value as its field holds it, or the error with the rule that it breaks."""
    kind, rules = _plain(hint)
    if kind == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise error('must be a list of texts such as ["a", "b"]')
        value = tuple(value)
    elif kind == Mapping[str, str]:
        if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
            raise error('must be a table of texts such as { billing = "Invoices" }')
    elif kind is float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise error("must be a number")
        value = float(value)
    elif kind is int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise error("must be a whole number")
    elif kind is bool:
        if not isinstance(value, bool):
            raise error("must be true or false")
    elif not isinstance(value, str):
        raise error("must be text in quotes")
    for rule in rules:
        if not rule.holds(value):
            raise error(rule.says)
    return value


def unshown(make: type) -> frozenset[str]:
    """The fields that a dataclass keeps out of its `repr`, because they are secret."""
    return frozenset(each.name for each in dataclasses.fields(make) if not each.repr)


def needed(make: type) -> tuple[str, ...]:
    """The fields that have no default."""
    missing = dataclasses.MISSING
    return tuple(
        each.name
        for each in dataclasses.fields(make)
        if each.default is missing and each.default_factory is missing
    )


def _plain(hint: object) -> tuple[object, tuple[Rule, ...]]:
    """A field's type without its rules, and the rules."""
    if get_origin(hint) is Annotated:
        kind, *rules = get_args(hint)
        return kind, tuple(rules)
    return hint, ()


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.split(",") if entry.strip()]
