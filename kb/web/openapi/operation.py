"""One row of the table of operations, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kb.errors import KbError
from kb.web.openapi.schemas import Schema, text, thing

Method = Literal["get", "post", "put", "delete"]
Errors = tuple[type[KbError], ...]

JSON = "application/json"
NOTHING = thing("Nothing to tell.")


@dataclass(frozen=True, slots=True)
class Query:
    """A parameter after the `?`."""

    schema: Schema
    says: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method of one address takes, gives and refuses.

    path: below /kb/api, with names in braces. takes: the JSON body. sent, given: the media types of a body
    or a reply that isn't JSON. also: further statuses that tell the same as `status`. raises: what it may
    refuse beside what any operation may.
    """

    method: Method
    path: str
    name: str
    summary: str
    gives: Schema = field(default_factory=lambda: NOTHING)
    takes: Schema | None = None
    asks: Mapping[str, Query] = field(default_factory=dict)
    raises: Errors = ()
    says: str = ""
    status: int = 200
    also: tuple[int, ...] = ()
    sent: tuple[str, ...] = ()
    given: str = JSON

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters in the path, in order."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


@dataclass(frozen=True, slots=True)
class Tag:
    """The operations of one page of the studio."""

    name: str
    says: str
    operations: tuple[Operation, ...]


def code_of(error: type[Exception]) -> str:
    """The error's name for programs: NoArticleError is `no_article`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", error.__name__.removesuffix("Error")).lower()


LOOKED_FOR = "Every word is looked for in titles, questions, category, labels and slug."


def sought(says: str = LOOKED_FOR) -> Query:
    return Query(text(most=500), says)
