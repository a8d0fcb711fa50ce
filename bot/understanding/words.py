"""The words of each language that understanding looks for, read from `words.<language>.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

FOLDER = Path(__file__).parent
Section: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's lists of regular expressions, by section and name; see `words.en.toml`."""

    language: str
    own: frozenset[str]
    person: Section


def read_words(languages: Iterable[str], folder: Path = FOLDER) -> dict[str, Words]:
    """The words of those languages that have a file; the others are understood without them."""
    found = {}
    for language in languages:
        path = folder / f"words.{language}.toml"
        if path.is_file():
            lists: Mapping[str, Section] = tomllib.loads(path.read_text(encoding="utf-8"))
            own = frozenset(lists["language"]["own"])
            found[language] = Words(language, own, lists["person"])
    return found


def any_of(patterns: Sequence[str]) -> str:
    """A regular expression for any of the patterns, without its boundaries."""
    return f"(?:{'|'.join(patterns)})"


def whole_words(patterns: Sequence[str]) -> re.Pattern[str]:
    """Any of the patterns at word boundaries."""
    return re.compile(rf"(?<!\w){any_of(patterns)}(?!\w)")


def plain(text: str) -> str:
    """The text as the lists expect it: lower case, straight apostrophes, single blanks."""
    return " ".join(text.casefold().replace("’", "'").replace("`", "'").split())
