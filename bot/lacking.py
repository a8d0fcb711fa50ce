"""What a language lacks, so that English stands in for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.dialogue.assistant import Assistant
from bot.dialogue.translating import LANGUAGE

SHOWN = 3
"""Names of what is missing that one line gives."""


def lacking(
    assistant: Assistant,
    language: str,
    *,
    files: Mapping[str, bool],
    pages: frozenset[str],
    matters: frozenset[str],
) -> Iterator[tuple[str, str]]:
    """A language's file, and what is missing in it, as a sentence.

    files: its other files, and whether they are there; pages: the texts that have no words in it; matters:
    what is handed over at once and has none to be known by.
    """
    silent = [
        name
        for name, variants in assistant.domain.responses.items()
        if not any(
            each.slot == LANGUAGE and each.value == language
            for variant in variants
            for each in variant.condition
        )
    ]
    shown = {example.intent for example in assistant.nlu.examples if example.language == language}
    known = {example.intent for example in assistant.nlu.examples}
    for file, what, missing in (
        ("pages.po", "texts of the pages", sorted(pages)),
        ("responses.yml", "responses", silent),
        ("nlu.yml", "intents without an example", sorted(known - shown)),
        ("handover.toml", "matters without words", sorted(matters)),
    ):
        if missing:
            yield file, f"lacks {len(missing)} {what}: {_listed(missing)}"
    for file, there in files.items():
        if not there:
            yield file, "is not there, so English stands in for it"


def _listed(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(f"“{name}”" for name in names[:SHOWN]) + (f" and {more} more" if more > 0 else "")
