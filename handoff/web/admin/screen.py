"""A screen of the administrators': a list, and a form for each of its lines, put together of plain verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from handoff.verbs.agent import Agent
from handoff.web.admin.form import Field, Row, Say, Values

Opens = Literal["lead", "admin"]
"""Who may come in: `lead` is supervisors and admins."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who is at the screen, in which language they read, and what they may do.

    names: the languages that the house speaks, by code, English first.
    """

    agent: Agent
    say: Say
    language: str
    names: Mapping[str, str]
    lead: bool
    admin: bool

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.names)


@dataclass(frozen=True, slots=True)
class Given:
    """Something a save has to show, once: a link to hand over."""

    title: str
    line: str
    link: str


@dataclass(frozen=True, slots=True)
class Button:
    """A further deed on one thing's page."""

    deed: str
    label: str
    hint: str = ""
    tone: Literal["", "danger"] = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What a list and its forms are made of. A key is None for what is not there yet.

    `load` gives a thing's values, None where there is none (any more). `save` gives its key, or what is to be
    shown; it raises NotSavedError and the room's own errors, whose `field` and `why` then stand beside the
    field. `told` is the line that says it is done. Without `add` nothing new can be made, without `remove`
    nothing is taken away; `taken` says what that means. `order` takes all keys as they are to be tried.
    `press` does what a button of `buttons` stands for. `redraw` is for forms that are built up in steps: a
    button of the form itself, its values before and after. `preview` shows a text as it will be.
    """

    key: str
    title: str
    lede: str
    empty: str
    rows: Callable[[Clerk], Sequence[Row]]
    fields: Callable[[Clerk, str | None, Values], Sequence[Field]]
    load: Callable[[Clerk, str], Values | None]
    save: Callable[[Clerk, str | None, Values, Values], str | Given]
    blank: Callable[[Clerk], Values] = lambda clerk: {}
    opens: Opens = "admin"
    add: str = ""
    remove: Callable[[Clerk, str], None] | None = None
    taken: str = ""
    order: Callable[[Clerk, Sequence[str]], None] | None = None
    buttons: Callable[[Clerk, str], Sequence[Button]] = lambda clerk, key: ()
    press: Callable[[Clerk, str, str], str | Given] | None = None
    redraw: Callable[[Clerk, str, Values], Values] | None = None
    preview: Callable[[Clerk, Values], Sequence[tuple[str, str, str]]] | None = None


def text(values: Values, name: str) -> str:
    """A field's text; "" where it holds none."""
    value = values.get(name, "")
    return value if isinstance(value, str) else ", ".join(value)


def texts(values: Values, name: str) -> tuple[str, ...]:
    """A field's choices or list."""
    value = values.get(name, ())
    return value if isinstance(value, tuple) else (value,) if value else ()


def by_language(values: Values, name: str, languages: Sequence[str]) -> dict[str, str]:
    """`title.en`, `title.nb` … as one mapping; languages that were left empty are not in it."""
    return {code: said for code in languages if (said := text(values, f"{name}.{code}"))}


def in_languages(name: str, given: dict[str, str] | None, languages: Sequence[str]) -> dict[str, str]:
    """The other way round."""
    return {f"{name}.{code}": (given or {}).get(code, "") for code in languages}
