"""Where the languages' files are: one folder a language, those that ship and an operator's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("languages")

PAGES, ANSWERS, EXAMPLES, NOTICE = "pages.po", "responses.yml", "nlu.yml", "notice.txt"
WORDS, MOOD, MOMENTS, HANDOVER = "words.toml", "mood.toml", "moments.toml", "handover.toml"
EVERY = (PAGES, ANSWERS, EXAMPLES, NOTICE, WORDS, MOOD, MOMENTS, HANDOVER)
"""What makes a language whole; config/languages/README.md says what each file is for."""


@dataclass(frozen=True, slots=True)
class LanguageFiles:
    """The files of every language. One that an operator has written takes the place of the one that ships."""

    own: Path | None = None
    """The operator's folders, as a rule DATA/languages."""
    shipped: Path | None = SHIPPED

    def path(self, language: str, name: str) -> Path | None:
        """A language's file, if it has it."""
        paths = (folder / language / name for folder in (self.own, self.shipped) if folder is not None)
        return next((path for path in paths if path.is_file()), None)

    def paths(self, name: str, languages: Iterable[str]) -> dict[str, Path]:
        """Language -> its file of that name, of those that have it."""
        found = {language: self.path(language, name) for language in languages}
        return {language: path for language, path in found.items() if path is not None}


def files_of(data: Path) -> LanguageFiles:
    """The languages of a data folder."""
    return LanguageFiles(data / "languages")
