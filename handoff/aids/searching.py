"""Finds conversations by what was said in them, and shows where: newest and best first."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from config.clock import Clock
from handoff.aids.search_words import Query, Term, query_of, spaced
from handoff.case import Case
from handoff.finding.masking import mask
from handoff.store.search import Pooled, Said
from handoff.store.search_queries import SearchFilters

__all__ = ["Found", "Page", "Part", "Search", "SearchFilters", "snippet"]

PAGE = 25
"""Cases that are shown at once."""

POOL = 200
"""The newest cases that have the words; the best of them come first, older ones only to narrower words."""

_AROUND = 60  # characters before the first hit
_SHOWN = 180  # characters of a snippet
_FADES = timedelta(days=30)  # after which being new counts half
_MARKED = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a snippet; `hit` where it is what was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A case, the words in it that were looked for, and their entry; None where that is its headline."""

    case: Case
    snippet: tuple[Part, ...]
    seq: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found; `next` is where to read on. `all_words`: False if no case has them all.

    count: how many were found; POOL is as many or more.
    """

    found: tuple[Found, ...]
    next: str | None
    all_words: bool
    count: int


class Rows(Protocol):
    """Where cases are found; `handoff.store.search.SearchStore` is one."""

    def pool(
        self,
        terms: Sequence[Term],
        filters: SearchFilters,
        top: int | None,
        limit: int,
        *,
        some: bool = False,
    ) -> tuple[Pooled, ...]: ...

    def cases(self, numbers: Sequence[int]) -> Mapping[int, Case]: ...

    def said(self, numbers: Sequence[int]) -> Mapping[int, tuple[Said, ...]]: ...


class Search:
    """Full text over every conversation that ever reached the desk."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows, self._clock = rows, clock

    def find(self, text: str, filters: SearchFilters | None = None, after: str | None = None) -> Page:
        """The cases that have all the words of `text`, secrets left out; where none has, those with some.

        Each word may go on, and one in quotes may not. A case's own number comes first. Without words, the
        newest. Any text will do, also as `after`.
        """
        filters = filters or SearchFilters()
        query = query_of(mask(text))
        top, skipped, some = _place(after)
        pool = self._rows.pool(query.terms, filters, top, POOL, some=some)
        if not pool and query.terms and after is None and len(query.terms) > 1:
            some, pool = True, self._rows.pool(query.terms, filters, None, POOL, some=True)
        ranked = _ranked(pool, query, self._clock.now(), some)
        shown = ranked[skipped : skipped + PAGE]
        numbers = [each.number for each in shown]
        cases = self._rows.cases(numbers) if numbers else {}
        said = self._rows.said(numbers) if query.terms and numbers else {}
        found = [_found(cases[number], said.get(number, ()), query) for number in numbers if number in cases]
        if query.phrases:
            found.sort(key=lambda each: not _has_phrases(each, said, query))
        if after is None and query.number is not None and not filters.any:
            found = self._with_number(query.number, found)
        highest = top or max((each.number for each in pool), default=0)
        more = skipped + PAGE < len(ranked)
        place = f"{highest}.{skipped + PAGE}.{int(some)}" if more else None
        return Page(tuple(found), place, not some, max(len(ranked), len(found)))

    def _with_number(self, number: int, found: list[Found]) -> list[Found]:
        case = self._rows.cases([number]).get(number)
        if case is None:
            return found
        own = Found(case, (Part(mask(case.headline), False),), None)
        return [own, *(each for each in found if each.case.number != number)]


def snippet(text: str, query: Query) -> tuple[Part, ...]:
    """The stretch of a text around the first words looked for; empty if it has none of them."""
    marks = [match for match in _MARKED.finditer(text) if _hit(match.group(), query)]
    if not marks:
        return ()
    start = _word_start(text, max(0, marks[0].start() - _AROUND))
    end = min(len(text), start + _SHOWN)
    parts: list[Part] = [Part("…", False)] if start else []
    at = start
    for mark in marks:
        if mark.start() >= end:
            break
        if mark.start() > at:
            parts.append(Part(text[at : mark.start()], False))
        parts.append(Part(text[mark.start() : min(mark.end(), end)], True))
        at = min(mark.end(), end)
    rest = text[at:end] + ("…" if end < len(text) else "")
    return tuple([*parts, Part(rest, False)] if rest else parts)


def _found(case: Case, entries: Sequence[Said], query: Query) -> Found:
    """With the entry that has most of what was looked for, the latest among equals."""
    best: Said | None = None
    most = 0
    for entry in entries:
        words = spaced(entry.text)
        count = sum(term.hits(words) for term in query.terms)
        if count and count >= most:
            best, most = entry, count
    if best is not None and (parts := snippet(mask(best.text), query)):
        return Found(case, parts, best.seq)
    headline = mask(case.headline)
    return Found(case, snippet(headline, query) or (Part(headline, False),), None)


def _ranked(pool: Sequence[Pooled], query: Query, now: datetime, some: bool) -> list[Pooled]:
    """Best first: by how many of the words it has as they were typed, in its headline, and how new it is."""
    if not query.terms:
        return list(pool)

    def worth(each: Pooled) -> float:
        head = spaced(f"{each.headline} {each.customer}")
        words = f" {each.words} "
        exact = sum(term.stands_in(words) for term in query.terms) / len(query.terms)
        headed = sum(term.hits(head) for term in query.terms) / len(query.terms)
        age = max(now - each.opened_at, timedelta())
        # Where no case has all the words, how many it has counts before anything else.
        return (4 if some else 1) * exact + headed + 1 / (1 + age / _FADES)

    return sorted(pool, key=worth, reverse=True)


def _has_phrases(each: Found, said: Mapping[int, tuple[Said, ...]], query: Query) -> bool:
    texts = [spaced(entry.text) for entry in said.get(each.case.number, ())]
    texts.append(spaced(each.case.headline))
    return all(any(f" {' '.join(words)} " in text for text in texts) for words in query.phrases)


def _hit(word: str, query: Query) -> bool:
    words = spaced(word)
    return any(term.hits(words) for term in query.terms)


def _word_start(text: str, at: int) -> int:
    """The start of the next word after a place, if it comes soon."""
    blank = text.find(" ", at, at + 20) if at else -1
    return blank + 1 if blank >= 0 else at


def _place(after: str | None) -> tuple[int | None, int, bool]:
    """The highest case to look at, how many to pass over, and whether some of the words are enough."""
    match = re.fullmatch(r"(\d{1,12})\.(\d{1,6})\.([01])", after or "")
    return (int(match[1]), int(match[2]), match[3] == "1") if match else (None, 0, False)
