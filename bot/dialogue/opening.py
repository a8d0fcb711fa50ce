"""Opens the assistant that settings name, in their languages; one of the doors that read them."""

from __future__ import annotations

from pathlib import Path

from bot.dialogue.assistant import Assistant
from bot.dialogue.loading import load_assistant
from bot.dialogue.translating import Translation
from config.language_files import ANSWERS, EXAMPLES, LanguageFiles, files_of
from config.settings import Settings

SHIPPED = Path(__file__).parents[2] / "config" / "rasa"


def assistant_folder(settings: Settings) -> Path:
    """The Rasa files of the assistant that is served: the operator's, or the one that ships."""
    return Path(settings.bot.assistant) if settings.bot.assistant else SHIPPED


def read_assistant(settings: Settings, *, examples: bool = True) -> Assistant:
    """The assistant with what the languages' folders add to its files; AssistantError as `load_assistant`."""
    return load_assistant(
        assistant_folder(settings), examples=examples, translations=translations_of(settings)
    )


def translations_of(settings: Settings) -> tuple[Translation, ...]:
    """The languages that are switched on and have something to say for the assistant.

    What ships is said by the assistant that ships; an operator's own needs an operator's own words.
    """
    files = files_of(settings.data)
    if settings.bot.assistant:
        files = LanguageFiles(files.own, shipped=None)
    found = (
        Translation(language, files.path(language, ANSWERS), files.path(language, EXAMPLES))
        for language in settings.bot.languages
    )
    return tuple(each for each in found if each.responses or each.examples)


def languages_of(settings: Settings, assistant: Assistant) -> tuple[str, ...]:
    """The languages that settings name and the assistant has; where they have none in common, its own."""
    both = tuple(name for name in settings.bot.languages if name in assistant.languages)
    return both or (assistant.language,)


def products(assistant: Assistant) -> dict[str, list[str]]:
    """What the company sells, by the assistant's lookup `product`, each with the other words for it."""
    names: dict[str, list[str]] = {name: [] for name in assistant.nlu.lookups.get("product", ())}
    for words, meant in assistant.nlu.synonyms.items():
        if meant in names:
            names[meant].append(words)
    return names
