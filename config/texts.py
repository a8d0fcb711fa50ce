"""The pages' texts in every language, from gettext catalogues that are read as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import ConfigError

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SOURCE = "en"
"""The language that the texts are written in, in the templates themselves."""


class TextsError(ConfigError):
    """A catalogue can't be read."""

    def __init__(self, path: Path, why: str) -> None:
        self.path = path
        super().__init__(f"{path}: {why}; a gettext .po file in UTF-8 is expected")


class Texts:
    """Translations by language; a text without one stays English."""

    def __init__(self, translations: Mapping[str, Mapping[str, str]]) -> None:
        self._translations = translations
        self.languages = (SOURCE, *sorted(translations.keys() - {SOURCE}))
        """English first; a language is here if it has a catalogue."""

    @classmethod
    def load(cls, *folders: Path) -> Texts:
        """Read every `<language>.po` of the folders; a later folder's words win. Raises TextsError."""
        translations: dict[str, dict[str, str]] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.po")):
                translations.setdefault(path.stem, {}).update(_read(path))
        return cls(translations)

    def say(self, language: str) -> Callable[[str], str]:
        """The function that templates call `_`: an English text in, the language's text out."""
        translations = self._translations.get(language, {})
        return lambda text: translations.get(text, text)

    def missing(self, language: str, texts: frozenset[str]) -> frozenset[str]:
        """Those of the texts that the language has no words for; none are missing in English."""
        if language == SOURCE:
            return frozenset()
        return texts - self._translations.get(language, {}).keys()


def _read(path: Path) -> Mapping[str, str]:
    from babel.messages.pofile import PoFileError  # a catalogue costs nothing until a page needs one

    try:
        return _parsed(path.read_bytes(), path.stem)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise TextsError(path, str(error)) from error


@lru_cache(maxsize=16)  # a house reads the same few catalogues in each of its rooms
def _parsed(catalogue_text: bytes, language: str) -> Mapping[str, str]:
    from babel.messages.pofile import read_po

    catalogue: Catalog = read_po(BytesIO(catalogue_text), locale=language, abort_invalid=True)
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }
