"""Articles out of other people's files. Each kind of file is one Importer; all of them run in a process of
their own (`kb.importers.reading`), because what they read is written by strangers.

An importer makes Pages. What a page's links become, which pages are new and whether any may come in at all
is decided once for every kind, in `kb.importers.plan`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

LARGEST_FILE = 20 * 2**20  # bytes
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")


@dataclass(frozen=True, slots=True)
class File:
    """One file. `path` has `/` and begins where the import begins."""

    path: str
    data: bytes

    @property
    def suffix(self) -> str:
        """Such as `.md`, in lower case; empty if there is none."""
        name = self.path.rpartition("/")[2]
        return "." + name.rpartition(".")[2].casefold() if "." in name.lstrip(".") else ""

    @property
    def place(self) -> str:
        """The path without its extension: an article's id, where the file gives none."""
        return self.path[: len(self.path) - len(self.suffix)]


@dataclass(frozen=True, slots=True)
class Page:
    """An article as a file has it, its links and pictures still as they were written there.

    None leaves a value to the import, or to the article as it is in the base.
    """

    path: str
    place: str  # where its own relative links begin, without extension
    title: str
    body: str  # Markdown
    address_from: str  # the words an address is made of where `slug` is None
    line: int = 1
    id: str | None = None
    slug: str | None = None
    language: str | None = None
    category: str | None = None
    shelf: str | None = None  # the key of the Shelf it stands on, where that is told elsewhere
    labels: tuple[str, ...] | None = None
    questions: tuple[str, ...] | None = None
    public: bool | None = None
    translation_of: str | None = None
    owner: str | None = None
    review_by: date | None = None
    status: str | None = None
    plain: bool = False  # the body is an article's to the letter; only links between files are to change
    aliases: tuple[str, ...] = ()  # addresses by which other pages know this one
    lines: Mapping[str, int] = field(default_factory=dict)  # of a field, as far as it has one of its own
    targets: Mapping[str, int] = field(default_factory=dict)  # the line of each link and picture that has one


@dataclass(frozen=True, slots=True)
class Shelf:
    """A section, folder or collection that pages of other files stand on."""

    name: str
    above: str | None = None


class Weight(StrEnum):
    """What a note means for the import."""

    WARNING = "warning"
    SKIPPED = "skipped"
    PROBLEM = "problem"  # nothing is imported while there is one


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell the person who imports; the line counts from 1."""

    weight: Weight
    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Read:
    """What one file held."""

    pages: tuple[Page, ...] = ()
    warnings: tuple[tuple[int, str], ...] = ()  # line and message
    shelves: Mapping[str, Shelf] = field(default_factory=dict)
    images: Mapping[str, bytes] = field(default_factory=dict)  # by the path that the pages call them


class ProblemError(Exception):
    """What is wrong with a file; the line counts from 1, and is 1 in files that have no lines."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


class NotArticlesError(ProblemError):
    """A file of a known format that holds no articles: passed over in a folder, wrong when asked for."""


def language_code(given: str) -> str | None:
    """`en` for `en-US`, `nb` for Norwegian of no kind; None for nothing."""
    code = given.strip().replace("_", "-").partition("-")[0].casefold()
    return {"no": "nb"}.get(code, code) or None


class Importer(Protocol):
    """Reads one kind of file."""

    def read(self, file: File) -> Read:
        """Raises ProblemError for a file that can't be read in full."""
        ...
