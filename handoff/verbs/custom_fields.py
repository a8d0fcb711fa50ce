"""What a house wants to know of its cases besides: fields by name, each of a kind that its values keep to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal, Protocol, get_args

from config.clock import Clock
from handoff.errors import FieldError
from handoff.verbs.agent import Agent
from handoff.verbs.sentences import storable

FieldKind = Literal["text", "number", "choice", "date"]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)

VALUE_CHARACTERS = 500
FIELDS = 50
"""Fields that a house may define."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """One field: `titles` are its name by language, `choices` what a `choice` may be."""

    name: str
    kind: FieldKind
    titles: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    position: int = 0

    def title(self, language: str) -> str:
        """As people read it; English, then its key, where the language has none."""
        return self.titles.get(language) or self.titles.get("en") or self.name

    def checked(self, value: str) -> str:
        """The value as it is kept, empty for none; raises FieldError.

        Numbers are written with a point and without blanks, dates as in ISO 8601.
        """
        given = storable(value).strip()
        if not given:
            return ""
        if len(given) > VALUE_CHARACTERS:
            raise FieldError(self.name, f"a value has {VALUE_CHARACTERS} characters at most; shorten it")
        if self.kind == "number":
            return _number(self.name, given)
        if self.kind == "date":
            return _date(self.name, given)
        if self.kind == "choice" and given not in self.choices:
            raise FieldError(self.name, f"no choice {given!r:.40}; choose one of {', '.join(self.choices)}")
        return given


class FieldStore(Protocol):
    """What keeps the definitions; handoff/store/fields.py."""

    def all(self) -> tuple[FieldDefinition, ...]: ...

    def save(self, definition: FieldDefinition, by: str, clock: Clock) -> None: ...

    def remove(self, name: str, by: str, clock: Clock) -> bool: ...


class CustomFields:
    """The fields of a house; what an administrator defines counts for the next value that is filled in."""

    def __init__(self, store: FieldStore, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def all(self) -> tuple[FieldDefinition, ...]:
        """In their order."""
        return self._store.all()

    def save(self, definition: FieldDefinition, by: Agent) -> None:
        """Define a field, or change one; values that it has already stay as they are. Raises FieldError."""
        name = definition.name
        if not _NAME.fullmatch(name):
            raise FieldError(name[:60] or "name", "a name is small letters, digits and _, a letter first")
        if definition.kind not in FIELD_KINDS:
            raise FieldError(name, f"no kind {definition.kind!r}; choose one of {', '.join(FIELD_KINDS)}")
        if definition.kind == "choice" and not any(choice.strip() for choice in definition.choices):
            raise FieldError(name, "a choice needs something to choose from; name at least one")
        known = {each.name for each in self.all()}
        if name not in known and len(known) >= FIELDS:
            raise FieldError(name, f"there are {FIELDS} fields already; remove one first")
        self._store.save(_clean(definition), by.email, self._clock)

    def remove(self, name: str, by: Agent) -> None:
        """No longer ask for a field; cases keep what they have of it. Raises FieldError."""
        if not self._store.remove(name, by.email, self._clock):
            raise FieldError(name, "there is no such field; reload the list")

    def checked(self, values: Mapping[str, str]) -> Mapping[str, str]:
        """The values as they are kept; raises FieldError for one that its field can't hold."""
        return checked(self.all(), values)


def checked(definitions: Sequence[FieldDefinition], values: Mapping[str, str]) -> Mapping[str, str]:
    """Each value as its field keeps it; raises FieldError, also for a field that nobody defined."""
    known = {definition.name: definition for definition in definitions}
    kept: dict[str, str] = {}
    for name, value in values.items():
        if name not in known:
            raise FieldError(name[:60], "there is no such field; an administrator defines fields")
        kept[name] = known[name].checked(value)
    return kept


def _clean(definition: FieldDefinition) -> FieldDefinition:
    titles = {code: storable(title).strip()[:VALUE_CHARACTERS] for code, title in definition.titles.items()}
    choices = (storable(choice).strip()[:VALUE_CHARACTERS] for choice in definition.choices)
    return replace(definition, titles=titles, choices=tuple(dict.fromkeys(filter(None, choices))))


def _number(name: str, given: str) -> str:
    written = re.sub(r"[\s\u00a0\u202f]", "", given).replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise FieldError(name, f"{given!r:.40} is not a number; write it like 12.5") from None
    if not number.is_finite() or abs(number) >= Decimal(10) ** 30:
        raise FieldError(name, f"{given!r:.40} is not a number; write it like 12.5")
    return format(number, "f")


def _date(name: str, given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise FieldError(name, f"{given!r:.40} is not a date; write it like 2026-11-30") from None
