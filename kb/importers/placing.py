"""Gives every page of an import its id, language and address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kb.article import Article, slug_of
from kb.importers import Page, language_code
from kb.store.writing import free

_NOT_IN_IDS = re.compile(r"[^\w./-]+")


@dataclass(frozen=True, slots=True)
class Placed:
    """A page with what it will be known by. `known` is the article that it revises."""

    page: Page
    id: str
    language: str
    slug: str
    known: Article | None

    @property
    def address(self) -> str:
        return f"/help/{self.language}/{self.slug}"

    @property
    def public(self) -> bool:
        return self.page.public if self.page.public is not None else self.known is None or self.known.public


class Addresses(Protocol):
    """What the base knows of articles and addresses."""

    def article(self, article: str) -> Article | None:
        """In the bin or not."""
        ...

    def holder(self, language: str, slug: str) -> str | None:
        """The id of the article that has the address now."""
        ...

    def is_free(self, language: str, slug: str) -> bool:
        """Whether no article has the address, or had it."""
        ...


Complain = Callable[[Page, str, str], None]
"""Told a page, the field and what is wrong; the field is empty for what is only to be warned of."""


def place(
    pages: Iterable[Page], base: Addresses, language: str, problem: Complain, warning: Complain
) -> tuple[Placed, ...]:
    """Those of the pages that can be placed; of the others it is told why not.

    A file's own slug is kept to the letter or refused; one made from its name is numbered where it is taken.
    """
    named = tuple(_named(pages, base, language, problem))
    taken: dict[tuple[str, str], Page] = {}
    slugs: dict[str, str] = {}
    for page, id, spoken, known in named:
        wanted = _wanted(page, known)
        if wanted is None:
            continue
        other, holder = taken.get((spoken, wanted)), base.holder(spoken, wanted)
        if other is not None:
            problem(page, "slug", f"slug: {spoken}/{wanted} is that of {other.path}:{_line(other)} too")
        elif holder not in (None, id):
            problem(page, "slug", f"slug: article {holder!r} of the base has the address {spoken}/{wanted}")
        taken.setdefault((spoken, wanted), page)
        slugs[id] = wanted
    placed = []
    for page, id, spoken, known in named:
        slug = slugs.get(id)
        if slug is None:
            slug = _free(slug_of(page.address_from), spoken, taken, base)
            taken[spoken, slug] = page
            if slug != slug_of(page.address_from):
                warning(page, "", f"its address becomes {slug}, as its own is taken; give it a slug")
        placed.append(Placed(page, id, spoken, slug, known))
    return tuple(placed)


def _free(wanted: str, language: str, taken: Mapping[tuple[str, str], Page], base: Addresses) -> str:
    return free(wanted, lambda slug: (language, slug) in taken or not base.is_free(language, slug))


def _named(
    pages: Iterable[Page], base: Addresses, default: str, problem: Complain
) -> Iterable[tuple[Page, str, str, Article | None]]:
    first: dict[str, Page] = {}
    for page in pages:
        id = page.id or _NOT_IN_IDS.sub("-", page.place)
        if id in first:
            other = first[id]
            problem(page, "id", f"id: {id!r} is that of {other.path}:{_line(other, 'id')} too")
            continue
        first[id] = page
        known = base.article(id)
        told = language_code(page.language or "")
        if known is not None and told not in (None, known.language):
            problem(
                page,
                "language",
                f"language: article {id!r} is here in {known.language!r}; give this one another id",
            )
            continue
        yield page, id, known.language if known else told or default, known


def _wanted(page: Page, known: Article | None) -> str | None:
    """The address that a page must have: the one that its file says, or that its article has already."""
    if page.slug is not None:
        return slug_of(page.slug)
    return None if known is None else known.slug


def _line(page: Page, key: str = "slug") -> int:
    return page.lines.get(key, page.line)
