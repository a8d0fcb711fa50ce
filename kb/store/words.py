"""The SQL of the bot's words: revisions, drafts, published sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UtcDateTime
from config.failpoints import failpoint
from kb.coaching.wordings import Button, Overrides, Variant, WordRevision, WordSet
from kb.errors import NothingToPublishError, NoWordSetError, StaleSetError, StaleWordsError
from kb.store.edits import note

WORDS = "words"
"""The doorbell topic that rings when the bot has other words to say."""

_tables = sa.MetaData()
_revisions = sa.Table(
    "word_revisions",
    _tables,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.String),
    sa.Column("language", sa.String),
    sa.Column("variants", sa.JSON(none_as_null=True)),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
)
_drafts = sa.Table(
    "word_drafts",
    _tables,
    sa.Column("text", sa.String, primary_key=True),
    sa.Column("language", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer),
)
_sets = sa.Table(
    "word_sets",
    _tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("words", sa.JSON),
    sa.Column("note", sa.String),
    sa.Column("again", sa.Integer),
    sa.Column("author", sa.String),
    sa.Column("at", UtcDateTime),
)
_DRAFTED = sa.select(_revisions).join(_drafts, _drafts.c.revision == _revisions.c.id)


class WordStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def live(self) -> WordSet:
        """The newest set; number 0, with nothing in it, before the first."""
        with self._database.read() as connection:
            return _live(connection)

    def live_number(self) -> int:
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.max(_sets.c.number))).scalar() or 0

    def word_set(self, number: int) -> WordSet:
        """A set by its number, 0 for what ships. Raises NoWordSetError."""
        with self._database.read() as connection:
            return _one(connection, number)

    def sets(self, limit: int) -> tuple[WordSet, ...]:
        """Newest first."""
        query = sa.select(_sets).order_by(_sets.c.number.desc()).limit(limit)
        with self._database.read() as connection:
            return tuple(_set(row) for row in connection.execute(query).mappings())

    def drafts(self) -> Mapping[tuple[str, str], WordRevision]:
        """What waits to be published, by text and language."""
        with self._database.read() as connection:
            return _drafted(connection)

    def versions(self) -> Mapping[tuple[str, str], int]:
        """By text and language, the id of the last revision."""
        query = sa.select(_revisions.c.text, _revisions.c.language, sa.func.max(_revisions.c.id))
        with self._database.read() as connection:
            rows = connection.execute(query.group_by(_revisions.c.text, _revisions.c.language))
            return {(row[0], row[1]): row[2] for row in rows}

    def history(self, text: str) -> tuple[WordRevision, ...]:
        """A text's revisions in every language, newest first."""
        query = sa.select(_revisions).where(_revisions.c.text == text).order_by(_revisions.c.id.desc())
        with self._database.read() as connection:
            return tuple(_revision(row) for row in connection.execute(query).mappings())

    def save(
        self,
        text: str,
        language: str,
        variants: tuple[Variant, ...] | None,
        *,
        version: int,
        by: str,
        at: datetime,
    ) -> WordRevision:
        """One revision more, which is the draft unless it is what is live. Raises StaleWordsError."""

        def work(connection: sa.Connection) -> WordRevision:
            last = _last(connection, text, language)
            if version != (last.id if last else 0):
                raise StaleWordsError(text, language, last.id if last else 0, last.author if last else "")
            values = {"text": text, "language": language, "author": by, "at": at}
            adding = _revisions.insert().values(**values, variants=_written(variants))
            revision = connection.execute(adding.returning(_revisions.c.id)).scalar_one()
            live = _live(connection).words.get(text, {}).get(language)
            here = (_drafts.c.text == text) & (_drafts.c.language == language)
            connection.execute(_drafts.delete().where(here))
            if variants != live:
                row = {"text": text, "language": language, "revision": revision}
                connection.execute(_drafts.insert().values(**row))
            before = last.variants if last else live
            note(
                connection,
                at,
                by,
                "draft_words" if variants is not None else "restore_words",
                f"{text} ({language})",
                _written(before),
                _written(variants),
            )
            return WordRevision(revision, text, language, variants, by, at)

        return self._database.write(work)

    def publish(self, live: int, note_words: str, *, by: str, at: datetime) -> WordSet:
        """The live set with all drafts in it becomes the next one; nothing is drafted any more.

        Raises NothingToPublishError, StaleSetError.
        """

        def work(connection: sa.Connection) -> WordSet:
            newest = _live(connection)
            if newest.number != live:
                raise StaleSetError(newest.number, newest.author)
            drafted = _drafted(connection)
            if not drafted:
                raise NothingToPublishError
            words = {text: dict(languages) for text, languages in newest.words.items()}
            for (text, language), revision in drafted.items():
                words.setdefault(text, {}).pop(language, None)
                if revision.variants is not None:
                    words[text][language] = revision.variants
            connection.execute(_drafts.delete())
            return _add(connection, newest, {t: w for t, w in words.items() if w}, note_words, None, by, at)

        return self._published(work)

    def roll_back(self, number: int, live: int, *, by: str, at: datetime) -> WordSet:
        """An earlier set's words as the next set. Raises NoWordSetError, StaleSetError."""

        def work(connection: sa.Connection) -> WordSet:
            newest, wanted = _live(connection), _one(connection, number)
            if newest.number != live:
                raise StaleSetError(newest.number, newest.author)
            return _add(connection, newest, wanted.words, "", number, by, at)

        return self._published(work)

    def _published(self, work: Callable[[sa.Connection], WordSet]) -> WordSet:
        published = self._database.write(work, wakes=(WORDS,))
        failpoint("kb.words.published")
        return published


def _add(
    connection: sa.Connection,
    before: WordSet,
    words: Overrides,
    note_words: str,
    again: int | None,
    by: str,
    at: datetime,
) -> WordSet:
    written = {
        text: {language: _written(variants) for language, variants in languages.items()}
        for text, languages in words.items()
    }
    values = {"words": written, "note": note_words, "again": again, "author": by, "at": at}
    number = connection.execute(_sets.insert().values(**values).returning(_sets.c.number)).scalar_one()
    after = WordSet(number, words, note_words, again, by, at)
    verb = "publish_words" if again is None else "roll_back_words"
    note(connection, at, by, verb, f"set {number}", _told(before), _told(after))
    return after


def _told(words: WordSet) -> dict[str, object]:
    """A set as the audit keeps it: its number and what differs from what ships."""
    changed = sorted(f"{text} ({language})" for text, some in words.words.items() for language in some)
    return {"set": words.number, "changed": changed}


def _live(connection: sa.Connection) -> WordSet:
    row = connection.execute(sa.select(_sets).order_by(_sets.c.number.desc()).limit(1)).mappings().first()
    return WordSet(0, {}) if row is None else _set(row)


def _one(connection: sa.Connection, number: int) -> WordSet:
    if number == 0:
        return WordSet(0, {})
    row = connection.execute(sa.select(_sets).where(_sets.c.number == number)).mappings().first()
    if row is None:
        raise NoWordSetError(number)
    return _set(row)


def _last(connection: sa.Connection, text: str, language: str) -> WordRevision | None:
    here = (_revisions.c.text == text) & (_revisions.c.language == language)
    query = sa.select(_revisions).where(here).order_by(_revisions.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return None if row is None else _revision(row)


def _drafted(connection: sa.Connection) -> dict[tuple[str, str], WordRevision]:
    found = map(_revision, connection.execute(_DRAFTED).mappings())
    return {(each.text, each.language): each for each in found}


def _set(row: sa.RowMapping) -> WordSet:
    words = {
        text: {language: _variants(written) for language, written in languages.items()}
        for text, languages in row["words"].items()
    }
    return WordSet(row["number"], words, row["note"], row["again"], row["author"], row["at"])


def _revision(row: sa.RowMapping) -> WordRevision:
    variants = None if row["variants"] is None else _variants(row["variants"])
    return WordRevision(row["id"], row["text"], row["language"], variants, row["author"], row["at"])


def _variants(written: list[dict[str, object]]) -> tuple[Variant, ...]:
    return tuple(_variant(**each) for each in written)  # type: ignore[arg-type]


def _variant(base: int, text: str, buttons: list[tuple[str, str]]) -> Variant:
    return Variant(base, text, tuple(Button(title, payload) for title, payload in buttons))


def _written(variants: tuple[Variant, ...] | None) -> list[dict[str, object]] | None:
    if variants is None:
        return None
    return [
        {
            "base": each.base,
            "text": each.text,
            "buttons": [[button.title, button.payload] for button in each.buttons],
        }
        for each in variants
    ]
