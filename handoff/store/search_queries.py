"""Which pages of words have what is looked for, the newest first; each engine is asked in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.engine import Connection

from handoff.aids.search_words import Term
from handoff.store.aids_tables import SEARCH_PAGES
from handoff.store.tables import CASE_LABELS, CASES

PAGES = 1_024
"""Of a case at most, from the id on that is its number times this; what is said after that is not found."""

_UNAIDED = sa.select(
    sa.func.set_config("jit", "off", True),
    sa.func.set_config("max_parallel_workers_per_gather", "0", True),
)
_FURTHER = 16  # times as many pages are gone through where the first have shown that the words are common
_LAST = 2**31 - 1  # of all case numbers

_FOUND = sa.table("search_words", sa.column("rowid", sa.Integer), sa.column("search_words", sa.Text))
_PAGE = SEARCH_PAGES.c
_LEXEMES = sa.literal_column("search_pages.lexemes", sa.Text)
_WITH_LEXEMES = sa.select(_PAGE.id, _PAGE.words, _LEXEMES.label("lexemes"))

_Pages = Sequence[sa.Row[tuple[int, str]]]
"""Ids and words."""

_Range = tuple[int, int]
"""The first and the last case number."""


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What a search is narrowed to; None leaves it as it is. `since` and `until` are of the opening."""

    team: str | None = None
    label: str | None = None
    language: str | None = None
    channel: str | None = None
    priority: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return self != SearchFilters()


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked for: all the terms (`some`: any of them), in cases that pass the filters.

    top: the highest case number to look at. limit: how many pages at most. walk, few: how many of the newest
    pages, and of the newest cases that pass the filters, PostgreSQL goes through before it asks its index;
    what is found is the same whatever they are.
    """

    terms: Sequence[Term]
    filters: SearchFilters
    top: int | None
    limit: int
    some: bool
    walk: int = 2_000
    few: int = 2_000


def pages_with(tx: Connection, wanted: Looking) -> _Pages:
    """Those that have it, the newest first."""
    between = _between(tx, wanted)
    if tx.dialect.name != "postgresql":
        return _rows(tx, _in_fts5(wanted, between))
    # All of it takes milliseconds: to compile a query, or to share it out to workers, would take longer.
    tx.execute(_UNAIDED)
    if wanted.filters.any or not wanted.terms:
        return _of_passing(tx, wanted, between)
    return _of_all(tx, wanted, between)


def _of_all(tx: Connection, wanted: Looking, between: _Range) -> _Pages:
    """Common words are found soonest by going through the newest pages, rare ones by the index: that has to
    gather all the pages that have them, and to put these in order."""
    for walk in (wanted.walk, wanted.walk * _FURTHER):
        # The limit keeps PostgreSQL from asking its index here, however rare it takes the words to be.
        newest = _WITH_LEXEMES.where(_within(between)).order_by(_PAGE.id.desc()).limit(walk).subquery()
        having = sa.select(newest.c.id, newest.c.words).where(_has(newest.c.lexemes, wanted))
        found = _rows(tx, having.order_by(newest.c.id.desc()).limit(wanted.limit))
        if len(found) == wanted.limit:
            return found
        if len(found) * _FURTHER < wanted.limit:
            break
    return _rows(tx, _in_lexemes(wanted, between))


def _of_passing(tx: Connection, wanted: Looking, between: _Range) -> _Pages:
    """The newest cases that pass are gone through; where there are more of them, the index is asked."""
    most = wanted.few if wanted.terms else wanted.limit
    passing = sa.select(CASES.c.number).where(CASES.c.number.between(*between), *_passing(wanted.filters))
    newest = passing.order_by(CASES.c.number.desc()).limit(most).subquery()
    first = sa.cast(newest.c.number, sa.BigInteger) * PAGES
    # The offset keeps PostgreSQL from going from the words to the cases.
    page = _WITH_LEXEMES.where(_PAGE.id.between(first, first + PAGES - 1)).offset(0).lateral()
    having = sa.select(page.c.id, page.c.words).select_from(newest.join(page, sa.true()))
    if wanted.terms:
        having = having.where(_has(page.c.lexemes, wanted))
    found = _rows(tx, having.order_by(page.c.id.desc()).limit(wanted.limit))
    if len(found) == wanted.limit or not wanted.terms:
        return found
    if tx.execute(sa.select(sa.func.count()).select_from(newest)).scalar_one() < most:
        return found
    return _rows(tx, _in_lexemes(wanted, between))


def _in_lexemes(wanted: Looking, between: _Range) -> sa.Select[tuple[int, str]]:
    """By PostgreSQL's index."""
    query = sa.select(_PAGE.id, _PAGE.words).where(_has(_LEXEMES, wanted), _within(between))
    return _narrowed(query, wanted, _PAGE.id)


def _in_fts5(wanted: Looking, between: _Range) -> sa.Select[tuple[int, str]]:
    """By SQLite's index, which gives the newest first by itself."""
    query = sa.select(_PAGE.id, _PAGE.words)
    if not wanted.terms:
        return _narrowed(query.where(_within(between)), wanted, _PAGE.id)
    row = _FOUND.c.rowid
    matched = _FOUND.c.search_words.op("MATCH")(_fts5(wanted.terms, wanted.some))
    query = query.select_from(_FOUND.join(SEARCH_PAGES, _PAGE.id == row))
    return _narrowed(query.where(matched, _within(between, row)), wanted, row)


def _narrowed(
    query: sa.Select[tuple[int, str]], wanted: Looking, page: sa.ColumnElement[int]
) -> sa.Select[tuple[int, str]]:
    if wanted.filters.any:
        query = query.join(CASES, CASES.c.number == page // PAGES).where(*_passing(wanted.filters))
    return query.order_by(page.desc()).limit(wanted.limit)


def _rows(tx: Connection, query: sa.Select[tuple[int, str]]) -> _Pages:
    return tx.execute(query).all()


def _between(tx: Connection, wanted: Looking) -> _Range:
    """Where to look: numbers grow with time, so that most of what was opened at another time is left out."""
    top, filters = _LAST if wanted.top is None else wanted.top, wanted.filters
    if filters.since is None and filters.until is None:
        return 0, top
    numbers = sa.select(sa.func.min(CASES.c.number), sa.func.max(CASES.c.number)).where(*_opened(filters))
    first, last = tx.execute(numbers).one()
    return (0, 0) if first is None else (first, min(last, top))


def _within(between: _Range, page: sa.ColumnElement[int] = SEARCH_PAGES.c.id) -> sa.ColumnElement[bool]:
    first, last = between
    return page.between(first * PAGES, last * PAGES + PAGES - 1)


def _has(lexemes: sa.ColumnElement[str], wanted: Looking) -> sa.ColumnElement[bool]:
    return lexemes.op("@@")(sa.cast(_tsquery(wanted.terms, wanted.some), TSQUERY))


def _passing(filters: SearchFilters) -> Iterator[sa.ColumnElement[bool]]:
    for column, wanted in (
        (CASES.c.team, filters.team),
        (CASES.c.language, filters.language),
        (CASES.c.channel, filters.channel),
        (CASES.c.priority, filters.priority),
        (CASES.c.status, filters.status),
    ):
        if wanted is not None:
            yield column == wanted
    if filters.label is not None:
        yield sa.exists().where(
            CASE_LABELS.c.case_number == CASES.c.number, CASE_LABELS.c.label == filters.label
        )
    yield from _opened(filters)


def _opened(filters: SearchFilters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.since is not None:
        yield CASES.c.opened_at >= filters.since
    if filters.until is not None:
        yield CASES.c.opened_at < filters.until


def _fts5(terms: Sequence[Term], some: bool) -> str:
    """In the query language of FTS5: https://sqlite.org/fts5.html#full_text_query_syntax."""

    def alternative(words: tuple[str, ...], prefix: bool) -> str:
        quoted = [f'"{word}"' for word in words]
        return " AND ".join([*quoted[:-1], quoted[-1] + ("*" if prefix else "")])

    parts = (" OR ".join(f"({alternative(words, t.prefix)})" for words in t.alternatives) for t in terms)
    return (" OR " if some else " AND ").join(f"({part})" for part in parts)


def _tsquery(terms: Sequence[Term], some: bool) -> str:
    """As text that PostgreSQL takes for a tsquery; words are letters and digits: nothing needs escaping."""

    def alternative(words: tuple[str, ...], prefix: bool) -> str:
        quoted = [f"'{word}'" for word in words]
        return " & ".join([*quoted[:-1], quoted[-1] + (":*" if prefix else "")])

    parts = (" | ".join(f"({alternative(words, t.prefix)})" for words in t.alternatives) for t in terms)
    return (" | " if some else " & ").join(f"({part})" for part in parts)
