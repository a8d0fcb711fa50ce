"""The labels that agents put on cases: a list the house keeps, each with a colour by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

from handoff.aids.canned import checked_title
from handoff.errors import NoAidError, NotKeptError
from handoff.verbs.agent import Agent

Colour = Literal["grey", "blue", "green", "yellow", "orange", "red", "purple", "teal"]

COLOURS: tuple[Colour, ...] = get_args(Colour)
"""In words, so that each theme has its own shade; a label shows its name besides."""

_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Label:
    """One label; its name is what cases carry."""

    name: str
    colour: str


class LabelRows(Protocol):
    """Where they are kept; `handoff.store.aids.LabelStore` is one."""

    def all(self) -> tuple[Label, ...]: ...

    def save(self, label: Label, by: str) -> None: ...

    def remove(self, name: str, by: str) -> bool: ...


class Labels:
    """Those of the house."""

    def __init__(self, rows: LabelRows) -> None:
        self._rows = rows

    def all(self) -> tuple[Label, ...]:
        """By name."""
        return self._rows.all()

    def save(self, label: Label, by: Agent) -> Label:
        """Keep a new one, or another colour for one that is there; raises NotKeptError."""
        name = checked_title("label", "name", label.name)
        if len(name) > _CHARACTERS or "," in name:
            raise NotKeptError("label", "name", f"use up to {_CHARACTERS} characters, and no comma")
        if label.colour not in COLOURS:
            raise NotKeptError("label", "colour", f"choose one of {', '.join(COLOURS)}")
        # `VIP` and `vip` would be two labels that read the same.
        same = next((known for known in self._rows.all() if known.name.casefold() == name.casefold()), None)
        kept = Label(same.name if same else name, label.colour)
        self._rows.save(kept, by.email)
        return kept

    def remove(self, name: str, by: Agent) -> None:
        """Cases keep it; nobody can choose it any more. Raises NoAidError."""
        if not self._rows.remove(name, by.email):
            raise NoAidError("label", name)
