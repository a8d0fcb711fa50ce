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
        self.known = frozenset().union(*(words.keys() for words in translations.values()))
        """Every text that has words in one of them."""

    @classmethod
    def load(cls, *folders: Path, further: Mapping[str, Path] | None = None) -> Texts:
        """Read every `<language>.po` of the folders; a later folder's words win. Raises TextsError.

        further: language -> a catalogue elsewhere, which wins over the folders'.
        """
        translations: dict[str, dict[str, str]] = {}
        for folder in folders:
            for path in sorted(folder.glob("*.po")):
                translations.setdefault(path.stem, {}).update(_read(path, path.stem))
        for language, path in (further or {}).items():
            translations.setdefault(language, {}).update(_read(path, language))
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


@lru_cache(maxsize=64)
def own_name(language: str) -> str:
    """A language in its own words, as a list of languages writes it: "Norsk bokmål"; its code if unknown."""
    from babel.core import Locale, UnknownLocaleError

    try:
        name = Locale.parse(language).display_name or language
    except (UnknownLocaleError, ValueError):
        return language
    return name[:1].upper() + name[1:]


@lru_cache(maxsize=64)
def direction(language: str) -> str:
    """`rtl` for a language that is written from right to left, else `ltr`: a page's `dir`."""
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale.parse(language).text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _read(path: Path, language: str) -> Mapping[str, str]:
    from babel.core import UnknownLocaleError
    from babel.messages.pofile import PoFileError  # a catalogue costs nothing until a page needs one

    try:
        return _parsed(path.read_bytes(), language)
    except (PoFileError, UnicodeDecodeError, ValueError, UnknownLocaleError) as error:
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
