"""What the bot says, as editors change it: drafts, checked, published in one step, rolled back.

The texts that ship, and what may stand in them, come from the bot; its files are never written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from kb.coaching.wordings import (
    MOST_NOTE,
    RULES,
    BotText,
    Overrides,
    Variant,
    Wording,
    WordRevision,
    WordSet,
    check,
    clean,
)
from kb.errors import NoTextError, WordsInvalidError


class BotTexts(Protocol):
    """The bot's words, as the bot gives them to this room."""

    @property
    def languages(self) -> tuple[str, ...]:
        """What the bot speaks, its first language first."""
        ...

    @property
    def speaking(self) -> int:
        """The number of the published set that the bot speaks with at the moment; 0 for what ships."""
        ...

    def texts(self) -> tuple[BotText, ...]: ...

    def set_aside(self, words: Overrides) -> tuple[tuple[str, str], ...]:
        """The texts and languages whose wordings no longer fit the bot's files, so that those are said."""
        ...

    def as_yaml(self, words: Overrides) -> str:
        """The changed responses as a Rasa domain file."""
        ...


class WordStore(Protocol):
    """Where the words are kept."""

    def live(self) -> WordSet: ...

    def word_set(self, number: int) -> WordSet: ...

    def sets(self, limit: int) -> tuple[WordSet, ...]: ...

    def drafts(self) -> Mapping[tuple[str, str], WordRevision]: ...

    def versions(self) -> Mapping[tuple[str, str], int]: ...

    def history(self, text: str) -> tuple[WordRevision, ...]: ...

    def save(
        self,
        text: str,
        language: str,
        variants: tuple[Variant, ...] | None,
        *,
        version: int,
        by: str,
        at: datetime,
    ) -> WordRevision: ...

    def publish(self, live: int, note: str, *, by: str, at: datetime) -> WordSet: ...

    def roll_back(self, number: int, live: int, *, by: str, at: datetime) -> WordSet: ...


class Words:
    """The editor's verbs over the bot's words."""

    def __init__(self, store: WordStore, bot: BotTexts, clock: Clock) -> None:
        self._store, self._bot, self._clock = store, bot, clock

    @property
    def languages(self) -> tuple[str, ...]:
        return self._bot.languages

    @property
    def speaking(self) -> int:
        return self._bot.speaking

    def live(self) -> WordSet:
        return self._store.live()

    def sets(self, limit: int) -> tuple[WordSet, ...]:
        """The published sets, newest first."""
        return self._store.sets(limit)

    def history(self, text: str) -> tuple[WordRevision, ...]:
        """What became of a text, in every language, newest first. Raises NoTextError."""
        return self._store.history(self.text(text).name)

    def set_aside(self) -> tuple[tuple[str, str], ...]:
        return self._bot.set_aside(self._store.live().words)

    def text(self, name: str) -> BotText:
        """Raises NoTextError."""
        found = next((text for text in self._bot.texts() if text.name == name), None)
        if found is None:
            raise NoTextError(name)
        return found

    def wordings(self) -> tuple[Wording, ...]:
        """Every text in every language, texts in the order of the bot's files."""
        live, drafts, versions = self._store.live().words, self._store.drafts(), self._store.versions()
        return tuple(
            self._wording(text, language, live, drafts, versions)
            for text in self._bot.texts()
            for language in self._bot.languages
        )

    def of(self, name: str) -> tuple[Wording, ...]:
        """One text in every language. Raises NoTextError."""
        text = self.text(name)
        live, drafts, versions = self._store.live().words, self._store.drafts(), self._store.versions()
        return tuple(
            self._wording(text, language, live, drafts, versions) for language in self._bot.languages
        )

    def save(
        self, name: str, language: str, variants: Sequence[Variant], *, version: int, by: str
    ) -> WordRevision:
        """Keep a draft. Its payloads are those that ship, whatever is sent.

        Raises NoTextError, WordsInvalidError, StaleWordsError.
        """
        text = self._known(name, language)
        checked = check(text, variants)
        shipped = text.shipped.get(language, ())
        kept = None if checked == shipped else checked
        return self._store.save(name, language, kept, version=version, by=by, at=self._clock.now())

    def restore(self, name: str, language: str, *, version: int, by: str) -> WordRevision:
        """Draft what ships. Raises NoTextError, StaleWordsError."""
        self._known(name, language)
        return self._store.save(name, language, None, version=version, by=by, at=self._clock.now())

    def publish(self, live: int, note: str, *, by: str) -> WordSet:
        """All drafts go live in one step; live: the set that the editor saw as the newest.

        Raises NothingToPublishError, StaleSetError, WordsInvalidError.
        """
        note = clean(note)
        if len(note) > MOST_NOTE:
            raise WordsInvalidError(RULES["note_long"], {"length": len(note), "most": MOST_NOTE})
        return self._store.publish(live, note, by=by, at=self._clock.now())

    def roll_back(self, number: int, live: int, *, by: str) -> WordSet:
        """The words of an earlier set, 0 for what ships, go live as a new one; drafts stay drafts.

        Raises NoWordSetError, StaleSetError.
        """
        return self._store.roll_back(number, live, by=by, at=self._clock.now())

    def as_yaml(self, number: int | None = None) -> str:
        """A published set, the live one if None, as a Rasa domain file. Raises NoWordSetError."""
        chosen = self._store.live() if number is None else self._store.word_set(number)
        return self._bot.as_yaml(chosen.words)

    def _known(self, name: str, language: str) -> BotText:
        if language not in self._bot.languages:
            raise NoTextError(f"{name}/{language}")
        return self.text(name)

    def _wording(
        self,
        text: BotText,
        language: str,
        live: Overrides,
        drafts: Mapping[tuple[str, str], WordRevision],
        versions: Mapping[tuple[str, str], int],
    ) -> Wording:
        shipped = text.shipped.get(language, ())
        override = live.get(text.name, {}).get(language)
        said = shipped if override is None else override
        draft = drafts.get((text.name, language))
        hand = said if draft is None else shipped if draft.variants is None else draft.variants
        return Wording(
            text=text,
            language=language,
            variants=hand,
            live=said,
            version=versions.get((text.name, language), 0),
            changed=override is not None,
            draft=draft,
            missing=not hand,
        )
