"""The full-text index of conversations: how it is written, and what is read of the cases it finds.

Each case has a page of words, and a further one once that is full. The engine's own index follows the pages
by itself (a trigger of SQLite, a generated column of PostgreSQL), in the transaction that writes the case.
What is indexed is masked: secrets can't be found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from config.database import Database
from handoff.aids.search_words import Term, index_words
from handoff.case import Case
from handoff.entry import Entry
from handoff.finding.masking import mask
from handoff.store.aids_tables import SEARCH_PAGES
from handoff.store.rows import case_of, entry_of
from handoff.store.search_queries import PAGES, Looking, SearchFilters, pages_with
from handoff.store.tables import CASES, ENTRIES, SUMMARIES
from handoff.values import JsonObject

PAGE_WORDS = 1_500
"""Of a page; almost every case has one. Long threads have several, each with what the case is about."""

_AT_ONCE = 200  # cases that are caught up with in one transaction
_SAID = ("line", "reply", "note")
_RANKED_BY = sa.select(CASES.c.number, CASES.c.headline, CASES.c.customer_name, CASES.c.opened_at)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A case that a query found, as far as it is ranked by; `words` are those of the page that has them."""

    number: int
    words: str
    headline: str
    customer: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said in a case, not masked, and its place in the thread."""

    seq: int
    text: str


class SearchStore:
    """Finds cases by their words. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pool(
        self,
        terms: Sequence[Term],
        filters: SearchFilters,
        top: int | None,
        limit: int,
        *,
        some: bool = False,
    ) -> tuple[Pooled, ...]:
        """The newest cases that have all the terms (`some`: any of them), newest first.

        Without terms, the newest that pass the filters. top: the highest case number to look at.
        """
        with self._database.read() as tx:
            pages: dict[int, str] = {}
            for row in pages_with(tx, Looking(terms, filters, top, limit, some)):
                pages.setdefault(row.id // PAGES, row.words)
            found = tx.execute(_RANKED_BY.where(CASES.c.number.in_(pages)))
            cases = {row.number: row for row in found}
        return tuple(
            Pooled(number, words, case.headline, case.customer_name or "", case.opened_at)
            for number, words in pages.items()
            if (case := cases.get(number)) is not None
        )

    def cases(self, numbers: Sequence[int]) -> Mapping[int, Case]:
        """Those of these numbers that there are."""
        with self._database.read() as tx:
            rows = tx.execute(sa.select(CASES).where(CASES.c.number.in_(numbers))).mappings()
            return {row["number"]: case_of(row) for row in rows}

    def said(self, numbers: Sequence[int]) -> Mapping[int, tuple[Said, ...]]:
        """What was said in these cases, in order; events are left out."""
        found: dict[int, list[Said]] = {number: [] for number in numbers}
        query = (
            sa.select(ENTRIES.c.case_number, ENTRIES.c.seq, ENTRIES.c.text)
            .where(ENTRIES.c.case_number.in_(numbers), ENTRIES.c.kind.in_(_SAID))
            .order_by(ENTRIES.c.case_number, ENTRIES.c.seq)
        )
        with self._database.read() as tx:
            for number, seq, text in tx.execute(query):
                found[number].append(Said(seq, text))
        return {number: tuple(entries) for number, entries in found.items()}

    def catch_up(self) -> bool:
        """Index some of the cases that were written before there was an index; True if there were any."""
        with self._database.read() as tx:
            if not _unindexed(tx):
                return False

        def work(tx: Connection) -> None:
            for number in _unindexed(tx):
                index_anew(tx, number)

        self._database.write(work, wakes=("search",))  # there may be more
        return True


def index(tx: Connection, case: Case, entries: Sequence[Entry], document: JsonObject | None = None) -> None:
    """Add what has joined a case's thread to its words; with a `document`, also the facts of its summary."""
    about = index_words(_about(case, document))
    said = index_words(mask(entry.text) for entry in entries if entry.kind in _SAID)
    names = index_words(entry.name or "" for entry in entries if entry.kind in ("reply", "note"))
    files = index_words(file.name for entry in entries for file in entry.files)
    fresh = about | said | names | files
    last = tx.execute(
        sa.select(SEARCH_PAGES)
        .where(SEARCH_PAGES.c.id.between(case.number * PAGES, case.number * PAGES + PAGES - 1))
        .order_by(SEARCH_PAGES.c.id.desc())
        .limit(1)
    ).first()
    if last is None:
        _insert(tx, case.number * PAGES, list(fresh))
        return
    page, held = last[0], last[1].split(" ") if last[1] else []
    known = set(held)
    more = [word for word in fresh if word not in known]
    if not more:
        return
    if len(held) + len(more) <= PAGE_WORDS:
        changed = sa.update(SEARCH_PAGES).where(SEARCH_PAGES.c.id == page)
        tx.execute(changed.values(words=" ".join([*held, *more])))
        return
    if page % PAGES + 1 == PAGES:
        return
    if document is None:
        about = index_words(_about(case, _document(tx, case.number)))
    _insert(tx, page + 1, list(about | dict.fromkeys(more)))


def unindex(tx: Connection, number: int) -> None:
    """Take a case's words out of the index."""
    of_case = SEARCH_PAGES.c.id.between(number * PAGES, number * PAGES + PAGES - 1)
    tx.execute(sa.delete(SEARCH_PAGES).where(of_case))


def index_anew(tx: Connection, number: int) -> None:
    """A case's words as they are now, whatever was indexed of it before."""
    unindex(tx, number)
    case = case_of(tx.execute(sa.select(CASES).where(CASES.c.number == number)).mappings().one())
    rows = tx.execute(
        sa.select(ENTRIES).where(ENTRIES.c.case_number == number).order_by(ENTRIES.c.seq)
    ).mappings()
    index(tx, case, [entry_of(row) for row in rows], _document(tx, number))


def sweep(tx: Connection) -> None:
    """Leave no word in the index that no page has: SQLite's only notes that a word is gone."""
    if tx.dialect.name != "postgresql":
        tx.execute(sa.text("INSERT INTO search_words (search_words) VALUES ('optimize')"))


def _insert(tx: Connection, page: int, words: list[str]) -> None:
    """From this page on; a single message may fill several."""
    rows = [
        {"id": page + i // PAGE_WORDS, "words": " ".join(words[i : i + PAGE_WORDS])}
        for i in range(0, max(len(words), 1), PAGE_WORDS)
    ]
    last = page - page % PAGES + PAGES - 1
    tx.execute(sa.insert(SEARCH_PAGES), [row for row in rows if int(str(row["id"])) <= last])


def _about(case: Case, document: JsonObject | None) -> Iterator[str]:
    """What a case is about, without secrets: they are masked in its summary."""
    yield str(case.number)
    yield mask(case.headline)
    for known in (case.customer_name, case.contact, case.agent_name, *case.fields.values()):
        yield mask(known or "")
    if document is None:
        return
    customer, facts = document.get("customer"), document.get("facts")
    if isinstance(customer, Mapping):
        yield mask(str(customer.get("address") or ""))
        site = customer.get("site")
        if isinstance(site, Mapping):
            yield from (str(site.get(name) or "") for name in ("order", "product"))
    for fact in facts if isinstance(facts, Sequence) and not isinstance(facts, str) else ():
        if isinstance(fact, Mapping):
            yield mask(str(fact.get("words", "")))
            yield mask(str(fact.get("value", "")))


def _document(tx: Connection, number: int) -> JsonObject | None:
    found: JsonObject | None = tx.execute(
        sa.select(SUMMARIES.c.document).where(SUMMARIES.c.case_number == number)
    ).scalar()
    return found


def _unindexed(tx: Connection) -> list[int]:
    """Numbers of cases without a page, the newest first."""
    page = sa.exists().where(SEARCH_PAGES.c.id == CASES.c.number * sa.cast(PAGES, sa.BigInteger))
    query = sa.select(CASES.c.number).where(~page).order_by(CASES.c.number.desc()).limit(_AT_ONCE)
    return list(tx.execute(query).scalars())
