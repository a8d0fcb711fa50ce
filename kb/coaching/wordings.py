"""The bot's texts as values, and what may stand in them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from kb.errors import WordsInvalidError

MOST_VARIANTS = 10
MOST_CHARACTERS, MOST_TITLE = 2000, 80
LONG, LONG_TITLE = 300, 24
"""More characters than these are hard to read in a chat; that is a hint and refuses nothing."""
MOST_NOTE = 500

# As the bot fills them: `{{` and `}}` are braces, `{name}` is a placeholder.
_BRACES = re.compile(r"\{\{|\}\}|\{(?P<name>[^\n{}]+?)\}")

RULES: Mapping[str, str] = {
    "no_variant": "Keep at least one wording.",
    "many_variants": "At most %(most)d wordings; take one out.",
    "empty": "Wording %(number)d is empty. Write a few words, or take it out.",
    "long": "Wording %(number)d has %(length)d characters; %(most)d is the most.",
    "title_empty": "A button of wording %(number)d has no title.",
    "title_long": "The button “%(title)s” is too long; %(most)d characters is the most.",
    "unknown": "Wording %(number)d says {%(name)s}, which the bot can't fill in here. It knows: %(known)s.",
    "unknown_none": "Wording %(number)d says {%(name)s}, but the bot fills in nothing here. Take it out.",
    "missing": "Wording %(number)d leaves out {%(name)s}. The customer needs it; put it back.",
    "brace": "Wording %(number)d has a brace without its partner. A placeholder looks like {name}.",
    "twice": "Wordings %(first)d and %(number)d are the same. Change one, or take it out.",
    "unknown_base": "Wording %(number)d belongs to none that ships. Reload the page and try again.",
    "note_long": "The note has %(length)d characters; %(most)d is the most.",
}
"""What can be wrong with a text; the pages translate these sentences."""


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply: editors word its title, the payload is what the bot hears and stays."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording. base: the number, from 0, of the shipped variant whose rest (conditions, pictures,
    payloads) it keeps."""

    base: int
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class BotText:
    """Something the bot can say.

    group: a plain category the pages have a word for; shipped: by language; may, needs: the placeholders that
    can, and must, stand in it.
    """

    name: str
    title: str
    group: str
    shipped: Mapping[str, tuple[Variant, ...]]
    may: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()

    def at(self, base: int) -> Variant | None:
        """The shipped variant of this number, whatever its language."""
        return next((each for some in self.shipped.values() for each in some if each.base == base), None)


Overrides: TypeAlias = Mapping[str, Mapping[str, tuple[Variant, ...]]]
"""By a text's name, then language: the wordings in place of those that ship."""


@dataclass(frozen=True, slots=True)
class WordRevision:
    """What somebody made of a text in a language; `variants` None: as it ships."""

    id: int
    text: str
    language: str
    variants: tuple[Variant, ...] | None
    author: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WordSet:
    """Everything that differs from what ships, as published at one moment; number 0 is what ships."""

    number: int
    words: Overrides
    note: str = ""
    again: int | None = None
    author: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in a language as the editor has it in hand.

    variants: the draft, else what is live; changed: the live words differ from what ships; draft: unpublished
    words wait; version: to be sent with the next change; missing: the bot has no words of its own here.
    """

    text: BotText
    language: str
    variants: tuple[Variant, ...]
    live: tuple[Variant, ...]
    version: int
    changed: bool
    draft: WordRevision | None
    missing: bool


def check(text: BotText, variants: Sequence[Variant]) -> tuple[Variant, ...]:
    """The variants as they may be said, with the payloads that ship. Raises WordsInvalidError."""
    if not variants:
        raise WordsInvalidError(RULES["no_variant"], {})
    if len(variants) > MOST_VARIANTS:
        raise WordsInvalidError(RULES["many_variants"], {"most": MOST_VARIANTS})
    checked = tuple(_checked(text, each, number) for number, each in enumerate(variants, start=1))
    for number, each in enumerate(checked, start=1):
        first = checked.index(each) + 1
        if first < number:
            raise WordsInvalidError(RULES["twice"], {"first": first, "number": number})
    return checked


def placeholders(text: str) -> frozenset[str]:
    """The names in braces, as the bot will look them up."""
    return frozenset(match["name"] for match in _BRACES.finditer(text) if match["name"])


def _checked(text: BotText, variant: Variant, number: int) -> Variant:
    base = text.at(variant.base)
    if base is None or len(base.buttons) != len(variant.buttons):
        raise WordsInvalidError(RULES["unknown_base"], {"number": number})
    said = clean(variant.text)
    if not said and base.text:
        raise WordsInvalidError(RULES["empty"], {"number": number})
    if len(said) > MOST_CHARACTERS:
        values = {"number": number, "length": len(said), "most": MOST_CHARACTERS}
        raise WordsInvalidError(RULES["long"], values)
    titles = [clean(each.title).replace("\n", " ") for each in variant.buttons]
    for title in titles:
        if not title:
            raise WordsInvalidError(RULES["title_empty"], {"number": number})
        if len(title) > MOST_TITLE:
            raise WordsInvalidError(RULES["title_long"], {"title": title, "most": MOST_TITLE})
    for words in (said, *titles):
        _check_placeholders(text, words, number)
    lacking = sorted(text.needs - placeholders(said)) if base.text else []
    if lacking:
        raise WordsInvalidError(RULES["missing"], {"number": number, "name": lacking[0]})
    buttons = tuple(replace(each, title=title) for each, title in zip(base.buttons, titles, strict=True))
    return Variant(base.base, said, buttons)


def _check_placeholders(text: BotText, words: str, number: int) -> None:
    unknown = sorted(placeholders(words) - text.may)
    if unknown and text.may:
        known = ", ".join(f"{{{name}}}" for name in sorted(text.may))
        raise WordsInvalidError(RULES["unknown"], {"number": number, "name": unknown[0], "known": known})
    if unknown:
        raise WordsInvalidError(RULES["unknown_none"], {"number": number, "name": unknown[0]})
    if set(_BRACES.sub("", words)) & {"{", "}"}:
        raise WordsInvalidError(RULES["brace"], {"number": number})


def clean(text: str) -> str:
    """Without control characters and outer blanks."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()
