"""The words of each language that understanding looks for, read from its words.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

FOLDER = Path(__file__).parents[2] / "config" / "languages"
Section: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's lists of regular expressions, by section and name; those of English are explained."""

    language: str
    own: frozenset[str]
    foreign: frozenset[str]
    person: Section
    contact: Section


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """Where each language's words are: language -> its words.toml, and -> its mood.toml."""

    words: Mapping[str, Path]
    moods: Mapping[str, Path]

    @classmethod
    def shipped(cls, languages: Iterable[str]) -> LanguageWords:
        """Those of the languages that ship."""
        folders = {language: FOLDER / language for language in languages if (FOLDER / language).is_dir()}
        return cls(
            {language: folder / "words.toml" for language, folder in folders.items()},
            {language: folder / "mood.toml" for language, folder in folders.items()},
        )


def read_words(languages: Iterable[str], files: Mapping[str, Path] | None = None) -> dict[str, Words]:
    """The words of those languages that have a file; the others are understood without them.

    files: language -> its words.toml; None for those that ship.
    """
    given = LanguageWords.shipped(languages).words if files is None else files
    found = {}
    for language in languages:
        path = given.get(language)
        if path is not None:
            lists: Mapping[str, Section] = tomllib.loads(path.read_text(encoding="utf-8"))
            own, foreign = (frozenset(lists["language"].get(name, ())) for name in ("own", "foreign"))
            found[language] = Words(language, own, foreign, lists["person"], lists.get("contact", {}))
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
