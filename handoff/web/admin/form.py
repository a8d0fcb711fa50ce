"""A form as values: its fields, what was written in them, and what changed under the writer's hands. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from werkzeug.datastructures import MultiDict

Say = Callable[[str], str]

Kind = Literal["text", "email", "number", "long", "select", "checks", "flag", "note", "words", "hidden"]
"""`checks` are several choices of many, `flag` one yes or no, `words` a list, one to a line or by commas;
`note` is text between the fields and holds nothing, `hidden` a list that is carried along."""

Value = str | tuple[str, ...]
Values = Mapping[str, Value]
"""Field name -> what it holds; several choices and lists are tuples, a flag is "1" or ""."""

TEXT_AT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field. options: of a choice, as (value, what people read). language: of what is written in it.
    fixed: shown and sent along, but not to be changed."""

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    language: str = ""
    fixed: bool = False
    most: int = 200
    rows: int = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. key: what its page is found by. tags: a word and its tone (`good`, `warn`, `bad` or
    "")."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that somebody else changed while the form was open."""

    label: str
    was: str
    now: str


class NotSavedError(Exception):
    """A form that can't be saved as it is: which field, and why in the reader's words."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field, self.why = field, why


def read(fields: Sequence[Field], posted: MultiDict[str, str]) -> dict[str, Value]:
    """What was written, tidied: line breaks as they are stored, blanks around it gone, nothing endless."""
    values: dict[str, Value] = {}
    for field in fields:
        if field.kind == "note":
            continue
        if field.kind == "checks":
            known = [value for value, _ in field.options]
            values[field.name] = tuple(each for each in known if each in posted.getlist(field.name))
            continue
        text = posted.get(field.name, "")[:TEXT_AT_MOST].replace("\r\n", "\n").replace("\0", "").strip()
        if field.kind in ("words", "hidden"):
            parts = [each.strip() for each in text.replace(",", "\n").split("\n")]
            kept = (each for each in parts if each)
            values[field.name] = tuple(kept if field.kind == "hidden" else dict.fromkeys(kept))
        elif field.kind == "flag":
            values[field.name] = "1" if text else ""
        else:
            values[field.name] = text
    return values


def checked(fields: Sequence[Field], values: Values, say: Say) -> dict[str, str]:
    """Field name -> what is wrong with what is in it; empty if nothing is."""
    wrong: dict[str, str] = {}
    for field in fields:
        value = values.get(field.name, "")
        if field.kind == "note" or field.fixed:
            continue
        if field.required and not value:
            wrong[field.name] = say("This is needed.")
        elif isinstance(value, str) and field.kind in ("text", "email") and len(value) > field.most:
            wrong[field.name] = say("Use at most %(n)d characters.") % {"n": field.most}
        elif field.kind == "number" and value and not (str(value).isascii() and str(value).isdigit()):
            wrong[field.name] = say("Write a whole number.")
        elif field.kind == "select" and value and value not in [each for each, _ in field.options]:
            wrong[field.name] = say("Choose one of the list.")
    return wrong


def sealed(values: Values | None) -> str:
    """What a form shows when it is opened, as it carries it along."""
    return json.dumps(_plain(values or {}), ensure_ascii=False, sort_keys=True)


def changes(fields: Sequence[Field], seen: str, now: Values | None) -> tuple[Changed, ...]:
    """What is another by now than the form was opened with; a seal that can't be read counts as all of it."""
    try:
        before = json.loads(seen)
    except ValueError:
        before = {}
    if not isinstance(before, dict):
        before = {}
    after = _plain(now or {})
    labels = {field.name: field for field in fields}
    return tuple(
        Changed(
            labels[name].label, _shown(labels[name], before.get(name)), _shown(labels[name], after.get(name))
        )
        for name in dict.fromkeys((*before, *after))
        if name in labels and before.get(name) != after.get(name)
    )


def _plain(values: Values) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _shown(field: Field, value: object) -> str:
    """A value in words; choices by what people read."""
    named = dict(field.options)
    given = value if isinstance(value, list) else [value] if value else []
    return ", ".join(named.get(str(each), str(each)) for each in given)
