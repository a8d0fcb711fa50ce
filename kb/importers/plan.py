"""Decides what an import would do, article by article, before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kb.article import Article, ArticleId, Draft, Status, check
from kb.errors import FieldInvalidError
from kb.importers import Page, ProblemError, Shelf
from kb.importers.aims import Aims
from kb.importers.changes import changes
from kb.importers.links import relinked
from kb.importers.placing import Addresses, Placed, place
from kb.importers.reading import Batch

_SHOWN = 80  # characters of a target in a message


class Outcome(StrEnum):
    """What a line of the report says."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report. `article` and `title` are empty where it is about a file alone."""

    outcome: Outcome
    path: str
    line: int
    message: str = ""
    article: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who imports says about files that don't say it themselves."""

    language: str = "en"
    category: str | None = None
    site: str | None = None  # the address they were published at; what they lack is linked to there


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done. With a problem in it, nothing may be."""

    lines: tuple[Line, ...]
    drafts: tuple[Draft, ...] = ()  # of every article, those too that it leaves as they are
    pictures: Mapping[str, bytes] = field(default_factory=dict)  # that new texts show
    files: int = 0

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome is outcome for line in self.lines)

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(
            f"{line.path}:{line.line}: {line.message}"
            for line in self.lines
            if line.outcome is Outcome.PROBLEM
        )


class Base(Addresses, Protocol):
    """The articles that are there already."""

    def body(self, article: Article) -> str:
        """Its latest text."""
        ...


class Pictures(Protocol):
    """Where pictures are kept."""

    def address(self, path: str, data: bytes) -> str:
        """What the picture's address is, or will be. Raises ProblemError for what is none."""
        ...


def plan(batch: Batch, base: Base, pictures: Pictures, wishes: Wishes) -> Plan:
    """What importing the batch would do to the base."""
    report = _Report(batch)
    placed = place(batch.pages, base, wishes.language, report.problem, report.warning)
    addresses = _addresses(batch.pictures, pictures, report)
    aims = Aims(placed, addresses, lambda id: _public_address(base, id), wishes.site)
    ids = {each.id for each in placed}
    drafts: list[Draft] = []
    changed: list[Draft] = []
    for each in placed:
        draft = _draft(each, aims, batch.shelves, wishes, report)
        original = draft.translation_of
        if original is not None and (original == each.id or not (original in ids or base.article(original))):
            report.problem(
                each.page, "translation_of", f"translation_of: there is no other article {original!r}"
            )
        try:
            check(draft)
        except FieldInvalidError as error:
            report.problem(each.page, error.field, str(error))
            continue
        drafts.append(draft)
        if report.compare(each, draft, base):
            changed.append(draft)
    shown = {path for path, address in addresses.items() if any(address in each.body for each in changed)}
    return Plan(
        report.lines(),
        tuple(drafts),
        {path: data for path, data in batch.pictures.items() if path in shown},
        batch.files,
    )


class _Report:
    """The lines as they come."""

    def __init__(self, batch: Batch) -> None:
        self._lines = [
            Line(Outcome(note.weight.value), note.path, note.line, note.message) for note in batch.notes
        ]
        self._empty = not batch.pages

    def problem(self, page: Page, field: str, message: str) -> None:
        line = page.lines.get(field, page.line)
        self._lines.append(Line(Outcome.PROBLEM, page.path, line, message, title=page.title))

    def warning(self, page: Page, field: str, message: str, line: int | None = None) -> None:
        at = line or page.lines.get(field, page.line)
        self._lines.append(Line(Outcome.WARNING, page.path, at, message, title=page.title))

    def picture(self, path: str, message: str) -> None:
        self._lines.append(Line(Outcome.WARNING, path, 1, message))

    def compare(self, placed: Placed, draft: Draft, base: Base) -> bool:
        """Note what would become of the article; whether it is anything."""
        known, page = placed.known, placed.page
        what = () if known is None else changes(known, base.body(known), draft)
        outcome = Outcome.NEW if known is None else Outcome.REVISED if what else Outcome.UNCHANGED
        message = ", ".join(what)
        self._lines.append(Line(outcome, page.path, page.line, message, placed.id, draft.title))
        return outcome is not Outcome.UNCHANGED

    def lines(self) -> tuple[Line, ...]:
        """By file and line, an article before what is to be said of it."""
        if self._empty and not any(line.outcome is Outcome.PROBLEM for line in self._lines):
            self._lines.append(Line(Outcome.PROBLEM, "", 1, "none of the files holds an article"))
        order = list(Outcome)
        return tuple(sorted(self._lines, key=lambda line: (line.path, line.line, order.index(line.outcome))))


def _draft(
    placed: Placed, aims: Aims, shelves: Mapping[str, Shelf], wishes: Wishes, report: _Report
) -> Draft:
    page = placed.page
    section, above = _shelf(page, shelves)
    labels = page.labels
    if section and above:
        labels = tuple(dict.fromkeys((*(labels or ()), section)))

    def warn(target: str, message: str) -> None:
        shown = target if len(target) <= _SHOWN else f"{target[:_SHOWN]}…"
        report.warning(page, "", f"{shown}: {message}", page.targets.get(target))

    return Draft(
        title=page.title.strip(),
        body=relinked(
            page.body,
            lambda target: aims.link(target, placed, warn),
            lambda target: aims.picture(target, placed, warn),
        ),
        language=placed.language,
        slug=placed.slug,
        category=page.category or above or section or (wishes.category if placed.known is None else None),
        labels=labels,
        questions=page.questions,
        public=page.public,
        translation_of=ArticleId(page.translation_of) if page.translation_of else None,
        id=ArticleId(placed.id),
        owner=page.owner,
        review_by=page.review_by,
        status=Status(page.status) if page.status in set(Status) else None,
    )


def _shelf(page: Page, shelves: Mapping[str, Shelf]) -> tuple[str | None, str | None]:
    """The names of the page's shelf, and of the topmost one above it."""
    here = shelves.get(page.shelf or "")
    if here is None:
        return None, None
    way = [here]
    while (above := shelves.get(way[-1].above or "")) is not None and above not in way:
        way.append(above)
    return here.name, way[-1].name if len(way) > 1 else None


def _addresses(found: Mapping[str, bytes], pictures: Pictures, report: _Report) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for path, data in found.items():
        try:
            addresses[path] = pictures.address(path, data)
        except ProblemError as error:
            report.picture(path, error.message)
    return addresses


def _public_address(base: Base, id: str) -> str | None:
    article = base.article(id)
    if article is None or not article.public or article.deleted_at is not None:
        return None
    return f"/help/{article.language}/{article.slug}"
